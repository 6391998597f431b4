/* capture.c - all connections of one capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/capture.h"

#include "capture/connection.h"
#include "capture/pairs.h"
#include "capture/points.h"

#define MAX_SEARCHED 4096 /* connections of the same two endpoints */

/* A stream that is known not to matter. */
static const dx_connection ignored;
#define IGNORED ((dx_connection *)&ignored)

struct dx_capture {
    bool (*is_tls_port)(uint16_t port, void *user);
    void *user;
    dx_ledger *ledger;
    GPtrArray *connections; /* by stream: dx_connection *, IGNORED, or NULL */
    dx_pool *pool;          /* of the connections */
    dx_points_table *points;
    dx_pairs *pairs; /* of the connections; NULL: nobody asked, for most captures have no ICMP error */
    GHashTable *interface_names; /* number -> char * */
    GPtrArray *channels;         /* of dx_channel: connections over other transports */
    GArray *stretches;           /* of stretch, in order of frames */
    int64_t first_us, last_us;
    uint32_t last_frame;
};

/* Frames between which no more than DX_PAUSE_US pass: what one capturing saw without a break. */
typedef struct {
    uint32_t first_frame;
    int64_t last_us;
} stretch;

#define MAX_STRETCHES 4096 /* a clock that jumps for ever; the last one goes on */

static void
free_channel(gpointer data)
{
    dx_channel_free(data);
}

dx_capture *
dx_capture_new(bool (*is_tls_port)(uint16_t port, void *user), void *user)
{
    dx_capture *capture = g_new0(dx_capture, 1);

    capture->is_tls_port = is_tls_port;
    capture->user = user;
    capture->ledger = dx_ledger_new();
    capture->connections = g_ptr_array_new();
    capture->pool = dx_pool_new(sizeof(dx_connection));
    capture->points = dx_points_table_new(capture->pool);
    capture->interface_names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    capture->channels = g_ptr_array_new_with_free_func(free_channel);
    capture->stretches = g_array_new(FALSE, FALSE, sizeof(stretch));
    return capture;
}

void
dx_capture_free(dx_capture *capture)
{
    if (!capture)
        return;
    for (unsigned i = 0; i < capture->connections->len; i++) {
        dx_connection *connection = g_ptr_array_index(capture->connections, i);
        if (connection && connection != IGNORED)
            dx_connection_clear(connection);
    }
    dx_points_table_free(capture->points);
    dx_pairs_free(capture->pairs);
    g_hash_table_destroy(capture->interface_names);
    g_ptr_array_unref(capture->connections);
    g_ptr_array_unref(capture->channels);
    g_array_unref(capture->stretches);
    dx_pool_free(capture->pool);
    dx_ledger_free(capture->ledger);
    g_free(capture);
}

static dx_connection *
find(const dx_capture *capture, uint32_t stream)
{
    return stream < capture->connections->len ? g_ptr_array_index(capture->connections, stream) : NULL;
}

static const dx_connection *
connection_at(const dx_capture *capture, uint32_t index)
{
    if (index < DX_FIRST_CHANNEL)
        return find(capture, index);
    if (index - DX_FIRST_CHANNEL >= capture->channels->len)
        return NULL;
    return dx_channel_connection(g_ptr_array_index(capture->channels, index - DX_FIRST_CHANNEL));
}

dx_channel *
dx_capture_channel(dx_capture *capture, dx_transport transport, uint32_t number, const dx_endpoint *client,
                   const dx_endpoint *server, const dx_moment *at)
{
    uint32_t index = DX_FIRST_CHANNEL + capture->channels->len;
    dx_channel *channel = dx_channel_new(capture->ledger, index, transport, number, client, server, at);

    g_ptr_array_add(capture->channels, channel);
    return channel;
}

bool
dx_capture_wants(const dx_capture *capture, uint32_t stream, uint8_t flags)
{
    const dx_connection *connection = find(capture, stream);

    if (!connection)
        return true;
    if (connection == IGNORED)
        return false;
    return connection->reader || connection->next_point || (flags & (DX_TCP_SYN | DX_TCP_FIN | DX_TCP_RST));
}

static void
note_stretch(GArray *stretches, uint32_t frame, int64_t time_us)
{
    stretch *last = stretches->len ? &g_array_index(stretches, stretch, stretches->len - 1) : NULL;
    bool goes_on = last && time_us - last->last_us <= DX_PAUSE_US && last->last_us - time_us <= DX_PAUSE_US;

    if (goes_on || (last && stretches->len >= MAX_STRETCHES))
        last->last_us = MAX(last->last_us, time_us);
    else
        g_array_append_vals(stretches, &(stretch){frame, time_us}, 1);
}

void
dx_capture_clock(dx_capture *capture, uint32_t frame, int64_t time_us)
{
    if (!capture->last_frame)
        capture->first_us = capture->last_us = time_us;
    if (time_us > capture->last_us)
        capture->last_us = time_us;
    capture->last_frame = frame;
    note_stretch(capture->stretches, frame, time_us);
}

int64_t
dx_capture_now(const dx_capture *capture, uint32_t frame)
{
    guint low = 0, high = capture->stretches->len;

    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(capture->stretches, stretch, middle).first_frame <= frame)
            low = middle;
        else
            high = middle;
    }
    return high ? g_array_index(capture->stretches, stretch, low).last_us : 0;
}

void
dx_capture_skipped(dx_capture *capture, uint32_t stream, const dx_skipped *skipped)
{
    dx_connection *connection = find(capture, stream);

    if (!connection || connection == IGNORED)
        return;
    dx_facts *facts = &connection->facts;
    uint16_t port = skipped->source_port;
    bool from_server = port == facts->server_endpoint.port && port != facts->client_endpoint.port;
    (from_server ? &facts->server : &facts->client)->later_bytes += skipped->len;
    facts->last_frame = skipped->frame;
    facts->last_us = skipped->time_us;
}

/* Who opened the connection: the SYN tells; else bytes; else the port that looks like a server's. */
static bool
source_is_client(const dx_capture *capture, const dx_packet *packet)
{
    uint8_t flags = packet->segment.flags;

    if (flags & DX_TCP_SYN)
        return !(flags & DX_TCP_ACK);
    if (packet->captured > 5 && packet->data[0] == DX_RECORD_HANDSHAKE) {
        if (packet->data[5] == DX_HS_CLIENT_HELLO)
            return true;
        if (packet->data[5] == DX_HS_SERVER_HELLO)
            return false;
    }
    bool from_tls = capture->is_tls_port(packet->src.port, capture->user);
    bool to_tls = capture->is_tls_port(packet->dst.port, capture->user);
    if (from_tls != to_tls)
        return to_tls;
    const dx_server *known = dx_ledger_find_server(capture->ledger, &packet->src);
    if (known && known->num_connections)
        return false;
    return packet->src.port >= packet->dst.port;
}

void
dx_capture_packet(dx_capture *capture, const dx_packet *packet)
{
    dx_connection *connection = find(capture, packet->stream);

    if (connection == IGNORED || packet->stream == UINT32_MAX)
        return;
    if (!connection) {
        bool src_is_client = source_is_client(capture, packet);
        uint16_t server_port = src_is_client ? packet->dst.port : packet->src.port;
        if (packet->stream >= capture->connections->len)
            g_ptr_array_set_size(capture->connections, (int)packet->stream + 1);
        connection = dx_pool_take(capture->pool);
        dx_connection_begin(
            connection, capture->ledger, packet->stream, src_is_client ? &packet->src : &packet->dst,
            src_is_client ? &packet->dst : &packet->src, capture->is_tls_port(server_port, capture->user));
        g_ptr_array_index(capture->connections, packet->stream) = connection;
        if (capture->pairs)
            dx_pairs_add(capture->pairs, packet->stream, &packet->src, &packet->dst);
        dx_points_begin(capture->points, connection, packet);
    }
    dx_connection *view = dx_points_may_differ(connection, packet)
                              ? dx_points_view(capture->points, connection, capture->ledger, packet)
                              : connection;
    dx_connection_packet(view, capture->ledger, packet);
    if (view == connection &&
        (connection->facts.hello_frame == packet->frame || connection->facts.first_frame == packet->frame))
        dx_points_note(capture->points, connection, capture->connections);
    if (dx_connection_is_irrelevant(connection)) {
        dx_points_drop(capture->points, connection);
        dx_ledger_forget(capture->ledger, connection->server, &connection->facts);
        dx_connection_clear(connection);
        dx_pool_give(capture->pool, connection);
        g_ptr_array_index(capture->connections, packet->stream) = IGNORED;
    }
}

static void
index_pairs(dx_capture *capture)
{
    capture->pairs = dx_pairs_new();
    for (uint32_t stream = 0; stream < capture->connections->len; stream++) {
        const dx_connection *connection = find(capture, stream);
        if (connection && connection != IGNORED)
            dx_pairs_add(capture->pairs, stream, &connection->facts.client_endpoint,
                         &connection->facts.server_endpoint);
    }
}

/* The newest TCP connection of these endpoints. */
static uint32_t
find_stream(dx_capture *capture, const dx_endpoint *src, const dx_endpoint *dst)
{
    if (!capture->pairs)
        index_pairs(capture);
    uint32_t stream = dx_pairs_newest(capture->pairs, src, dst);
    for (unsigned tries = 0; stream != DX_NO_PAIR && tries < MAX_SEARCHED; tries++) {
        const dx_connection *connection = find(capture, stream);
        if (connection && connection != IGNORED) {
            const dx_endpoint *client = &connection->facts.client_endpoint;
            const dx_endpoint *server = &connection->facts.server_endpoint;
            if ((dx_endpoint_equal(src, client) && dx_endpoint_equal(dst, server)) ||
                (dx_endpoint_equal(dst, client) && dx_endpoint_equal(src, server)))
                return stream;
        }
        stream = dx_pairs_older(capture->pairs, stream);
    }
    return DX_NO_INDEX;
}

uint32_t
dx_capture_icmp(dx_capture *capture, const dx_icmp *icmp)
{
    uint32_t stream = find_stream(capture, &icmp->src, &icmp->dst);

    if (stream != DX_NO_INDEX)
        dx_connection_unreachable(find(capture, stream), capture->ledger, icmp);
    return stream;
}

uint32_t
dx_capture_next(const dx_capture *capture, uint32_t index)
{
    index++; /* DX_NO_INDEX becomes 0 */
    if (index < DX_FIRST_CHANNEL && index >= capture->connections->len)
        index = DX_FIRST_CHANNEL;
    if (index >= DX_FIRST_CHANNEL && index - DX_FIRST_CHANNEL >= capture->channels->len)
        return DX_NO_INDEX;
    return index;
}

const dx_facts *
dx_capture_facts(const dx_capture *capture, uint32_t index)
{
    const dx_connection *connection = connection_at(capture, index);

    if (!connection || connection == IGNORED)
        return NULL;
    if (!connection->next_point)
        return &connection->facts;
    const dx_facts *list[DX_MAX_POINTS];
    unsigned num = dx_points_list(connection, list);
    for (unsigned i = 0; i < num; i++) /* nearest to the client */
        if (list[i]->stream == index)
            return list[i];
    return &connection->facts;
}

const dx_facts *
dx_capture_known_facts(const dx_capture *capture, uint32_t index)
{
    const dx_connection *connection = connection_at(capture, index);

    if (!connection || connection == IGNORED)
        return NULL;
    return connection->joined ? &connection->joined->facts : &connection->facts;
}

unsigned
dx_capture_points(const dx_capture *capture, uint32_t index, const dx_facts *list[DX_MAX_POINTS])
{
    const dx_connection *connection = connection_at(capture, index);

    return connection && connection != IGNORED ? dx_points_list(connection, list) : 0;
}

unsigned
dx_capture_point_of(const dx_capture *capture, const dx_packet *packet)
{
    const dx_connection *connection = find(capture, packet->stream);
    const dx_facts *list[DX_MAX_POINTS];

    if (!connection || connection == IGNORED || (!connection->next_point && !connection->joined))
        return 0;
    const dx_facts *facts = dx_points_facts(connection, packet);
    unsigned num = dx_points_list(connection, list);
    for (unsigned i = 0; i < num && num > 1; i++)
        if (list[i] == facts)
            return i + 1;
    return 0;
}

void
dx_capture_name_interface(dx_capture *capture, uint32_t interface, const char *name)
{
    g_hash_table_insert(capture->interface_names, GUINT_TO_POINTER(interface), g_strdup(name));
}

const char *
dx_capture_interface_name(const dx_capture *capture, uint32_t interface)
{
    return g_hash_table_lookup(capture->interface_names, GUINT_TO_POINTER(interface));
}

uint32_t
dx_capture_point_interface(const dx_facts *facts)
{
    return ((const dx_connection *)facts)->interface;
}

const dx_ledger *
dx_capture_ledger(const dx_capture *capture)
{
    return capture->ledger;
}

int64_t
dx_capture_first_us(const dx_capture *capture)
{
    return capture->first_us;
}

int64_t
dx_capture_last_us(const dx_capture *capture)
{
    return capture->last_us;
}

uint32_t
dx_capture_last_frame(const dx_capture *capture)
{
    return capture->last_frame;
}

bool
dx_capture_reportable(const dx_capture *capture, uint32_t index)
{
    const dx_connection *connection = connection_at(capture, index);
    const dx_facts *list[DX_MAX_POINTS];

    if (!connection || connection == IGNORED)
        return false;
    if ((connection->joined || connection->next_point) && dx_points_list(connection, list) > 1 &&
        list[0]->stream != index)
        return false;
    return !dx_facts_openvpn_unread(&connection->facts) && dx_connection_concerns_tls(connection);
}
