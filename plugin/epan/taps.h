/* taps.h - tshark -z ssltrouble,report|html|json|tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_TAPS_H
#define DX_EPAN_TAPS_H

#include "epan/compat.h"

/* dx_taps_register - registers the tap "ssltrouble" and the words of `-z`. */
void dx_taps_register(void);

/* dx_taps_asked - whether a report is asked for, or somebody else listens to the tap. */
bool dx_taps_asked(void);

/* dx_taps_frame - tells reports in windows that there is a frame of this connection. */
void dx_taps_frame(packet_info *pinfo, uint32_t index);

/* dx_taps_closing - the capture is about to be forgotten: what is not drawn yet is rendered and kept. */
void dx_taps_closing(void);

#endif
