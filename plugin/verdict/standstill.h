/* standstill.h - handshakes over UDP that go on for seconds and come no further
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_STANDSTILL_H
#define DX_VERDICT_STANDSTILL_H

#include "verdict/cause.h"

/* dx_weigh_standstill - of QUIC: DX_POSSIBLE, with its evidence, when packets of the handshake are still sent
 * after ssltrouble.syn_silence, and it is not complete; else DX_NONE. Candidates are `lost` and, where the
 * server has said nothing of TLS, `refused`. */
dx_confidence dx_weigh_standstill(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                                  const dx_cause *lost, const dx_cause *refused);

/* dx_weigh_flight_lost - how sure it is that the server's datagrams do not arrive, or not all of them: the
 * client repeats what the server has answered already, or QUIC's ServerHello is missing alone. `stalled`: the
 * cause to name beside it. */
dx_confidence dx_weigh_flight_lost(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                                   const dx_cause *stalled);

/* dx_standstill_was_answered - of DTLS: whether the capture lacks the answer of the side that seems quiet. */
bool dx_standstill_was_answered(const dx_facts *facts, dx_side quiet);

/* dx_standstill_begun_again - whether an OpenVPN client sends its first packet again and again though the
 * server answers it. dx_weigh_begun_again - DX_POSSIBLE, with what that means. */
bool dx_standstill_begun_again(const dx_facts *facts, const dx_context *context);
dx_confidence dx_weigh_begun_again(const dx_facts *facts, dx_finding *finding);

#endif
