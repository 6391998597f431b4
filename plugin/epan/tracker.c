/* tracker.c - holds what is known of the capture that is open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/tracker.h"

#include <string.h>

#include "capture/eap.h"
#include "capture/udp.h"
#include "causes/causes.h"
#include "epan/datagrams.h"
#include "epan/preferences.h"
#include "epan/segments.h"
#include "epan/shim.h"
#include "epan/unjudged.h"
#include "epan/unreachable.h"
#include "wire/eap.h"

#define MAX_PLAIN  64                    /* decrypted records of one frame */
#define EARLIEST_S INT64_C(-62135596800) /* 0001-01-01 */
#define LATEST_S   INT64_C(253402300799) /* 9999-12-31 23:59:59 */

static dx_verdicts *verdicts;
static dx_capture *capture; /* that of `verdicts` */
static dx_udp *udp_flows;   /* of `capture` */
static dx_eapol_flows *eapol_flows;
static uint32_t num_cut;  /* frames of which the capture holds only the beginning */
static uint32_t *indexes; /* by frame number: index + 1, 0 for none; not kept in a single pass */
static bool single_pass;  /* somebody asks, and no frame will be asked for again: this one is enough */
static uint32_t this_frame, this_index;
static uint32_t num_indexes, room_for_indexes;
static uint32_t named_interface; /* the last one whose name is known; UINT32_MAX: none */
static int64_t last_us;          /* for frames without a time stamp */

static int tracked_proto;
static int proto_icmp, proto_icmpv6, proto_quic, proto_tls;
static int proto_eapol, proto_openvpn;
static void (*closing_hook)(void);
static bool (*asked_hook)(const packet_info *pinfo, const proto_tree *tree);

static void
close_capture(void)
{
    dx_shim_remove();
    if (capture != NULL)
        closing_hook();
    if (udp_flows != NULL)
        dx_udp_free(udp_flows);
    dx_verdicts_free(verdicts);
    dx_unjudged_clear();
    g_free(indexes);
    verdicts = NULL;
    capture = NULL;
    udp_flows = NULL;
    dx_eapol_free(eapol_flows);
    eapol_flows = NULL;
    num_cut = 0;
    indexes = NULL;
    num_indexes = room_for_indexes = 0;
    this_frame = 0;
    single_pass = false;
    last_us = 0;
}

static void
open_capture(void)
{
    if (capture != NULL)
        close_capture();
    bool enabled = proto_is_protocol_enabled(find_protocol_by_id(tracked_proto));
    dx_segments_listen(enabled);
    dx_datagrams_listen(enabled);
    if (!enabled)
        return;
    verdicts = dx_verdicts_new(dx_all_causes(), dx_preferences_read(), dx_preferences_is_tls_port, NULL);
    capture = dx_verdicts_capture(verdicts);
    udp_flows = dx_udp_new(capture);
    eapol_flows = dx_eapol_new(capture);
    named_interface = UINT32_MAX;
    dx_shim_install();
}

/* Whoever does not ask during the first frame of a single pass never will, and all work would be in vain
 * (tshark -q -z conv,tcp). */
static bool
is_needed(const packet_info *pinfo, const proto_tree *tree)
{
    if (single_pass || !dx_segments_only_pass())
        return true;
    single_pass = asked_hook(pinfo, tree);
    if (!single_pass) {
        close_capture();
        dx_segments_listen(false);
        dx_datagrams_listen(false);
    }
    return single_pass;
}

static void
preferences_changed(void)
{
    if (verdicts != NULL)
        dx_verdicts_preferences_changed(verdicts);
}

void
dx_tracker_register(int proto, bool (*asked)(const packet_info *pinfo, const proto_tree *tree),
                    void (*closing)(void))
{
    tracked_proto = proto;
    asked_hook = asked;
    closing_hook = closing;
    dx_preferences_register(proto, preferences_changed);
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
    register_postseq_cleanup_routine(dx_shim_remove);
}

void
dx_tracker_handoff(int helper_proto)
{
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
    proto_quic = proto_get_id_by_filter_name("quic");
    proto_eapol = proto_get_id_by_filter_name("eapol"); /* it adds no layer for its EAP */
    proto_openvpn = proto_get_id_by_filter_name("openvpn");
    proto_tls = proto_get_id_by_filter_name("tls");
    dx_segments_handoff(helper_proto);
    dx_datagrams_handoff();
}

static void
note_connection(uint32_t frame, uint32_t index)
{
    if (single_pass) {
        this_frame = frame;
        this_index = index;
        return;
    }
    if (frame >= room_for_indexes) {
        room_for_indexes = MAX(frame + 1, MAX(room_for_indexes + room_for_indexes / 2, 4096));
        indexes = g_renew(uint32_t, indexes, room_for_indexes);
    }
    if (frame >= num_indexes) { /* room that is not used yet is not written, so that it takes no memory */
        memset(indexes + num_indexes, 0, (frame + 1 - num_indexes) * sizeof *indexes);
        num_indexes = frame + 1;
    }
    indexes[frame] = index + 1; /* under tshark -2 -R several frames share a number: the last one keeps it */
}

/* A file may claim any 64-bit number of seconds. In the years 1 to 9999, which people read, neither sums nor
 * differences of times overflow. */
static int64_t
time_of(const packet_info *pinfo)
{
    if ((pinfo->presence_flags & PINFO_HAS_TS) != 0) {
        int64_t seconds = CLAMP((int64_t)pinfo->abs_ts.secs, EARLIEST_S, LATEST_S);
        last_us = seconds * G_USEC_PER_SEC + pinfo->abs_ts.nsecs / 1000;
    }
    return last_us;
}

/* Where the frame was captured: interfaces are counted for each section of the file. */
static uint32_t
interface_of(const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    uint32_t number =
        (rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0 ? rec->rec_header.packet_header.interface_id : 0;
    uint32_t section = (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0 ? rec->section_number : 0;
    return section << 16 | (number & 0xffff);
}

/* Fills in where the frame was captured. */
static void
place_packet(const packet_info *pinfo, dx_packet *packet)
{
    packet->interface = interface_of(pinfo);
    if (pinfo->dl_src.type == AT_ETHER && pinfo->dl_dst.type == AT_ETHER) {
        packet->link_src = (const uint8_t *)pinfo->dl_src.data;
        packet->link_dst = (const uint8_t *)pinfo->dl_dst.data;
    }
}

static void
name_interface(const packet_info *pinfo, uint32_t interface)
{
    if (interface == named_interface)
        return;
    named_interface = interface;
    if (dx_capture_interface_name(capture, interface) == NULL) {
        const char *name = dx_interface_name(pinfo);
        dx_capture_name_interface(capture, interface, name != NULL ? name : "");
    }
}

unsigned
dx_tracker_point(const packet_info *pinfo, uint32_t index)
{
    dx_packet packet = {.stream = index};
    place_packet(pinfo, &packet);
    return capture != NULL ? dx_capture_point_of(capture, &packet) : 0;
}

static void
take_segment(packet_info *pinfo, dx_tcp *tcp, int64_t time_us)
{
    dx_plain plain[MAX_PLAIN];
    dx_segments_ttl(tcp);
    dx_packet packet = {
        .frame = pinfo->num,
        .time_us = time_us,
        .stream = tcp->stream,
        .src = {.address = dx_segments_address(tcp->source), .port = tcp->source_port},
        .dst = {.address = dx_segments_address(tcp->destination), .port = tcp->destination_port},
        .segment = {.flags = tcp->flags,
                    .seq = tcp->seq,
                    .ack = tcp->ack,
                    .len = tcp->len,
                    .window = tcp->window,
                    .ttl = tcp->ttl,
                    .ip_id = tcp->ip_id},
    };
    place_packet(pinfo, &packet);
    name_interface(pinfo, packet.interface);
    if (tcp->len > 0) {
        packet.captured = MIN(tvb_captured_length(tcp->payload), tcp->len);
        packet.data = packet.captured > 0 ? tvb_get_ptr(tcp->payload, 0, (gint)packet.captured) : NULL;
        packet.num_plain = dx_segments_plain(pinfo, false, plain, MAX_PLAIN);
        packet.plain = plain;
    }
    dx_capture_packet(capture, &packet);
}

/* An ICMP error belongs to the connection that it quotes: its frame can be the verdict frame. */
static void
take_icmp(const packet_info *pinfo, tvbuff_t *tvb, int64_t time_us)
{
    dx_unreachable error;
    uint32_t captured = tvb_captured_length(tvb);
    if (captured == 0 ||
        !dx_unreachable_find(tvb_get_ptr(tvb, 0, (gint)captured), captured, tvb_reported_length(tvb), &error))
        return;
    dx_icmp icmp = {.frame = pinfo->num,
                    .time_us = time_us,
                    .version = error.version,
                    .type = error.type,
                    .code = error.code,
                    .src = error.source,
                    .dst = error.destination};
    uint32_t index = error.source.datagram ? dx_udp_icmp(udp_flows, &icmp) : dx_capture_icmp(capture, &icmp);
    if (index != DX_NO_INDEX)
        note_connection(pinfo->num, index);
}

static bool
is_icmp(const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (proto == proto_icmp || proto == proto_icmpv6)
            return true;
    }
    return false;
}

/* Whether TLS is read of this TCP stream. */
static bool
is_read(uint32_t stream)
{
    const dx_facts *facts = dx_capture_facts(capture, stream);
    return facts != NULL && facts->tls;
}

/* What became of a datagram; of several in a frame the last of these counts. */
typedef enum { DISMISSED, READ, TAKEN } fate;

static fate
take_datagram(packet_info *pinfo, const dx_udp_payload *udp, int64_t time_us)
{
    dx_plain plain[MAX_PLAIN];
    uint32_t captured = tvb_captured_length(udp->payload);
    const uint8_t *bytes = captured > 0 ? tvb_get_ptr(udp->payload, 0, (gint)captured) : NULL;
    uint32_t len = tvb_reported_length(udp->payload);
    uint32_t index;
    const dx_moment at = {pinfo->num, time_us};
    if (captured == 0 || !dx_udp_wants(udp_flows, udp->stream, bytes, captured, len)) {
        if (captured > 0)
            dx_unjudged_datagram(pinfo, bytes, captured, len);
        return captured == 0 ? READ : DISMISSED;
    }
    if (is_icmp(pinfo)) /* that quotes it */
        return READ;
    if (dx_udp_skip(udp_flows, udp->stream, bytes[0], &at, &index)) {
        note_connection(pinfo->num, index);
        return TAKEN;
    }
    dx_datagram datagram = {
        .frame = pinfo->num,
        .time_us = time_us,
        .stream = udp->stream,
        .connection = dx_datagrams_connection(),
        .src = {dx_segments_address(udp->source), true, udp->source_port},
        .dst = {dx_segments_address(udp->destination), true, udp->destination_port},
        .data = bytes,
        .captured = captured,
        .len = len,
        .plain = plain,
        .num_plain = dx_datagrams_plain(pinfo, plain, MAX_PLAIN),
    };
    index = dx_udp_take(udp_flows, &datagram);
    if (index != DX_NO_INDEX)
        note_connection(pinfo->num, index);
    else if (dx_udp_is_unread(udp_flows, udp->stream))
        dx_unjudged_add(DX_UNJUDGED_OPENVPN, pinfo);
    return index != DX_NO_INDEX ? TAKEN : READ;
}

static dx_endpoint
link_endpoint(const address *from)
{
    dx_endpoint to = {.address = {.family = DX_ADDRESS_LINK}};
    if (from->type == AT_ETHER && from->len == 6)
        memcpy(to.address.bytes, from->data, 6);
    return to;
}

static void
take_eapol(const packet_info *pinfo, tvbuff_t *tvb, int64_t time_us)
{
    size_t len;
    uint32_t captured = tvb_captured_length(tvb), reported = tvb_reported_length(tvb);
    const uint8_t *eap =
        captured > 0 ? dx_eapol_find(tvb_get_ptr(tvb, 0, (gint)captured), captured, reported, &len) : NULL;
    if (eap == NULL)
        return;
    const dx_eapol eapol = {.at = {pinfo->num, time_us},
                            .src = link_endpoint(&pinfo->dl_src),
                            .dst = link_endpoint(&pinfo->dl_dst),
                            .eap = eap,
                            .len = len};
    uint32_t index = dx_eapol_take(eapol_flows, &eapol);
    if (index != DX_NO_INDEX)
        note_connection(pinfo->num, index);
}

/* A frame without a TCP segment, or of OpenVPN over TCP. */
static void
take_other(packet_info *pinfo, tvbuff_t *tvb, int64_t time_us)
{
    dx_unjudged carrier = DX_NUM_UNJUDGED; /* OpenVPN carries more than TLS */
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (proto == proto_icmp || proto == proto_icmpv6) {
            take_icmp(pinfo, tvb, time_us);
            return;
        }
        if (proto == proto_quic) {
            dx_unjudged_add(DX_UNJUDGED_QUIC, pinfo);
            return;
        }
        if (proto == proto_eapol) {
            take_eapol(pinfo, tvb, time_us);
            return;
        }
        if (proto == proto_openvpn) {
            carrier = DX_UNJUDGED_OPENVPN;
        } else if (proto == proto_tls && carrier != DX_NUM_UNJUDGED) {
            dx_unjudged_add(carrier, pinfo);
            return;
        }
    }
}

/* What travels there is counted by its layers: OpenVPN, over TCP, too, RADIUS,
 * and QUIC that cannot be read (IANA). */
static bool
is_unjudged_port(uint32_t port, bool tcp)
{
    switch (port) {
    case 1194:
        return true;
    case 443:
    case 1645:
    case 1812:
        return !tcp;
    default:
        return false;
    }
}

static bool
has_unjudged_port(const packet_info *pinfo, bool tcp)
{
    return is_unjudged_port(pinfo->srcport, tcp) || is_unjudged_port(pinfo->destport, tcp);
}

void
dx_tracker_frame(packet_info *pinfo, tvbuff_t *tvb, const proto_tree *tree)
{
    dx_tcp tcp;
    dx_udp_payload udp;
    unsigned num = 0;
    bool read = false;
    if (capture == NULL || !is_needed(pinfo, tree))
        return;
    int64_t time_us = time_of(pinfo);
    dx_capture_clock(capture, pinfo->num, time_us);
    num_cut += pinfo->fd->cap_len < pinfo->fd->pkt_len;
    for (; num < DX_MAX_IN_FRAME && pinfo->ptype != PT_UDP && dx_segments_fetch(pinfo, num, &tcp); num++) {
        note_connection(pinfo->num, tcp.stream);
        if (dx_capture_wants(capture, tcp.stream, tcp.flags)) {
            take_segment(pinfo, &tcp, time_us);
            const dx_facts *facts = dx_capture_facts(capture, tcp.stream);
            if (facts != NULL && !facts->tls)
                dx_unjudged_tcp(pinfo, facts);
        } else {
            const dx_skipped skipped = {
                .frame = pinfo->num, .time_us = time_us, .len = tcp.len, .source_port = tcp.source_port};
            dx_capture_skipped(capture, tcp.stream, &skipped);
        }
        read |= has_unjudged_port(pinfo, true) && is_read(tcp.stream);
    }
    fate furthest = READ; /* of a frame without datagrams, too: its layers tell what it is */
    for (unsigned i = 0; i < DX_MAX_IN_FRAME && num == 0 && dx_datagrams_fetch(pinfo, i, &udp); i++) {
        fate of = take_datagram(pinfo, &udp, time_us);
        furthest = i == 0 ? of : MAX(furthest, of);
    }
    bool dismissed = num > 0 || furthest == DISMISSED;
    if (!read && (dismissed ? has_unjudged_port(pinfo, num > 0) : furthest == READ))
        take_other(pinfo, tvb, time_us);
    dx_shim_frame_done();
}

dx_verdicts *
dx_tracker_verdicts(void)
{
    return verdicts;
}

bool
dx_tracker_connection(uint32_t frame, uint32_t *index)
{
    if (single_pass) {
        *index = this_index;
        return frame == this_frame;
    }
    if (frame >= num_indexes || indexes[frame] == 0)
        return false;
    *index = indexes[frame] - 1;
    return true;
}

uint32_t
dx_tracker_num_cut(void)
{
    return num_cut;
}
