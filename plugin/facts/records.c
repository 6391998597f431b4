/* records.c - what TLS records say of a connection: readable alerts, and those that only lengths betray
 *
 * Source: RFC 8446 sections 2, 6 and appendix D.4; lengths of encrypted records: infer.h
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/progress.h"
#include "facts/infer.h"

/* A readable alert (RFC 8446 section 6: in TLS 1.3 all but close_notify and user_canceled are fatal). */
static void
take_alert(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);
    const dx_record *record = &observation->u.record.header;
    bool handshake_over =
        facts->phase >= DX_PHASE_ESTABLISHED &&
        (facts->phase == DX_PHASE_DATA || (facts->server.app_records && facts->client.app_records));

    if (record->alert_description == DX_ALERT_CLOSE_NOTIFY)
        dx_progress_close_notify(facts, true, observation);
    else if (!peer->alert_frame) {
        peer->alert_frame = observation->frame;
        peer->alert = record->alert_description;
        peer->alert_level = record->alert_level;
    }
    if (record->alert_description == DX_ALERT_NO_CERTIFICATE && observation->from == DX_CLIENT &&
        facts->phase >= DX_PHASE_SERVER_HELLO) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_EMPTY; /* SSL 3.0, RFC 6101 section 5.4.2 */
        facts->client_certificate_frame = observation->frame;
        return;
    }
    if (handshake_over)
        return;
    bool harmless = record->alert_description == DX_ALERT_CLOSE_NOTIFY ||
                    record->alert_description == DX_ALERT_USER_CANCELED;
    /* OpenSSL servers answer a client that leaves after the handshake with 50 (observed). But a client
     * that showed a certificate may have asked and closed its side before the server has judged it. */
    bool reaction = (peer == &facts->server ? facts->client.fin_frame : facts->server.fin_frame) &&
                    facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE;
    if (facts->phase >= DX_PHASE_ESTABLISHED && (harmless || reaction))
        return;
    if (record->alert_reason && facts->end.kind == DX_END_NONE && !facts->transport_reason)
        facts->transport_reason = g_strdup(record->alert_reason);
    if (!harmless && (record->alert_level == DX_ALERT_FATAL || dx_facts_tls13(facts)))
        dx_progress_end(facts, DX_END_ALERT, observation);
    else
        dx_progress_pending(facts, DX_END_ALERT, observation);
}

static void
note_record(dx_facts *facts, const dx_observation *observation)
{
    facts->last_note = (dx_record_note){.frame = observation->frame,
                                        .len = observation->u.record.header.len,
                                        .type = observation->u.record.header.type,
                                        .from = observation->from};
    if (!facts->num_notes)
        facts->first_note = facts->last_note;
    if (observation->from == DX_CLIENT)
        facts->client_note_len = MAX(facts->client_note_len, facts->last_note.len);
    else
        facts->server_note_frame = facts->last_note.frame;
    if (facts->num_notes < UINT8_MAX)
        facts->num_notes++;
    if (observation->from == DX_SERVER && facts->num_server_notes < DX_MAX_NOTE_LENS)
        facts->server_note_len[facts->num_server_notes] = facts->last_note.len;
    if (observation->from == DX_SERVER && facts->num_server_notes < UINT8_MAX)
        facts->num_server_notes++;
}

/* Apache and others ask for a certificate when they have read the request. The client's answer looks like
 * data: an empty Certificate, or a Certificate and its signature, and a Finished with it in one segment. A
 * server that takes it goes on, with tickets at least; one that does not says no more than an alert. */
static void
note_late_certificate(dx_facts *facts, const dx_observation *observation)
{
    enum { CERTIFICATE_MIN = 280 };
    uint16_t len = observation->u.record.header.len, cipher = facts->chosen.cipher;
    const uint16_t *asked = facts->asked_len;

    if (observation->from == DX_SERVER && dx_infer_alert13_of(cipher, len, false))
        return;
    facts->late_certificate = DX_CLIENT_CERTIFICATE_NONE;
    if (observation->from == DX_SERVER || !facts->offer || !facts->offer->post_handshake_auth)
        return;
    if (facts->server.app_records && facts->asked_frame == observation->frame &&
        dx_infer_finished13(cipher, len)) {
        if (dx_infer_late_certificate13(cipher, asked[1]))
            facts->late_certificate = DX_CLIENT_CERTIFICATE_EMPTY;
        else if (dx_infer_signature13(cipher, asked[1]) && asked[0] >= CERTIFICATE_MIN)
            facts->late_certificate = DX_CLIENT_CERTIFICATE_SENT;
        facts->late_certificate_frame = observation->frame;
    }
    facts->asked_len[0] = facts->asked_len[1];
    facts->asked_len[1] = len;
    facts->asked_frame = observation->frame;
}

/* RFC 5246 section 7.3: data comes behind the sender's Finished; a client need not wait for the server's (RFC
 * 7918). Datagrams may come in another order. */
static void
note_early_data(dx_facts *facts, const dx_observation *observation)
{
    if (facts->early_data_of == DX_NOBODY && facts->phase >= DX_PHASE_SERVER_HELLO &&
        facts->phase < DX_PHASE_ESTABLISHED && !dx_facts_tls13(facts) && !facts->early_data &&
        !facts->damaged && !facts->mid_stream && facts->transport == DX_TRANSPORT_TCP &&
        !dx_progress_sender(facts, observation)->finished)
        facts->early_data_of = observation->from;
}

static void
take_application_data(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);

    note_early_data(facts, observation);
    if (peer->app_records < 2)
        peer->first_app_len[peer->app_records] = observation->u.record.header.len;
    if (!peer->app_records) {
        peer->first_app_frame = observation->frame;
        peer->first_app_us = observation->time_us;
        if (observation->from == DX_CLIENT)
            facts->server_bytes_before_request = facts->server.payload_bytes;
    }
    peer->app_records++;
    if (facts->client_finished_frame && dx_facts_tls13(facts) && facts->transport == DX_TRANSPORT_TCP)
        note_late_certificate(facts, observation);
    if (facts->close.kind == DX_CLOSE_ALERT && facts->close.by == observation->from)
        facts->close = (dx_close){.kind = DX_CLOSE_NONE}; /* it goes on: the alert was a warning */
    if (facts->hello_request_frame && observation->from == DX_SERVER)
        facts->renegotiated = true;
    peer->app_bytes += observation->u.record.header.len;
    if (facts->client.app_records && facts->server.app_records && facts->phase < DX_PHASE_DATA &&
        (facts->phase >= DX_PHASE_ESTABLISHED || !dx_facts_tls13(facts))) {
        dx_progress_establish(facts, observation);
        facts->phase = DX_PHASE_DATA;
        facts->milestones |= DX_MILESTONE_DATA;
        dx_progress_accept(facts);
    }
}

/* Rule (b) behind the server's own flight, before the client has sent a record of its own: OpenSSL answers a
 * second ClientHello that way. A client that goes on tells data of two bytes from it. */
static bool
ends_own_flight(const dx_facts *facts)
{
    return facts->phase == DX_PHASE_SERVER_DONE && facts->num_notes == facts->num_server_notes;
}

/* The server could not sign: its Certificate stands behind EncryptedExtensions, and neither CertificateVerify
 * nor Finished behind that. A flight in a single record looks alike, but a server that has heard no more of
 * its client does not fail behind it (observed: Go with a key that does not sign, rustls without a common
 * scheme). */
static bool
breaks_off(const dx_facts *facts)
{
    enum { CERTIFICATE_MIN = 300 };
    unsigned at = facts->num_server_notes - 2u; /* the record before this one */

    return facts->num_server_notes > 2 && at < DX_MAX_NOTE_LENS &&
           facts->server_note_len[at] >= CERTIFICATE_MIN && facts->server_note_len[at - 1] < CERTIFICATE_MIN;
}

static bool
is_servers_alert(const dx_facts *facts, uint16_t len)
{
    return facts->server.may_pad ? dx_infer_alert13(facts->chosen.cipher, len)
                                 : dx_infer_alert13_of(facts->chosen.cipher, len, facts->server.padded);
}

/* A server may answer 0-RTT data behind its own Finished, before the client's has come (RFC 8446 section 2.3;
 * observed: nginx 1.22, which closes behind its answer). */
static bool
answers_early_data(const dx_facts *facts, uint16_t len)
{
    bool finished = false;

    for (unsigned i = 0; i + 1u < facts->num_server_notes && i < DX_MAX_NOTE_LENS; i++)
        finished |= dx_infer_finished13(facts->chosen.cipher, facts->server_note_len[i]);
    return facts->early_data && facts->chosen.resumed && finished &&
           !dx_infer_alert13(facts->chosen.cipher, len);
}

/* TLS 1.3 without keys, a server's record: rule (b) and (c) of alert-sized records at a handshake
 * position. */
static void
infer_server_record(dx_facts *facts, const dx_observation *observation)
{
    uint16_t len = observation->u.record.header.len;
    bool alert = dx_infer_alert13(facts->chosen.cipher, len);

    if (!facts->established_frame && answers_early_data(facts, len)) {
        dx_progress_drop_pending(facts, observation);
        dx_progress_establish(facts, observation);
        take_application_data(facts, observation);
        return;
    }
    if (!facts->client_finished_frame && facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE &&
        !facts->established_frame) {
        bool behind = alert && ends_own_flight(facts);
        if (behind && breaks_off(facts))
            facts->phase = DX_PHASE_SERVER_HELLO;
        if (behind || (alert && facts->num_server_notes <= 2))
            dx_progress_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        else
            dx_progress_drop_pending(facts, observation);
        facts->server.padded =
            dx_infer_padded_finished13(facts->chosen.cipher, len); /* the last one is the Finished */
        facts->server.may_pad = facts->num_server_notes == 1;      /* observed: JSSE 17.0.15 */
        facts->server_encrypted_bytes += len;
        facts->server_flight_us = observation->time_us;
        /* long enough to hold EncryptedExtensions and Finished */
        if (facts->phase == DX_PHASE_SERVER_HELLO && len >= 53)
            facts->phase = DX_PHASE_SERVER_DONE;
        return;
    }
    /* what the client sent was not told by its length (RFC 8446 section 5.4 allows padding); the server is
     * content */
    if (!alert && !facts->client_finished_frame && facts->client_certificate == DX_CLIENT_CERTIFICATE_SENT) {
        dx_progress_client_finishes(facts, observation);
        dx_progress_establish(facts, observation);
    }
    alert = is_servers_alert(facts, len);
    if (alert && dx_progress_turns_away(facts, true, observation)) {
        dx_progress_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        return;
    }
    dx_progress_drop_pending(facts, observation);
    if (!facts->server.app_records && len > 100 && !facts->client.app_records)
        facts->ticket_frame = observation->frame;
    take_application_data(facts, observation);
    if (!alert)
        dx_progress_accept(facts);
}

/* The client may send EncryptedExtensions of its own before its Finished: both code points of
 * application_settings. */
static bool
offers_settings(const dx_facts *facts)
{
    enum { OLD = 17513, NEW = 17613 };

    return facts->offer &&
           (dx_codes_have(&facts->offer->extensions, OLD) || dx_codes_have(&facts->offer->extensions, NEW));
}

static bool
is_finished(const dx_facts *facts, uint16_t len)
{
    uint16_t cipher = facts->chosen.cipher;

    return dx_infer_finished13(cipher, len) ||
           (offers_settings(facts) && dx_infer_settings13(cipher, len, false));
}

static bool
is_empty_certificate(const dx_facts *facts, uint16_t len)
{
    uint16_t cipher = facts->chosen.cipher;

    return dx_infer_empty_certificate13(cipher, len) ||
           (offers_settings(facts) && dx_infer_settings13(cipher, len, true));
}

static void
infer_client_flight(dx_facts *facts, const dx_observation *observation)
{
    uint16_t len = observation->u.record.header.len, cipher = facts->chosen.cipher;

    if (dx_infer_alert13(cipher, len)) { /* rule (a) */
        if (facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE || facts->pending.kind == DX_END_NONE)
            dx_progress_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        return;
    }
    dx_progress_drop_pending(facts, observation);
    if (facts->pending.kind == DX_END_ENCRYPTED_ALERT && facts->pending.phase <= DX_PHASE_SERVER_DONE &&
        facts->num_notes == facts->num_server_notes + 1)
        facts->pending.kind = DX_END_NONE; /* this is the client's first: that was data behind the flight */
    if (is_finished(facts, len)) {
        facts->client.padded = dx_infer_padded_finished13(cipher, len);
        dx_progress_client_finishes(facts, observation);
        dx_progress_establish(facts, observation);
    } else if (facts->early_data) {
        return; /* 0-RTT data or EndOfEarlyData */
    } else if (is_empty_certificate(facts, len)) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_EMPTY;
        facts->client_certificate_frame = observation->frame;
        facts->client_finished_us = observation->time_us; /* JSSE answers it before the Finished has come */
        if (len > 50) { /* with the Finished in one record (observed: NSS) */
            dx_progress_client_finishes(facts, observation);
            dx_progress_establish(facts, observation);
        }
    } else if (facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE) {
        facts->client_certificate = DX_CLIENT_CERTIFICATE_SENT;
        facts->client_certificate_frame = observation->frame;
        facts->client_finished_us = observation->time_us;
    }
}

/* TLS 1.3 without keys, a client's record after the ServerHello. */
static void
infer_client_record(dx_facts *facts, const dx_observation *observation)
{
    if (!facts->client_finished_frame) {
        infer_client_flight(facts, observation);
        return;
    }
    facts->client.may_have_left =
        dx_infer_alert13_of(facts->chosen.cipher, observation->u.record.header.len, facts->client.padded);
    if (facts->client.may_have_left && !facts->client.app_records) {
        /* or another alert: the client leaves without having sent data */
        dx_progress_close_notify(facts, false, observation);
        return;
    }
    take_application_data(facts, observation);
}

static void
take_handshake_record(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);

    if (!observation->u.record.header.encrypted || observation->u.record.decrypted)
        return; /* its messages were taken one by one */
    note_record(facts, observation);
    dx_progress_drop_pending(facts, observation);
    if (facts->established_frame) { /* TLS 1.2 and below: a renegotiation begins */
        dx_progress_note(facts, observation->from, 'Z');
        if (observation->from == DX_SERVER && !facts->hello_request_frame)
            facts->hello_request_frame = observation->frame;
        return;
    }
    if (peer->finished)
        return;
    dx_progress_note(facts, observation->from, 'F');
    dx_progress_finished(facts, observation);
}

static void
damage(dx_facts *facts, const dx_observation *observation)
{
    if (facts->damaged)
        return;
    facts->damaged = true;
    facts->damaged_frame = observation->frame;
}

/* Up to DTLS 1.2 nobody encrypts before his ChangeCipherSpec (RFC 5246 section 7.1): its datagram is not in
 * the capture, as in an export without that type of record. TCP's numbers show such holes. */
static bool
follows_a_hole(const dx_facts *facts, const dx_observation *observation)
{
    const dx_peer *peer = observation->from == DX_CLIENT ? &facts->client : &facts->server;

    return facts->transport == DX_TRANSPORT_DTLS && !dx_facts_tls13(facts) && !peer->ccs &&
           facts->phase < DX_PHASE_ESTABLISHED;
}

void
dx_records_apply(dx_facts *facts, const dx_observation *observation)
{
    const dx_record *record = &observation->u.record.header;
    uint8_t type = observation->u.record.decrypted ? observation->u.record.inner_type : record->type;

    facts->tls = true;
    if (!record->whole && record->type != DX_RECORD_APPLICATION && facts->phase < DX_PHASE_ESTABLISHED)
        damage(facts, observation); /* cut by a short snap length */
    if (observation->u.record.decrypted)
        facts->decrypted = true;
    switch (type) {
    case DX_RECORD_CCS:
        dx_progress_note(facts, observation->from, 'I');
        (observation->from == DX_CLIENT ? &facts->client : &facts->server)->ccs = true;
        /* the server's in a renegotiation: it has accepted what the client showed (RFC 5246 section 7.3) */
        if (facts->hello_request_frame && observation->from == DX_SERVER)
            facts->renegotiated = true;
        break;
    case DX_RECORD_ALERT:
        dx_progress_note(facts, observation->from, 'L');
        if (record->encrypted && !observation->u.record.decrypted) {
            note_record(facts, observation);
            if (follows_a_hole(facts, observation))
                damage(facts, observation);
            else if (dx_progress_turns_away(facts, true, observation))
                dx_progress_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
            else if (facts->phase >= DX_PHASE_ESTABLISHED)
                dx_progress_close_notify(facts, false, observation);
            else
                dx_progress_pending(facts, DX_END_ENCRYPTED_ALERT, observation);
        } else if (record->whole) { /* else nobody knows what it says: not that it says close_notify, 0 */
            take_alert(facts, observation);
        }
        break;
    case DX_RECORD_HANDSHAKE:
        take_handshake_record(facts, observation);
        break;
    case DX_RECORD_APPLICATION:
        dx_progress_note(facts, observation->from, 'D');
        if (dx_facts_tls13(facts) && !observation->u.record.decrypted) {
            note_record(facts, observation);
            if (observation->from == DX_SERVER)
                infer_server_record(facts, observation);
            else
                infer_client_record(facts, observation);
        } else if (observation->from == DX_SERVER || facts->server_hello_frame || facts->mid_stream) {
            dx_progress_drop_pending(facts, observation);
            take_application_data(facts, observation);
        }
        break;
    default:
        dx_progress_note(facts, observation->from, record->type == DX_RECORD_HEARTBEAT ? 'B' : 'Q');
        if (observation->from == DX_CLIENT && !facts->client_strayed_frame && !facts->damaged &&
            facts->phase >= DX_PHASE_SERVER_HELLO && facts->phase < DX_PHASE_CLIENT_FINISHED)
            facts->client_strayed_frame = observation->frame;
        break;
    }
}

void
dx_hidden_apply(dx_facts *facts, const dx_observation *observation)
{
    if (observation->u.record.header.type == DX_RECORD_APPLICATION) {
        facts->beside_frame = facts->beside_frame ? facts->beside_frame : observation->frame;
        return;
    }
    note_record(facts, observation);
    if (observation->from != DX_SERVER || facts->phase < DX_PHASE_SERVER_HELLO ||
        facts->phase >= DX_PHASE_CLIENT_FINISHED)
        return;
    facts->server_encrypted_bytes += observation->u.record.header.len;
    facts->server_flight_us = observation->time_us;
    facts->phase = DX_PHASE_SERVER_DONE;
}

void
dx_data_apply(dx_facts *facts, const dx_observation *observation)
{
    take_application_data(facts, observation);
    if (observation->from == DX_SERVER && facts->phase >= DX_PHASE_ESTABLISHED)
        dx_progress_accept(facts);
}
