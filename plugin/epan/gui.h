/* gui.h - Wireshark's menu Statistics > SSL Troubleshooter, and its display filter after loading
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_GUI_H
#define DX_EPAN_GUI_H

#include "epan/compat.h"

/* dx_gui_register - registers the menu. */
void dx_gui_register(int proto);

/* dx_gui_frame - sees every frame. */
void dx_gui_frame(packet_info *pinfo);

#endif
