/* observe.c - how what is seen of a connection reaches its facts and the ledger
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/observe.h"

#include "facts/apply.h"

/* Which system a server runs on, and whose a RST is, is judged by these. */
static void
note_ttl(dx_server *server, dx_ledger *ledger, const dx_segment *segment)
{
    dx_host *host = server->host;
    uint8_t ttl = segment->ttl;

    if (!ttl || (segment->flags & DX_TCP_RST))
        return;
    if (ttl <= server->ttl_max && ttl <= host->ttl_max && ttl >= host->ttl_min)
        return;
    server->ttl_max = MAX(server->ttl_max, ttl);
    host->ttl_max = MAX(host->ttl_max, ttl);
    host->ttl_min = host->ttl_min ? MIN(host->ttl_min, ttl) : ttl;
    dx_ledger_touch(ledger);
}

/* A segment of the server is one of its host. */
static void
note_host(const dx_connection *connection, dx_ledger *ledger, const dx_observation *observation)
{
    const dx_segment *segment = &observation->u.segment;
    dx_server *server = connection->server;

    if (!(segment->flags & (DX_TCP_SYN | DX_TCP_RST)) && !segment->len)
        return;
    if (!server->host)
        server->host = dx_ledger_host(ledger, &server->endpoint.address);
    server->host->num_packets++;
    if ((segment->flags & (DX_TCP_SYN | DX_TCP_ACK)) == (DX_TCP_SYN | DX_TCP_ACK) &&
        !server->host->syn_ack_frame) {
        server->host->syn_ack_frame = observation->frame;
        server->host->syn_ack_port = server->endpoint.port;
        dx_ledger_touch(ledger);
    }
    note_ttl(server, ledger, segment);
}

static void
intern(const dx_facts *facts, dx_ledger *ledger, dx_observation *observation)
{
    const char *alpn = observation->kind == DX_OBS_ALPN           ? observation->u.text
                       : observation->kind == DX_OBS_SERVER_HELLO ? observation->u.server_hello->alpn
                                                                  : "";

    if (*alpn)
        observation->alpn = dx_ledger_intern(ledger, alpn);
    if (observation->kind != DX_OBS_CLIENT_HELLO || facts->hello_frame)
        return; /* of several ClientHellos the first counts */
    observation->sni = dx_ledger_intern(ledger, observation->u.client_hello->sni);
    observation->offer = dx_ledger_offer(ledger, observation->u.client_hello);
    observation->shape = dx_ledger_shape(ledger, observation->u.client_hello);
}

static bool
is_packet(const dx_observation *observation)
{
    return observation->kind == DX_OBS_SEGMENT || observation->kind == DX_OBS_PAYLOAD ||
           observation->kind == DX_OBS_SEEN;
}

void
dx_connection_observe(dx_connection *connection, dx_ledger *ledger, dx_observation *observation)
{
    intern(&connection->facts, ledger, observation);
    unsigned milestones = dx_facts_apply(&connection->facts, observation);
    if (observation->from == DX_SERVER && is_packet(observation) && !dx_ledger_heard(ledger))
        dx_ledger_hear(ledger);
    if (connection->further)
        return;
    if (observation->kind == DX_OBS_SEGMENT && observation->from == DX_SERVER)
        note_host(connection, ledger, observation);
    if (milestones)
        dx_ledger_learn(ledger, connection->server, &connection->facts, milestones);
}
