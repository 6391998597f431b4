/* connection.h - one TCP connection while it is read: from segments to observations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_CONNECTION_H
#define DX_CAPTURE_CONNECTION_H

#include "capture/observe.h"
#include "capture/packet.h"

/* dx_connection_begin - fills a connection, all zero before, with its number and endpoints. */
void dx_connection_begin(dx_connection *connection, dx_ledger *ledger, uint32_t number,
                         const dx_endpoint *client, const dx_endpoint *server, bool expected);

/* dx_connection_rest - gives up what nobody will ask for, after each thing that was taken. */
void dx_connection_rest(dx_connection *connection);

/* dx_connection_clear - frees what it owns, not the connection itself. A ledger that lives on must have
 * forgotten its facts. */
void dx_connection_clear(dx_connection *connection);

/* dx_connection_packet - takes one of its segments. */
void dx_connection_packet(dx_connection *connection, dx_ledger *ledger, const dx_packet *packet);

/* dx_connection_unreachable - takes an ICMP error that quotes a packet of the connection. */
void dx_connection_unreachable(dx_connection *connection, dx_ledger *ledger, const dx_icmp *icmp);

/* dx_connection_is_settled - the handshake's outcome is known and further payload says nothing about it. */
bool dx_connection_is_settled(const dx_connection *connection);

/* dx_connection_concerns_tls - there is TLS on it, or there should have been: also where it starts after
 * plain words and the server's TCP never answered. */
bool dx_connection_concerns_tls(const dx_connection *connection);

/* dx_connection_is_irrelevant - no TLS in it, none expected, and enough was read to tell. */
bool dx_connection_is_irrelevant(const dx_connection *connection);

#endif
