/* standstill.h - a handshake over QUIC that goes on for seconds and comes no further
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_STANDSTILL_H
#define DX_VERDICT_STANDSTILL_H

#include "verdict/cause.h"

/* dx_weigh_standstill - DX_POSSIBLE, with its evidence and `rival` for a candidate, when packets of the
 * handshake are still sent after ssltrouble.syn_silence, and it is not complete; else DX_NONE. */
dx_confidence dx_weigh_standstill(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                                  const dx_cause *rival);

#endif
