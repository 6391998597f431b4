/* shim.c - TCP segments on a first pass that has no taps
 *
 * tshark -2, sharkd and the GUI with a read filter run their first pass without taps. A dissector in TCP's
 * place in the table "ip.proto" then remembers the frame's segments and calls TCP. It leaves at the first
 * segment that shows that taps are active, and at the end of the first pass at the latest: a changed entry
 * would show in Decode As.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/shim.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-tcp.h>
#include <string.h>

#define IP_PROTO_TCP_NUMBER 6
#define TCP_HEADER_LEN      20
#define MAX_SEGMENTS        8 /* of one frame */

typedef struct passed {
    tvbuff_t *tvb;               /* from the TCP header on */
    address source, destination; /* shallow: they live as long as the frame */
    uint8_t ttl;
    uint16_t ip_id;
} passed;

static dissector_handle_t shim_handle, previous_handle;
static bool (*taps_are_active)(void);
static bool installed;
static passed segments[MAX_SEGMENTS];
static unsigned num_segments;

static void
remember(tvbuff_t *tvb, const packet_info *pinfo, void *ip_header)
{
    if (num_segments == MAX_SEGMENTS)
        return;
    passed *segment = &segments[num_segments++];
    memset(segment, 0, sizeof *segment);
    segment->tvb = tvb;
    copy_address_shallow(&segment->source, &pinfo->src);
    copy_address_shallow(&segment->destination, &pinfo->dst);
    const ws_ip4 *ip4 = WS_IP4_PTR(ip_header);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip_header);
    if (ip4 != NULL) {
        segment->ttl = ip4->ip_ttl;
        segment->ip_id = ip4->ip_id;
    } else if (ip6 != NULL) {
        segment->ttl = ip6->ip6_hop;
    }
}

static int
dissect_shim(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    dissector_handle_t tcp = previous_handle;
    if (taps_are_active())
        dx_shim_remove();
    else if (!PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt && !pinfo->fragmented)
        remember(tvb, pinfo, data);
    return call_dissector_only(tcp, tvb, pinfo, tree, data);
}

void
dx_shim_handoff(int helper_proto, bool (*taps_active)(void))
{
    taps_are_active = taps_active;
    shim_handle = create_dissector_handle(dissect_shim, helper_proto);
}

void
dx_shim_install(void)
{
    num_segments = 0;
    if (installed)
        return;
    previous_handle = dissector_get_uint_handle(find_dissector_table("ip.proto"), IP_PROTO_TCP_NUMBER);
    if (previous_handle != NULL) {
        dissector_change_uint("ip.proto", IP_PROTO_TCP_NUMBER, shim_handle);
        installed = true;
    }
}

void
dx_shim_remove(void)
{
    if (!installed)
        return;
    installed = false;
    dissector_table_t table = find_dissector_table("ip.proto");
    if (dissector_get_uint_handle(table, IP_PROTO_TCP_NUMBER) != shim_handle)
        return; /* Decode As took the place meanwhile */
    if (previous_handle == dissector_get_default_uint_handle("ip.proto", IP_PROTO_TCP_NUMBER))
        dissector_reset_uint("ip.proto", IP_PROTO_TCP_NUMBER);
    else
        dissector_change_uint("ip.proto", IP_PROTO_TCP_NUMBER, previous_handle);
}

/* The number that TCP gave to the connection of this segment; false when TCP gave up on it. */
static bool
find_stream(packet_info *pinfo, const passed *segment, uint16_t source_port, uint16_t destination_port,
            uint32_t *stream)
{
    conversation_t *conversation = find_conversation(pinfo->num, &segment->source, &segment->destination,
                                                     CONVERSATION_TCP, source_port, destination_port, 0);
    if (conversation == NULL)
        return false;
    const struct tcp_analysis *analysis = get_tcp_conversation_data(conversation, pinfo);
    if (analysis == NULL)
        return false;
    *stream = analysis->stream;
    return true;
}

bool
dx_shim_fetch(packet_info *pinfo, unsigned index, dx_tcp *tcp)
{
    if (index >= num_segments)
        return false;
    const passed *segment = &segments[index];
    tvbuff_t *tvb = segment->tvb;
    uint32_t reported = tvb_reported_length(tvb);
    if (tvb_captured_length(tvb) < TCP_HEADER_LEN)
        return false;
    uint32_t header_len = (tvb_get_ntohs(tvb, 12) >> 12) * 4u;
    tcp->source_port = tvb_get_ntohs(tvb, 0);
    tcp->destination_port = tvb_get_ntohs(tvb, 2);
    if (header_len < TCP_HEADER_LEN || header_len > reported || tvb_captured_length(tvb) < header_len ||
        !find_stream(pinfo, segment, tcp->source_port, tcp->destination_port, &tcp->stream))
        return false;
    tcp->seq = tvb_get_ntohl(tvb, 4);
    tcp->ack = tvb_get_ntohl(tvb, 8);
    tcp->len = reported - header_len;
    tcp->flags = (uint8_t)(tvb_get_ntohs(tvb, 12) & (TH_FIN | TH_SYN | TH_RST | TH_PUSH | TH_ACK));
    tcp->ttl = segment->ttl;
    tcp->ip_id = segment->ip_id;
    tcp->window = tvb_get_ntohs(tvb, 14);
    tcp->source = &segment->source;
    tcp->destination = &segment->destination;
    tcp->payload = tvb_new_subset_remaining(tvb, (gint)header_len);
    return true;
}

void
dx_shim_frame_done(void)
{
    num_segments = 0;
}
