/* dtls.c - TLS over datagrams: DTLS associations of one flow, one after the other
 *
 * Source: RFC 6347 section 4.2 (cookies, retransmission), RFC 9147 sections 5 to 7 (DTLS 1.3); what else
 *         travels there: STUN and SRTP (RFC 9443)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dtls.h"

#include <string.h>

#include "capture/reader.h"
#include "capture/udp.h"
#include "facts/infer.h"

#define RANDOM_AT  2 /* in a ClientHello, behind legacy_version */
#define RANDOM_LEN 32

typedef struct association association;

/* One direction of the association. */
typedef struct {
    association *owner;
    dx_side side;
    dx_dtls *clear, *inner; /* messages in the clear; of decrypted records */
    uint16_t finished_len;  /* of the first protected handshake record; 0: none yet */
    uint64_t next;          /* protected record that is due */
    bool protected_data;    /* a record of the application's epoch */
    bool switched;          /* its ChangeCipherSpec came */
    bool protects;          /* DTLS 1.3: a protected record of its came */
    unsigned num_acks;      /* DTLS 1.3 */
} direction;

/* A flow, and its association. */
struct association {
    dx_capture *capture;
    dx_channel *channel; /* NULL before the first ClientHello */
    direction client, server;
    dx_moment at; /* of the datagram that is being taken */
    const dx_plain *plain;
    unsigned num_plain;
    uint8_t random[RANDOM_LEN]; /* of the first ClientHello */
    bool have_random;
    bool inner_message; /* messages come from a decrypted record */
    dx_endpoint client_endpoint;
};

static void
on_message(void *user, const dx_message *message)
{
    direction *d = user;

    if (!message->body)
        dx_channel_lost(d->owner->channel, &d->owner->at);
    dx_channel_message(d->owner->channel, d->side, message, d->owner->inner_message, &d->owner->at);
}

static void
clear_direction(direction *d)
{
    dx_dtls_free(d->clear);
    dx_dtls_free(d->inner);
    d->clear = d->inner = NULL;
    d->finished_len = 0;
    d->next = 0;
    d->protected_data = d->switched = d->protects = false;
    d->num_acks = 0;
}

static void *
flow_new(dx_capture *capture)
{
    association *a = g_new0(association, 1);

    a->capture = capture;
    a->client = (direction){.owner = a, .side = DX_CLIENT};
    a->server = (direction){.owner = a, .side = DX_SERVER};
    return a;
}

static void
flow_free(void *flow)
{
    association *a = flow;

    clear_direction(&a->client);
    clear_direction(&a->server);
    g_free(a);
}

static dx_channel *
current(void *flow)
{
    return ((association *)flow)->channel;
}

/* Who is the client: a hello tells, else the ports. */
static bool
source_is_client(const dx_datagram *datagram, const dx_dtls_record *record)
{
    if (record->type == DX_RECORD_HANDSHAKE && record->epoch == 0 && record->captured)
        switch (record->content[0]) {
        case DX_HS_CLIENT_HELLO:
        case DX_HS_CLIENT_KEY_EXCHANGE:
            return true;
        case DX_HS_SERVER_HELLO:
        case DX_HS_HELLO_VERIFY_REQUEST:
        case DX_HS_SERVER_KEY_EXCHANGE:
        case DX_HS_SERVER_HELLO_DONE:
            return false;
        default:
            break;
        }
    return datagram->src.port >= datagram->dst.port;
}

static void
begin(association *a, const dx_datagram *datagram, const dx_dtls_record *record, bool with_hello)
{
    bool from_client = with_hello || source_is_client(datagram, record);
    const dx_endpoint *client = from_client ? &datagram->src : &datagram->dst;
    const dx_endpoint *server = from_client ? &datagram->dst : &datagram->src;

    clear_direction(&a->client);
    clear_direction(&a->server);
    a->client_endpoint = *client;
    a->have_random = false;
    a->channel = dx_capture_channel(a->capture, DX_TRANSPORT_DTLS, datagram->stream, client, server, &a->at);
    if (!with_hello)
        dx_channel_mid_stream(a->channel);
    dx_channel_opened(a->channel, &a->at);
}

/* The random of a ClientHello that begins in this record; NULL when there is none. */
static const uint8_t *
hello_random(const dx_dtls_record *record)
{
    dx_dtls_fragment fragment;

    if (record->type != DX_RECORD_HANDSHAKE || record->epoch ||
        !dx_dtls_fragment_read(&fragment, record->content, record->captured, record->len) ||
        fragment.type != DX_HS_CLIENT_HELLO || fragment.offset || fragment.num < RANDOM_AT + RANDOM_LEN)
        return NULL;
    return fragment.bytes ? fragment.bytes + RANDOM_AT : NULL;
}

/* A ClientHello begins in this record, whole or not. */
static bool
is_hello(const dx_dtls_record *record)
{
    enum { HEADER_LEN = 12, OFFSET_AT = 6 };
    static const uint8_t at_start[3] = {0};

    return record->type == DX_RECORD_HANDSHAKE && !record->epoch && record->captured >= HEADER_LEN &&
           record->content[0] == DX_HS_CLIENT_HELLO &&
           memcmp(record->content + OFFSET_AT, at_start, sizeof at_start) == 0;
}

/* A ClientHello with another random begins anew: the same ports are used again, or the client tries again.
 * One that answers a cookie repeats everything else (RFC 6347 section 4.2.1). */
static bool
begins_anew(const association *a, const uint8_t *random)
{
    const dx_facts *facts = &dx_channel_connection(a->channel)->facts;

    return random && a->have_random && memcmp(random, a->random, RANDOM_LEN) != 0 &&
           (!facts->cookie_frame || facts->server_hello_frame);
}

/* What a side sends in answer shows that it has all that it waited for: what is not there is missing in the
 * capture. */
static void
give_up(direction *d)
{
    if (d->clear && dx_dtls_give_up(d->clear))
        dx_channel_lost(d->owner->channel, &d->owner->at);
}

/* A fragment that the capture has cut: of a message no more than its type is known. */
static void
take_cut(direction *d, const dx_dtls_fragment *fragment)
{
    association *a = d->owner;
    const dx_message message = {.type = fragment->type, .len = fragment->len};

    dx_channel_lost(a->channel, &a->at);
    if (fragment->offset)
        dx_channel_seen(a->channel, d->side, &a->at);
    else
        dx_channel_message(a->channel, d->side, &message, false, &a->at);
}

static void
take_fragments(direction *d, direction *other, const uint8_t *bytes, size_t captured, size_t len, bool inner)
{
    association *a = d->owner;
    dx_dtls **messages = inner ? &d->inner : &d->clear;
    dx_dtls_fragment fragment;
    size_t taken;

    for (; len; bytes += MIN(taken, captured), captured -= MIN(taken, captured), len -= taken) {
        taken = dx_dtls_fragment_read(&fragment, bytes, captured, len);
        if (!taken) /* cut by the capture, or nothing that we know */
            return;
        if (!*messages)
            *messages = dx_dtls_new(on_message, d);
        if (fragment.type == DX_HS_HELLO_VERIFY_REQUEST) {
            dx_message message = {.type = fragment.type, .len = fragment.len, .body = fragment.bytes};
            dx_channel_message(a->channel, d->side, &message, false, &a->at);
            continue;
        }
        if (!fragment.bytes) {
            take_cut(d, &fragment);
            continue;
        }
        a->inner_message = inner;
        if (!dx_dtls_take(*messages, &fragment))
            dx_channel_repeated(a->channel, d->side, (uint32_t)taken, &a->at);
        else if (fragment.type != DX_HS_CLIENT_HELLO)
            give_up(other);
        a->inner_message = false;
    }
}

/* What Wireshark decrypted of this record; NULL: nothing. */
static const dx_plain *
plain_of(association *a, const dx_dtls_record *record)
{
    for (; a->num_plain; a->plain++, a->num_plain--)
        if (a->plain->len < record->len) {
            a->num_plain--;
            return a->plain++;
        }
    return NULL;
}

/* The type of a protected record. With a connection ID it is hidden: the first is the Finished, which may be
 * sent again. */
static uint8_t
protected_type(const direction *d, const direction *other, const dx_dtls_record *record)
{
    if (record->type)
        return record->type;
    bool again =
        !other->finished_len && d->finished_len == record->len; /* nobody has answered the Finished */
    return d->finished_len && !again ? DX_RECORD_APPLICATION : DX_RECORD_HANDSHAKE;
}

/* A Finished may take more records than one, where a datagram ends within it (RFC 6347 section 4.2.3;
 * observed: OpenSSL). What belongs to a new handshake comes behind data. */
static bool
is_rest(const direction *d, const direction *other)
{
    return d->finished_len && !d->protected_data && !other->protected_data;
}

/* Protected records count from 0: the first is the Finished. A hole says that the capture lacks some. */
static void
take_number(direction *d, const dx_dtls_record *record)
{
    if (record->sequence > d->next)
        dx_channel_lost(d->owner->channel, &d->owner->at);
    d->next = MAX(d->next, record->sequence + 1);
}

/* Up to DTLS 1.2 nobody sends data before both have finished (RFC 5246 section 7.4.9): a Finished that was
 * not seen is missing in the capture. RFC 7918 allows a client to; over DTLS none was observed. */
static void
finish(association *a)
{
    const dx_message finished = {.type = DX_HS_FINISHED};
    const dx_facts *facts = &dx_channel_connection(a->channel)->facts;

    if (facts->mid_stream || facts->established_frame || facts->end.kind != DX_END_NONE)
        return;
    if (!facts->server.finished)
        dx_channel_message(a->channel, DX_SERVER, &finished, false, &a->at);
    if (!facts->client.finished)
        dx_channel_message(a->channel, DX_CLIENT, &finished, false, &a->at);
}

/* DTLS 1.3 acknowledges messages of the handshake, record by record (RFC 9147 section 7): it says nothing. By
 * its length alone it could be data, so that only the first ones count. */
static bool
is_ack(direction *d, const direction *other, const dx_dtls_record *record, const dx_plain *plain)
{
    enum { LENGTH = 2, NUMBER = 16, MAX_ACKS = 8 };
    uint16_t cipher = dx_channel_connection(d->owner->channel)->facts.chosen.cipher;
    uint16_t content = dx_infer_content13(cipher, record->len);

    if (plain)
        return plain->type == DX_DTLS_ACK;
    return other->protects && content > LENGTH && (content - LENGTH) % NUMBER == 0 &&
           d->num_acks++ < MAX_ACKS;
}

/* A record of DTLS 1.3 as TLS 1.3 would have it, where lengths tell Finished, alert and the rest apart: the
 * header of a message has 4 bytes there, here 12. A side whose Finished has come repeats itself in that
 * epoch. */
static bool
shorten(direction *d, dx_record *shown)
{
    enum { LONGER = 8 };
    const dx_facts *facts = &dx_channel_connection(d->owner->channel)->facts;

    if (dx_infer_alert13_of(facts->chosen.cipher, shown->len, false))
        return true;
    if (d->finished_len)
        return false;
    if (dx_infer_finished13(facts->chosen.cipher, (uint16_t)(shown->len - LONGER)))
        d->finished_len = shown->len;
    shown->len -= LONGER;
    return true;
}

/* The epoch tells handshake (2) and data (3 and more) apart (RFC 9147 section 6.1). Data of a side shows that
 * its Finished has come, and the client's that the server's has. */
static void
take_protected13(direction *d, direction *other, const dx_dtls_record *record)
{
    enum { HANDSHAKE_EPOCH = 2 };
    const dx_message finished = {.type = DX_HS_FINISHED};
    association *a = d->owner;
    const dx_facts *facts = &dx_channel_connection(a->channel)->facts;
    const dx_plain *plain = plain_of(a, record);
    dx_record shown = {.type = DX_RECORD_APPLICATION,
                       .len = record->len,
                       .encrypted = true,
                       .whole = record->captured == record->len};

    give_up(other);
    if (plain && plain->type == DX_RECORD_HANDSHAKE) {
        take_fragments(d, other, plain->data, plain->len, plain->len, true);
    } else if (is_ack(d, other, record, plain)) {
        dx_channel_seen(a->channel, d->side, &a->at);
    } else if (record->epoch == HANDSHAKE_EPOCH && !plain && !shorten(d, &shown)) {
        dx_channel_repeated(a->channel, d->side, record->len, &a->at);
    } else {
        if (record->epoch != HANDSHAKE_EPOCH && !d->protected_data) {
            d->protected_data = true;
            if (!facts->server.finished)
                dx_channel_message(a->channel, DX_SERVER, &finished, false, &a->at);
            if (d->side == DX_CLIENT && !facts->client.finished)
                dx_channel_message(a->channel, DX_CLIENT, &finished, false, &a->at);
        }
        dx_channel_protected(a->channel, d->side, &shown, plain, &a->at);
    }
    d->protects = true;
}

static void
take_protected(direction *d, direction *other, const dx_dtls_record *record)
{
    association *a = d->owner;
    const dx_plain *plain = plain_of(a, record);
    dx_record shown = {.type = protected_type(d, other, record),
                       .version = record->version,
                       .len = record->len,
                       .encrypted = true,
                       .whole = record->captured == record->len};

    give_up(other);
    take_number(d, record);
    if (plain && plain->type == DX_RECORD_HANDSHAKE) {
        take_fragments(d, other, plain->data, plain->len, plain->len, true);
        return;
    }
    if (shown.type == DX_RECORD_HANDSHAKE) {
        if (d->finished_len == record->len) {
            dx_channel_repeated(a->channel, d->side, record->len, &a->at);
            return;
        }
        if (is_rest(d, other)) {
            dx_channel_seen(a->channel, d->side, &a->at);
            return;
        }
        if (!d->finished_len)
            d->finished_len = record->len;
    }
    if (shown.type == DX_RECORD_APPLICATION) {
        d->protected_data = true;
        finish(a);
    }
    dx_channel_protected(a->channel, d->side, &shown, plain, &a->at);
}

static void
take_record(direction *d, direction *other, const dx_dtls_record *record)
{
    association *a = d->owner;

    if (!record->version) {
        take_protected13(d, other, record);
        return;
    }
    if (record->epoch || !record->type) {
        take_protected(d, other, record);
        return;
    }
    if (record->type == DX_RECORD_HANDSHAKE) {
        take_fragments(d, other, record->content, record->captured, record->len, false);
        return;
    }
    dx_record shown = {.type = record->type,
                       .version = record->version,
                       .len = record->len,
                       .whole = record->captured == record->len};
    if (record->type == DX_RECORD_ALERT && record->captured >= 2) {
        shown.alert_level = record->content[0];
        shown.alert_description = record->content[1];
    }
    if (record->type == DX_RECORD_CCS) {
        give_up(other);
        if (d->switched) {
            dx_channel_repeated(a->channel, d->side, record->len, &a->at);
            return;
        }
        d->switched = true;
    }
    dx_channel_record(a->channel, d->side, &shown, &a->at);
}

static dx_channel *
take(void *flow, const dx_datagram *datagram)
{
    association *a = flow;
    const uint8_t *bytes = datagram->data;
    size_t captured = datagram->captured, left = datagram->len, taken;
    dx_dtls_record record;
    bool any = false;

    a->at = (dx_moment){datagram->frame, datagram->time_us};
    a->plain = datagram->plain;
    a->num_plain = datagram->num_plain;
    for (; captured; bytes += taken, captured -= taken, left -= taken) {
        taken = dx_dtls_record_read(&record, bytes, captured, left);
        if (!taken)
            break;
        const uint8_t *random = hello_random(&record);
        if (!a->channel || begins_anew(a, random))
            begin(a, datagram, &record, is_hello(&record));
        if (random && !a->have_random) {
            memcpy(a->random, random, RANDOM_LEN);
            a->have_random = true;
        }
        bool from_client = dx_endpoint_equal(&datagram->src, &a->client_endpoint);
        take_record(from_client ? &a->client : &a->server, from_client ? &a->server : &a->client, &record);
        any = true;
        taken = MIN(taken, captured);
    }
    return any ? a->channel : NULL;
}

/* A new association begins with a handshake record. */
static bool
skips(const void *flow, uint8_t first)
{
    const association *a = flow;

    return a->channel && !dx_channel_is_read(a->channel) && first == DX_RECORD_APPLICATION;
}

const dx_carrier dx_carrier_dtls = {.least = DX_RECORD_CCS,
                                    .most = DX_DTLS_ACK,
                                    .begins = dx_dtls_begins,
                                    .flow_new = flow_new,
                                    .flow_free = flow_free,
                                    .take = take,
                                    .current = current,
                                    .skips = skips};
