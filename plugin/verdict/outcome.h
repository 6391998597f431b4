/* outcome.h - what became of a connection, before any cause is asked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_OUTCOME_H
#define DX_VERDICT_OUTCOME_H

#include "verdict/cause.h"

/* dx_outcome_settled - the facts as they are judged: what came last and may not have been answered is the end
 * once enough time has passed. Owns nothing. */
dx_facts dx_outcome_settled(const dx_facts *facts, int64_t now_us);

/* dx_outcome_is_healthy - both sides finished and nothing shows that one refused it: there is nothing to
 * diagnose but advice. Cheap. */
bool dx_outcome_is_healthy(const dx_facts *facts);

/* dx_outcome_without_cause - the outcome of settled facts when no cause explains it. */
dx_outcome dx_outcome_without_cause(const dx_facts *facts);

/* dx_outcome_can_have_cause - false for a capture that shows one direction, starts in mid-stream or lost the
 * middle: it cannot blame anybody. */
bool dx_outcome_can_have_cause(const dx_facts *facts);

#endif
