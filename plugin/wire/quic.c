/* quic.c - QUIC: the packets of a datagram, and their frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic.h"

#include <glib.h>
#include <string.h>

#include "wire/cursor.h"
#include "wire/quic_versions.h"

#define LONG_HEADER   0x80
#define FIXED_BIT     0x40
#define MIN_FIRST_LEN 1200 /* RFC 9000 section 14.1 */
#define RETRY_TAG_LEN 16
#define MIN_PROTECTED 20 /* packet number, and the sample for header protection: RFC 9001 section 5.4.2 */
#define MAX_FRAMES    4096

bool
dx_quic_cid_equal(const dx_quic_cid *a, const dx_quic_cid *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* RFC 9000 section 16 */
static bool
read_varint(dx_cursor *cursor, uint64_t *number)
{
    const uint8_t *bytes;

    if (!cursor->left)
        return false;
    unsigned len = 1u << (cursor->at[0] >> 6);
    if (!dx_read_bytes(cursor, len, &bytes))
        return false;
    *number = bytes[0] & 0x3f;
    for (unsigned i = 1; i < len; i++)
        *number = *number << 8 | bytes[i];
    return true;
}

static bool
read_cid(dx_cursor *cursor, dx_quic_cid *cid)
{
    uint8_t len;
    const uint8_t *bytes;

    if (!dx_read_u8(cursor, &len) || len > DX_QUIC_MAX_CID || !dx_read_bytes(cursor, len, &bytes))
        return false;
    cid->len = len;
    memcpy(cid->bytes, bytes, len);
    return true;
}

/* The types of long headers have other numbers in version 2 (RFC 9369 section 3.2). */
static dx_quic_type
type_of(uint8_t first, uint32_t version)
{
    unsigned number = first >> 4 & 3;

    return (dx_quic_type)(dx_quic_is_v2(version) ? (number + 3) & 3 : number);
}

/* What follows the connection IDs of an Initial, 0-RTT or Handshake packet. */
static size_t
read_protected(dx_quic_packet *packet, dx_cursor cursor, size_t reported)
{
    uint64_t token_len = 0, len;
    const uint8_t *token;

    if (packet->type == DX_QUIC_INITIAL && (!read_varint(&cursor, &token_len) || token_len > cursor.left ||
                                            !dx_read_bytes(&cursor, (size_t)token_len, &token)))
        return 0;
    if (!read_varint(&cursor, &len))
        return 0;
    packet->header_len = (size_t)(cursor.at - packet->bytes);
    if (len < MIN_PROTECTED || len > reported - packet->header_len)
        return 0;
    return packet->header_len + (size_t)len;
}

size_t
dx_quic_packet_read(dx_quic_packet *packet, const uint8_t *bytes, size_t captured, size_t reported)
{
    dx_cursor cursor = {bytes, captured};
    uint8_t first;

    memset(packet, 0, sizeof *packet);
    packet->bytes = bytes;
    if (!dx_read_u8(&cursor, &first))
        return 0;
    packet->len = reported;
    packet->captured = captured;
    if (!(first & LONG_HEADER)) { /* it fills the datagram */
        packet->type = DX_QUIC_SHORT;
        return reported > MIN_PROTECTED ? reported : 0;
    }
    if (!dx_read_number(&cursor, 4, &packet->version) || !read_cid(&cursor, &packet->destination) ||
        !read_cid(&cursor, &packet->source))
        return 0;
    packet->header_len = (size_t)(cursor.at - bytes);
    if (!packet->version) {
        packet->type = DX_QUIC_VERSIONS;
        return reported;
    }
    if (!dx_quic_version_name(packet->version)) {
        packet->type = DX_QUIC_STRANGE;
        return dx_quic_is_strange(packet->version) ? reported : 0;
    }
    packet->type = type_of(first, packet->version);
    if (packet->type == DX_QUIC_RETRY)
        return reported > packet->header_len + RETRY_TAG_LEN ? reported : 0;
    packet->len = read_protected(packet, cursor, reported);
    packet->captured = MIN(packet->len, captured);
    return packet->len;
}

bool
dx_quic_begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    dx_quic_packet packet;

    return captured && (bytes[0] & (LONG_HEADER | FIXED_BIT)) == (LONG_HEADER | FIXED_BIT) &&
           reported >= MIN_FIRST_LEN && dx_quic_packet_read(&packet, bytes, captured, reported) &&
           (packet.type == DX_QUIC_INITIAL || packet.type == DX_QUIC_STRANGE) && packet.destination.len;
}

/* ACK, with its ranges and counts of congestion marks. RFC 9000 section 19.3 */
static bool
skip_ack(dx_cursor *cursor, bool marks)
{
    uint64_t number, ranges;

    if (!read_varint(cursor, &number) || !read_varint(cursor, &number) || !read_varint(cursor, &ranges) ||
        !read_varint(cursor, &number) || ranges > cursor->left)
        return false;
    for (uint64_t i = 0; i < 2 * ranges + (marks ? 3 : 0); i++)
        if (!read_varint(cursor, &number))
            return false;
    return true;
}

static bool
take_crypto(dx_cursor *cursor, const dx_quic_frames *sink, void *user)
{
    uint64_t offset, len;
    const uint8_t *bytes;

    if (!read_varint(cursor, &offset) || !read_varint(cursor, &len) || len > cursor->left ||
        !dx_read_bytes(cursor, (size_t)len, &bytes))
        return false;
    if (sink->crypto)
        sink->crypto(user, offset, bytes, (size_t)len);
    return true;
}

static bool
take_close(dx_cursor *cursor, bool application, const dx_quic_frames *sink, void *user)
{
    uint64_t error, frame_type, len;

    if (!read_varint(cursor, &error) || (!application && !read_varint(cursor, &frame_type)) ||
        !read_varint(cursor, &len))
        return false;
    if (sink->close)
        sink->close(user, error, application, cursor->at, MIN((size_t)len, cursor->left));
    return false; /* nothing that matters follows */
}

void
dx_quic_frames_read(const uint8_t *bytes, size_t len, const dx_quic_frames *sink, void *user)
{
    enum {
        PADDING = 0,
        PING = 1,
        ACK = 2,
        ACK_ECN = 3,
        CRYPTO = 6,
        STREAM = 8, /* to 15 */
        CLOSE = 0x1c,
        CLOSE_APPLICATION = 0x1d,
        DONE = 0x1e,
        DATAGRAM = 0x30 /* and 0x31: RFC 9221 */
    };
    dx_cursor cursor = {bytes, len};
    uint64_t type;
    bool more = true;

    for (unsigned i = 0; more && i < MAX_FRAMES; i++) {
        while (cursor.left && *cursor.at == PADDING) {
            cursor.at++;
            cursor.left--;
        }
        if (!read_varint(&cursor, &type))
            return;
        switch (type) {
        case PING:
            break;
        case ACK:
        case ACK_ECN:
            more = skip_ack(&cursor, type == ACK_ECN);
            break;
        case CRYPTO:
            more = take_crypto(&cursor, sink, user);
            break;
        case CLOSE:
        case CLOSE_APPLICATION:
            more = take_close(&cursor, type == CLOSE_APPLICATION, sink, user);
            break;
        case DONE:
            if (sink->done)
                sink->done(user);
            break;
        default:
            if (sink->data && ((type & ~7u) == STREAM || (type & ~1u) == DATAGRAM))
                sink->data(user);
            return;
        }
    }
}
