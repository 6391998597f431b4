/* tds.c - SQL Server's Tabular Data Stream, as far as it carries TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tds.h"

#define MAX_PACKET       0x8000
#define TOKEN_ENCRYPTION 1
#define TOKEN_TERMINATOR 0xFF
#define ENCRYPTION_KIND  0x0F /* besides: a client certificate (0x80), extensions (0x20) */
#define MAX_OPTIONS      32

const char *
dx_tds_name(dx_tds_encryption encryption)
{
    static const char *const names[] = {"ENCRYPT_OFF", "ENCRYPT_ON", "ENCRYPT_NOT_SUP", "ENCRYPT_REQ"};

    return encryption <= DX_TDS_ENCRYPT_REQ ? names[encryption] : "nothing of encryption";
}

static unsigned
packet_len(const uint8_t *header)
{
    return (unsigned)(header[2] << 8 | header[3]);
}

/* Type, status, length with this header, SPID, packet number, window (0). */
static bool
is_header(const uint8_t *bytes)
{
    return bytes[1] <= 0x1F && bytes[7] == 0 && packet_len(bytes) > DX_TDS_HEADER_LEN &&
           packet_len(bytes) <= MAX_PACKET;
}

bool
dx_tds_begins(const uint8_t *bytes, size_t len, bool from_client)
{
    return len >= DX_TDS_HEADER_LEN && bytes[0] == (from_client ? DX_TDS_PRELOGIN : DX_TDS_RESPONSE) &&
           is_header(bytes);
}

/* A table of (token, offset, length), the values behind it. */
dx_tds_encryption
dx_tds_encryption_of(const uint8_t *message, size_t len)
{
    for (size_t i = 0, at = 0; i < MAX_OPTIONS && at + 5 <= len && message[at] != TOKEN_TERMINATOR;
         i++, at += 5) {
        size_t offset = (size_t)(message[at + 1] << 8 | message[at + 2]);
        size_t value_len = (size_t)(message[at + 3] << 8 | message[at + 4]);
        if (message[at] == TOKEN_ENCRYPTION && value_len == 1 && offset < len &&
            (message[offset] & ENCRYPTION_KIND) <= DX_TDS_ENCRYPT_REQ)
            return (dx_tds_encryption)(message[offset] & ENCRYPTION_KIND);
    }
    return DX_TDS_ENCRYPT_UNKNOWN;
}

int
dx_tds_agree(dx_tds_encryption client, dx_tds_encryption server)
{
    bool one_has_none = client == DX_TDS_ENCRYPT_NOT_SUP || server == DX_TDS_ENCRYPT_NOT_SUP;
    dx_tds_encryption other = client == DX_TDS_ENCRYPT_NOT_SUP ? server : client;

    if (client == DX_TDS_ENCRYPT_UNKNOWN || server == DX_TDS_ENCRYPT_UNKNOWN)
        return 0;
    if (!one_has_none)
        return 1;
    return other == DX_TDS_ENCRYPT_ON || other == DX_TDS_ENCRYPT_REQ ? -1 : 0;
}

/* Where a packet could begin: another byte is what follows the packets. */
static bool
is_packet(uint8_t byte)
{
    return byte == DX_TDS_PRELOGIN || byte == DX_TDS_RESPONSE;
}

/* Takes a byte of a packet's header. */
static void
take_header(dx_tds *tds, uint8_t byte)
{
    tds->header[tds->have++] = byte;
    if (tds->have < DX_TDS_HEADER_LEN)
        return;
    tds->raw = !is_header(tds->header);
    tds->left = (uint16_t)(tds->raw ? 0 : packet_len(tds->header) - DX_TDS_HEADER_LEN);
}

void
dx_tds_feed(dx_tds *tds, const uint8_t *bytes, size_t len, size_t missing, dx_tds_sink *content, void *user)
{
    while (len > 0 && !tds->raw) {
        if (tds->left == 0 && tds->have == 0 && !is_packet(bytes[0])) {
            tds->raw = true;
        } else if (tds->left == 0) {
            take_header(tds, *bytes++);
            len--;
        } else {
            size_t piece = len < tds->left ? len : tds->left;
            bool begins = tds->have == DX_TDS_HEADER_LEN;
            tds->have = 0;
            tds->left -= (uint16_t)piece;
            content(user, bytes, piece, 0, begins);
            bytes += piece;
            len -= piece;
        }
    }
    if (missing > tds->left) /* nothing tells where the next packet begins */
        tds->raw = true;
    tds->left -= (uint16_t)(missing < tds->left ? missing : tds->left);
    if (len > 0 || missing > 0)
        content(user, bytes, len, missing, false);
}
