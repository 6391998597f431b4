/* flow_graph.c - whether compat.h declares a flow graph's structures as Wireshark's own header does
 *
 * To be compiled by headers.sh with sets of headers that have it; no Debian package does.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "epan/compat.h"

#include <epan/sequence_analysis.h>

#define SAME(ours, theirs, member)                                                                           \
    _Static_assert(offsetof(ours, member) == offsetof(theirs, member) &&                                     \
                       sizeof((ours){0}.member) == sizeof((theirs){0}.member),                               \
                   #member)

SAME(dx_arrow, seq_analysis_item_t, frame_number);
SAME(dx_arrow, seq_analysis_item_t, src_addr);
SAME(dx_arrow, seq_analysis_item_t, port_src);
SAME(dx_arrow, seq_analysis_item_t, dst_addr);
SAME(dx_arrow, seq_analysis_item_t, port_dst);
SAME(dx_arrow, seq_analysis_item_t, frame_label);
SAME(dx_arrow, seq_analysis_item_t, time_str);
SAME(dx_arrow, seq_analysis_item_t, comment);
SAME(dx_arrow, seq_analysis_item_t, conv_num);
SAME(dx_arrow, seq_analysis_item_t, fg_color);
SAME(dx_arrow, seq_analysis_item_t, bg_color);
SAME(dx_arrow, seq_analysis_item_t, has_color_filter);
SAME(dx_arrow, seq_analysis_item_t, display);
SAME(dx_arrow, seq_analysis_item_t, src_node);
SAME(dx_arrow, seq_analysis_item_t, dst_node);
SAME(dx_arrow, seq_analysis_item_t, line_style);
_Static_assert(sizeof(dx_arrow) >= sizeof(seq_analysis_item_t), "an arrow of ours holds theirs");
SAME(dx_graph, seq_analysis_info_t, name);
SAME(dx_graph, seq_analysis_info_t, any_addr);
SAME(dx_graph, seq_analysis_info_t, nconv);
SAME(dx_graph, seq_analysis_info_t, items);
