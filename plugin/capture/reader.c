/* reader.c - from the bytes of both directions to observations: TLS, and what comes before it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/reader.h"

#include <string.h>

#include "facts/authentication.h"
#include "knowledge/whole.h"

void
dx_reader_observe(dx_reader *reader, dx_observation *observation, dx_side from)
{
    observation->from = from;
    observation->frame = reader->frame;
    observation->time_us = reader->time_us;
    dx_connection_observe(reader->connection, reader->ledger, observation);
}

static void
on_client_hello(dx_direction *direction, const dx_message *message, bool sslv2)
{
    dx_client_hello hello = {0};
    dx_observation observation = {.kind = DX_OBS_CLIENT_HELLO, .u.client_hello = &hello};

    if (sslv2)
        dx_client_hello_parse_sslv2(&hello, message->body, message->len);
    else
        dx_client_hello_parse(&hello, message->body, message->len);
    dx_transcript_hello(&direction->reader->transcript, &direction->reader->connection->facts, message,
                        &hello);
    dx_reader_observe(direction->reader, &observation, direction->side);
    dx_client_hello_clear(&hello);
}

static void
on_server_hello(dx_direction *direction, const dx_message *message)
{
    dx_server_hello hello = {0};
    dx_observation observation = {.kind = DX_OBS_SERVER_HELLO, .u.server_hello = &hello};

    dx_server_hello_parse(&hello, message->body, message->len);
    if (direction->reader->connection->facts.phase < DX_PHASE_SERVER_HELLO)
        dx_transcript_answer(&direction->reader->transcript, message, &hello);
    dx_reader_observe(direction->reader, &observation, direction->side);
    dx_server_hello_clear(&hello);
}

/* The first signature of a server may be asked for in the name of all its connections (dx_key_proof). */
static void
note_signer(const dx_reader *reader)
{
    const dx_facts *facts = &reader->connection->facts;
    dx_server *server = reader->connection->server;

    if (server->signer || !facts->authentication || !facts->authentication->signature)
        return;
    server->signer = facts;
    dx_ledger_touch(reader->ledger);
}

static void
on_key_exchange(dx_direction *direction, const dx_message *message)
{
    dx_facts *facts = &direction->reader->connection->facts;
    const dx_choice *chosen = &facts->chosen;
    dx_observation observation = {.kind = DX_OBS_KEY_EXCHANGE};

    dx_key_exchange_parse(&observation.u.key_exchange, chosen->cipher, chosen->version, message->body,
                          message->len);
    dx_transcript_exchange(&direction->reader->transcript, facts, message, &observation.u.key_exchange);
    note_signer(direction->reader);
    dx_reader_observe(direction->reader, &observation, direction->side);
}

static void
on_other_message(dx_direction *direction, const dx_message *message)
{
    dx_facts *facts = &direction->reader->connection->facts;
    bool tls13 = dx_facts_tls13(facts);
    dx_observation observation = {.kind = DX_OBS_MESSAGE,
                                  .u.message = {.type = message->type,
                                                .len = message->len,
                                                .decrypted = direction->reader->inner_message}};

    if (message->type == DX_HS_CERTIFICATE) {
        const dx_chain *chain = dx_transcript_chain(direction->reader->ledger, message, tls13);
        observation.u.message.chain = chain;
        observation.u.message.empty = chain ? chain->num_sent == 0 : message->len <= 4;
    }
    if (direction->side == DX_SERVER) {
        dx_transcript_message(&direction->reader->transcript, facts, message,
                              direction->reader->inner_message);
        note_signer(direction->reader);
    }
    if (message->type == DX_HS_ENCRYPTED_EXTENSIONS && message->body) {
        char alpn[DX_MAX_NAME + 1] = "";
        dx_observation chosen = {.kind = DX_OBS_ALPN, .u.text = alpn};
        if (dx_encrypted_extensions_alpn(alpn, message->body, message->len) && alpn[0])
            dx_reader_observe(direction->reader, &chosen, direction->side);
    }
    dx_reader_observe(direction->reader, &observation, direction->side);
}

static void
on_message(void *user, const dx_message *message)
{
    dx_direction *direction = user;

    if (message->type == DX_HS_CLIENT_HELLO && message->body && direction->side == DX_CLIENT)
        on_client_hello(direction, message, false);
    else if (message->type == DX_HS_SERVER_HELLO && message->body && direction->side == DX_SERVER)
        on_server_hello(direction, message);
    else if (message->type == DX_HS_SERVER_KEY_EXCHANGE && message->body)
        on_key_exchange(direction, message);
    else
        on_other_message(direction, message);
}

static void
on_sslv2_hello(void *user, const uint8_t *body, size_t len)
{
    dx_message message = {.type = DX_HS_CLIENT_HELLO, .len = (uint32_t)len, .body = body};
    on_client_hello(user, &message, true);
}

/* The decrypted content of an encrypted record, when Wireshark has it: the next one that fits by length. */
static const dx_plain *
take_plain(dx_reader *reader, const dx_record *record)
{
    if (reader->next_plain >= reader->num_plain)
        return NULL;
    const dx_plain *plain = &reader->plain[reader->next_plain];
    if (plain->len >= record->len)
        return NULL;
    reader->next_plain++;
    return plain;
}

static const dx_tls_sink inner_sink = {.message = on_message};

static void
feed_inner_handshake(dx_direction *direction, const dx_plain *plain)
{
    const uint8_t header[5] = {DX_RECORD_HANDSHAKE, 3, 3, (uint8_t)(plain->len >> 8), (uint8_t)plain->len};

    if (!plain->len || plain->len > 0x4800)
        return;
    if (!direction->inner)
        direction->inner = dx_tls_new(&inner_sink, direction);
    direction->reader->inner_message = true;
    dx_tls_feed(direction->inner, header, sizeof header, 0);
    dx_tls_feed(direction->inner, plain->data, plain->len, 0);
    direction->reader->inner_message = false;
}

static void
on_record(void *user, const dx_record *record)
{
    dx_direction *direction = user;
    dx_reader *reader = direction->reader;
    dx_facts *facts = &reader->connection->facts;
    dx_observation observation = {.kind = DX_OBS_RECORD, .u.record = {.header = *record}};

    if (record->encrypted || (record->type == DX_RECORD_APPLICATION && reader->num_plain)) {
        const dx_plain *plain = take_plain(reader, record);
        if (plain && plain->type >= DX_RECORD_CCS && plain->type <= DX_RECORD_HEARTBEAT) {
            observation.u.record.decrypted = true;
            observation.u.record.inner_type = plain->type;
            if (plain->type == DX_RECORD_ALERT && plain->len >= 2) {
                observation.u.record.header.alert_level = plain->data[0];
                observation.u.record.header.alert_description = plain->data[1];
            }
            if (plain->type == DX_RECORD_HANDSHAKE)
                feed_inner_handshake(direction, plain);
        }
    }
    if (direction->side == DX_SERVER && record->type == DX_RECORD_APPLICATION &&
        !observation.u.record.decrypted)
        dx_transcript_drop(&reader->transcript);
    dx_reader_observe(reader, &observation, direction->side);
    /* TLS 1.2 and below protect all that follows; in TLS 1.3 the record is a dummy (RFC 8446 appendix D.4) */
    if (record->type == DX_RECORD_CCS && direction->tls &&
        (facts->server_hello_frame ? facts->chosen.version < DX_TLS13 : facts->mid_stream || facts->damaged))
        dx_tls_set_encrypted(direction->tls, true);
}

void
dx_reader_message(dx_direction *direction, const dx_message *message, bool inner)
{
    direction->reader->inner_message = inner;
    on_message(direction, message);
    direction->reader->inner_message = false;
}

void
dx_reader_record(dx_direction *direction, const dx_record *record)
{
    on_record(direction, record);
}

static char *
first_line(const uint8_t *bytes, size_t len)
{
    char *line = dx_whole(bytes, MIN(len, 120));

    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

void
dx_reader_foreign(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    char *line = first_line(bytes, len);
    dx_observation observation = {.kind = DX_OBS_FOREIGN};

    observation.u.foreign.kind = dx_foreign_classify(bytes, len, direction->side == DX_CLIENT);
    observation.u.foreign.http_status = (uint16_t)dx_http_status(bytes, len);
    observation.u.foreign.says_use_tls = direction->side == DX_SERVER && dx_http_says_use_tls(bytes, len);
    observation.u.foreign.text = line;
    dx_reader_observe(direction->reader, &observation, direction->side);
    g_free(line);
    const dx_facts *facts = &direction->reader->connection->facts;
    if (direction->side == DX_SERVER && observation.u.foreign.http_status &&
        facts->server_endpoint.port == 80) {
        char server[128] = "";
        dx_http_header(bytes, len, "Server", server, sizeof server);
        dx_ledger_http(direction->reader->ledger, &facts->server_endpoint.address, direction->reader->frame,
                       observation.u.foreign.http_status, server);
    }
}

static void
on_not_tls(void *user, const uint8_t *bytes, size_t len)
{
    dx_direction *direction = user;
    const dx_facts *facts = &direction->reader->connection->facts;

    direction->mode = MODE_PREAMBLE;
    if (!direction->missing && !facts->mid_stream)
        dx_reader_foreign(direction, bytes, len);
}

static const dx_tls_sink tls_sink = {
    .record = on_record, .message = on_message, .sslv2_hello = on_sslv2_hello, .not_tls = on_not_tls};

void
dx_reader_tls(dx_direction *direction, const uint8_t *bytes, size_t len, size_t missing)
{
    if (direction->mode != MODE_TLS) {
        direction->mode = MODE_TLS;
        if (!direction->tls)
            direction->tls = dx_tls_new(&tls_sink, direction);
        else
            dx_tls_resync(direction->tls);
        direction->handshake_first = len && bytes[0] == DX_RECORD_HANDSHAKE;
        if (direction->side == DX_CLIENT && direction->reader->server.mode == MODE_PREAMBLE)
            direction->reader->server.mode = MODE_START;
    }
    dx_tls_feed(direction->tls, bytes, len, missing);
    size_t expected = 0, have = direction->mode == MODE_TLS ? dx_tls_in_record(direction->tls, &expected) : 0;
    if (direction->side == DX_CLIENT && have && direction->handshake_first &&
        direction->reader->connection->facts.phase < DX_PHASE_HELLO) {
        dx_observation observation = {.kind = DX_OBS_PARTIAL_HELLO,
                                      .u.partial = {.have = (uint32_t)have, .expected = (uint32_t)expected}};
        dx_reader_observe(direction->reader, &observation, direction->side);
    }
}

static void
observe_upgrade(dx_direction *direction, const uint8_t *bytes, size_t len, dx_upgrade kind, int answer)
{
    char target[300] = "";
    bool words = answer < 0 && dx_upgrade_has_words(kind);
    char *line = words ? first_line(bytes, len) : NULL;
    dx_observation observation = {.kind = DX_OBS_UPGRADE,
                                  .u.upgrade = {.kind = kind, .answer = answer, .text = line}};

    if (kind == DX_UPGRADE_HTTP_CONNECT && !answer &&
        dx_http_connect_target(bytes, len, target, sizeof target))
        observation.u.upgrade.target = target;
    observation.u.upgrade.http_status = (uint16_t)dx_http_status(bytes, len);
    if (kind == DX_UPGRADE_RDP) {
        observation.u.upgrade.rdp_failure = dx_rdp_failure(bytes, len);
        observation.u.upgrade.rdp_protocols = dx_rdp_protocols(bytes, len);
    }
    dx_reader_observe(direction->reader, &observation, direction->side);
    g_free(line);
}

/* The last of the server's words for want of TLS: a client may try more than one command. */
static void
note_demand(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_facts *facts = &direction->reader->connection->facts;
    dx_upgrade kind;
    dx_demand demand = facts->upgrade == DX_UPGRADE_NONE || facts->tls_demand
                           ? dx_upgrade_demand(bytes, len, &kind)
                           : DX_DEMAND_NONE;

    if (!demand)
        return;
    char *line = dx_upgrade_has_words(kind) ? first_line(bytes, len) : NULL;
    dx_observation observation = {.kind = DX_OBS_UPGRADE,
                                  .u.upgrade = {.kind = kind, .answer = -1, .demand = demand, .text = line}};
    dx_reader_observe(direction->reader, &observation, direction->side);
    g_free(line);
}

/* EHLO, a list without STARTTLS or one that wants it first, and QUIT or nothing more: a client that insists
 * on TLS, one that has none, or one that looks. */
static void
note_aside(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    dx_reader *reader = direction->reader;
    bool noted = reader->connection->facts.not_offered_frame != 0;
    dx_observation observation = {.kind = DX_OBS_UPGRADE};

    if (direction->side == DX_SERVER && dx_mysql_without_tls(bytes, len)) { /* it tells unasked */
        observation.u.upgrade.listed = -1;
        observation.u.upgrade.kind = DX_UPGRADE_MYSQL;
    } else if (direction->side == DX_SERVER && reader->asked) {
        int listed = dx_upgrade_listed(bytes, len);
        reader->asked = listed == 0;
        observation.u.upgrade.listed = MIN(listed, 0);
        observation.u.upgrade.kind = dx_upgrade_of_list(bytes, len);
    } else if (direction->side == DX_CLIENT) {
        dx_aside aside = dx_upgrade_aside(bytes, len);
        reader->asked = aside == DX_ASIDE_QUESTION;
        observation.u.upgrade.listed = noted && aside != DX_ASIDE_GOODBYE ? 1 : 0;
    }
    if (observation.u.upgrade.listed)
        dx_reader_observe(reader, &observation, direction->side);
}

/* Bytes of a client that are no TLS (yet). */
static void
feed_client_preamble(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    size_t header = direction->mode == MODE_START ? dx_proxy_header_len(bytes, len) : 0;

    if (header) {
        dx_observation observation = {.kind = DX_OBS_UPGRADE, .u.upgrade = {.proxy_header = true}};
        dx_reader_observe(direction->reader, &observation, direction->side);
        if (header < len && dx_tls_looks_like_record(bytes + header, len - header))
            dx_reader_tls(direction, bytes + header, len - header, 0);
        return; /* else the mode stays MODE_START for what comes */
    }
    dx_upgrade kind = dx_upgrade_request(bytes, len);
    note_aside(direction, bytes, len);
    if (kind != DX_UPGRADE_NONE)
        observe_upgrade(direction, bytes, len, kind, 0);
    else if (direction->mode == MODE_START && !direction->missing)
        dx_reader_foreign(direction, bytes, len);
    direction->mode = MODE_PREAMBLE;
}

/* An SSLv2 session (draft-hickman-netscape-ssl-00): the ERROR counts as the alert that SSL 3.0 made of it,
 * what follows the SERVER-HELLO as data, for a server that accepts the master key answers and one that
 * does not says ERROR. */
static bool
feed_sslv2(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_facts *facts = &direction->reader->connection->facts;
    bool begun = facts->server_hello_frame && facts->chosen.version == DX_SSL2;
    int answer = direction->side == DX_SERVER ? dx_sslv2_answer(bytes, len) : -1;
    dx_server_hello hello = {.version = DX_SSL2};
    dx_observation observation = {.kind = DX_OBS_RECORD,
                                  .u.record.header = {.len = (uint16_t)MIN(len, UINT16_MAX)}};

    if (!begun && answer < 0)
        return false;
    direction->mode = MODE_PREAMBLE;
    if (answer == DX_SSLV2_SERVER_HELLO) {
        observation.kind = DX_OBS_SERVER_HELLO;
        observation.u.server_hello = &hello;
    } else if (answer == DX_SSLV2_ERROR) {
        observation.u.record.header = (dx_record){.type = DX_RECORD_ALERT,
                                                  .whole = true,
                                                  .alert_level = DX_ALERT_FATAL,
                                                  .alert_description = DX_ALERT_HANDSHAKE_FAILURE};
    } else {
        observation.u.record.header.type = DX_RECORD_APPLICATION;
    }
    dx_reader_observe(direction->reader, &observation, direction->side);
    return true;
}

/* An RDP server that ends the session of a client without TLS in its first word behind X.224's confirm. */
static bool
refuses_session(const dx_facts *facts, const uint8_t *bytes, size_t len)
{
    enum { CONFIRM_LEN = 19 };

    return facts->server_foreign == DX_FOREIGN_TPKT && facts->server.payload_bytes <= CONFIRM_LEN + len &&
           facts->client.last_payload_frame > facts->server_foreign_frame && dx_rdp_ends(bytes, len);
}

static void
feed_server_preamble(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_facts *facts = &direction->reader->connection->facts;
    bool client_speaks_tls = facts->phase >= DX_PHASE_HELLO_PARTIAL;

    note_aside(direction, bytes, len);
    if (!client_speaks_tls && facts->upgrade != DX_UPGRADE_NONE && !facts->upgrade_answer) {
        int answer = dx_upgrade_answer(facts->upgrade, bytes, len);
        if (answer)
            observe_upgrade(direction, bytes, len, facts->upgrade, answer);
    } else if (facts->client_foreign == DX_FOREIGN_TPKT &&
               (dx_rdp_failure(bytes, len) || refuses_session(facts, bytes, len))) {
        observe_upgrade(direction, bytes, len, DX_UPGRADE_RDP, -1);
    } else if (direction->mode == MODE_START && !direction->missing) {
        dx_reader_foreign(direction, bytes, len);
    }
    if (!client_speaks_tls)
        note_demand(direction, bytes, len);
    direction->mode = MODE_PREAMBLE;
}

/* In a capture that begins later only a request for TLS, and the answer to it, are known by themselves: a
 * port where TLS stands behind one is no TLS port. */
static bool
begins_upgrade(const dx_direction *direction, const uint8_t *bytes, size_t len)
{
    if (direction->side == DX_CLIENT)
        return dx_upgrade_request(bytes, len) != DX_UPGRADE_NONE;
    return direction->reader->connection->facts.upgrade != DX_UPGRADE_NONE;
}

void
dx_reader_take(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    dx_direction *direction = user;
    dx_facts *facts = &direction->reader->connection->facts;

    if (len && facts->offer && facts->offer->sslv2 && feed_sslv2(direction, bytes, len))
        return;
    if (direction->mode == MODE_TLS) {
        dx_reader_tls(direction, bytes, len, missing);
        return;
    }
    if (len) {
        bool client_spoke_tls = direction->side == DX_SERVER && facts->phase >= DX_PHASE_HELLO_PARTIAL;
        bool could_be =
            direction->mode == MODE_START || direction->missing || client_spoke_tls || facts->mid_stream
                ? dx_tls_looks_like_record(bytes, len)
                : false;
        if (direction->num_chunks < UINT16_MAX)
            direction->num_chunks++;
        direction->preamble_bytes += (uint32_t)len;
        if (could_be || (direction->side == DX_CLIENT && dx_tls_looks_like_client_hello(bytes, len)))
            dx_reader_tls(direction, bytes, len, missing);
        else if (facts->mid_stream && !begins_upgrade(direction, bytes, len))
            direction->mode = MODE_PREAMBLE;
        else if (direction->side == DX_CLIENT)
            feed_client_preamble(direction, bytes, len);
        else
            feed_server_preamble(direction, bytes, len);
    }
    if (missing && direction->mode != MODE_TLS) {
        direction->missing = true;
        if (!facts->damaged) {
            facts->damaged = true;
            facts->damaged_frame = direction->reader->frame;
        }
    }
}

void
dx_reader_free(dx_reader *reader)
{
    dx_direction *both[] = {&reader->client, &reader->server};

    for (unsigned i = 0; i < 2; i++) {
        dx_stream_clear(&both[i]->stream);
        g_free(both[i]->held);
        if (both[i]->tls)
            dx_tls_free(both[i]->tls);
        if (both[i]->inner)
            dx_tls_free(both[i]->inner);
        g_free(both[i]->tds);
        dx_openvpn_stream_free(both[i]->openvpn);
    }
    dx_transcript_drop(&reader->transcript);
    g_free(reader);
}
