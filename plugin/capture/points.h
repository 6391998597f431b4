/* points.h - connections that were captured at several points: which packets belong to which point, and which
 * connections are one
 *
 * Captures of several machines are merged into one file. A connection that keeps its addresses on the way has
 * one number of Wireshark's (tcp.stream) then, and every packet stands in it once for each point; one whose
 * addresses are translated, or that a proxy passes on whole, has a number for each. Points are told apart by
 * interface and, where mergecap has made one interface of two that look alike (its default),
 * by the addresses of the link.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_POINTS_H
#define DX_CAPTURE_POINTS_H

#include "capture/connection.h"
#include "capture/pool.h"

typedef struct dx_points_table dx_points_table;

/* dx_points_table_new - nothing is known yet. Connections for further points come from `pool`. */
dx_points_table *dx_points_table_new(dx_pool *pool);
void dx_points_table_free(dx_points_table *table);

/* dx_points_begin - the connection, new, has its first packet. */
void dx_points_begin(dx_points_table *table, dx_connection *connection, const dx_packet *packet);

/* dx_points_may_differ - cheap: false when the packet belongs to the connection as all before did. */
static inline bool
dx_points_may_differ(const dx_connection *connection, const dx_packet *packet)
{
    return connection->next_point || connection->interface != packet->interface ||
           ((packet->segment.flags & (DX_TCP_SYN | DX_TCP_ACK)) == DX_TCP_SYN &&
            connection->facts.client.syn_frame);
}

/* dx_points_view - the connection, of the stream's first one and its further points, that the packet belongs
 * to; a new one when the packet repeats at another point what was seen before. */
dx_connection *dx_points_view(dx_points_table *table, dx_connection *first, dx_ledger *ledger,
                              const dx_packet *packet);

/* dx_points_facts - of the point at which the packet was captured. */
const dx_facts *dx_points_facts(const dx_connection *first, const dx_packet *packet);

/* dx_points_drop - gives up the further points of a stream that does not matter. */
void dx_points_drop(dx_points_table *table, dx_connection *first);

/* dx_points_note - a stream's first connection has begun, or its ClientHello is whole: is it another stream,
 * seen at another point? `connections` are all first connections of streams so far (NULL among them). */
void dx_points_note(dx_points_table *table, dx_connection *connection, const GPtrArray *connections);

/* dx_points_list - the points of a connection, from the client's side to the server's; at most DX_MAX_POINTS.
 * Returns how many: 1 for most. */
unsigned dx_points_list(const dx_connection *connection, const dx_facts *list[DX_MAX_POINTS]);

#endif
