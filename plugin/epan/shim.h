/* shim.h - TCP segments on a first pass that has no taps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_SHIM_H
#define DX_EPAN_SHIM_H

#include "epan/tcp.h"

/* dx_shim_handoff - prepares the shim; `helper_proto` names it, `taps_active` says whether this dissection
 * feeds taps. */
void dx_shim_handoff(int helper_proto, bool (*taps_active)(void));

/* dx_shim_install - puts the shim before TCP, when a capture is opened. */
void dx_shim_install(void);

/* dx_shim_remove - gives TCP its place back; harmless when the shim is not installed. */
void dx_shim_remove(void);

/* dx_shim_fetch - the same as dx_segments_fetch, for segments that passed the shim. */
bool dx_shim_fetch(packet_info *pinfo, unsigned index, dx_tcp *tcp);

/* dx_shim_frame_done - forgets the frame's segments. */
void dx_shim_frame_done(void);

#endif
