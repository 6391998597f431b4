/* late.h - expert infos that only the end of a capture knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_LATE_H
#define DX_EPAN_LATE_H

#include "epan/compat.h"

/* dx_late_register, dx_late_handoff - the tap that marks the end, and the routines for opening and
 * closing. */
void dx_late_register(void);
void dx_late_handoff(void);

/* dx_late_frame - a frame is dissected: true when it is one of ours, made at the end to carry expert infos,
 * and nobody else has to look at it. */
bool dx_late_frame(packet_info *pinfo);

/* dx_late_single_pass - the only pass over the frames begins: listens to its end when somebody wants expert
 * infos. */
void dx_late_single_pass(void);

/* dx_late_waits - whether this frame's expert infos are raised at the end instead, where they are final: in a
 * single pass that shows no packet trees and that no statistics filter by frames. */
bool dx_late_waits(const packet_info *pinfo, const proto_tree *tree);

/* dx_late_raised - the connection's infos were raised on a frame of the first pass. */
void dx_late_raised(uint32_t index);

#endif
