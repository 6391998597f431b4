/* facts_tls.c - the TLS side of a connection's facts
 *
 * Source: RFC 8446 sections 2, 4, 6 and appendix D.4; RFC 5246 section 7; lengths of encrypted records: infer.h
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/facts.h"
#include "core/infer.h"
#include "core/ledger.h"
#include "core/presented.h"

enum { ALERT_CLOSE_NOTIFY = 0, ALERT_NO_CERTIFICATE = 41, ALERT_USER_CANCELED = 90 };

/* A server's alert this long after the client's Finished is about something else (idle close). */
#define REFUSAL_US (5 * G_USEC_PER_SEC)

/* The letters of Zeek's ssl_history (scripts/base/protocols/ssl/main.zeek); capitals for the client. */
static void
note_history(dx_facts *facts, dx_side from, char letter)
{
    char shown = from == DX_SERVER ? (char)(letter + ('a' - 'A')) : letter;

    if (facts->num_history + 1u >= sizeof facts->history)
        return;
    if (facts->num_history && facts->history[facts->num_history - 1] == shown && (letter == 'D' || letter == 'Z'))
        return;
    facts->history[facts->num_history++] = shown;
}

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
    case DX_HS_KEY_UPDATE:
        return 'P';
    default:
        return 'Z';
    }
}

static dx_peer *
sender(dx_facts *facts, const dx_observation *observation)
{
    return observation->from == DX_SERVER ? &facts->server : &facts->client;
}

static void
note_close_notify(dx_peer *peer, const dx_observation *observation)
{
    peer->close_notify = true;
    if (!peer->close_notify_frame)
        peer->close_notify_frame = observation->frame;
}

static void
set_pending(dx_facts *facts, dx_end_kind kind, const dx_observation *observation)
{
    if (facts->end.kind != DX_END_NONE || facts->pending.kind != DX_END_NONE)
        return;
    facts->pending = (dx_end){.kind = kind, .by = observation->from, .phase = facts->phase,
                              .frame = observation->frame, .time_us = observation->time_us};
    if (kind == DX_END_ALERT) {
        facts->pending.alert_level = observation->u.record.header.alert_level;
        facts->pending.alert = observation->u.record.header.alert_description;
    }
}

/* The handshake went on: what looked like its end was none. */
static void
drop_pending(dx_facts *facts, const dx_observation *observation)
{
    if (facts->pending.kind == DX_END_ALERT ||
        (facts->pending.kind == DX_END_ENCRYPTED_ALERT && facts->pending.by == observation->from))
        facts->pending.kind = DX_END_NONE;
}

static void
establish(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    /* an encrypted alert came before the second Finished (observed: NSS 3.87 refuses a certificate that way) */
    if (facts->established_frame || facts->pending.kind == DX_END_ENCRYPTED_ALERT)
        return;
    facts->pending.kind = DX_END_NONE; /* a client's half-close: the handshake went on all the same */
    facts->established_frame = observation->frame;
    facts->established_us = observation->time_us;
    if (facts->phase < DX_PHASE_ESTABLISHED)
        facts->phase = DX_PHASE_ESTABLISHED;
    /* A TLS 1.3 client is done before the server has judged its Finished and certificate (RFC 8446 section 4.4.4). */
    if (!dx_facts_tls13(facts))
        dx_facts_accept(facts, ledger);
}

static void
client_finishes(dx_facts *facts, const dx_observation *observation)
{
    facts->client.finished = true;
    if (facts->client_finished_frame)
        return;
    facts->client_finished_frame = observation->frame;
    facts->client_finished_us = observation->time_us;
    if (facts->phase < DX_PHASE_CLIENT_FINISHED && facts->phase >= DX_PHASE_SERVER_HELLO)
        facts->phase = DX_PHASE_CLIENT_FINISHED;
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
take_client_hello(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    const dx_client_hello *hello = observation->u.client_hello;

    note_history(facts, observation->from, 'C');
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
        facts->sni = dx_ledger_intern(ledger, hello->sni);
        facts->session_id_hash = hash_bytes(hello->session_id, hello->session_id_len);
        facts->resumption_offered = hello->psk || hello->session_ticket ||
                                    (hello->session_id_len && !dx_codes_have(&hello->versions, 0x0304));
        facts->early_data = hello->early_data;
        facts->offer = dx_ledger_offer(ledger, hello);
    }
    if (facts->retry_frame && !facts->second_hello_frame)
        facts->second_hello_frame = observation->frame;
    facts->hello_end_seq = facts->client.next_seq;
    if (facts->phase < DX_PHASE_HELLO)
        facts->phase = DX_PHASE_HELLO;
    if (facts->num_hellos == 1)
        dx_ledger_hello(ledger, facts);
}

static void
take_server_hello(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    const dx_server_hello *hello = observation->u.server_hello;

    note_history(facts, observation->from, hello->retry ? 'J' : 'S');
    facts->tls = true;
    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return;
    if (facts->ledger && !facts->ledger->first_tls_frame) {
        facts->ledger->first_tls_frame = observation->frame;
        facts->ledger->num_answers++;
        dx_ledger_touch(ledger);
    }
    if (hello->retry) {
        facts->retry_frame = observation->frame;
        facts->retry_us = observation->time_us;
        facts->retry_group = hello->group;
        facts->phase = DX_PHASE_RETRY;
        drop_pending(facts, observation);
        return;
    }
    facts->server_hello_frame = observation->frame;
    facts->server_hello_us = facts->server_flight_us = observation->time_us;
    facts->chosen = (dx_choice){.version = (hello->version >> 8) == 0x7f ? 0x0304 : hello->version,
                                .cipher = hello->cipher,
                                .group = hello->group,
                                .alpn = hello->alpn[0] ? dx_ledger_intern(ledger, hello->alpn) : NULL,
                                .extended_master_secret = hello->extended_master_secret,
                                .renegotiation_info = hello->renegotiation_info,
                                .encrypt_then_mac = hello->encrypt_then_mac};
    facts->chosen.resumed = facts->chosen.version == 0x0304
                                ? hello->psk
                                : facts->session_id_hash &&
                                      hash_bytes(hello->session_id, hello->session_id_len) == facts->session_id_hash;
    facts->downgrade = hello->downgrade;
    facts->phase = DX_PHASE_SERVER_HELLO;
    drop_pending(facts, observation);
}

static void
take_certificate(dx_facts *facts, const dx_observation *observation)
{
    if (observation->from == DX_CLIENT) {
        facts->client_certificate_frame = observation->frame;
        facts->client_certificate =
            observation->u.message.empty ? DX_CLIENT_CERTIFICATE_EMPTY : DX_CLIENT_CERTIFICATE_SENT;
        if (observation->u.message.chain)
            dx_presented_make(facts)->client_chain = observation->u.message.chain;
    } else if (!facts->certificate_frame) {
        facts->certificate_frame = observation->frame;
        facts->certificate_len = observation->u.message.len;
        facts->chain = observation->u.message.chain;
        facts->chosen.resumed = false;
    }
}

static void
take_finished(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    sender(facts, observation)->finished = true;
    if (observation->from == DX_CLIENT)
        client_finishes(facts, observation);
    else if (facts->phase < DX_PHASE_SERVER_DONE)
        facts->phase = DX_PHASE_SERVER_DONE;
    if (facts->client.finished && facts->server.finished)
        establish(facts, ledger, observation);
}

static void
take_message(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    uint8_t type = observation->u.message.type;

    note_history(facts, observation->from, message_letter(type));
    facts->tls = true;
    drop_pending(facts, observation);
    if (observation->from == DX_SERVER)
        facts->server_flight_us = observation->time_us;
    switch (type) {
    case DX_HS_CLIENT_HELLO: /* its body could not be read */
        if (facts->phase < DX_PHASE_HELLO) {
            facts->phase = DX_PHASE_HELLO;
            facts->hello_frame = observation->frame;
            facts->hello_us = observation->time_us;
            facts->hello_len = observation->u.message.len;
            facts->hello_end_seq = facts->client.next_seq;
        }
        break;
    case DX_HS_SERVER_HELLO:
        if (facts->phase < DX_PHASE_SERVER_HELLO) {
            facts->phase = DX_PHASE_SERVER_HELLO;
            facts->server_hello_frame = observation->frame;
            facts->server_hello_us = observation->time_us;
        }
        break;
    case DX_HS_CERTIFICATE:
    case DX_HS_COMPRESSED_CERTIFICATE:
        take_certificate(facts, observation);
        break;
    case DX_HS_CERTIFICATE_REQUEST:
        if (!facts->certificate_request_frame)
            facts->certificate_request_frame = observation->frame;
        break;
    case DX_HS_SERVER_HELLO_DONE:
        if (facts->phase < DX_PHASE_SERVER_DONE)
            facts->phase = DX_PHASE_SERVER_DONE;
        break;
    case DX_HS_NEW_SESSION_TICKET:
        facts->ticket_frame = observation->frame;
        if (dx_facts_tls13(facts))
            dx_facts_accept(facts, ledger);
        break;
    case DX_HS_HELLO_REQUEST:
        if (facts->phase >= DX_PHASE_ESTABLISHED)
            facts->hello_request_frame = observation->frame;
        break;
    case DX_HS_FINISHED:
        take_finished(facts, ledger, observation);
        break;
    default:
        break;
    }
}

/* A readable alert (RFC 8446 section 6: in TLS 1.3 all but close_notify and user_canceled are fatal). */
static void
take_alert(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    dx_peer *peer = sender(facts, observation);
    const dx_record *record = &observation->u.record.header;
    bool handshake_over = facts->phase >= DX_PHASE_ESTABLISHED &&
                          (facts->phase == DX_PHASE_DATA ||
                           (facts->server.app_records && facts->client.app_records));

    if (record->alert_description == ALERT_CLOSE_NOTIFY)
        note_close_notify(peer, observation);
    else if (!peer->alert_frame) {
        peer->alert_frame = observation->frame;
        peer->alert = record->alert_description;
        peer->alert_level = record->alert_level;
    }
    if (record->alert_description == ALERT_NO_CERTIFICATE && observation->from == DX_CLIENT &&
        facts->phase >= DX_PHASE_SERVER_HELLO) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_EMPTY; /* SSL 3.0, RFC 6101 section 5.4.2 */
        facts->client_certificate_frame = observation->frame;
        return;
    }
    if (handshake_over)
        return;
    bool harmless = record->alert_description == ALERT_CLOSE_NOTIFY ||
                    record->alert_description == ALERT_USER_CANCELED;
    /* OpenSSL servers answer a client that leaves after the handshake with 50 (observed). But a client that showed a
     * certificate may have asked and closed its side before the server has judged it. */
    bool reaction = (peer == &facts->server ? facts->client.fin_frame : facts->server.fin_frame) &&
                    facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE;
    if (facts->phase >= DX_PHASE_ESTABLISHED && (harmless || reaction))
        return;
    if (!harmless && (record->alert_level == 2 || dx_facts_tls13(facts)))
        dx_facts_set_end(facts, ledger, DX_END_ALERT, observation);
    else
        set_pending(facts, DX_END_ALERT, observation);
}

static void
note_record(dx_facts *facts, const dx_observation *observation)
{
    if (!facts->num_notes)
        facts->first_note = (dx_record_note){.frame = observation->frame,
                                             .len = observation->u.record.header.len,
                                             .type = observation->u.record.header.type,
                                             .from = observation->from};
    if (facts->num_notes < UINT8_MAX)
        facts->num_notes++;
    if (observation->from == DX_SERVER && facts->num_server_notes < UINT8_MAX)
        facts->num_server_notes++;
}

static void
take_application_data(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    dx_peer *peer = sender(facts, observation);

    if (peer->app_records < 2)
        peer->first_app_len[peer->app_records] = observation->u.record.header.len;
    if (!peer->app_records) {
        peer->first_app_frame = observation->frame;
        peer->first_app_us = observation->time_us;
    }
    peer->app_records++;
    if (facts->hello_request_frame && observation->from == DX_SERVER)
        facts->renegotiated = true;
    peer->app_bytes += observation->u.record.header.len;
    if (facts->client.app_records && facts->server.app_records && facts->phase < DX_PHASE_DATA &&
        (facts->phase >= DX_PHASE_ESTABLISHED || !dx_facts_tls13(facts))) {
        establish(facts, ledger, observation);
        facts->phase = DX_PHASE_DATA;
        dx_facts_accept(facts, ledger);
    }
}

/* The client sent data behind what looked like the server's alert, and the server says more: it was data of two bytes. */
static bool
goes_on_after_alert(const dx_facts *facts)
{
    return facts->pending.kind == DX_END_ENCRYPTED_ALERT && facts->pending.by == DX_SERVER &&
           facts->client.last_payload_frame > facts->pending.frame;
}

/* TLS 1.3 without keys, a server's record: rule (b) and (c) of alert-sized records at a handshake position. */
static void
infer_server_record(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    uint16_t len = observation->u.record.header.len;
    bool alert = dx_infer_alert13(facts->chosen.cipher, len);

    if (!facts->client_finished_frame && facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE) {
        if (alert && facts->num_server_notes <= 2)
            set_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        else
            drop_pending(facts, observation);
        facts->server.padded = dx_infer_padded_finished13(facts->chosen.cipher, len); /* the last one is the Finished */
        facts->server_encrypted_bytes += len;
        facts->server_flight_us = observation->time_us;
        /* long enough to hold EncryptedExtensions and Finished */
        if (facts->phase == DX_PHASE_SERVER_HELLO && len >= 53)
            facts->phase = DX_PHASE_SERVER_DONE;
        return;
    }
    /* what the client sent was not told by its length (RFC 8446 section 5.4 allows padding); the server is content */
    if (!alert && !facts->client_finished_frame && facts->client_certificate == DX_CLIENT_CERTIFICATE_SENT) {
        client_finishes(facts, observation);
        establish(facts, ledger, observation);
    }
    /* a client that has left gets a close_notify for an answer; but one that showed (or failed to show) a certificate
     * and asked for something gets an alert in place of the answer */
    bool left = (facts->client.fin_frame || facts->client.close_notify || facts->client.rst_frame) &&
                !(facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE && facts->client.app_records);
    alert = dx_infer_alert13_of(facts->chosen.cipher, len, facts->server.padded) && !goes_on_after_alert(facts);
    if (alert && !facts->server.app_records && !facts->ticket_frame && !left &&
        observation->time_us - facts->client_finished_us < REFUSAL_US) {
        set_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        return;
    }
    drop_pending(facts, observation);
    if (!facts->server.app_records && len > 100 && !facts->client.app_records)
        facts->ticket_frame = observation->frame;
    take_application_data(facts, ledger, observation);
    if (!alert)
        dx_facts_accept(facts, ledger);
}

static void
infer_client_flight(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    uint16_t len = observation->u.record.header.len, cipher = facts->chosen.cipher;

    if (dx_infer_alert13(cipher, len)) { /* rule (a) */
        if (facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE || facts->pending.kind == DX_END_NONE)
            set_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        return;
    }
    drop_pending(facts, observation);
    if (dx_infer_finished13(cipher, len)) {
        facts->client.padded = dx_infer_padded_finished13(cipher, len);
        client_finishes(facts, observation);
        establish(facts, ledger, observation);
    } else if (facts->early_data) {
        return; /* 0-RTT data or EndOfEarlyData */
    } else if (dx_infer_empty_certificate13(cipher, len)) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_EMPTY;
        facts->client_certificate_frame = observation->frame;
        facts->client_finished_us = observation->time_us; /* JSSE answers it before the Finished has come */
        if (len > 50) { /* with the Finished in one record (observed: NSS) */
            client_finishes(facts, observation);
            establish(facts, ledger, observation);
        }
    } else if (facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_SENT;
        facts->client_certificate_frame = observation->frame;
        facts->client_finished_us = observation->time_us;
    }
}

/* TLS 1.3 without keys, a client's record after the ServerHello. */
static void
infer_client_record(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    if (!facts->client_finished_frame) {
        infer_client_flight(facts, ledger, observation);
        return;
    }
    if (dx_infer_alert13_of(facts->chosen.cipher, observation->u.record.header.len, facts->client.padded) &&
        !facts->client.app_records) {
        note_close_notify(&facts->client, observation); /* or an alert: the client leaves without having sent data */
        return;
    }
    take_application_data(facts, ledger, observation);
}

static void
take_handshake_record(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    dx_peer *peer = sender(facts, observation);

    if (!observation->u.record.header.encrypted || observation->u.record.decrypted)
        return; /* its messages were taken one by one */
    note_record(facts, observation);
    drop_pending(facts, observation);
    if (facts->established_frame) { /* TLS 1.2 and below: a renegotiation begins */
        note_history(facts, observation->from, 'Z');
        if (observation->from == DX_SERVER && !facts->hello_request_frame)
            facts->hello_request_frame = observation->frame;
        return;
    }
    if (peer->finished)
        return;
    note_history(facts, observation->from, 'F');
    take_finished(facts, ledger, observation);
}

static void
take_record(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    dx_peer *peer = sender(facts, observation);
    const dx_record *record = &observation->u.record.header;
    uint8_t type = observation->u.record.decrypted ? observation->u.record.inner_type : record->type;

    facts->tls = true;
    if (!record->whole && record->type != DX_RECORD_APPLICATION && facts->phase < DX_PHASE_ESTABLISHED && !facts->damaged) {
        facts->damaged = true; /* cut by a short snap length */
        facts->damaged_frame = observation->frame;
    }
    if (observation->u.record.decrypted)
        facts->decrypted = true;
    switch (type) {
    case DX_RECORD_CCS:
        note_history(facts, observation->from, 'I');
        break;
    case DX_RECORD_ALERT:
        note_history(facts, observation->from, 'L');
        if (record->encrypted && !observation->u.record.decrypted) {
            note_record(facts, observation);
            if (facts->phase >= DX_PHASE_ESTABLISHED)
                note_close_notify(peer, observation); /* or a fatal alert: not to be told apart */
            else
                set_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        } else {
            take_alert(facts, ledger, observation);
        }
        break;
    case DX_RECORD_HANDSHAKE:
        take_handshake_record(facts, ledger, observation);
        break;
    case DX_RECORD_APPLICATION:
        note_history(facts, observation->from, 'D');
        if (dx_facts_tls13(facts) && !observation->u.record.decrypted) {
            note_record(facts, observation);
            if (observation->from == DX_SERVER)
                infer_server_record(facts, ledger, observation);
            else
                infer_client_record(facts, ledger, observation);
        } else if (observation->from == DX_SERVER || facts->server_hello_frame || facts->mid_stream) {
            drop_pending(facts, observation);
            take_application_data(facts, ledger, observation);
        }
        break;
    default:
        note_history(facts, observation->from, record->type == DX_RECORD_HEARTBEAT ? 'B' : 'Q');
        break;
    }
}

static void
take_foreign(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    bool server = observation->from == DX_SERVER;

    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return;
    if (server) {
        if (!facts->server_foreign_frame) {
            facts->server_foreign = observation->u.foreign.kind;
            facts->server_foreign_frame = observation->frame;
        }
        facts->http_status = observation->u.foreign.http_status;
        facts->says_use_tls |= observation->u.foreign.says_use_tls;
    } else if (!facts->client_foreign_frame) {
        facts->client_foreign = observation->u.foreign.kind;
        facts->client_foreign_frame = observation->frame;
    }
    if (observation->u.foreign.text && (!facts->foreign_text || server)) {
        g_free(facts->foreign_text);
        facts->foreign_text = g_strndup(observation->u.foreign.text, 120);
    }
    if (server && facts->phase >= DX_PHASE_HELLO_PARTIAL)
        dx_facts_set_end(facts, ledger, DX_END_FOREIGN, observation);
    else if (facts->phase < DX_PHASE_PREAMBLE)
        facts->phase = DX_PHASE_PREAMBLE;
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
    if (observation->u.upgrade.answer == 0) {
        facts->upgrade = observation->u.upgrade.kind;
        facts->upgrade_frame = observation->frame;
        facts->upgrade_answer = 0;
        if (observation->u.upgrade.target) {
            g_free(facts->tunnel);
            facts->tunnel = g_strndup(observation->u.upgrade.target, 300);
        }
        return;
    }
    facts->upgrade_answer = (int8_t)observation->u.upgrade.answer;
    facts->upgrade_answer_frame = observation->frame;
    facts->http_status = observation->u.upgrade.http_status;
}

void
dx_facts_tls_apply(dx_facts *facts, dx_ledger *ledger, const dx_observation *observation)
{
    switch (observation->kind) {
    case DX_OBS_CLIENT_HELLO:
        take_client_hello(facts, ledger, observation);
        break;
    case DX_OBS_SERVER_HELLO:
        take_server_hello(facts, ledger, observation);
        break;
    case DX_OBS_KEY_EXCHANGE:
        note_history(facts, observation->from, 'K');
        drop_pending(facts, observation);
        facts->key_exchange_frame = observation->frame;
        facts->server_flight_us = observation->time_us;
        if (observation->u.key_exchange.kind == DX_KX_DHE)
            facts->dh_bits = observation->u.key_exchange.prime_bits;
        if (observation->u.key_exchange.kind == DX_KX_ECDHE)
            facts->chosen.group = observation->u.key_exchange.group;
        break;
    case DX_OBS_MESSAGE:
        take_message(facts, ledger, observation);
        break;
    case DX_OBS_RECORD:
        take_record(facts, ledger, observation);
        break;
    case DX_OBS_ALPN:
        facts->chosen.alpn = dx_ledger_intern(ledger, observation->u.text);
        break;
    case DX_OBS_FOREIGN:
        take_foreign(facts, ledger, observation);
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
