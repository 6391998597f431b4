/* tables.h - the tables Causes, Servers, Connections: windows in Wireshark, -z words in tshark
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_TABLES_H
#define DX_EPAN_TABLES_H

#include "epan/compat.h"

/* dx_tables_register - registers the tables and their tap. */
void dx_tables_register(void);

/* dx_tables_asked - whether a table is open. */
bool dx_tables_asked(void);

/* dx_tables_frame - tells open tables of this frame of the connection. */
void dx_tables_frame(packet_info *pinfo, uint32_t index);

#endif
