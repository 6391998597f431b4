/* points.c - connections that were captured at several points
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/points.h"

#include <stdlib.h>
#include <string.h>

#define LINK_ADDRESS 6
/* Of the connections to one server by one name, so many are remembered for comparison by time. */
#define MAX_RECENT 16
/* A device that opens TLS connects to the server while the client waits; clocks may be this far apart when
 * nothing tells by how much they are. */
#define CLOCK_SLACK_US (G_USEC_PER_SEC / 4)

struct dx_points_table {
    dx_pool *pool;
    GHashTable *further;   /* set of dx_connection *: to be cleared */
    GHashTable *by_hello;  /* &facts.hello_random -> dx_connection * */
    GHashTable *by_isn;    /* client's initial sequence number -> dx_connection *: translation keeps it */
    GHashTable *by_server; /* dx_server * -> GPtrArray of dx_connection *, the latest */
    uint8_t own[2][LINK_ADDRESS]; /* that every connection so far has: of the machine that captures */
    unsigned num_own;
    uint32_t interface; /* of the first connection */
    bool begun, indexed;
    bool several; /* connections were captured at more than one point, perhaps */
};

dx_points_table *
dx_points_table_new(dx_pool *pool)
{
    dx_points_table *table = g_new0(dx_points_table, 1);

    table->pool = pool;
    table->further = g_hash_table_new(NULL, NULL);
    table->by_hello = g_hash_table_new(g_int64_hash, g_int64_equal);
    table->by_isn = g_hash_table_new(NULL, NULL);
    table->by_server = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    return table;
}

void
dx_points_table_free(dx_points_table *table)
{
    GHashTableIter iter;
    gpointer view;

    g_hash_table_iter_init(&iter, table->further);
    while (g_hash_table_iter_next(&iter, &view, NULL))
        dx_connection_clear(view);
    g_hash_table_destroy(table->further);
    g_hash_table_destroy(table->by_hello);
    g_hash_table_destroy(table->by_isn);
    g_hash_table_destroy(table->by_server);
    g_free(table);
}

static uint32_t
hash_address(const uint8_t *address)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (unsigned i = 0; i < LINK_ADDRESS; i++)
        hash = (hash ^ address[i]) * 16777619u;
    return hash;
}

/* The same for both directions; 0 for "not known". */
static uint32_t
link_of(const dx_packet *packet)
{
    return packet->link_src && packet->link_dst
               ? (hash_address(packet->link_src) + hash_address(packet->link_dst)) | 1u
               : 0;
}

/* Of the machine that the client's packets go to, or come from; 0 for "not known". */
static uint32_t
hop_of(const dx_packet *packet, const dx_facts *facts)
{
    bool from_client = dx_endpoint_equal(&packet->src, &facts->client_endpoint);
    const uint8_t *hop = from_client ? packet->link_dst : packet->link_src;

    return hop ? hash_address(hop) | 1u : 0;
}

/* Whoever captures on his own machine has his address in every packet. When the packets so far have none in
 * common, they are of several machines (or of a mirror port). */
static void
note_link(dx_points_table *table, const dx_packet *packet)
{
    unsigned kept = 0;

    if (!packet->link_src || !packet->link_dst)
        return;
    if (!table->begun) {
        memcpy(table->own[0], packet->link_src, LINK_ADDRESS);
        memcpy(table->own[1], packet->link_dst, LINK_ADDRESS);
        table->num_own = 2;
        return;
    }
    for (unsigned i = 0; i < table->num_own; i++)
        if (memcmp(table->own[i], packet->link_src, LINK_ADDRESS) == 0 ||
            memcmp(table->own[i], packet->link_dst, LINK_ADDRESS) == 0)
            memmove(table->own[kept++], table->own[i], LINK_ADDRESS);
    table->several |= table->num_own && !kept;
    table->num_own = kept;
}

void
dx_points_begin(dx_points_table *table, dx_connection *connection, const dx_packet *packet)
{
    connection->interface = packet->interface;
    connection->link = link_of(packet);
    connection->hop = hop_of(packet, &connection->facts);
    note_link(table, packet);
    if (!table->begun)
        table->interface = packet->interface;
    table->several |= packet->interface != table->interface;
    table->begun = true;
}

/* The packet's bytes, or its SYN, were seen in this connection before. */
static bool
repeats(const dx_connection *connection, const dx_packet *packet)
{
    const dx_facts *facts = &connection->facts;
    bool from_client = dx_endpoint_equal(&packet->src, &facts->client_endpoint);
    const dx_peer *peer = from_client ? &facts->client : &facts->server;
    const dx_segment *segment = &packet->segment;

    if ((segment->flags & (DX_TCP_SYN | DX_TCP_ACK)) == DX_TCP_SYN)
        return from_client && peer->have_isn && peer->isn == segment->seq;
    return segment->len && peer->have_seq && (int32_t)(segment->seq + segment->len - peer->next_seq) <= 0;
}

static dx_connection *
add_view(dx_points_table *table, dx_connection *first, dx_ledger *ledger, const dx_packet *packet)
{
    dx_connection *view = dx_pool_take(table->pool);

    dx_connection_begin(view, ledger, packet->stream, &first->facts.client_endpoint,
                        &first->facts.server_endpoint, first->facts.expected);
    view->further = true;
    view->interface = packet->interface;
    view->link = link_of(packet);
    view->hop = hop_of(packet, &view->facts);
    dx_connection *last = first;
    while (last->next_point)
        last = last->next_point;
    last->next_point = view;
    g_hash_table_add(table->further, view);
    table->several = true;
    return view;
}

/* Takes a stream's points out of the list of another stream. */
static void
leave(dx_connection *first)
{
    dx_connection *before = first->joined;

    while (before->next_point != first)
        before = before->next_point;
    before->next_point = first->next_point;
    first->joined = NULL;
    first->further = false;
}

void
dx_points_drop(dx_points_table *table, dx_connection *first)
{
    gpointer isn = GUINT_TO_POINTER(first->facts.client.isn);

    if (g_hash_table_lookup(table->by_isn, isn) == first)
        g_hash_table_remove(table->by_isn, isn);
    if (first->joined)
        leave(first);
    else
        for (dx_connection *view = first->next_point, *next; view; view = next) {
            next = view->next_point;
            view->joined = view->next_point = NULL; /* other streams stand alone again */
            view->further = false;
            if (!g_hash_table_remove(table->further, view))
                continue;
            dx_connection_clear(view);
            dx_pool_give(table->pool, view);
        }
    first->next_point = NULL;
}

static unsigned
num_points(const dx_connection *connection)
{
    unsigned num = 0;

    for (; connection; connection = connection->next_point)
        num++;
    return num;
}

/* Of the stream's points the one on this interface, and on this link where there are several of it;
 * NULL when none. */
static const dx_connection *
find_view(const dx_connection *first, const dx_packet *packet, uint32_t link)
{
    const dx_connection *near = NULL;

    for (const dx_connection *view = first; view; view = view->next_point) {
        if (view->facts.stream != packet->stream || view->interface != packet->interface)
            continue;
        if (view->link == link)
            return view;
        near = near ? near : view;
    }
    return near;
}

const dx_facts *
dx_points_facts(const dx_connection *first, const dx_packet *packet)
{
    const dx_connection *view = find_view(first, packet, link_of(packet));

    return view ? &view->facts : &first->facts;
}

dx_connection *
dx_points_view(dx_points_table *table, dx_connection *first, dx_ledger *ledger, const dx_packet *packet)
{
    uint32_t link = link_of(packet);
    dx_connection *near = (dx_connection *)find_view(first, packet, link);
    unsigned num = num_points(first);

    if (near && near->link == link)
        return near;
    bool syn = (packet->segment.flags & (DX_TCP_SYN | DX_TCP_ACK)) == DX_TCP_SYN;
    if (!first->mixed && num < DX_MAX_POINTS && repeats(first, packet) &&
        (!near || (syn && link && near->link)))
        return add_view(table, first, ledger, packet);
    if (!near)
        first->mixed = true; /* the same point has several interfaces */
    return near ? near : first;
}

/* The two streams were not taken at one point. */
static bool
are_apart(const dx_connection *one, const dx_connection *other)
{
    return one->interface != other->interface || (one->link && other->link && one->link != other->link);
}

/* Two clients behind one mirror port that send to the same router or server. */
static bool
are_neighbors(const dx_connection *one, const dx_connection *other)
{
    return one->interface == other->interface && one->hop && one->hop == other->hop;
}

/* Appends a stream's points to another stream's. */
static void
join(dx_connection *first, dx_connection *other)
{
    dx_connection *last = first;

    for (dx_connection *view = first; view; view = view->next_point)
        if (view == other || !are_apart(view, other))
            return;
    if (other->next_point || num_points(first) == DX_MAX_POINTS)
        return;
    while (last->next_point)
        last = last->next_point;
    last->next_point = other;
    other->joined = first;
    other->further = true;
}

/* One of the two begins while the other's client waits for its answer. */
static bool
is_within(const dx_facts *inner, const dx_facts *outer)
{
    int64_t answered = outer->server_hello_us ? outer->server_hello_us : outer->last_us;

    return inner->first_us >= outer->first_us - CLOCK_SLACK_US &&
           inner->first_us <= answered + CLOCK_SLACK_US;
}

/* A device that opens TLS makes a connection of its own to the server, with the client's name for it. */
static void
join_by_time(dx_points_table *table, dx_connection *connection)
{
    GPtrArray *recent = g_hash_table_lookup(table->by_server, connection->server);
    dx_connection *found = NULL;
    unsigned num = 0;

    if (!recent) {
        recent = g_ptr_array_new();
        g_hash_table_insert(table->by_server, connection->server, recent);
    }
    for (unsigned i = 0; i < recent->len; i++) {
        dx_connection *other = recent->pdata[i];
        if (other->facts.sni != connection->facts.sni || other->next_point || other->joined ||
            !are_apart(other, connection) || are_neighbors(other, connection) ||
            dx_address_equal(&other->facts.client_endpoint.address,
                             &connection->facts.client_endpoint.address) ||
            (!is_within(&connection->facts, &other->facts) && !is_within(&other->facts, &connection->facts)))
            continue;
        found = other;
        num++;
    }
    if (num == 1)
        join(found, connection);
    if (recent->len == MAX_RECENT)
        g_ptr_array_remove_index(recent, 0);
    g_ptr_array_add(recent, connection);
}

static bool
is_single(const dx_connection *connection)
{
    return !connection->next_point && !connection->joined;
}

/* Programs that make packets up begin at 0, 1 or 1000, and their Randoms are zeros or count up: that tells
 * connections not apart. */
static bool
is_made_up(uint64_t random)
{
    uint8_t step = (uint8_t)((random >> 8) - random);

    for (unsigned i = 1; i < 7; i++)
        if ((uint8_t)((random >> (8 * i + 8)) - (random >> (8 * i))) != step)
            return false;
    return true;
}

static void
note_syn(dx_points_table *table, dx_connection *connection)
{
    const dx_facts *facts = &connection->facts;
    dx_connection *same = g_hash_table_lookup(table->by_isn, GUINT_TO_POINTER(facts->client.isn));

    if (!facts->client.have_isn || facts->client.isn <= UINT16_MAX || same == connection)
        return;
    if (same && same->facts.server_endpoint.port == facts->server_endpoint.port)
        join(same->joined ? same->joined : same, connection);
    else
        g_hash_table_insert(table->by_isn, GUINT_TO_POINTER(facts->client.isn), connection);
}

static void
note_hello(dx_points_table *table, dx_connection *connection)
{
    const dx_facts *facts = &connection->facts;
    bool known = !is_made_up(facts->hello_random);
    dx_connection *same = known ? g_hash_table_lookup(table->by_hello, &facts->hello_random) : NULL;

    if (!same && known)
        g_hash_table_insert(table->by_hello, (gpointer)&facts->hello_random, connection);
    else if (same && same != connection && is_single(connection))
        join(same->joined ? same->joined : same, connection);
    if (is_single(connection) && facts->sni)
        join_by_time(table, connection);
}

void
dx_points_note(dx_points_table *table, dx_connection *connection, const GPtrArray *connections)
{
    if (!table->several)
        return;
    for (unsigned i = 0; i < connections->len && !table->indexed; i++) { /* those before this was known */
        dx_connection *earlier = connections->pdata[i];
        if (earlier && earlier->facts.first_frame && earlier != connection) {
            note_syn(table, earlier);
            if (earlier->facts.hello_frame)
                note_hello(table, earlier);
        }
    }
    table->indexed = true;
    if (connection->facts.hello_frame)
        note_hello(table, connection);
    else
        note_syn(table, connection);
}

/* How long the server's first answer took, as seen at this point: longest where the client is nearest. */
static int64_t
answer_us(const dx_facts *facts)
{
    const dx_peer *client = &facts->client, *server = &facts->server;

    if (client->first_payload_frame && server->first_payload_frame)
        return server->first_payload_us - client->first_payload_us;
    return client->syn_frame && server->syn_frame ? server->last_syn_us - client->last_syn_us : 0;
}

static bool
is_nearer(const dx_facts *one, const dx_facts *other)
{
    bool as_sent = dx_endpoint_equal(&one->client_endpoint, &other->client_endpoint) &&
                   dx_endpoint_equal(&one->server_endpoint, &other->server_endpoint);

    if (as_sent && one->client.ttl_max && other->client.ttl_max &&
        one->client.ttl_max != other->client.ttl_max)
        return one->client.ttl_max > other->client.ttl_max;
    if (as_sent && one->server.ttl_max && other->server.ttl_max &&
        one->server.ttl_max != other->server.ttl_max)
        return one->server.ttl_max < other->server.ttl_max;
    if (answer_us(one) != answer_us(other))
        return answer_us(one) > answer_us(other);
    return one->first_frame < other->first_frame;
}

unsigned
dx_points_list(const dx_connection *connection, const dx_facts *list[DX_MAX_POINTS])
{
    unsigned num = 0;

    if (connection->joined)
        connection = connection->joined;
    for (; connection && num < DX_MAX_POINTS; connection = connection->next_point) {
        unsigned at = num++;
        for (; at > 0 && is_nearer(&connection->facts, list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = &connection->facts;
    }
    return num;
}
