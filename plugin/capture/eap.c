/* eap.c - TLS inside EAP: from RADIUS packets and EAPOL frames to channels
 *
 * EAP goes in lockstep: a response bears the number of its request, and what is sent again bears the same
 * number. An authentication is one conversation with one method; the state that a RADIUS server wants back
 * tells them apart.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/eap.h"

#include <string.h>

#include "capture/udp.h"
#include "knowledge/whole.h"
#include "wire/eap.h"

#define FEW_STEPS 8 /* so many packets may be missing: further on it is another authentication */

typedef struct {
    bool have;
    uint8_t id;        /* of its last packet with TLS */
    size_t len;        /* and how much it carried */
    uint32_t expected; /* bytes of the message under way; 0: not said */
    uint32_t got;
} direction;

/* One authentication. */
typedef struct {
    dx_capture *capture;
    dx_channel *channel; /* NULL before the method begins */
    dx_endpoint client, server;
    direction from[2]; /* client, server */
    bool have_id;
    uint8_t id;       /* of the last packet */
    char *supplicant; /* owned; NULL: not known */
    GBytes *state;    /* under which RADIUS finds it; NULL: none */
    bool cut;         /* the capture has cut the server's last packet, and its state with it */
} session;

static session *
session_new(dx_capture *capture, const dx_endpoint *client, const dx_endpoint *server)
{
    session *s = g_new0(session, 1);

    s->capture = capture;
    s->client = *client;
    s->server = *server;
    return s;
}

static void
session_free(gpointer data)
{
    session *s = data;

    g_free(s->supplicant);
    if (s->state)
        g_bytes_unref(s->state);
    g_free(s);
}

static void
begin_channel(session *s, const dx_moment *at)
{
    s->channel = dx_capture_channel(s->capture, DX_TRANSPORT_EAP, 0, &s->client, &s->server, at);
    memset(s->from, 0, sizeof s->from);
    if (s->supplicant)
        dx_channel_name(s->channel, s->supplicant);
}

/* A packet of this side cannot be read, and perhaps had some of its bytes. */
static void
lose(dx_channel *channel, dx_side from, const dx_moment *at)
{
    dx_channel_lost(channel, at);
    dx_channel_bytes(channel, from, NULL, 0, UINT16_MAX, at);
}

/* A message has come to its end: with all that was announced, or the capture lacks some. */
static void
take_data(session *s, const dx_eap *eap, dx_side from, const dx_moment *at)
{
    direction *d = &s->from[from == DX_SERVER];

    if (d->have && d->id == eap->id && d->len == eap->data_len) {
        dx_channel_repeated(s->channel, from, (uint32_t)eap->data_len, at);
        return;
    }
    d->have = true;
    d->id = eap->id;
    d->len = eap->data_len;
    if (!eap->data_len) {
        dx_channel_seen(s->channel, from, at); /* acknowledges a fragment */
        return;
    }
    if (eap->total && !d->got)
        d->expected = eap->total;
    d->got += (uint32_t)eap->data_len;
    if (!eap->more) {
        if (d->expected && d->got != d->expected)
            dx_channel_lost(s->channel, at);
        d->expected = d->got = 0;
    }
    dx_channel_bytes(s->channel, from, eap->data, eap->data_len, 0, at);
}

/* A packet that the capture has cut: the TLS that is there, and how much is missing behind it. */
static void
take_cut_eap(session *s, const uint8_t *bytes, size_t len, dx_side from, const dx_moment *at)
{
    direction *d = &s->from[from == DX_SERVER];
    dx_eap eap;

    if (!dx_eap_parse_cut(&eap, bytes, len) || !eap.carries_tls || !eap.data_len) {
        lose(s->channel, from, at);
        return;
    }
    if (d->have && d->id == eap.id) {
        dx_channel_repeated(s->channel, from, (uint32_t)(eap.data_len + eap.missing), at);
        return;
    }
    *d = (direction){.have = true, .id = eap.id, .len = eap.data_len + eap.missing};
    s->have_id = true;
    s->id = eap.id;
    dx_channel_lost(s->channel, at);
    dx_channel_bytes(s->channel, from, eap.data, eap.data_len, 0, at);
    dx_channel_bytes(s->channel, from, NULL, 0, eap.missing, at);
}

static bool
has_begun(const session *s)
{
    return dx_channel_connection(s->channel)->facts.client.payload_bytes > 0;
}

static bool
is_over(const session *s)
{
    return dx_channel_connection(s->channel)->facts.end.kind != DX_END_NONE;
}

/* Requests count up, and a response has the number of its request: a small step too far is a packet that the
 * capture lacks. RFC 3748 section 4.1 wants another number alone; FreeRADIUS and hostapd count (observed).
 * Who does not seldom makes such steps. */
static void
take_id(session *s, const dx_eap *eap, dx_side from, const dx_moment *at)
{
    uint8_t step = (uint8_t)(eap->id - s->id), most = from == DX_SERVER ? 1 : 0;

    if (s->channel && s->have_id && !eap->start && step > most && step <= FEW_STEPS) {
        lose(s->channel, DX_SERVER, at);
        if (from == DX_SERVER)
            lose(s->channel, DX_CLIENT, at);
    }
    s->have_id = true;
    s->id = eap->id;
}

/* The connection that the packet belongs to; NULL: none yet. */
static dx_channel *
take_eap(session *s, const dx_eap *eap, dx_side from, const dx_moment *at)
{
    if (eap->carries_tls)
        take_id(s, eap, from, at);
    if (eap->carries_tls && eap->start && from == DX_SERVER) {
        if (!s->channel || has_begun(s)) { /* else the start is sent again, or another method is tried */
            begin_channel(s, at);
            dx_channel_opened(s->channel, at);
        }
        dx_channel_seen(s->channel, from, at);
    } else if (eap->carries_tls) {
        if (!s->channel) {
            begin_channel(s, at);
            dx_channel_mid_stream(s->channel);
        }
        take_data(s, eap, from, at);
    } else if (s->channel && eap->code == DX_EAP_FAILURE) {
        dx_channel_closed(s->channel, DX_SERVER, at);
    } else if (s->channel) {
        dx_channel_seen(s->channel, from, at);
    }
    return s->channel;
}

/* RADIUS */

typedef struct {
    dx_capture *capture;
    GHashTable *by_state; /* GBytes -> session, not owned */
    session *by_id[256];  /* by the packet's identifier: the request that waits for an answer */
    GPtrArray *sessions;  /* of session, owned */
    session *last;
} radius_flow;

static void *
radius_flow_new(dx_capture *capture)
{
    radius_flow *flow = g_new0(radius_flow, 1);

    flow->capture = capture;
    flow->by_state = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    flow->sessions = g_ptr_array_new_with_free_func(session_free);
    return flow;
}

static void
radius_flow_free(void *state)
{
    radius_flow *flow = state;

    g_hash_table_destroy(flow->by_state);
    g_ptr_array_unref(flow->sessions);
    g_free(flow);
}

static void
keep_state(radius_flow *flow, session *s, const dx_radius *radius)
{
    if (!radius->state_len)
        return;
    if (s->state) {
        g_hash_table_remove(flow->by_state, s->state);
        g_bytes_unref(s->state);
    }
    s->state = g_bytes_new(radius->state, radius->state_len);
    g_hash_table_insert(flow->by_state, s->state, s);
}

static session *
find_by_state(const radius_flow *flow, const dx_radius *radius)
{
    GBytes *key = g_bytes_new_static(radius->state, radius->state_len);
    session *found = radius->state_len ? g_hash_table_lookup(flow->by_state, key) : NULL;

    g_bytes_unref(key);
    return found;
}

/* The request goes on where the session stands, but for packets that the capture lacks, or has later. */
static bool
continues(const session *s, const dx_radius *radius)
{
    dx_eap eap;

    return s->have_id && s->channel && !is_over(s) && dx_eap_parse(&eap, radius->eap, radius->eap_len) &&
           eap.carries_tls && (uint8_t)(eap.id - s->id - 1) < FEW_STEPS;
}

/* A request with a state that nobody has seen: it stood in a packet of the same supplicant that the capture
 * has cut, or lacks. */
static session *
find_gappy(const radius_flow *flow, const dx_radius *radius)
{
    enum { FEW = 32 };
    unsigned num = flow->sessions->len;
    char *supplicant = radius->supplicant ? dx_whole(radius->supplicant, radius->supplicant_len) : NULL;
    session *found = NULL;

    for (unsigned i = num; radius->state_len && !found && i > 0 && num - i < FEW; i--) {
        session *s = g_ptr_array_index(flow->sessions, i - 1);
        bool same = s->supplicant && supplicant && strcmp(s->supplicant, supplicant) == 0;
        if (s->cut ? same || !s->supplicant || !supplicant : same && continues(s, radius))
            found = s;
    }
    g_free(supplicant);
    return found;
}

/* Whose request it is: that of the state, or a new one. A request that is sent again without a state keeps
 * its session. */
static session *
session_of_request(radius_flow *flow, const dx_radius *radius, const dx_datagram *datagram)
{
    session *s = find_by_state(flow, radius);

    if (!s && !radius->state_len && flow->by_id[radius->id] && !flow->by_id[radius->id]->state)
        s = flow->by_id[radius->id];
    if (!s)
        s = find_gappy(flow, radius);
    if (!s) {
        s = session_new(flow->capture, &datagram->src, &datagram->dst);
        g_ptr_array_add(flow->sessions, s);
    }
    if (radius->supplicant && !s->supplicant)
        s->supplicant = dx_whole(radius->supplicant, radius->supplicant_len);
    s->cut = false;
    flow->by_id[radius->id] = s;
    return s;
}

static bool
radius_begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    dx_radius radius;

    return dx_radius_begins(bytes, captured, reported) && dx_radius_parse(&radius, bytes, captured) &&
           radius.eap_len;
}

/* A packet that the capture has cut: whose it is tells its identifier alone. */
static dx_channel *
take_cut(radius_flow *flow, const dx_datagram *datagram)
{
    dx_radius radius = {.eap_len = 0};
    const dx_moment at = {datagram->frame, datagram->time_us};
    bool asks = flow->last && dx_endpoint_equal(&datagram->src, &flow->last->client);
    session *s = !asks && datagram->captured > 1 ? flow->by_id[datagram->data[1]] : NULL;

    if (!s)
        s = flow->last;
    if (!s || !s->channel)
        return NULL;
    if (asks && datagram->captured > 1)
        flow->by_id[datagram->data[1]] = s;
    s->cut = !asks;
    if (!dx_radius_parse_cut(&radius, datagram->data, datagram->captured, datagram->len))
        radius.eap_len = 0;
    take_cut_eap(s, radius.eap, radius.eap_len, asks ? DX_CLIENT : DX_SERVER, &at);
    return s->channel;
}

static dx_channel *
radius_take(void *state, const dx_datagram *datagram)
{
    radius_flow *flow = state;
    dx_radius radius;
    dx_eap eap;
    const dx_moment at = {datagram->frame, datagram->time_us};

    if (!dx_radius_parse(&radius, datagram->data, datagram->captured))
        return datagram->captured < datagram->len ? take_cut(flow, datagram) : NULL;
    bool asks = radius.code == DX_RADIUS_REQUEST;
    session *s = asks ? session_of_request(flow, &radius, datagram) : flow->by_id[radius.id];
    if (!s)
        return NULL;
    if (!asks)
        keep_state(flow, s, &radius);
    flow->last = s;
    if (!dx_eap_parse(&eap, radius.eap, radius.eap_len)) {
        if (radius.code != DX_RADIUS_REJECT)
            return s->channel;
        eap = (dx_eap){.code = DX_EAP_FAILURE}; /* a rejection that says no more */
    }
    return take_eap(s, &eap, asks ? DX_CLIENT : DX_SERVER, &at);
}

static dx_channel *
radius_current(void *state)
{
    const radius_flow *flow = state;

    return flow->last ? flow->last->channel : NULL;
}

/* A flow of RADIUS has many authentications: which one a packet is of, it must be read for. */
static bool
radius_skips(const void *state, uint8_t first)
{
    (void)state;
    (void)first;
    return false;
}

const dx_carrier dx_carrier_radius = {.least = DX_RADIUS_REQUEST,
                                      .most = DX_RADIUS_CHALLENGE,
                                      .begins = radius_begins,
                                      .flow_new = radius_flow_new,
                                      .flow_free = radius_flow_free,
                                      .take = radius_take,
                                      .current = radius_current,
                                      .skips = radius_skips};

/* EAPOL */

struct dx_eapol_flows {
    dx_capture *capture;
    GHashTable *by_supplicant; /* its link address (dx_address, of the session) -> session, owned */
    session *last;             /* for requests to the group address of 802.1X */
    dx_endpoint authenticator; /* who sent the last request: responses may go to the group address, too */
};

dx_eapol_flows *
dx_eapol_new(dx_capture *capture)
{
    dx_eapol_flows *flows = g_new0(dx_eapol_flows, 1);

    flows->capture = capture;
    flows->by_supplicant = g_hash_table_new_full(dx_address_hash, dx_address_same, NULL, session_free);
    return flows;
}

void
dx_eapol_free(dx_eapol_flows *flows)
{
    if (!flows)
        return;
    g_hash_table_destroy(flows->by_supplicant);
    g_free(flows);
}

static bool
is_group(const dx_address *address)
{
    return address->bytes[0] & 1;
}

static session *
find_supplicant(dx_eapol_flows *flows, const dx_endpoint *client, const dx_endpoint *server)
{
    session *s = is_group(&client->address) ? flows->last
                                            : g_hash_table_lookup(flows->by_supplicant, &client->address);

    if (s || is_group(&client->address))
        return s;
    bool unknown = is_group(&server->address) && flows->authenticator.address.family;
    s = session_new(flows->capture, client, unknown ? &flows->authenticator : server);
    g_hash_table_insert(flows->by_supplicant, &s->client.address, s);
    return s;
}

/* A frame that the capture has cut: whose it is, its addresses tell. */
static uint32_t
take_cut_eapol(dx_eapol_flows *flows, const dx_eapol *eapol)
{
    session *s = g_hash_table_lookup(flows->by_supplicant, &eapol->src.address);
    dx_side from = s ? DX_CLIENT : DX_SERVER;

    if (!s && !is_group(&eapol->dst.address))
        s = g_hash_table_lookup(flows->by_supplicant, &eapol->dst.address);
    else if (!s && dx_address_same(&eapol->src.address, &flows->authenticator.address))
        s = flows->last;
    if (!s || !s->channel)
        return DX_NO_INDEX;
    take_cut_eap(s, eapol->eap, eapol->len, from, &eapol->at);
    return dx_channel_connection(s->channel)->facts.index;
}

uint32_t
dx_eapol_take(dx_eapol_flows *flows, const dx_eapol *eapol)
{
    dx_eap eap;

    if (!dx_eap_parse(&eap, eapol->eap, eapol->len))
        return take_cut_eapol(flows, eapol);
    bool answers = eap.code == DX_EAP_RESPONSE;
    session *s = answers ? find_supplicant(flows, &eapol->src, &eapol->dst)
                         : find_supplicant(flows, &eapol->dst, &eapol->src);
    if (!answers)
        flows->authenticator = eapol->src;
    if (!s)
        return DX_NO_INDEX;
    if (!answers)
        s->server = eapol->src;
    flows->last = s;
    const dx_channel *channel = take_eap(s, &eap, answers ? DX_CLIENT : DX_SERVER, &eapol->at);
    return channel ? dx_channel_connection(channel)->facts.index : DX_NO_INDEX;
}
