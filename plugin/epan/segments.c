/* segments.c - the TCP segments of the frame that is being dissected
 *
 * Wireshark's TCP dissector hands every whole segment to the tap "tcp_follow", under any encapsulation and
 * without a protocol tree. A first pass without taps (tshark -2, sharkd, a read filter in the GUI) is served
 * by shim.c.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/segments.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/dissectors/packet-tls-utils.h>
#include <epan/proto_data.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "epan/shim.h"

#define MAX_LAYERS (2 * DX_MAX_IN_FRAME) /* of IP in a frame, that are read */

/* What "tcp_follow" carries. Private to Wireshark's packet-tcp.c; the same from 4.0 to 4.6, and
 * checked against the public tap "tcp" before it is used. */
typedef struct follow_entry {
    tvbuff_t *payload;
    struct tcpheader *header;
    struct tcp_analysis *analysis;
} follow_entry;

static int tap_follow, tap_tcp, tap_ip, tap_ipv6, tap_eth, tap_wlan;
static int proto_tls, proto_dtls;
static bool checked, trusted;

void
dx_segments_handoff(int helper_proto)
{
    tap_follow = find_tap_id("tcp_follow");
    tap_tcp = find_tap_id("tcp");
    tap_ip = find_tap_id("ip");
    tap_ipv6 = find_tap_id("ipv6");
    tap_eth = find_tap_id("eth"); /* EAPOL has no IP */
    tap_wlan = find_tap_id("wlan");
    proto_tls = proto_get_id_by_filter_name("tls");
    proto_dtls = proto_get_id_by_filter_name("dtls");
    dx_shim_handoff(helper_proto, dx_segments_taps_active);
}

void
dx_segments_follow(const char *tap, int *id, bool *listening, bool on)
{
    if (on && !*listening) {
        /* A listener without functions makes the dissector fill the queue, and does not by itself make
         * tshark dissect. */
        GString *error = register_tap_listener(tap, id, NULL, TL_IS_DISSECTOR_HELPER, NULL, NULL, NULL, NULL);
        if (error != NULL) {
            report_failure("SSL Troubleshooter: %s", error->str);
            g_string_free(error, TRUE);
            return;
        }
    } else if (!on && *listening) {
        remove_tap_listener(id);
    }
    *listening = on;
}

void
dx_segments_listen(bool on)
{
    static bool listening;
    dx_segments_follow("tcp_follow", &tap_follow, &listening, on);
}

bool
dx_segments_taps_active(void)
{
    return fetch_tapped_data(tap_ip, 0) != NULL || fetch_tapped_data(tap_ipv6, 0) != NULL ||
           fetch_tapped_data(tap_eth, 0) != NULL || fetch_tapped_data(tap_wlan, 0) != NULL;
}

bool
dx_segments_only_pass(void)
{
    return !dx_in_gui() && dx_segments_taps_active();
}

/* The struct is what we think it is when its header is the one that the public tap shows, and the lengths
 * agree. */
static bool
is_trustworthy(const follow_entry *entry)
{
    if (!checked) {
        bool found = false;
        const void *header;
        for (int i = 0; !found && (header = fetch_tapped_data(tap_tcp, i)) != NULL; i++)
            found = header == (const void *)entry->header;
        trusted = found && tvb_reported_length(entry->payload) == entry->header->th_seglen;
        checked = true;
        if (!trusted)
            report_failure("SSL Troubleshooter does not fit this version of Wireshark and is switched off.");
    }
    return trusted;
}

/* The window was scaled in place unless the segment is a SYN. */
static uint32_t
unscaled_window(const struct tcpheader *header, const struct tcp_analysis *analysis)
{
    int scale = analysis != NULL && analysis->fwd != NULL ? analysis->fwd->win_scale : 0;
    bool scaled = scale > 0 && (header->th_flags & TH_SYN) == 0;
    return scaled ? header->th_win >> scale : header->th_win;
}

bool
dx_segments_fetch(packet_info *pinfo, unsigned index, dx_tcp *tcp)
{
    const follow_entry *entry = (const follow_entry *)fetch_tapped_data(tap_follow, (int)index);
    if (entry == NULL)
        return dx_shim_fetch(pinfo, index, tcp);
    if (!is_trustworthy(entry))
        return false;
    const struct tcpheader *header = entry->header;
    tcp->stream = header->th_stream;
    tcp->seq = header->th_rawseq;
    tcp->ack = header->th_rawack;
    tcp->len = header->th_seglen;
    tcp->flags = (uint8_t)(header->th_flags & (TH_FIN | TH_SYN | TH_RST | TH_PUSH | TH_ACK));
    tcp->ttl = 0;
    tcp->ip_id = 0;
    tcp->source_port = header->th_sport;
    tcp->destination_port = header->th_dport;
    tcp->window = unscaled_window(header, entry->analysis);
    tcp->source = &header->ip_src;
    tcp->destination = &header->ip_dst;
    tcp->payload = entry->payload;
    return true;
}

void
dx_segments_ttl(dx_tcp *tcp)
{
    if (tcp->ttl != 0)
        return;
    /* With several IP layers the innermost one that has the segment's addresses carried it. */
    if (tcp->source->type == AT_IPv4) {
        const ws_ip4 *ip;
        for (int i = 0; i < MAX_LAYERS && (ip = (const ws_ip4 *)fetch_tapped_data(tap_ip, i)) != NULL; i++) {
            if (addresses_equal(&ip->ip_src, tcp->source) && addresses_equal(&ip->ip_dst, tcp->destination)) {
                tcp->ttl = ip->ip_ttl;
                tcp->ip_id = ip->ip_id;
            }
        }
    } else if (tcp->source->type == AT_IPv6) {
        const ws_ip6 *ip;
        for (int i = 0; i < MAX_LAYERS && (ip = (const ws_ip6 *)fetch_tapped_data(tap_ipv6, i)) != NULL; i++)
            if (addresses_equal(&ip->ip6_src, tcp->source) && addresses_equal(&ip->ip6_dst, tcp->destination))
                tcp->ttl = ip->ip6_hop;
    }
}

static bool
has_layer(const packet_info *pinfo, int proto)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer))
        if (GPOINTER_TO_INT(wmem_list_frame_data(layer)) == proto)
            return true;
    return false;
}

unsigned
dx_segments_plain(packet_info *pinfo, bool dtls, dx_plain *plain, unsigned max)
{
    unsigned num = 0;
    int proto = dtls ? proto_dtls : proto_tls;
    if (!has_layer(pinfo, proto))
        return 0;
    for (guint32 key = 0; key <= DX_TLS_LAST_KEY; key++) {
        const SslPacketInfo *info =
            (const SslPacketInfo *)p_get_proto_data(wmem_file_scope(), pinfo, proto, key);
        const SslRecordInfo *record = info != NULL ? info->records : NULL;
        for (; record != NULL && num < max; record = record->next)
            plain[num++] = (dx_plain){(uint8_t)record->type, record->plain_data, record->data_len};
    }
    return num;
}

dx_address
dx_segments_address(const address *from)
{
    dx_address to = {0};
    if (from->type == AT_IPv4 && from->len == 4) {
        to.family = 4;
        memcpy(to.bytes, from->data, 4);
    } else if (from->type == AT_IPv6 && from->len == 16) {
        to.family = 6;
        memcpy(to.bytes, from->data, 16);
    }
    return to;
}
