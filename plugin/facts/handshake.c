/* handshake.c - what handshake messages say of a connection, and what is no TLS
 *
 * Source: RFC 8446 sections 2, 4, 6 and appendix D.4; RFC 5246 section 7
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/progress.h"
#include "facts/authentication.h"

static char
message_letter(uint8_t type)
{
    switch (type) {
    case DX_HS_HELLO_REQUEST:
        return 'H';
    case DX_HS_NEW_SESSION_TICKET:
        return 'T';
    case DX_HS_END_OF_EARLY_DATA:
        return 'E';
    case DX_HS_ENCRYPTED_EXTENSIONS:
        return 'O';
    case DX_HS_CERTIFICATE:
    case DX_HS_COMPRESSED_CERTIFICATE:
        return 'X';
    case DX_HS_CERTIFICATE_REQUEST:
        return 'R';
    case DX_HS_SERVER_HELLO_DONE:
        return 'N';
    case DX_HS_CERTIFICATE_VERIFY:
        return 'Y';
    case DX_HS_CLIENT_KEY_EXCHANGE:
        return 'G';
    case DX_HS_FINISHED:
        return 'F';
    case DX_HS_CERTIFICATE_STATUS:
        return 'U';
    case DX_HS_HELLO_VERIFY_REQUEST:
        return 'V';
    case DX_HS_KEY_UPDATE:
        return 'P';
    default:
        return 'Z';
    }
}

static uint32_t
hash_bytes(const uint8_t *bytes, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return len ? (hash ? hash : 1) : 0;
}

static void
take_client_hello(dx_facts *facts, const dx_observation *observation)
{
    const dx_client_hello *hello = observation->u.client_hello;

    dx_progress_note(facts, observation->from, 'C');
    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return; /* a renegotiation in the clear; what was agreed before stays */
    facts->tls = true;
    facts->mid_stream = false;
    if (facts->num_hellos < UINT16_MAX)
        facts->num_hellos++;
    if (!facts->hello_frame) {
        facts->hello_frame = observation->frame;
        facts->hello_us = observation->time_us;
        facts->hello_len = hello->len;
        facts->sni = observation->sni;
        facts->session_id_hash = hash_bytes(hello->session_id, hello->session_id_len);
        memcpy(&facts->hello_random, hello->random + sizeof hello->random - sizeof facts->hello_random,
               sizeof facts->hello_random);
        facts->resumption_offered = hello->psk || hello->session_ticket ||
                                    (hello->session_id_len && !dx_codes_have(&hello->versions, DX_TLS13));
        facts->psk_offered = hello->psk;
        facts->early_data = hello->early_data;
        facts->offer = observation->offer;
        facts->shape = observation->shape;
    }
    if (facts->retry_frame && !facts->second_hello_frame)
        facts->second_hello_frame = observation->frame;
    facts->hello_end_seq = facts->client.next_seq;
    if (facts->phase < DX_PHASE_HELLO)
        facts->phase = DX_PHASE_HELLO;
    facts->milestones |= DX_MILESTONE_HELLO;
}

static void
take_server_hello(dx_facts *facts, const dx_observation *observation)
{
    const dx_server_hello *hello = observation->u.server_hello;

    dx_progress_note(facts, observation->from, hello->retry ? 'J' : 'S');
    facts->tls = true;
    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return;
    facts->milestones |= DX_MILESTONE_ANSWER;
    if (hello->retry) {
        facts->retry_frame = observation->frame;
        facts->retry_us = observation->time_us;
        facts->retry_group = hello->group;
        facts->phase = DX_PHASE_RETRY;
        dx_progress_drop_pending(facts, observation);
        return;
    }
    facts->server_hello_frame = observation->frame;
    facts->server_hello_us = facts->server_flight_us = observation->time_us;
    facts->chosen = (dx_choice){.version = (hello->version >> 8) == 0x7f ? DX_TLS13 : hello->version,
                                .dtls = hello->dtls,
                                .cipher = hello->cipher,
                                .group = hello->group,
                                .alpn = observation->alpn,
                                .extended_master_secret = hello->extended_master_secret,
                                .renegotiation_info = hello->renegotiation_info,
                                .encrypt_then_mac = hello->encrypt_then_mac,
                                .max_fragment_length =
                                    dx_codes_have(&hello->extensions, DX_EXTENSION_MAX_FRAGMENT_LENGTH)};
    facts->chosen.resumed =
        facts->chosen.version == DX_TLS13
            ? hello->psk
            : facts->session_id_hash &&
                  hash_bytes(hello->session_id, hello->session_id_len) == facts->session_id_hash;
    facts->downgrade = hello->downgrade;
    facts->phase = DX_PHASE_SERVER_HELLO;
    dx_progress_drop_pending(facts, observation);
}

static void
take_certificate(dx_facts *facts, const dx_observation *observation)
{
    if (observation->from == DX_CLIENT) {
        facts->client_certificate_frame = observation->frame;
        facts->client_certificate =
            observation->u.message.empty ? DX_CLIENT_CERTIFICATE_EMPTY : DX_CLIENT_CERTIFICATE_SENT;
        if (observation->u.message.chain)
            dx_authentication_make(facts)->client_chain = observation->u.message.chain;
    } else if (!facts->certificate_frame) {
        facts->certificate_frame = observation->frame;
        facts->certificate_len = observation->u.message.len;
        facts->certificate_seq = facts->server.segment_seq;
        facts->chain = observation->u.message.chain;
        facts->chosen.resumed = false;
    }
}

/* A ClientHello whose body could not be read. */
static void
take_unread_hello(dx_facts *facts, const dx_observation *observation)
{
    if (facts->phase >= DX_PHASE_HELLO)
        return;
    facts->phase = DX_PHASE_HELLO;
    facts->hello_frame = observation->frame;
    facts->hello_us = observation->time_us;
    facts->hello_len = observation->u.message.len;
    facts->hello_end_seq = facts->client.next_seq;
}

static void
take_message(dx_facts *facts, const dx_observation *observation)
{
    uint8_t type = observation->u.message.type;

    dx_progress_note(facts, observation->from, message_letter(type));
    facts->tls = true;
    facts->decrypted |= observation->u.message.decrypted;
    dx_progress_drop_pending(facts, observation);
    if (observation->from == DX_SERVER)
        facts->server_flight_us = observation->time_us;
    switch (type) {
    case DX_HS_CLIENT_HELLO:
        take_unread_hello(facts, observation);
        break;
    case DX_HS_SERVER_HELLO:
        if (facts->phase < DX_PHASE_SERVER_HELLO) {
            facts->phase = DX_PHASE_SERVER_HELLO;
            facts->server_hello_frame = observation->frame;
            facts->server_hello_us = observation->time_us;
        }
        break;
    case DX_HS_HELLO_VERIFY_REQUEST:
        if (facts->phase <= DX_PHASE_HELLO) {
            facts->cookie_frame = observation->frame;
            facts->answer_frame = 0;
        }
        break;
    case DX_HS_CERTIFICATE:
    case DX_HS_COMPRESSED_CERTIFICATE:
        take_certificate(facts, observation);
        break;
    case DX_HS_CERTIFICATE_REQUEST:
        if (!facts->certificate_request_frame) {
            facts->certificate_request_frame = observation->frame;
            facts->certificate_request_len = observation->u.message.len;
        }
        break;
    case DX_HS_SERVER_HELLO_DONE:
        if (facts->phase < DX_PHASE_SERVER_DONE)
            facts->phase = DX_PHASE_SERVER_DONE;
        break;
    case DX_HS_NEW_SESSION_TICKET:
        facts->ticket_frame = observation->frame;
        if (dx_facts_tls13(facts))
            dx_progress_accept(facts);
        break;
    case DX_HS_HELLO_REQUEST:
        if (facts->phase >= DX_PHASE_ESTABLISHED)
            facts->hello_request_frame = observation->frame;
        break;
    case DX_HS_FINISHED:
        dx_progress_finished(facts, observation);
        break;
    default:
        break;
    }
}

static void
keep_line(dx_facts *facts, const char *line)
{
    g_free(facts->foreign_text);
    facts->foreign_text = g_strndup(line, 120);
}

static void
take_foreign(dx_facts *facts, const dx_observation *observation)
{
    bool server = observation->from == DX_SERVER;

    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return;
    if (!server && (observation->u.foreign.kind == DX_FOREIGN_OPENVPN ||
                    observation->u.foreign.kind == DX_FOREIGN_OPENVPN_SEALED)) { /* TLS follows */
        facts->openvpn_frame = observation->frame;
        facts->openvpn_sealed = observation->u.foreign.kind == DX_FOREIGN_OPENVPN_SEALED;
        facts->phase = MAX(facts->phase, DX_PHASE_PREAMBLE);
        return;
    }
    if (server) {
        if (!facts->server_foreign_frame) {
            facts->server_foreign = observation->u.foreign.kind;
            facts->server_foreign_frame = observation->frame;
        }
        const dx_service *service = dx_service_by_banner(observation->u.foreign.text);
        if (service && !facts->greeting)
            facts->greeting = service->id;
        facts->http_status = observation->u.foreign.http_status;
        facts->says_use_tls |= observation->u.foreign.says_use_tls;
    } else if (!facts->client_foreign_frame) {
        facts->client_foreign = observation->u.foreign.kind;
        facts->client_foreign_frame = observation->frame;
    }
    if (observation->u.foreign.text && (!facts->foreign_text || server) && facts->upgrade_answer >= 0)
        keep_line(facts, observation->u.foreign.text);
    if (server && facts->phase >= DX_PHASE_HELLO_PARTIAL)
        dx_progress_end(facts, DX_END_FOREIGN, observation);
    else if (facts->phase < DX_PHASE_PREAMBLE)
        facts->phase = DX_PHASE_PREAMBLE;
    if (server && facts->phase == DX_PHASE_PREAMBLE && !facts->says_use_tls)
        facts->milestones |= DX_MILESTONE_PLAIN;
}

static void
take_upgrade(dx_facts *facts, const dx_observation *observation)
{
    if (facts->phase >= DX_PHASE_HELLO_PARTIAL)
        return;
    facts->phase = DX_PHASE_PREAMBLE;
    facts->hello_segments = 0;
    if (observation->u.upgrade.proxy_header) {
        facts->proxy_header = true;
        return;
    }
    if (observation->u.upgrade.listed) {
        facts->not_offered_frame = observation->u.upgrade.listed < 0 ? observation->frame : 0;
        facts->login_wants_tls = observation->u.upgrade.listed == -2;
        if (observation->u.upgrade.listed < 0) {
            facts->starttls_masked = observation->u.upgrade.listed == -3;
            facts->list_of = observation->u.upgrade.kind;
        }
        return;
    }
    if (observation->u.upgrade.answer == 0) {
        facts->upgrade = observation->u.upgrade.kind;
        facts->upgrade_frame = observation->frame;
        facts->upgrade_answer = 0;
        facts->tls_demand = DX_DEMAND_NONE;
        facts->tds_client = (uint8_t)observation->u.upgrade.encryption;
        facts->rdp_asked = observation->u.upgrade.rdp_protocols;
        if (observation->u.upgrade.target) {
            g_free(facts->tunnel);
            facts->tunnel = g_strndup(observation->u.upgrade.target, 300);
        }
        return;
    }
    if (facts->upgrade == DX_UPGRADE_NONE) { /* no TLS was asked for, and the server wants it */
        facts->tls_demand = observation->u.upgrade.demand;
        facts->upgrade = observation->u.upgrade.kind;
        facts->upgrade_frame = facts->client_foreign_frame;
    }
    facts->upgrade_answer = (int8_t)observation->u.upgrade.answer;
    facts->tds_server = (uint8_t)observation->u.upgrade.encryption;
    facts->upgrade_answer_frame = observation->frame;
    if (facts->upgrade_answer < 0) /* not the greeting */
        keep_line(facts, observation->u.upgrade.text);
    facts->bytes_at_upgrade_answer = facts->client.payload_bytes;
    facts->http_status = observation->u.upgrade.http_status;
    facts->rdp_failure = observation->u.upgrade.rdp_failure;
    facts->rdp_chosen = observation->u.upgrade.rdp_protocols;
}

void
dx_handshake_apply(dx_facts *facts, const dx_observation *observation)
{
    switch (observation->kind) {
    case DX_OBS_CLIENT_HELLO:
        take_client_hello(facts, observation);
        break;
    case DX_OBS_SERVER_HELLO:
        take_server_hello(facts, observation);
        break;
    case DX_OBS_KEY_EXCHANGE:
        dx_progress_note(facts, observation->from, 'K');
        dx_progress_drop_pending(facts, observation);
        facts->key_exchange_frame = observation->frame;
        facts->server_flight_us = observation->time_us;
        if (observation->u.key_exchange.kind == DX_KX_DHE)
            facts->dh_bits = observation->u.key_exchange.prime_bits;
        if (observation->u.key_exchange.kind == DX_KX_ECDHE)
            facts->chosen.group = observation->u.key_exchange.group;
        break;
    case DX_OBS_HIDDEN:
        dx_hidden_apply(facts, observation);
        break;
    case DX_OBS_DATA:
        dx_data_apply(facts, observation);
        break;
    case DX_OBS_MESSAGE:
        take_message(facts, observation);
        break;
    case DX_OBS_RECORD:
        dx_records_apply(facts, observation);
        break;
    case DX_OBS_ALPN:
        facts->chosen.alpn = observation->alpn;
        break;
    case DX_OBS_FOREIGN:
        take_foreign(facts, observation);
        break;
    case DX_OBS_UPGRADE:
        take_upgrade(facts, observation);
        break;
    case DX_OBS_PARTIAL_HELLO:
        facts->tls = true;
        if (facts->phase < DX_PHASE_HELLO_PARTIAL)
            facts->phase = DX_PHASE_HELLO_PARTIAL;
        facts->partial_frame = observation->frame;
        facts->partial_have = observation->u.partial.have;
        facts->partial_expected = observation->u.partial.expected;
        break;
    default:
        break;
    }
}
