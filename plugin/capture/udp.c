/* udp.c - which UDP carries TLS: its flows, and what reads each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/udp.h"

#include "capture/pairs.h"

static const dx_carrier *const carriers[] = {&dx_carrier_dtls, &dx_carrier_capwap, &dx_carrier_quic,
                                             &dx_carrier_openvpn, &dx_carrier_radius};

#define MAX_SEARCHED 4096 /* flows of the same two endpoints */

typedef struct {
    const dx_carrier *carrier;
    void *state;
    dx_endpoint ends[2];
} flow;

struct dx_udp {
    dx_capture *capture;
    GHashTable *by_stream; /* udp.stream -> flow, not owned */
    GPtrArray *flows;      /* of flow, owned, in order of first sight */
    dx_pairs *pairs;       /* of `flows`, by place */
};

static void
free_flow(gpointer data)
{
    flow *f = data;

    f->carrier->flow_free(f->state);
    g_free(f);
}

dx_udp *
dx_udp_new(dx_capture *capture)
{
    dx_udp *udp = g_new(dx_udp, 1);

    udp->capture = capture;
    udp->by_stream = g_hash_table_new(NULL, NULL);
    udp->flows = g_ptr_array_new_with_free_func(free_flow);
    udp->pairs = dx_pairs_new();
    return udp;
}

void
dx_udp_free(dx_udp *udp)
{
    g_hash_table_destroy(udp->by_stream);
    g_ptr_array_unref(udp->flows);
    dx_pairs_free(udp->pairs);
    g_free(udp);
}

static const dx_carrier *
carrier_of(const uint8_t *bytes, size_t captured, size_t reported)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(carriers); i++)
        if (captured && bytes[0] >= carriers[i]->least && bytes[0] <= carriers[i]->most &&
            carriers[i]->begins(bytes, captured, reported))
            return carriers[i];
    return NULL;
}

static flow *
find(const dx_udp *udp, uint32_t stream)
{
    return udp->flows->len ? g_hash_table_lookup(udp->by_stream, GUINT_TO_POINTER(stream)) : NULL;
}

bool
dx_udp_wants(const dx_udp *udp, uint32_t stream, const uint8_t *bytes, size_t captured, size_t reported)
{
    return find(udp, stream) || carrier_of(bytes, captured, reported);
}

bool
dx_udp_skip(const dx_udp *udp, uint32_t stream, uint8_t first, const dx_moment *at, uint32_t *index)
{
    flow *f = find(udp, stream);

    if (!f || !f->carrier->skips(f->state, first))
        return false;
    dx_channel *channel = f->carrier->current(f->state);
    dx_channel_skipped(channel, at);
    *index = dx_channel_connection(channel)->facts.index;
    return true;
}

uint32_t
dx_udp_take(dx_udp *udp, const dx_datagram *datagram)
{
    flow *f = find(udp, datagram->stream);

    if (!f) {
        const dx_carrier *carrier = carrier_of(datagram->data, datagram->captured, datagram->len);
        if (!carrier)
            return DX_NO_INDEX;
        f = g_new(flow, 1);
        *f = (flow){carrier, carrier->flow_new(udp->capture), {datagram->src, datagram->dst}};
        dx_pairs_add(udp->pairs, udp->flows->len, &datagram->src, &datagram->dst);
        g_ptr_array_add(udp->flows, f);
        g_hash_table_insert(udp->by_stream, GUINT_TO_POINTER(datagram->stream), f);
    }
    const dx_channel *channel = f->carrier->take(f->state, datagram);
    return channel ? dx_channel_connection(channel)->facts.index : DX_NO_INDEX;
}

/* The connection that uses these endpoints now. */
static dx_channel *
find_quoted(const dx_udp *udp, const dx_endpoint *a, const dx_endpoint *b)
{
    uint32_t at = dx_pairs_newest(udp->pairs, a, b);
    for (unsigned tries = 0; at != DX_NO_PAIR && tries < MAX_SEARCHED; tries++) {
        const flow *f = g_ptr_array_index(udp->flows, at);
        bool forth = dx_endpoint_equal(a, &f->ends[0]) && dx_endpoint_equal(b, &f->ends[1]);
        bool back = dx_endpoint_equal(a, &f->ends[1]) && dx_endpoint_equal(b, &f->ends[0]);
        if (forth || back)
            return f->carrier->current(f->state);
        at = dx_pairs_older(udp->pairs, at);
    }
    return NULL;
}

/* The client's system refuses what the server sends: the client has left in the middle of the handshake, or
 * behind it without having sent data. */
static bool
client_left(const dx_channel *channel, const dx_icmp *icmp)
{
    const dx_facts *facts = &dx_channel_connection(channel)->facts;
    bool no_port =
        icmp->version == 6 ? icmp->type == 1 && icmp->code == 4 : icmp->type == 3 && icmp->code == 3;

    return no_port && (facts->phase < DX_PHASE_ESTABLISHED || !facts->client.app_records) &&
           dx_endpoint_equal(&icmp->src, &facts->server_endpoint);
}

uint32_t
dx_udp_icmp(dx_udp *udp, const dx_icmp *icmp)
{
    dx_channel *channel = find_quoted(udp, &icmp->src, &icmp->dst);

    if (!channel)
        return DX_NO_INDEX;
    if (client_left(channel, icmp))
        dx_channel_closed(channel, DX_CLIENT, &(dx_moment){icmp->frame, icmp->time_us});
    else
        dx_channel_unreachable(channel, icmp);
    return dx_channel_connection(channel)->facts.index;
}

bool
dx_udp_is_unread(const dx_udp *udp, uint32_t stream)
{
    const flow *f = find(udp, stream);

    return f && f->carrier->is_unread && f->carrier->is_unread(f->state);
}
