/* datagrams.c - the UDP datagrams of the frame that is being dissected
 *
 * Wireshark's UDP dissector hands every payload to the tap "udp_follow" when somebody listens to it, and the
 * header to the tap "udp" before that, under any encapsulation and without a protocol tree. A first pass
 * without taps is served by shim.c.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/datagrams.h"

#include <epan/dissectors/packet-udp.h>
#include <epan/dissectors/packet-quic.h>

#include "epan/segments.h"
#include "epan/shim.h"

#define UDP_HEADER_LEN 8

static int tap_follow, tap_udp;

void
dx_datagrams_handoff(void)
{
    tap_follow = find_tap_id("udp_follow");
    tap_udp = find_tap_id("udp");
}

void
dx_datagrams_listen(bool on)
{
    static bool listening;
    dx_segments_follow("udp_follow", &tap_follow, &listening, on);
}

/* The header of a payload: the first with its length, from `*next` on. A header without a payload (a
 * fragment, what an ICMP error quotes) stands before others. */
static const e_udphdr *
header_of(const tvbuff_t *payload, int *next)
{
    const e_udphdr *header;
    while ((header = (const e_udphdr *)fetch_tapped_data(tap_udp, (*next)++)) != NULL)
        if (header->uh_ulen == tvb_reported_length(payload) + UDP_HEADER_LEN)
            break;
    return header;
}

bool
dx_datagrams_fetch(packet_info *pinfo, unsigned index, dx_udp_payload *udp)
{
    tvbuff_t *payload = (tvbuff_t *)fetch_tapped_data(tap_follow, (int)index);
    int next = 0;
    if (payload == NULL)
        return dx_shim_fetch_udp(pinfo, index, udp);
    if (pinfo->flags.in_error_pkt)
        return false;
    for (unsigned i = 0; i < index; i++)
        if (header_of((const tvbuff_t *)fetch_tapped_data(tap_follow, (int)i), &next) == NULL)
            return false;
    const e_udphdr *header = header_of(payload, &next);
    if (header == NULL)
        return false;
    udp->stream = header->uh_stream;
    udp->source_port = header->uh_sport;
    udp->destination_port = header->uh_dport;
    udp->source = &header->ip_src;
    udp->destination = &header->ip_dst;
    udp->payload = payload;
    return true;
}

uint32_t
dx_datagrams_connection(void)
{
    guint32 num = get_quic_connections_count();
    return num > 0 ? num - 1 : UINT32_MAX;
}

unsigned
dx_datagrams_plain(packet_info *pinfo, dx_plain *plain, unsigned max)
{
    unsigned num = dx_segments_plain(pinfo, true, plain, max);
    for (GSList *entry = pinfo->data_src; num < max && entry != NULL; entry = entry->next) {
        const struct data_source *source = (const struct data_source *)entry->data;
        char *name = dx_source_name(source);
        tvbuff_t *tvb = get_data_source_tvb(source);
        uint32_t len = tvb_captured_length(tvb);
        if (name != NULL && g_str_has_prefix(name, "Decrypted QUIC") && len > 0)
            plain[num++] = (dx_plain){0, tvb_get_ptr(tvb, 0, (gint)len), len};
        wmem_free(NULL, name);
    }
    return num;
}
