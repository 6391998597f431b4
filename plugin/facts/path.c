/* path.c - what only TCP shows of a connection, as answers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/path.h"

bool
dx_path_hello_acked(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;
    uint32_t end = facts->hello_frame ? facts->hello_end_seq : client->next_seq;

    return client->have_acked && (int32_t)(client->acked - end) >= 0;
}

#define LATE_US 1000000

/* Of a capture filter for SYN, FIN and RST the numbers tell nothing: what acknowledges is not there. */
static bool
has_plain_segment(const dx_peer *peer)
{
    return peer->num_packets > (uint32_t)peer->num_syn + peer->num_rst + (peer->fin_frame ? 1 : 0);
}

bool
dx_path_never_came(const dx_facts *facts)
{
    const dx_peer *client = &facts->client, *server = &facts->server;
    bool waited = server->num_packets > 1 || client->last_us - client->last_syn_us > LATE_US;

    return facts->transport == DX_TRANSPORT_TCP && client->syn_frame && server->syn_frame && waited &&
           has_plain_segment(client) && !client->payload_bytes && !server->payload_bytes &&
           dx_path_lacks(client) && client->have_acked && client->acked == client->isn + 1;
}

bool
dx_path_heard_client(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;

    return client->have_isn && client->have_acked && (int32_t)(client->acked - client->isn - 1) > 1;
}

bool
dx_path_went_on(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;

    return (client->have_seq && (int32_t)(client->next_seq - facts->hello_end_seq) > 0) ||
           (client->have_acked && (int32_t)(client->acked - facts->hello_end_seq) > 1);
}

bool
dx_path_unacked(const dx_peer *peer)
{
    return peer->have_acked && peer->have_seq && (int32_t)(peer->next_seq - peer->acked) > 0;
}

bool
dx_path_lacks(const dx_peer *peer)
{
    return peer->have_isn && peer->have_seq &&
           (int32_t)(peer->next_seq - peer->isn - 1 - peer->payload_bytes) > 1;
}

/* The other side acknowledged more than the capture holds. */
static bool
missed(const dx_peer *peer)
{
    return peer->have_isn && peer->have_acked &&
           (int32_t)(peer->acked - peer->isn - 1 - peer->payload_bytes) > 1;
}

bool
dx_path_answer_missing(const dx_facts *facts)
{
    enum { SERVER_HELLO_MIN = 47 }; /* a record with the shortest (RFC 5246 section 7.4.1.3) */
    const dx_peer *server = &facts->server;

    return facts->transport == DX_TRANSPORT_TCP && !server->payload_bytes && missed(server) &&
           server->acked - server->isn - 1 >= SERVER_HELLO_MIN;
}

bool
dx_path_bytes_missing(const dx_facts *facts)
{
    dx_phase phase = facts->end.kind == DX_END_NONE ? facts->phase : facts->end.phase;

    return facts->damaged ||
           (phase < DX_PHASE_ESTABLISHED && (missed(&facts->client) || missed(&facts->server)));
}

bool
dx_path_data_missing(const dx_facts *facts)
{
    const dx_peer *client = &facts->client, *server = &facts->server;

    return facts->transport == DX_TRANSPORT_TCP && !client->later_bytes && !server->later_bytes &&
           (dx_path_lacks(client) || dx_path_lacks(server) || missed(client) || missed(server));
}

bool
dx_path_whole(const dx_peer *peer)
{
    return peer->have_isn && peer->next_seq - peer->isn - 1 == peer->payload_bytes;
}

bool
dx_path_certificate_unread(const dx_facts *facts)
{
    return facts->transport == DX_TRANSPORT_TCP && facts->certificate_frame && facts->server.have_acked &&
           facts->end.kind == DX_END_FIN && facts->end.by == DX_CLIENT &&
           (int32_t)(facts->server.acked - facts->certificate_seq) <= 0;
}

bool
dx_path_client_hole(const dx_facts *facts, int64_t until_us)
{
    const dx_peer *client = &facts->client;

    return facts->transport == DX_TRANSPORT_TCP && client->gap_frame && !facts->damaged &&
           dx_path_lacks(client) && dx_path_unacked(client) && !missed(client) &&
           facts->server.last_us >= client->last_payload_us &&
           until_us - client->last_payload_us >= 2 * LATE_US;
}

bool
dx_path_stray_reset(const dx_peer *peer)
{
    /* one byte to either side may be a keep-alive probe's, or a FIN's */
    return peer->have_seq && peer->rst_seq - peer->next_seq + 1 > 2;
}
