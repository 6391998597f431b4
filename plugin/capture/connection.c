/* connection.c - one TCP connection while it is read: from segments to observations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/connection.h"

#include "capture/words.h"
#include "facts/apply.h"
#include "facts/authentication.h"
#include "facts/reset.h"
#include "knowledge/services.h"

/* In-band upgrades come early: after this much of another protocol no TLS is looked for any more. */
#define MAX_PREAMBLE_CHUNKS 60
/* Protocols without a name have their tunnels (SOCKS and the like) even sooner. */
#define MAX_UNKNOWN_CHUNKS 16
#define MAX_PREAMBLE_BYTES (64 * 1024)
/* A server may ask for a renegotiation after its first answers (client certificates per URL); later it is
 * no longer about the handshake. */
#define SETTLED_BYTES (64 * 1024)

void
dx_connection_begin(dx_connection *connection, dx_ledger *ledger, uint32_t number, const dx_endpoint *client,
                    const dx_endpoint *server, bool expected)
{
    dx_reader *reader = g_new0(dx_reader, 1);

    connection->facts.stream = connection->facts.index = number;
    connection->facts.client_endpoint = *client;
    connection->facts.server_endpoint = *server;
    connection->server = dx_ledger_server(ledger, &connection->facts.server_endpoint);
    connection->facts.expected = expected;
    connection->reader = reader;
    reader->connection = connection;
    reader->ledger = ledger;
    reader->client.reader = reader->server.reader = reader;
    reader->client.side = DX_CLIENT;
    reader->server.side = DX_SERVER;
}

void
dx_connection_clear(dx_connection *connection)
{
    if (connection->reader)
        dx_reader_free(connection->reader);
    dx_facts_clear(&connection->facts);
}

void
dx_connection_unreachable(dx_connection *connection, dx_ledger *ledger, const dx_icmp *icmp)
{
    bool to_server = dx_endpoint_equal(&icmp->dst, &connection->facts.server_endpoint);
    dx_observation observation = {
        .kind = DX_OBS_UNREACHABLE,
        .from = to_server ? DX_SERVER : DX_CLIENT,
        .frame = icmp->frame,
        .time_us = icmp->time_us,
        .u.icmp = {.version = icmp->version, .type = icmp->type, .code = icmp->code}};

    dx_connection_observe(connection, ledger, &observation);
}

/* The TLS client is who sends the ClientHello: not the opener of the TCP connection in FTP's active mode,
 * and in a capture that starts later the guess by port may have been wrong. */
static void
exchange_roles(dx_connection *connection)
{
    dx_facts *facts = &connection->facts;
    dx_reader *reader = connection->reader;
    dx_endpoint endpoint = facts->client_endpoint;
    dx_peer peer = facts->client;
    dx_direction direction = reader->client;

    if (!connection->further)
        dx_ledger_forget(reader->ledger, connection->server, facts);
    facts->milestones &= ~(unsigned)DX_MILESTONE_CONNECTING; /* not to this server, yet */
    facts->client_endpoint = facts->server_endpoint;
    facts->server_endpoint = endpoint;
    facts->client = facts->server;
    facts->server = peer;
    connection->server = dx_ledger_server(reader->ledger, &facts->server_endpoint);
    reader->client = reader->server;
    reader->server = direction;
    reader->client.side = DX_CLIENT;
    reader->server.side = DX_SERVER;
    /* the TLS readers hold pointers to their direction: they have read nothing that counts yet */
    dx_direction *both[] = {&reader->client, &reader->server};
    for (unsigned i = 0; i < 2; i++) {
        if (both[i]->tls)
            dx_tls_free(both[i]->tls);
        both[i]->tls = NULL;
        both[i]->mode = MODE_START;
    }
}

static bool
hello_from_server(const dx_connection *connection, const dx_packet *packet, bool from_client)
{
    const dx_facts *facts = &connection->facts;

    return !from_client && facts->phase < DX_PHASE_HELLO_PARTIAL && !facts->tls && packet->captured > 5 &&
           packet->data[0] == DX_RECORD_HANDSHAKE &&
           dx_tls_looks_like_client_hello(packet->data, packet->captured) && !facts->client.payload_bytes;
}

static void
note_gap(dx_facts *facts, const dx_packet *packet, unsigned kind)
{
    if ((kind & DX_SEGMENT_GAP) && facts->phase < DX_PHASE_ESTABLISHED && !facts->damaged) {
        facts->damaged = true;
        facts->damaged_frame = packet->frame;
    }
}

static void
read_payload(dx_reader *reader, dx_direction *direction, const dx_packet *packet, dx_observation *segment)
{
    uint32_t first_byte = packet->segment.seq + (packet->segment.flags & DX_TCP_SYN ? 1 : 0);

    /* the facts of the segment must be known before what is read from it, but whether it repeats bytes is
     * only known after: ask the stream's numbers first */
    bool repeated = direction->stream.started &&
                    (int32_t)(first_byte + packet->segment.len - direction->stream.next_seq) <= 0;
    segment->u.segment.kind = repeated ? DX_SEGMENT_RETRANSMITTED : DX_SEGMENT_NEW;
    dx_reader_observe(reader, segment, direction->side);
    note_gap(&reader->connection->facts, packet,
             dx_stream_segment(&direction->stream, first_byte, packet->data, packet->captured,
                               packet->segment.len, dx_words_take, direction));
}

/* A FIN closes behind the bytes before it. One that overtook them counts when they have come, when they are
 * acknowledged (they are not in the capture), or when somebody resets. */
static bool
is_overtaking(const dx_direction *direction)
{
    const dx_stream *stream = &direction->stream;
    bool acked = stream->acked && (int32_t)(stream->acked_seq - direction->fin_seq) >= 0;

    return stream->started && !acked && (int32_t)(direction->fin_seq - stream->next_seq) > 0;
}

static void
release_fin(dx_direction *direction, bool reset)
{
    if (!direction->fin_waits || (!reset && is_overtaking(direction)))
        return;
    direction->fin_waits = false;
    dx_words_flush(direction);
    dx_reader_observe(direction->reader, &(dx_observation){.kind = DX_OBS_FIN}, direction->side);
}

static void
take_fin(dx_connection *connection, dx_ledger *ledger, dx_direction *direction, dx_observation *segment)
{
    if (!direction) {
        segment->kind = DX_OBS_FIN;
        dx_connection_observe(connection, ledger, segment);
        return;
    }
    direction->fin_waits = true;
    direction->fin_seq =
        segment->u.segment.seq + segment->u.segment.len + (segment->u.segment.flags & DX_TCP_SYN ? 1 : 0);
    release_fin(direction, false);
}

/* A segment with payload or a FIN that acknowledges one number more than all bytes of the other side answers
 * a FIN that the capture lacks, or has later; where the SYN or bytes were seen: else the beginning may be
 * cut. */
static bool
answers_unseen_fin(const dx_connection *connection, const dx_direction *other, const dx_segment *segment)
{
    const dx_stream *stream = &other->stream;
    const dx_peer *peer = dx_facts_peer(&connection->facts, other->side);
    bool answers = (segment->flags & DX_TCP_FIN) || (segment->len && !(segment->flags & DX_TCP_RST));

    return answers && (segment->flags & DX_TCP_ACK) && !(segment->flags & DX_TCP_SYN) && !other->fin_waits &&
           (peer->syn_frame || peer->payload_bytes) && !peer->fin_frame && stream->started &&
           !stream->num_pending && segment->ack == stream->next_seq + 1;
}

void
dx_connection_packet(dx_connection *connection, dx_ledger *ledger, const dx_packet *packet)
{
    dx_facts *facts = &connection->facts;
    bool from_client = dx_endpoint_equal(&packet->src, &facts->client_endpoint) &&
                       (!dx_endpoint_equal(&facts->client_endpoint, &facts->server_endpoint));
    dx_reader *reader = connection->reader;

    if (reader && hello_from_server(connection, packet, from_client)) {
        exchange_roles(connection);
        from_client = true;
    }
    dx_observation segment = {.kind = DX_OBS_SEGMENT,
                              .from = from_client ? DX_CLIENT : DX_SERVER,
                              .frame = packet->frame,
                              .time_us = packet->time_us,
                              .u.segment = packet->segment};
    segment.u.segment.kind = 0;
    dx_direction *direction = !reader ? NULL : from_client ? &reader->client : &reader->server;
    if (!reader) {
        dx_connection_observe(connection, ledger, &segment);
    } else {
        dx_direction *other = from_client ? &reader->server : &reader->client;
        bool reset = packet->segment.flags & DX_TCP_RST;
        reader->frame = packet->frame;
        reader->time_us = packet->time_us;
        reader->plain = packet->plain;
        reader->num_plain = packet->num_plain;
        reader->next_plain = 0;
        if (packet->segment.flags & DX_TCP_SYN)
            dx_stream_syn(&direction->stream, packet->segment.seq);
        if ((packet->segment.flags & DX_TCP_ACK) && packet->segment.ack && packet->segment.len &&
            !other->stream.started) /* without a SYN: what came before is acknowledged */
            dx_stream_syn(&other->stream, packet->segment.ack - 1);
        if (packet->segment.flags & DX_TCP_ACK)
            note_gap(facts, packet,
                     dx_stream_acked(&other->stream, packet->segment.ack, dx_words_take, other));
        if (packet->segment.len || (packet->segment.flags & (DX_TCP_FIN | DX_TCP_RST)))
            dx_words_flush(other);
        if (reset)
            dx_words_flush(direction);
        if (answers_unseen_fin(connection, other, &packet->segment))
            dx_reader_observe(reader, &(dx_observation){.kind = DX_OBS_FIN}, other->side);
        release_fin(other, reset);
        release_fin(direction, reset);
        if (packet->segment.len && !reset)
            read_payload(reader, direction, packet, &segment);
        else
            dx_reader_observe(reader, &segment, direction->side);
        release_fin(direction, false);
    }
    if (packet->segment.flags & DX_TCP_FIN)
        take_fin(connection, ledger, direction, &segment);
    dx_connection_rest(connection);
}

void
dx_connection_rest(dx_connection *connection)
{
    dx_facts *facts = &connection->facts;

    if (facts->authentication && facts->phase == DX_PHASE_DATA && facts->end.kind == DX_END_NONE &&
        connection->server->signer != facts)
        dx_authentication_drop(facts); /* both sides were content: nobody will ask */
    if (connection->reader && (dx_connection_is_settled(connection) || dx_reset_is_heeded(&facts->server) ||
                               dx_reset_is_heeded(&facts->client))) {
        dx_reader_free(connection->reader);
        connection->reader = NULL;
    }
}

/* A segment of this side is still to come, by what is seen behind it. */
static bool
has_hole(const dx_direction *direction, const dx_peer *peer)
{
    return direction->stream.started && peer->have_seq &&
           (int32_t)(peer->next_seq - direction->stream.next_seq) > 0;
}

/* A server may still ask this client for a certificate, in place of the answer to its first requests. */
static bool
may_be_asked(const dx_facts *facts)
{
    enum { TICKETS_BYTES = 4096, RECORDS = 8 };

    return facts->offer && facts->offer->post_handshake_auth && facts->server.app_bytes <= TICKETS_BYTES &&
           facts->client.app_records <= RECORDS;
}

bool
dx_connection_is_settled(const dx_connection *connection)
{
    const dx_facts *facts = &connection->facts;

    if (facts->phase == DX_PHASE_DATA && (facts->milestones & DX_MILESTONE_ACCEPTED) &&
        ((dx_facts_tls13(facts) && !may_be_asked(facts)) ||
         facts->client.app_bytes + facts->server.app_bytes > SETTLED_BYTES))
        return true;
    const dx_reader *reader = connection->reader;
    if (facts->client.fin_frame && facts->server.fin_frame) {
        if (facts->end.kind != DX_END_NONE)
            return !(reader && has_hole(&reader->server, &facts->server));
        if ((facts->milestones & DX_MILESTONE_ACCEPTED) && reader)
            return !reader->client.stream.num_pending && !reader->server.stream.num_pending;
    }
    return reader && !facts->tls &&
           reader->client.num_chunks + reader->server.num_chunks > 4 * MAX_PREAMBLE_CHUNKS;
}

/* Plain HTTP that is answered: only CONNECT leads to TLS. */
static bool
is_plain_http(const dx_facts *facts)
{
    return facts->client_foreign == DX_FOREIGN_HTTP_REQUEST &&
           facts->server_foreign == DX_FOREIGN_HTTP_RESPONSE;
}

static unsigned
max_chunks(const dx_facts *facts)
{
    bool unknown = facts->client_foreign == DX_FOREIGN_UNKNOWN && facts->server_foreign == DX_FOREIGN_UNKNOWN;

    return unknown && !facts->mid_stream ? MAX_UNKNOWN_CHUNKS : MAX_PREAMBLE_CHUNKS;
}

bool
dx_connection_concerns_tls(const dx_connection *connection)
{
    const dx_facts *facts = &connection->facts;
    bool unanswered = facts->phase == DX_PHASE_NONE && facts->client.syn_frame && !facts->server.syn_frame;

    return facts->tls || facts->expected || facts->upgrade != DX_UPGRADE_NONE || facts->proxy_header ||
           facts->says_use_tls || facts->not_offered_frame || connection->server->num_hellos ||
           dx_facts_openvpn_unanswered(facts) ||
           (unanswered && dx_port_begins_plain(facts->server_endpoint.port));
}

bool
dx_connection_is_irrelevant(const dx_connection *connection)
{
    const dx_facts *facts = &connection->facts;
    const dx_reader *reader = connection->reader;

    if (dx_connection_concerns_tls(connection))
        return false;
    if (!reader)
        return true;
    return is_plain_http(facts) || (facts->client.fin_frame && facts->server.fin_frame) ||
           facts->client.rst_frame || facts->server.rst_frame ||
           reader->client.num_chunks + reader->server.num_chunks > max_chunks(facts) ||
           reader->client.preamble_bytes + reader->server.preamble_bytes > MAX_PREAMBLE_BYTES;
}
