/* quic.c - TLS inside QUIC: the connections of one flow, one after the other
 *
 * Initial packets are read with the keys that everybody can derive, what is protected when Wireshark has its
 * secrets; of the rest only that it was sent. Packets with a short header come when the handshake is over for
 * their sender (RFC 9001 section 4.1), from a server half a round trip earlier.
 * Source: RFC 9000 sections 6, 7, 8.1.2, 12.2 and 17, RFC 9001 sections 4 and 5
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic.h"

#include <string.h>

#include "capture/udp.h"
#include "knowledge/whole.h"

#define CRYPTO_ERROR 0x100 /* RFC 9000 section 20.1: the alert is in the lowest byte */
#define APPLICATION_ERROR                                                                                    \
    0x0c /* the application closes, which is not for packets of the handshake: section 10.2.3 */
#define TAG_LEN    16
#define MAX_REASON 120

typedef enum { LEVEL_INITIAL, LEVEL_HANDSHAKE, LEVEL_DATA, NUM_LEVELS } level;

/* A flow, and its connection. */
typedef struct {
    dx_capture *capture;
    dx_channel *channel; /* NULL before the first Initial packet that could be read */
    dx_endpoint client;
    uint32_t version;
    dx_quic_keys keys[2]; /* the client's, the server's */
    dx_quic_cid retry_id; /* that the server's Retry asks for; len 0: none */
    dx_quic_crypto *crypto[2][NUM_LEVELS];
    dx_moment at; /* of the datagram that is being taken */
    dx_side from;
    level level;          /* of the packet that is being taken */
    bool anything;        /* it brought something new */
    uint32_t next_number; /* of the client's Initial packets */
    dx_datagram
        strange; /* the client's first one, of a version that cannot be read; its payload is not kept */
    dx_quic_cid strange_id; /* its source */
    bool client_done;       /* the client's first packet with a short header came */
    bool beside;            /* the datagram that is being taken began with a Handshake packet */
    bool data; /* the packet that is being taken has data of the application, or cannot be read */
    const dx_plain *plain;
    unsigned num_plain;
} quic;

static void
on_message(void *user, const dx_message *message)
{
    quic *q = user;

    dx_channel_message(q->channel, q->from, message, q->level != LEVEL_INITIAL, &q->at);
}

static void
clear_crypto(quic *q)
{
    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; i < NUM_LEVELS; i++)
            g_clear_pointer(&q->crypto[side][i], dx_quic_crypto_free);
}

static void *
flow_new(dx_capture *capture)
{
    quic *q = g_new0(quic, 1);

    q->capture = capture;
    return q;
}

static void
flow_free(void *flow)
{
    clear_crypto(flow);
    g_free(flow);
}

static dx_channel *
current(void *flow)
{
    return ((quic *)flow)->channel;
}

static const dx_facts *
facts_of(const quic *q)
{
    return &dx_channel_connection(q->channel)->facts;
}

static void
on_crypto(void *user, uint64_t offset, const uint8_t *bytes, size_t len)
{
    quic *q = user;
    dx_quic_crypto **crypto = &q->crypto[q->from == DX_SERVER][q->level];

    if (!*crypto)
        *crypto = dx_quic_crypto_new(on_message, q);
    q->anything = true;
    if (!dx_quic_crypto_take(*crypto, offset, bytes, len)) {
        dx_channel_repeated(q->channel, q->from, (uint32_t)len, &q->at);
    } else if (q->from == DX_CLIENT && !facts_of(q)->hello_frame) {
        bool header = !offset && len >= 4;
        uint32_t expected = header ? 4 + ((uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]) : 0;
        dx_channel_partial(q->channel, (uint32_t)(offset + len), expected, &q->at);
    }
}

static void
on_close(void *user, uint64_t error, bool application, const uint8_t *reason, size_t len)
{
    quic *q = user;
    char *text = dx_whole(reason, MIN(len, MAX_REASON));

    q->anything = true;
    if (application) {
        dx_channel_closed(q->channel, q->from, &q->at);
    } else if (error ==
               APPLICATION_ERROR) { /* the same close stands in a packet of its own behind this one */
        dx_channel_seen(q->channel, q->from, &q->at);
    } else if (error >> 8 == CRYPTO_ERROR >> 8) {
        dx_record alert = {.type = DX_RECORD_ALERT,
                           .len = 2,
                           .whole = true,
                           .alert_level = DX_ALERT_FATAL,
                           .alert_description = (uint8_t)error,
                           .alert_reason = *text ? text : NULL};
        dx_channel_record(q->channel, q->from, &alert, &q->at);
    } else {
        dx_channel_refused(q->channel, q->from, (uint32_t)MIN(error, UINT32_MAX), text, &q->at);
    }
    g_free(text);
}

/* The client's Finished has been verified (RFC 9001 section 4.1.2). */
static void
on_done(void *user)
{
    quic *q = user;
    q->anything = true;
    dx_channel_data(q->channel, q->from, 0, &q->at);
}

static void
on_data(void *user)
{
    ((quic *)user)->data = true;
}

static void
take_frames(quic *q, level at, const uint8_t *bytes, size_t len)
{
    static const dx_quic_frames sink = {
        .crypto = on_crypto, .close = on_close, .done = on_done, .data = on_data};

    const dx_facts *facts = facts_of(q);

    q->level = at;
    q->anything = false;
    dx_quic_frames_read(bytes, len, &sink, q);
    if (q->anything)
        return;
    /* a probe of a client that waits (RFC 9002 section 6.2.4), or acknowledgments */
    if (q->from == DX_CLIENT && facts->hello_frame && !facts->server.num_packets)
        dx_channel_repeated(q->channel, DX_CLIENT, 0, &q->at);
    else
        dx_channel_seen(q->channel, q->from, &q->at);
}

static void
begin(quic *q, const dx_datagram *datagram, uint32_t version)
{
    uint32_t number = datagram->connection != UINT32_MAX ? datagram->connection : datagram->stream;

    clear_crypto(q);
    q->client = datagram->src;
    q->version = version;
    q->retry_id.len = 0;
    q->client_done = false;
    q->next_number = 0;
    q->channel =
        dx_capture_channel(q->capture, DX_TRANSPORT_QUIC, number, &datagram->src, &datagram->dst, &q->at);
    dx_channel_opened(q->channel, &q->at);
}

/* What Wireshark decrypted of this packet: it is shorter by the tag and the packet number. NULL: nothing. */
static const dx_plain *
plain_of(quic *q, const dx_quic_packet *packet)
{
    size_t most = packet->len - packet->header_len - TAG_LEN - 1;
    size_t least = packet->type == DX_QUIC_SHORT ? 1 : most - 3;

    for (; q->num_plain; q->plain++, q->num_plain--)
        if (q->plain->len >= least && q->plain->len <= most) {
            q->num_plain--;
            return q->plain++;
        }
    return NULL;
}

/* A client's Initial that the connection's keys do not open: the first one, the answer to a Retry or to
 * Version Negotiation, or another connection on the same ports. NULL: none of these. */
static uint8_t *
open_first(quic *q, const dx_datagram *datagram, const dx_quic_packet *packet, size_t *len, uint32_t *number)
{
    dx_quic_keys client, server;

    if (!dx_quic_keys_make(&client, &server, packet->version, &packet->destination))
        return NULL;
    uint8_t *bytes = dx_quic_open(packet, &client, len, number);
    if (!bytes)
        return NULL;
    bool goes_on = q->channel && dx_endpoint_equal(&datagram->src, &q->client) &&
                   !facts_of(q)->server_hello_frame &&
                   (dx_quic_cid_equal(&packet->destination, &q->retry_id) || facts_of(q)->versions_frame);
    if (!goes_on)
        begin(q, datagram, packet->version);
    else if (packet->version != q->version) /* the hello begins anew */
        g_clear_pointer(&q->crypto[0][LEVEL_INITIAL], dx_quic_crypto_free);
    q->version = packet->version;
    q->keys[0] = client;
    q->keys[1] = server;
    q->from = DX_CLIENT;
    return bytes;
}

/* A gap in the numbers: packets of the client are not in the capture. Some stacks leave one out on purpose
 * (quic-go; Chromium with each repetition). */
static void
take_number(quic *q, uint32_t number)
{
    if (q->next_number && number > q->next_number + 1)
        dx_channel_lost(q->channel, &q->at);
    q->next_number = MAX(q->next_number, number + 1);
}

static void
take_initial(quic *q, const dx_datagram *datagram, const dx_quic_packet *packet, const dx_plain *plain)
{
    size_t len = 0;
    uint32_t number;
    const dx_channel *before = q->channel;
    uint8_t *bytes = q->channel ? dx_quic_open(packet, &q->keys[q->from == DX_SERVER], &len, &number) : NULL;

    if (!bytes && (!q->channel || q->from == DX_CLIENT))
        bytes = open_first(q, datagram, packet, &len, &number);
    if (bytes)
        take_frames(q, LEVEL_INITIAL, bytes, len);
    if (bytes && q->from == DX_CLIENT)
        take_number(q, number);
    if (bytes && before != q->channel && facts_of(q)->phase < DX_PHASE_HELLO_PARTIAL)
        dx_channel_mid_stream(q->channel);
    if (!bytes && q->channel && plain)
        take_frames(q, LEVEL_INITIAL, plain->data, plain->len);
    else if (!bytes && q->channel)
        dx_channel_seen(q->channel, q->from, &q->at);
    g_free(bytes);
}

static void
take_handshake(quic *q, const dx_quic_packet *packet, const dx_plain *plain)
{
    if (plain)
        take_frames(q, LEVEL_HANDSHAKE, plain->data, plain->len);
    else
        dx_channel_hidden(q->channel, q->from, (uint16_t)MIN(packet->len - packet->header_len, UINT16_MAX),
                          &q->at);
}

/* The client sends such packets when it has verified the server's Finished and sent its own. */
static void
take_short(quic *q, const dx_quic_packet *packet, const dx_plain *plain)
{
    const dx_message finished = {.type = DX_HS_FINISHED};

    if (q->from == DX_CLIENT && !q->client_done) {
        q->client_done = true;
        if (!facts_of(q)->server.finished)
            dx_channel_message(q->channel, DX_SERVER, &finished, false, &q->at);
        if (!facts_of(q)->client.finished)
            dx_channel_message(q->channel, DX_CLIENT, &finished, false, &q->at);
    }
    q->data = !plain;
    if (plain)
        take_frames(q, LEVEL_DATA, plain->data, plain->len);
    if (q->client_done && q->data && q->beside && q->from == DX_SERVER)
        dx_channel_beside(q->channel, (uint16_t)MIN(packet->len, UINT16_MAX), &q->at);
    else if (q->client_done && q->data)
        dx_channel_data(q->channel, q->from, (uint16_t)MIN(packet->len, UINT16_MAX), &q->at);
    else
        dx_channel_seen(q->channel, q->from, &q->at);
}

static void
take_retry(quic *q, const dx_quic_packet *packet)
{
    const dx_message asked = {.type = DX_HS_HELLO_VERIFY_REQUEST};

    if (q->from != DX_SERVER || facts_of(q)->server_hello_frame)
        return;
    q->retry_id = packet->source;
    dx_channel_message(q->channel, DX_SERVER, &asked, false, &q->at);
}

/* The server's list. A client whose own version cannot be read has a connection by that. */
static void
take_versions(quic *q, const dx_datagram *datagram, const dx_quic_packet *packet)
{
    bool answers = q->strange.frame && dx_endpoint_equal(&datagram->dst, &q->strange.src) &&
                   dx_quic_cid_equal(&packet->destination, &q->strange_id);

    if (answers) {
        q->at = (dx_moment){q->strange.frame, q->strange.time_us};
        begin(q, &q->strange, 0);
        dx_channel_seen(q->channel, DX_CLIENT, &q->at);
        q->at = (dx_moment){datagram->frame, datagram->time_us};
        q->strange.frame = 0;
    }
    if (answers || (q->channel && q->from == DX_SERVER))
        dx_channel_versions(q->channel, &q->at);
}

static void
take_packet(quic *q, const dx_datagram *datagram, const dx_quic_packet *packet)
{
    bool listed = packet->type == DX_QUIC_RETRY || packet->type == DX_QUIC_VERSIONS;
    const dx_plain *plain = listed ? NULL : plain_of(q, packet);

    if (packet->type == DX_QUIC_INITIAL) {
        take_initial(q, datagram, packet, plain);
        return;
    }
    if (packet->type == DX_QUIC_VERSIONS) {
        take_versions(q, datagram, packet);
        return;
    }
    if (packet->type == DX_QUIC_STRANGE && !q->channel && !q->strange.frame) {
        q->strange = *datagram;
        q->strange_id = packet->source;
    }
    if (!q->channel)
        return;
    switch (packet->type) {
    case DX_QUIC_HANDSHAKE:
        q->beside = !plain;
        take_handshake(q, packet, plain);
        break;
    case DX_QUIC_RETRY:
        take_retry(q, packet);
        break;
    case DX_QUIC_SHORT:
        take_short(q, packet, plain);
        break;
    default:
        dx_channel_seen(q->channel, q->from, &q->at);
        break;
    }
}

/* Packets that share a datagram have the same destination (RFC 9000 section 12.2); zeros behind them are
 * padding (aioquic). The fixed bit tells nothing: RFC 9287 lets peers clear it. */
static bool
goes_along(const dx_quic_packet *packet, const dx_quic_cid *destination)
{
    if (packet->type != DX_QUIC_SHORT)
        return true;
    if (!destination->len)
        return packet->bytes[0] != 0;
    return packet->captured > destination->len &&
           memcmp(packet->bytes + 1, destination->bytes, destination->len) == 0;
}

static dx_channel *
take(void *flow, const dx_datagram *datagram)
{
    quic *q = flow;
    const dx_quic_cid *first = NULL;
    dx_quic_cid destination;
    const uint8_t *bytes = datagram->data;
    size_t captured = datagram->captured, left = datagram->len, taken;
    dx_quic_packet packet;

    q->at = (dx_moment){datagram->frame, datagram->time_us};
    q->plain = datagram->plain;
    q->num_plain = datagram->num_plain;
    q->beside = false;
    for (; captured; bytes += taken, captured -= taken, left -= taken) {
        q->from = !q->channel || dx_endpoint_equal(&datagram->src, &q->client) ? DX_CLIENT : DX_SERVER;
        taken = dx_quic_packet_read(&packet, bytes, captured, left);
        if (!taken || (first && !goes_along(&packet, first)))
            break;
        take_packet(q, datagram, &packet);
        destination = packet.destination;
        first = &destination;
        taken = MIN(taken, captured);
    }
    if (q->channel && !dx_channel_is_read(q->channel))
        clear_crypto(q);
    return q->channel;
}

/* A new connection begins with a long header. */
static bool
skips(const void *flow, uint8_t first)
{
    const quic *q = flow;

    return q->channel && !dx_channel_is_read(q->channel) && !(first & 0x80);
}

const dx_carrier dx_carrier_quic = {.least = 0xc0, /* a long header, RFC 9000 section 17.2 */
                                    .most = UINT8_MAX,
                                    .begins = dx_quic_begins,
                                    .flow_new = flow_new,
                                    .flow_free = flow_free,
                                    .take = take,
                                    .current = current,
                                    .skips = skips};
