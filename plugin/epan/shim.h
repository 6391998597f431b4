/* shim.h - TCP segments and UDP datagrams on a first pass that has no taps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_SHIM_H
#define DX_EPAN_SHIM_H

#include "epan/tcp.h"
#include "epan/udp.h"

/* dx_shim_handoff - prepares the shim; `helper_proto` names it, `taps_active` says whether this dissection
 * feeds taps. */
void dx_shim_handoff(int helper_proto, bool (*taps_active)(void));

/* dx_shim_install - puts the shim before TCP and UDP, when a capture is opened. */
void dx_shim_install(void);

/* dx_shim_remove - gives the two their places back; harmless when the shim is not installed. */
void dx_shim_remove(void);

/* dx_shim_fetch, dx_shim_fetch_udp - the same as dx_segments_fetch and dx_datagrams_fetch, for what passed
 * the shim. */
bool dx_shim_fetch(packet_info *pinfo, unsigned index, dx_tcp *tcp);
bool dx_shim_fetch_udp(packet_info *pinfo, unsigned index, dx_udp_payload *udp);

/* dx_shim_frame_done - forgets what passed in this frame. */
void dx_shim_frame_done(void);

#endif
