/* unjudged.c - counts by name what is no TLS, or TLS that nobody can read
 *
 * Source: RFC 4253 section 4.2 (SSH), RFC 7296 sections 2.23 and 3.1 (IKE), "WireGuard: Next Generation
 *         Kernel Network Tunnel" section 5.4.2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/unjudged.h"

#include <string.h>

#include "epan/flows.h"
#include "epan/segments.h"

static dx_flows *flows[DX_NUM_UNJUDGED];

void
dx_unjudged_clear(void)
{
    for (unsigned i = 0; i < DX_NUM_UNJUDGED; i++) {
        dx_flows_free(flows[i]);
        flows[i] = NULL;
    }
}

uint32_t
dx_unjudged_count(dx_unjudged kind)
{
    return flows[kind] != NULL ? dx_flows_count(flows[kind]) : 0;
}

void
dx_unjudged_add(dx_unjudged kind, const packet_info *pinfo)
{
    dx_endpoint source = {dx_segments_address(&pinfo->src), true, (uint16_t)pinfo->srcport};
    dx_endpoint destination = {dx_segments_address(&pinfo->dst), true, (uint16_t)pinfo->destport};
    if (flows[kind] == NULL)
        flows[kind] = dx_flows_new();
    dx_flows_add(flows[kind], &source, &destination);
}

void
dx_unjudged_tcp(const packet_info *pinfo, const dx_facts *facts)
{
    enum { RDP = 3389 };
    if (facts->server.last_payload_frame != pinfo->num)
        return;
    if (dx_facts_openvpn_unread(facts))
        dx_unjudged_add(DX_UNJUDGED_OPENVPN, pinfo);
    else if (facts->server_foreign_frame == pinfo->num && facts->server_foreign == DX_FOREIGN_SSH)
        dx_unjudged_add(DX_UNJUDGED_SSH, pinfo);
    else if (facts->server_foreign_frame == pinfo->num && facts->server_foreign == DX_FOREIGN_TPKT &&
             facts->server_endpoint.port == RDP)
        dx_unjudged_add(DX_UNJUDGED_RDP, pinfo);
}

/* The first message of a handshake, whose length is fixed. */
static bool
is_wireguard(const uint8_t *bytes, uint32_t captured, uint32_t len)
{
    enum { INITIATION_LEN = 148 };
    static const uint8_t initiation[4] = {1, 0, 0, 0};
    return len == INITIATION_LEN && captured >= sizeof initiation &&
           memcmp(bytes, initiation, sizeof initiation) == 0;
}

/* Version 1 or 2, and the length of the datagram; on port 4500 behind four zeros. */
static bool
is_ike(const packet_info *pinfo, const uint8_t *bytes, uint32_t captured, uint32_t len)
{
    enum { PORT = 500, NAT_PORT = 4500, HEADER_LEN = 28, MARKER_LEN = 4 };
    bool nat = pinfo->srcport == NAT_PORT || pinfo->destport == NAT_PORT;
    uint32_t at = nat ? MARKER_LEN : 0;
    if ((!nat && pinfo->srcport != PORT && pinfo->destport != PORT) || captured < at + HEADER_LEN)
        return false;
    const uint8_t *header = bytes + at, *said = header + 24;
    uint32_t said_len =
        (uint32_t)said[0] << 24 | (uint32_t)said[1] << 16 | (uint32_t)said[2] << 8 | (uint32_t)said[3];
    return (header[17] == 0x10 || header[17] == 0x20) && said_len == len - at;
}

void
dx_unjudged_datagram(const packet_info *pinfo, const uint8_t *bytes, uint32_t captured, uint32_t len)
{
    if (is_wireguard(bytes, captured, len))
        dx_unjudged_add(DX_UNJUDGED_WIREGUARD, pinfo);
    else if (is_ike(pinfo, bytes, captured, len))
        dx_unjudged_add(DX_UNJUDGED_IKE, pinfo);
}
