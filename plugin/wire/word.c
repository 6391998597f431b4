/* word.c - whether what a side says before TLS is whole
 *
 * Source: RFC 1006 section 6 (TPKT), RFC 4511 section 5.1 (LDAP), [MS-TDS] section 2.2.3.1, MySQL Internals
 *         "Protocol::Packet", OpenVPN's protocol over TCP (a length of two bytes before each packet)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/word.h"

#include <glib.h>

#include "wire/look.h"
#include "wire/tds.h"

#define MIN_BINARY  8    /* bytes: every header that is known has so many at most */
#define MAX_OPENVPN 2000 /* bytes of a packet of the control channel */

static bool
is_text(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] == 0x7F || (bytes[i] < ' ' && !g_ascii_isspace(bytes[i])))
            return false;
    return true;
}

/* The length of the packet that begins with these eight bytes or more; 0: nothing tells. */
static size_t
packet_len(const uint8_t *bytes, size_t len)
{
    size_t first_two = dx_u16(bytes);

    if (bytes[0] == 3 && bytes[1] == 0)
        return dx_u16(bytes + 2);
    if (dx_tds_begins(bytes, len, true) || dx_tds_begins(bytes, len, false))
        return dx_u16(bytes + 2);
    if (bytes[0] == 0x30 && bytes[1] < 0x80)
        return 2 + (size_t)bytes[1];
    if (bytes[2] == 0 && bytes[3] <= 1 &&
        bytes[0]) /* MySQL: the lower byte first, then the packet's number */
        return 4 + (size_t)bytes[0] + ((size_t)bytes[1] << 8);
    return first_two <= MAX_OPENVPN ? 2 + first_two : 0;
}

bool
dx_word_goes_on(const uint8_t *bytes, size_t len)
{
    if (dx_tls_looks_like_record(bytes, len) || dx_looks_like_sslv2(bytes, len))
        return false;
    if (is_text(bytes, len))
        return bytes[len - 1] != '\n' && !(bytes[0] == '<' && bytes[len - 1] == '>');
    return len < MIN_BINARY || packet_len(bytes, len) > len;
}
