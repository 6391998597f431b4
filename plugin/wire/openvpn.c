/* openvpn.c - OpenVPN's packets, as far as they carry TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/openvpn.h"

#include <glib.h>
#include <string.h>

#include "wire/look.h"

#define SESSION_LEN 8
#define HEADER_LEN  DX_OPENVPN_HEADER_LEN
#define ID_LEN      4
#define REPLAY_LEN  8                         /* packet id and time */
#define FIRST_LEN   (HEADER_LEN + 1 + ID_LEN) /* no acknowledgments, message id 0 */
#define SEAL_LEN    (REPLAY_LEN + 32)
#define MAX_ACKS    8
#define EARLIEST    0x40000000u /* 2004: OpenVPN 2.0 */
#define EARLY_ID    0x0F000000u /* where 2.6 begins to count with tls-crypt (ssl_pkt.h EARLY_NEG_START) */

static uint32_t
u32(const uint8_t *bytes)
{
    return (uint32_t)dx_u16(bytes) << 16 | dx_u16(bytes + 2);
}

uint64_t
dx_openvpn_session(const uint8_t *bytes)
{
    return (uint64_t)u32(bytes + 1) << 32 | u32(bytes + 1 + ID_LEN);
}

bool
dx_openvpn_is_data(uint8_t first)
{
    return first >> 3 == DX_OPENVPN_DATA || first >> 3 == DX_OPENVPN_DATA_V2;
}

/* Neither acknowledgments nor a message before it. */
static bool
is_first(const uint8_t *end)
{
    return end[-5] == 0 && u32(end - ID_LEN) == 0;
}

/* A counter that has just begun, and a time. */
static bool
is_replay(const uint8_t *bytes)
{
    uint32_t id = u32(bytes), time = u32(bytes + ID_LEN);

    return id && (id & ~EARLY_ID) <= UINT8_MAX && time >= EARLIEST;
}

/* Random, in contrast to what other protocols have there. */
static bool
is_session(const uint8_t *bytes)
{
    unsigned zeros = 0;

    for (unsigned i = 0; i < SESSION_LEN; i++)
        zeros += bytes[i] == 0;
    return zeros <= 2;
}

uint8_t
dx_openvpn_wrap(const uint8_t *bytes, size_t captured, size_t len)
{
    static const uint8_t hmacs[] = {16, 20, 28, 32, 48, 64}; /* MD5, SHA-1, SHA-224, -256, -384, -512 */

    if (!captured ||
        (bytes[0] != DX_OPENVPN_RESET_CLIENT << 3 && bytes[0] != DX_OPENVPN_RESET_CLIENT_V3 << 3) ||
        captured < len || len < FIRST_LEN || !is_session(bytes + 1))
        return DX_OPENVPN_NONE;
    bool sealed = len >= FIRST_LEN + SEAL_LEN && is_replay(bytes + HEADER_LEN);
    if (bytes[0] == DX_OPENVPN_RESET_CLIENT_V3 << 3)
        return sealed ? DX_OPENVPN_SEALED : DX_OPENVPN_NONE;
    if (is_first(bytes + len)) {
        if (len == FIRST_LEN)
            return DX_OPENVPN_PLAIN;
        for (unsigned i = 0; i < sizeof hmacs; i++)
            if (len == FIRST_LEN + REPLAY_LEN + (size_t)hmacs[i] && is_replay(bytes + HEADER_LEN + hmacs[i]))
                return (uint8_t)(hmacs[i] + REPLAY_LEN);
    }
    return sealed && len == FIRST_LEN + SEAL_LEN ? DX_OPENVPN_SEALED : DX_OPENVPN_NONE;
}

bool
dx_openvpn_read(dx_openvpn_packet *packet, uint8_t wrap, const uint8_t *bytes, size_t captured, size_t len)
{
    size_t at = HEADER_LEN + (size_t)wrap;

    *packet = (dx_openvpn_packet){0};
    if (captured > len || captured <= at || wrap >= DX_OPENVPN_SEALED)
        return false;
    packet->opcode = bytes[0] >> 3;
    packet->key = bytes[0] & 7;
    packet->session = dx_openvpn_session(bytes);
    unsigned acks = bytes[at++];
    if (acks > MAX_ACKS || packet->opcode < DX_OPENVPN_SOFT_RESET ||
        packet->opcode > DX_OPENVPN_RESET_SERVER || packet->opcode == DX_OPENVPN_DATA)
        return false;
    at += acks ? acks * (size_t)ID_LEN + SESSION_LEN : 0;
    if (packet->opcode == DX_OPENVPN_ACK)
        return captured >= at;
    if (captured < at + ID_LEN)
        return false;
    packet->id = u32(bytes + at);
    at += ID_LEN;
    packet->tls = bytes + at;
    packet->captured = captured - at;
    packet->len = len - at;
    return true;
}

bool
dx_openvpn_renews(const dx_openvpn_packet *packet)
{
    return packet->opcode == DX_OPENVPN_SOFT_RESET && packet->id == 0 && packet->len == 0;
}

/* Takes a byte of a packet's length. */
static void
take_head(dx_openvpn_stream *stream, uint8_t byte)
{
    stream->head[stream->have++] = byte;
    if (stream->have < sizeof stream->head)
        return;
    stream->len = dx_u16(stream->head);
    stream->at = 0;
    stream->lost = stream->len == 0;
    if (stream->len)
        stream->packet = g_malloc(stream->len);
}

void
dx_openvpn_stream_free(dx_openvpn_stream *stream)
{
    if (stream)
        g_free(stream->packet);
    g_free(stream);
}

void
dx_openvpn_feed(dx_openvpn_stream *stream, const uint8_t *bytes, size_t len, size_t missing,
                dx_openvpn_sink *take, void *user)
{
    while (len > 0 && !stream->lost) {
        if (stream->have < sizeof stream->head) {
            take_head(stream, *bytes++);
            len--;
            continue;
        }
        size_t piece = MIN(len, (size_t)(stream->len - stream->at));
        memcpy(stream->packet + stream->at, bytes, piece);
        stream->at = (uint16_t)(stream->at + piece);
        bytes += piece;
        len -= piece;
        if (stream->at < stream->len)
            continue;
        take(user, stream->packet, stream->len);
        g_free(stream->packet);
        stream->packet = NULL;
        stream->have = 0;
    }
    stream->lost |= missing > 0;
}
