/* related.h - Wireshark's conversation filters for what belongs to the selected packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_RELATED_H
#define DX_EPAN_RELATED_H

#include <stdint.h>

/* dx_related_register - adds "this connection", "same cause" and "same server" to the menus Conversation
 * Filter. */
void dx_related_register(void);

/* dx_related_connection - a display filter for the connection of a frame; NULL when it belongs to none. New
 * string. */
char *dx_related_connection(uint32_t frame);

#endif
