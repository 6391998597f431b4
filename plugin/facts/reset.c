/* reset.c - a RST that its receiver drops
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/reset.h"

#include "facts/progress.h"

bool
dx_reset_is_heeded(const dx_peer *peer)
{
    return peer->rst_frame && (!peer->have_seq || peer->rst_seq - peer->rst_next + 1 <= 2);
}

/* It acknowledges what came behind the RST. */
void
dx_reset_take_back(dx_facts *facts, dx_peer *peer)
{
    if (!peer->after_rst_frame || !peer->have_acked || (int32_t)(peer->acked - peer->rst_next) <= 1)
        return;
    if (facts->end.kind == DX_END_RST && facts->end.frame == peer->rst_frame)
        facts->end.kind = DX_END_NONE;
    if (facts->close.kind == DX_CLOSE_RST && facts->close.frame == peer->rst_frame)
        facts->close.kind = DX_CLOSE_NONE;
    if (facts->phase < DX_PHASE_ESTABLISHED && dx_reset_is_heeded(peer) && !facts->damaged) {
        facts->damaged = true; /* nobody has read on behind it */
        facts->damaged_frame = peer->after_rst_frame;
    }
    peer->rst_frame = peer->after_rst_frame = 0;
    if (facts->phase == DX_PHASE_DATA || (facts->phase == DX_PHASE_ESTABLISHED && !dx_facts_tls13(facts)))
        dx_progress_accept(facts);
}
