/* unreachable.c - ICMP errors that quote a TCP segment or a UDP datagram, read from a frame's bytes
 *
 * No tap gives an ICMP message's type and code, and TCP gives up on the 8 bytes that a router must quote
 * before it would tell anybody; ports and sequence number are in those 8 bytes. No dissector table is changed
 * for it.
 * Source:   RFC 792; RFC 4443 sections 3.1, 3.2; RFC 8200 section 4 (extension headers)
 * Not this: time exceeded, redirects
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/unreachable.h"

#include <string.h>

#define MAX_ENCAPSULATION 512 /* bytes before the IP header that are searched */
#define MAX_EXTENSIONS    8
#define ICMP_HEADER_LEN   8
#define QUOTED_LEN        8 /* ports, sequence number: RFC 792 asks for no more */

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMPV6 = 58 };

static uint16_t
get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* The length of a plausible unfragmented IPv4 header that carries `proto`; 0 when there is none. */
static size_t
ipv4_header_len(const uint8_t *bytes, size_t len, uint8_t proto)
{
    if (len < 20 || bytes[0] >> 4 != 4 || bytes[9] != proto || (get16(bytes + 6) & 0x1fff) != 0)
        return 0;
    size_t header_len = (bytes[0] & 15u) * 4u;
    return header_len >= 20 && header_len <= len ? header_len : 0;
}

/* A header of random bytes passes with a probability of 1 in 65536; 0 is a checksum that was left to the
 * hardware. */
static bool
ipv4_checksum_fits(const uint8_t *header, size_t header_len)
{
    uint32_t sum = 0;
    if (get16(header + 10) == 0)
        return true;
    for (size_t i = 0; i < header_len; i += 2)
        sum += get16(header + i);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

/* The length of an IPv6 header with its extension headers, before `proto`; 0 when there is none. */
static size_t
ipv6_header_len(const uint8_t *bytes, size_t len, uint8_t proto)
{
    if (len < 40 || bytes[0] >> 4 != 6)
        return 0;
    uint8_t next = bytes[6];
    size_t at = 40;
    for (unsigned i = 0; i < MAX_EXTENSIONS && next != proto; i++) {
        if (at + 8 > len)
            return 0;
        size_t extension_len = (bytes[at + 1] + 1u) * 8u;
        if (next == 44) { /* fragment header: only of a first fragment */
            if ((get16(bytes + at + 2) & 0xfff8) != 0)
                return 0;
            extension_len = 8;
        } else if (next != 0 && next != 43 && next != 60) {
            return 0;
        }
        next = bytes[at];
        at += extension_len;
    }
    return next == proto && at <= len ? at : 0;
}

static void
set_endpoint(dx_endpoint *endpoint, uint8_t family, const uint8_t *address, const uint8_t *port,
             uint8_t proto)
{
    memset(endpoint, 0, sizeof *endpoint);
    endpoint->datagram = proto == PROTO_UDP;
    endpoint->address.family = family;
    memcpy(endpoint->address.bytes, address, family == 4 ? 4 : 16);
    endpoint->port = get16(port);
}

static bool
read_ipv4(const uint8_t *bytes, size_t captured, size_t reported, dx_unreachable *out)
{
    size_t header_len = ipv4_header_len(bytes, captured, PROTO_ICMP);
    if (header_len == 0 || header_len + ICMP_HEADER_LEN > captured || get16(bytes + 2) > reported ||
        get16(bytes + 2) < header_len + ICMP_HEADER_LEN || !ipv4_checksum_fits(bytes, header_len))
        return false;
    const uint8_t *icmp = bytes + header_len, *quoted = icmp + ICMP_HEADER_LEN;
    size_t quoted_len = captured - header_len - ICMP_HEADER_LEN;
    uint8_t proto = quoted_len > 9 && quoted[9] == PROTO_UDP ? PROTO_UDP : PROTO_TCP;
    size_t quoted_header_len = ipv4_header_len(quoted, quoted_len, proto);
    if (icmp[0] != 3 || quoted_header_len == 0 || quoted_header_len + QUOTED_LEN > quoted_len)
        return false;
    out->version = 4;
    out->type = icmp[0];
    out->code = icmp[1];
    set_endpoint(&out->source, 4, quoted + 12, quoted + quoted_header_len, proto);
    set_endpoint(&out->destination, 4, quoted + 16, quoted + quoted_header_len + 2, proto);
    return true;
}

static bool
read_ipv6(const uint8_t *bytes, size_t captured, size_t reported, dx_unreachable *out)
{
    size_t header_len = ipv6_header_len(bytes, captured, PROTO_ICMPV6);
    if (header_len == 0 || header_len + ICMP_HEADER_LEN > captured || get16(bytes + 4) + 40u > reported)
        return false;
    const uint8_t *icmp = bytes + header_len, *quoted = icmp + ICMP_HEADER_LEN;
    size_t quoted_len = captured - header_len - ICMP_HEADER_LEN;
    uint8_t proto = PROTO_TCP;
    size_t quoted_header_len = ipv6_header_len(quoted, quoted_len, proto);
    if (quoted_header_len == 0) {
        proto = PROTO_UDP;
        quoted_header_len = ipv6_header_len(quoted, quoted_len, proto);
    }
    if ((icmp[0] != 1 && icmp[0] != 2) || quoted_header_len == 0 ||
        quoted_header_len + QUOTED_LEN > quoted_len)
        return false;
    out->version = 6;
    out->type = icmp[0];
    out->code = icmp[1];
    set_endpoint(&out->source, 6, quoted + 8, quoted + quoted_header_len, proto);
    set_endpoint(&out->destination, 6, quoted + 24, quoted + quoted_header_len + 2, proto);
    return true;
}

bool
dx_unreachable_find(const uint8_t *bytes, size_t captured, size_t reported, dx_unreachable *out)
{
    for (size_t at = 0; at < captured && at < MAX_ENCAPSULATION; at++) {
        uint8_t version = bytes[at] >> 4;
        if ((version == 4 && read_ipv4(bytes + at, captured - at, reported - at, out)) ||
            (version == 6 && read_ipv6(bytes + at, captured - at, reported - at, out)))
            return true;
    }
    return false;
}
