/* reset.h - a RST that its receiver drops
 *
 * A host takes a RST with the number that it expects, and answers any other within its window with an
 * acknowledgment (RFC 5961 section 3.2). Who resets in another's name has to guess it.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_RESET_H
#define DX_FACTS_RESET_H

#include "facts/facts.h"

/* dx_reset_is_heeded - this side has sent a RST, by its number one that a host takes: else the connection may
 * go on. */
bool dx_reset_is_heeded(const dx_peer *peer);

/* dx_reset_take_back - nothing has ended with the RST of `peer` when the other side has acknowledged what it
 * sent behind that. What nobody has read since then is missing. Asked at every segment of the other side. */
void dx_reset_take_back(dx_facts *facts, dx_peer *peer);

#endif
