/* tracker.h - holds what is known of the capture that is open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_TRACKER_H
#define DX_EPAN_TRACKER_H

#include "epan/compat.h"

#include "present/present.h"

/* dx_tracker_register - routines for opening and closing a capture, and the preferences. `asked` tells in a
 * frame that is fed to taps whether anybody can ask for what the tracker finds. `closing` is called with the
 * capture still whole before it is freed. */
void dx_tracker_register(int proto, bool (*asked)(const packet_info *pinfo, const proto_tree *tree),
                         void (*closing)(void));

/* dx_tracker_handoff - finds the taps and protocols, after all dissectors have registered. */
void dx_tracker_handoff(int helper_proto);

/* dx_tracker_frame - takes a frame, first pass only; `tvb` is the whole frame, `tree` where its packet tree
 * is built or NULL. */
void dx_tracker_frame(packet_info *pinfo, tvbuff_t *tvb, const proto_tree *tree);

/* dx_tracker_verdicts - of the capture that is open; NULL when none, or when nobody can ask for anything. */
dx_verdicts *dx_tracker_verdicts(void);

/* dx_tracker_connection - the connection that a frame belongs to, by carrying one of its segments or an ICMP
 * error about it; false when none. */
bool dx_tracker_connection(uint32_t frame, uint32_t *index);

/* dx_tracker_point - at which point (from 1, the client's side) the frame of this stream was captured; 0
 * where the connection was captured at one only. */
unsigned dx_tracker_point(const packet_info *pinfo, uint32_t index);

/* dx_tracker_num_cut - frames so far of which the capture holds only the beginning. */
uint32_t dx_tracker_num_cut(void);

#endif
