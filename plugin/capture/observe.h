/* observe.h - how what is seen of a connection reaches its facts and the ledger
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_OBSERVE_H
#define DX_CAPTURE_OBSERVE_H

#include "capture/ledger.h"

typedef struct dx_reader dx_reader;

typedef struct dx_connection {
    dx_facts facts;
    dx_server *server;                /* row of its server; owned by the ledger */
    dx_reader *reader;                /* NULL once nothing more need be read */
    struct dx_connection *next_point; /* the same connection where it was captured as well (points.h) */
    struct dx_connection *joined;     /* to the list of this one, of another stream */
    uint32_t interface, link;         /* where: dx_packet's, and a hash of its link addresses, 0 unknown */
    uint32_t hop;                     /* hash of the link address that the client sends to, 0 unknown */
    bool further;                     /* the ledger knows this connection by another point's */
    bool mixed;                       /* packets of several interfaces, none of them twice */
} dx_connection;

/* dx_connection_observe - takes an observation of the connection: interns what lives on, applies it to the
 * facts and tells the ledger what others want to know. `offer`, `sni` and `alpn` of the observation are set
 * here. */
void dx_connection_observe(dx_connection *connection, dx_ledger *ledger, dx_observation *observation);

#endif
