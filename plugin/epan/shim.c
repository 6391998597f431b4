/* shim.c - TCP segments and UDP datagrams on a first pass that has no taps
 *
 * tshark -2, sharkd and the GUI with a read filter run their first pass without taps. A dissector in the
 * places of TCP and UDP in the table "ip.proto" then remembers what the frame holds and calls the two. It
 * leaves at the first segment or datagram that shows that taps are active, and at the end of the first pass
 * at the latest: a changed entry would show in Decode As.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/shim.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/dissectors/packet-udp.h>
#include <string.h>

#define TCP_HEADER_LEN 20
#define UDP_HEADER_LEN 8

enum { PASSED_TCP, PASSED_UDP, NUM_PROTOCOLS };
static const guint32 numbers[NUM_PROTOCOLS] = {6, 17}; /* IANA, protocol numbers */

typedef struct passed {
    tvbuff_t *tvb;               /* from the header on */
    address source, destination; /* shallow: they live as long as the frame */
    uint8_t ttl;
    uint16_t ip_id;
} passed;

static dissector_handle_t shim_handles[NUM_PROTOCOLS], previous_handles[NUM_PROTOCOLS];
static bool (*taps_are_active)(void);
static bool installed;
static passed kept[NUM_PROTOCOLS][DX_MAX_IN_FRAME];
static unsigned num_kept[NUM_PROTOCOLS];

static void
remember(int protocol, tvbuff_t *tvb, const packet_info *pinfo, void *ip_header)
{
    if (num_kept[protocol] == DX_MAX_IN_FRAME)
        return;
    passed *unit = &kept[protocol][num_kept[protocol]++];
    memset(unit, 0, sizeof *unit);
    unit->tvb = tvb;
    copy_address_shallow(&unit->source, &pinfo->src);
    copy_address_shallow(&unit->destination, &pinfo->dst);
    const ws_ip4 *ip4 = WS_IP4_PTR(ip_header);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip_header);
    if (ip4 != NULL) {
        unit->ttl = ip4->ip_ttl;
        unit->ip_id = ip4->ip_id;
    } else if (ip6 != NULL) {
        unit->ttl = ip6->ip6_hop;
    }
}

static int
dissect(int protocol, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    dissector_handle_t handle = previous_handles[protocol];
    if (taps_are_active())
        dx_shim_remove();
    else if (!PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt && !pinfo->fragmented)
        remember(protocol, tvb, pinfo, data);
    return call_dissector_only(handle, tvb, pinfo, tree, data);
}

static int
dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect(PASSED_TCP, tvb, pinfo, tree, data);
}

static int
dissect_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect(PASSED_UDP, tvb, pinfo, tree, data);
}

void
dx_shim_handoff(int helper_proto, bool (*taps_active)(void))
{
    taps_are_active = taps_active;
    shim_handles[PASSED_TCP] = create_dissector_handle(dissect_tcp, helper_proto);
    shim_handles[PASSED_UDP] = create_dissector_handle(dissect_udp, helper_proto);
}

void
dx_shim_install(void)
{
    dx_shim_frame_done();
    if (installed)
        return;
    dissector_table_t table = find_dissector_table("ip.proto");
    for (int i = 0; i < NUM_PROTOCOLS; i++) {
        previous_handles[i] = dissector_get_uint_handle(table, numbers[i]);
        if (previous_handles[i] != NULL)
            dissector_change_uint("ip.proto", numbers[i], shim_handles[i]);
    }
    installed = true;
}

void
dx_shim_remove(void)
{
    if (!installed)
        return;
    installed = false;
    dissector_table_t table = find_dissector_table("ip.proto");
    for (int i = 0; i < NUM_PROTOCOLS; i++) {
        if (previous_handles[i] == NULL || dissector_get_uint_handle(table, numbers[i]) != shim_handles[i])
            continue; /* Decode As took the place meanwhile */
        if (previous_handles[i] == dissector_get_default_uint_handle("ip.proto", numbers[i]))
            dissector_reset_uint("ip.proto", numbers[i]);
        else
            dissector_change_uint("ip.proto", numbers[i], previous_handles[i]);
    }
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
    if (index >= num_kept[PASSED_TCP])
        return false;
    const passed *segment = &kept[PASSED_TCP][index];
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

bool
dx_shim_fetch_udp(packet_info *pinfo, unsigned index, dx_udp_payload *udp)
{
    if (index >= num_kept[PASSED_UDP])
        return false;
    const passed *datagram = &kept[PASSED_UDP][index];
    tvbuff_t *tvb = datagram->tvb;
    if (tvb_captured_length(tvb) < UDP_HEADER_LEN)
        return false;
    uint16_t len = tvb_get_ntohs(tvb, 4);
    udp->source_port = tvb_get_ntohs(tvb, 0);
    udp->destination_port = tvb_get_ntohs(tvb, 2);
    conversation_t *conversation =
        find_conversation(pinfo->num, &datagram->source, &datagram->destination, CONVERSATION_UDP,
                          udp->source_port, udp->destination_port, 0);
    const struct udp_analysis *analysis =
        conversation != NULL ? get_udp_conversation_data(conversation, pinfo) : NULL;
    if (analysis == NULL || len < UDP_HEADER_LEN || len > tvb_reported_length(tvb))
        return false;
    udp->stream = analysis->stream;
    udp->source = &datagram->source;
    udp->destination = &datagram->destination;
    udp->payload = tvb_new_subset_length(tvb, UDP_HEADER_LEN, len - UDP_HEADER_LEN);
    return true;
}

void
dx_shim_frame_done(void)
{
    num_kept[PASSED_TCP] = num_kept[PASSED_UDP] = 0;
}
