/* flow_graph.c - the type "TLS handshakes" of Wireshark's flow graph, and tshark -z flow,ssltrouble
 *
 * A graph is filled from frame to frame: in the window and by tshark -2 when all verdicts are known, else
 * without them.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/flow_graph.h"

#include <string.h>

#include "epan/tracker.h"
#include "present/ladder.h"
#include "present/present.h"

static int tap_graph;
static bool only_pass; /* a frame comes before its connection's verdict is final, and does not come again */

/* Whether the structures are ours: an arrow that we made is counted, and its ends are found. */
static bool
fits(void)
{
    static const uint8_t ends[2][4] = {{192, 0, 2, 1}, {192, 0, 2, 2}};
    dx_graph *graph = (dx_graph *)sequence_analysis_info_new();
    dx_arrow *arrow = g_new0(dx_arrow, 1);
    alloc_address_wmem(NULL, &arrow->src_addr, AT_IPv4, 4, ends[0]);
    alloc_address_wmem(NULL, &arrow->dst_addr, AT_IPv4, 4, ends[1]);
    arrow->display = true;
    g_queue_push_tail(graph->items, arrow);
    int num = sequence_analysis_get_nodes((struct _seq_analysis_info *)graph);
    bool found = num == 1 && arrow->src_node == 0 && arrow->dst_node == 1;
    sequence_analysis_info_free((struct _seq_analysis_info *)graph);
    return found;
}

/* The profile's colors: by outcome and how sure the verdict is, two shades for neighbors. Without them
 * Wireshark paints connection by connection, a failed one in green, and in dark themes with dark letters. */
static void
color_arrow(dx_arrow *arrow, const dx_facts *facts, const dx_verdict *verdict, bool decides)
{
    static const unsigned failed[2][2] = {{0xFFDCDC, 0xFFCACA}, {0xFFECCC, 0xFFE2B4}};
    static const unsigned decided[2] = {0xA50000, 0xCC6600}, other[2] = {0xD8F5D8, 0xC8EDC8};
    unsigned shade = facts->stream % 2, is_open = verdict->confidence < DX_LIKELY;
    bool has_failed = verdict->outcome == DX_FAILED || verdict->outcome == DX_NO_TCP;
    if (!has_failed && verdict->outcome != DX_ESTABLISHED)
        return;
    arrow->has_color_filter = true;
    arrow->fg_color = decides ? 0xFFFFFF : has_failed ? 0x501400 : 0x003200;
    arrow->bg_color = !has_failed ? other[shade] : decides ? decided[is_open] : failed[is_open][shade];
}

static void
add_step(dx_graph *graph, packet_info *pinfo, const dx_facts *facts, const dx_step *step,
         const dx_verdict *verdict)
{
    dx_arrow *arrow =
        (dx_arrow *)sequence_analysis_create_sai_with_addresses(pinfo, (struct _seq_analysis_info *)graph);
    if (arrow == NULL)
        return;
    bool decides = verdict != NULL && verdict->cause != NULL && verdict->frame == step->frame;
    char *title = decides ? dx_verdict_title(verdict) : NULL;
    arrow->frame_number = pinfo->num;
    arrow->port_src = (uint16_t)pinfo->srcport;
    arrow->port_dst = (uint16_t)pinfo->destport;
    const char *more = strstr(step->text, " ("); /* there is little room above an arrow */
    arrow->frame_label =
        g_strndup(step->text, more != NULL ? (gsize)(more - step->text) : strlen(step->text));
    arrow->comment = /* cut on the right; what was sent stands above the arrow */
        g_strdup_printf("%s %u: %s%s%s", dx_transport_name(facts->transport), facts->stream,
                        decides ? title : "", decides ? ": " : "", step->text);
    arrow->conv_num = (uint16_t)facts->stream;
    arrow->line_style = step->abnormal || decides ? 2 : 1;
    arrow->display = true;
    if (verdict != NULL)
        color_arrow(arrow, facts, verdict, decides);
    g_queue_push_tail(graph->items, arrow);
    g_free(title);
}

static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    uint32_t index = GPOINTER_TO_UINT(data) - 1;
    (void)edt, (void)flags;
    const dx_capture *capture = verdicts != NULL ? dx_verdicts_capture(verdicts) : NULL;
    if (capture == NULL || !dx_capture_reportable(capture, index))
        return TAP_PACKET_DONT_REDRAW;
    const dx_facts *facts = dx_capture_facts(capture, index);
    const dx_verdict *verdict = only_pass ? NULL : dx_verdicts_of(verdicts, index);
    GArray *steps = dx_ladder_new(facts, verdict, dx_capture_now(capture, facts->last_frame));
    for (guint i = 0; i < steps->len; i++) {
        const dx_step *step = &g_array_index(steps, dx_step, i);
        if (step->frame == pinfo->num && step->kind != DX_STEP_NOTE)
            add_step((dx_graph *)user, pinfo, facts, step, verdict);
    }
    g_array_unref(steps);
    return TAP_PACKET_REDRAW;
}

void
dx_flow_graph_register(int proto)
{
    tap_graph = register_tap("ssltrouble_flow");
    if (fits()) {
        register_seq_analysis("ssltrouble", "TLS handshakes", proto, "ssltrouble_flow", TL_REQUIRES_NOTHING,
                              take_packet);
    }
}

bool
dx_flow_graph_asked(void)
{
    return have_tap_listener(tap_graph);
}

void
dx_flow_graph_frame(packet_info *pinfo, uint32_t index)
{
    if (dx_flow_graph_asked()) {
        only_pass = !PINFO_FD_VISITED(pinfo); /* taps see every frame as visited */
        tap_queue_packet(tap_graph, pinfo, GUINT_TO_POINTER(index + 1));
    }
}
