/* openvpn.c - TLS inside OpenVPN over UDP: the sessions of one flow, one after the other
 *
 * A client that gives up says nothing to the server: it begins a new session. What is protected by tls-crypt
 * cannot be read; that a client stays without an answer can be seen all the same.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/openvpn.h"

#include "capture/udp.h"

/* Messages that came before their turn: OpenVPN itself has up to 12 on the way (ssl_pkt.h
 * TLS_RELIABLE_N_REC_BUFFERS). */
#define MAX_EARLY 16

typedef struct {
    uint64_t session;         /* its id; 0: not known yet */
    uint32_t next;            /* message */
    GBytes *early[MAX_EARLY]; /* by message id; NULL: not here yet */
} sender;

typedef struct {
    dx_capture *capture;
    dx_channel *channel; /* NULL: none yet, or it cannot be read */
    sender client, server;
    uint64_t stale; /* the server's session before this one: it may still repeat its messages */
    dx_endpoint client_endpoint, server_endpoint;
    uint32_t stream;
    uint8_t wrap, key;
    bool answered; /* the server said something */
    bool begun;
    dx_moment first, at;
} session;

static void
clear_sender(sender *s, uint64_t id, uint32_t next)
{
    for (unsigned i = 0; i < MAX_EARLY; i++) {
        g_bytes_unref(s->early[i]);
        s->early[i] = NULL;
    }
    s->session = id;
    s->next = next;
}

static void *
flow_new(dx_capture *capture)
{
    session *s = g_new0(session, 1);

    s->capture = capture;
    s->wrap = DX_OPENVPN_NONE;
    return s;
}

static void
flow_free(void *flow)
{
    session *s = flow;

    clear_sender(&s->client, 0, 0);
    clear_sender(&s->server, 0, 0);
    g_free(s);
}

static bool
begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    return dx_openvpn_wrap(bytes, captured, reported) != DX_OPENVPN_NONE;
}

static void
open_channel(session *s)
{
    s->channel = dx_capture_channel(s->capture, DX_TRANSPORT_OPENVPN, s->stream, &s->client_endpoint,
                                    &s->server_endpoint, &s->first);
}

/* An ICMP error is asked about: of what cannot be read the first packet is enough for it. */
static dx_channel *
current(void *flow)
{
    session *s = flow;

    if (!s->channel && s->begun && !s->answered)
        open_channel(s);
    return s->channel;
}

/* Whether a handshake waits for the client. One that waits for the server when the client begins anew has
 * ended by the server's silence. */
static bool
client_owes(const session *s)
{
    const dx_facts *facts = &dx_channel_connection(s->channel)->facts;

    return facts->phase < DX_PHASE_ESTABLISHED &&
           facts->client.last_payload_frame < facts->server.last_payload_frame;
}

static void
take_reset(session *s, const dx_datagram *datagram, uint8_t wrap)
{
    uint64_t id = dx_openvpn_session(datagram->data);

    if (s->begun && id == s->client.session) {
        if (!s->channel && !s->answered)
            open_channel(s);
        if (s->channel)
            dx_channel_repeated(s->channel, DX_CLIENT, (uint32_t)datagram->len, &s->at);
        return;
    }
    if (s->channel && s->answered && client_owes(s))
        dx_channel_closed(s->channel, DX_CLIENT, &s->at);
    s->stale = s->server.session;
    clear_sender(&s->client, id, 1);
    clear_sender(&s->server, 0, 1);
    s->channel = NULL;
    s->wrap = wrap;
    s->key = 0;
    s->answered = false;
    s->begun = true;
    s->first = s->at;
    s->client_endpoint = datagram->src;
    s->server_endpoint = datagram->dst;
    s->stream = datagram->stream;
    if (wrap != DX_OPENVPN_SEALED)
        open_channel(s);
}

/* The server's first packet. Of what cannot be read nothing follows that would be seen. */
static void
take_answer(session *s)
{
    s->answered = true;
    if (!s->channel)
        return;
    dx_channel_opened(s->channel, &s->at);
    dx_channel_bytes(s->channel, DX_SERVER, NULL, 0, 0, &s->at);
    if (s->wrap == DX_OPENVPN_SEALED)
        dx_channel_mid_stream(s->channel);
}

/* Gives the channel the message whose turn it is, and those behind it. */
static void
deliver(session *s, sender *from, dx_side side, const dx_openvpn_packet *packet)
{
    GBytes *early;

    dx_channel_bytes(s->channel, side, packet->tls, packet->captured, packet->len - packet->captured, &s->at);
    while ((early = from->early[++from->next % MAX_EARLY])) {
        size_t len;
        const uint8_t *bytes = g_bytes_get_data(early, &len);
        dx_channel_bytes(s->channel, side, bytes, len, 0, &s->at);
        from->early[from->next % MAX_EARLY] = NULL;
        g_bytes_unref(early);
    }
}

/* Who sends a message has what it waited for: what still has no place in a row is missing in the capture. */
static void
give_up(session *s, const sender *other)
{
    for (unsigned i = 0; i < MAX_EARLY; i++)
        if (other->early[i]) {
            dx_channel_lost(s->channel, &s->at);
            return;
        }
}

/* Data of the key that TLS is to bring about: it has. What was not seen of that is missing in the capture. */
static void
take_data(session *s, dx_side from, uint8_t key)
{
    const dx_message finished = {.type = DX_HS_FINISHED};
    const dx_facts *facts = &dx_channel_connection(s->channel)->facts;
    bool over = facts->established_frame || facts->end.kind != DX_END_NONE || facts->mid_stream;

    if (!over && key == s->key && facts->hello_frame && facts->server.num_packets) {
        dx_channel_lost(s->channel, &s->at);
        if (!facts->server.finished)
            dx_channel_message(s->channel, DX_SERVER, &finished, false, &s->at);
        if (!facts->client.finished)
            dx_channel_message(s->channel, DX_CLIENT, &finished, false, &s->at);
    }
    dx_channel_seen(s->channel, from, &s->at);
}

static void
take_message(session *s, sender *from, dx_side side, const dx_openvpn_packet *packet)
{
    uint32_t ahead = packet->id - from->next;

    give_up(s, from == &s->client ? &s->server : &s->client);
    if (ahead > INT32_MAX || (ahead < MAX_EARLY && ahead && from->early[packet->id % MAX_EARLY])) {
        dx_channel_repeated(s->channel, side, (uint32_t)packet->len, &s->at);
        return;
    }
    if (!dx_channel_is_read(s->channel)) {
        dx_channel_seen(s->channel, side, &s->at);
        clear_sender(from, from->session, packet->id + 1);
    } else if (ahead >= MAX_EARLY || packet->captured < packet->len) {
        dx_channel_lost(s->channel, &s->at);
        clear_sender(from, from->session, packet->id);
        dx_channel_bytes(s->channel, side, NULL, 0, UINT16_MAX, &s->at);
        deliver(s, from, side, packet);
    } else if (ahead) {
        from->early[packet->id % MAX_EARLY] = g_bytes_new(packet->tls, packet->captured);
        dx_channel_seen(s->channel, side, &s->at);
    } else {
        deliver(s, from, side, packet);
    }
}

/* New keys for peers that know each other: TLS begins anew, in the roles of before. From 2.6.1 on peers
 * protect it with a key of their own, as with tls-crypt, and nothing of it is seen. */
static void
renew(session *s, uint8_t key)
{
    s->key = key;
    s->first = s->at;
    clear_sender(&s->client, s->client.session, 1);
    clear_sender(&s->server, s->server.session, 1);
    open_channel(s);
    dx_channel_opened(s->channel, &s->at);
}

static void
take_control(session *s, sender *from, dx_side side, const dx_datagram *datagram)
{
    dx_openvpn_packet packet;

    if (!dx_openvpn_read(&packet, s->wrap, datagram->data, datagram->captured, datagram->len)) {
        if (datagram->captured < datagram->len)
            dx_channel_lost(s->channel, &s->at);
        dx_channel_seen(s->channel, side, &s->at);
        return;
    }
    if (!from->session)
        from->session = packet.session;
    if (packet.session == from->session && dx_openvpn_renews(&packet) && packet.key != s->key)
        renew(s, packet.key);
    if (packet.session == from->session && packet.opcode == DX_OPENVPN_CONTROL && packet.key == s->key)
        take_message(s, from, side, &packet);
    else
        dx_channel_seen(s->channel, side, &s->at);
}

/* Data of a session whose TLS is known. */
static bool
skips(const void *flow, uint8_t first)
{
    const session *s = flow;

    return s->channel && !dx_channel_is_read(s->channel) && dx_openvpn_is_data(first);
}

static bool
is_unread(const void *flow)
{
    const session *s = flow;

    return s->wrap == DX_OPENVPN_SEALED && s->answered;
}

static dx_channel *
take(void *flow, const dx_datagram *datagram)
{
    session *s = flow;
    uint8_t wrap = dx_openvpn_wrap(datagram->data, datagram->captured, datagram->len);

    s->at = (dx_moment){datagram->frame, datagram->time_us};
    if (wrap != DX_OPENVPN_NONE) {
        take_reset(s, datagram, wrap);
        return s->channel;
    }
    bool from_client = dx_endpoint_equal(&datagram->src, &s->client_endpoint);
    bool is_stale = datagram->captured < DX_OPENVPN_HEADER_LEN ||
                    (!from_client && s->stale && dx_openvpn_session(datagram->data) == s->stale);
    if (!from_client && !s->answered && !is_stale)
        take_answer(s);
    if (!s->channel || is_stale)
        return NULL;
    if (dx_openvpn_is_data(datagram->data[0]))
        take_data(s, from_client ? DX_CLIENT : DX_SERVER, datagram->data[0] & 7);
    else
        take_control(s, from_client ? &s->client : &s->server, from_client ? DX_CLIENT : DX_SERVER, datagram);
    return s->channel;
}

const dx_carrier dx_carrier_openvpn = {.least = DX_OPENVPN_RESET_CLIENT << 3,
                                       .most = DX_OPENVPN_RESET_CLIENT_V3 << 3,
                                       .begins = begins,
                                       .flow_new = flow_new,
                                       .flow_free = flow_free,
                                       .take = take,
                                       .current = current,
                                       .skips = skips,
                                       .is_unread = is_unread};
