/* apply.h - facts as a state machine: an observation goes in, milestones come out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_APPLY_H
#define DX_FACTS_APPLY_H

#include "facts/facts.h"

/* dx_facts_apply - takes one observation; returns the milestones that it reached, each once in the life of a
 * connection. Knows nothing but this connection. */
unsigned dx_facts_apply(dx_facts *facts, const dx_observation *observation);

/* dx_facts_clear - frees what facts own, not facts itself. */
void dx_facts_clear(dx_facts *facts);

#endif
