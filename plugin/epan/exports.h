/* exports.h - the failed connections in File > Export Objects, and tshark --export-objects ssltrouble,FOLDER
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_EXPORTS_H
#define DX_EPAN_EXPORTS_H

#include "epan/compat.h"

/* dx_exports_register - registers the list. */
void dx_exports_register(int proto);

/* dx_exports_asked - whether a list is being made. */
bool dx_exports_asked(void);

/* dx_exports_frame - tells a list of this frame of the connection. */
void dx_exports_frame(packet_info *pinfo, uint32_t index);

#endif
