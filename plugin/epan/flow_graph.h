/* flow_graph.h - the type "TLS handshakes" of Wireshark's flow graph, and tshark -z flow,ssltrouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_FLOW_GRAPH_H
#define DX_EPAN_FLOW_GRAPH_H

#include "epan/compat.h"

/* dx_flow_graph_register - registers the type, where Wireshark's own structures are what we think they
 * are. */
void dx_flow_graph_register(int proto);

/* dx_flow_graph_asked - whether a graph is being made. */
bool dx_flow_graph_asked(void);

/* dx_flow_graph_frame - tells a graph of this frame of the connection. */
void dx_flow_graph_frame(packet_info *pinfo, uint32_t index);

#endif
