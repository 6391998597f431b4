/* progress.c - how far a handshake came, step by step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/progress.h"

#include "facts/infer.h"
#include "facts/path.h"

/* The letters of Zeek's ssl_history (scripts/base/protocols/ssl/main.zeek); capitals for the client. */
void
dx_progress_note(dx_facts *facts, dx_side from, char letter)
{
    char shown = from == DX_SERVER ? (char)(letter + ('a' - 'A')) : letter;
    /* most connections are read no further; those that are shall look the same */
    bool told =
        dx_facts_tls13(facts) && facts->phase == DX_PHASE_DATA && (facts->milestones & DX_MILESTONE_ACCEPTED);

    if (told || facts->num_history + 1u >= sizeof facts->history)
        return;
    if (facts->num_history && facts->history[facts->num_history - 1] == shown &&
        (letter == 'D' || letter == 'Z'))
        return;
    facts->history[facts->num_history++] = shown;
}

dx_peer *
dx_progress_sender(dx_facts *facts, const dx_observation *observation)
{
    return observation->from == DX_SERVER ? &facts->server : &facts->client;
}

void
dx_progress_close(dx_facts *facts, dx_close_kind kind, const dx_observation *observation)
{
    if (facts->close.kind != DX_CLOSE_NONE)
        return;
    facts->close = (dx_close){.kind = kind,
                              .by = observation->from,
                              .phase = facts->phase,
                              .frame = observation->frame,
                              .time_us = observation->time_us};
    if (facts->phase == DX_PHASE_ESTABLISHED)
        facts->milestones |= DX_MILESTONE_LEFT;
}

void
dx_progress_close_notify(dx_facts *facts, bool readable, const dx_observation *observation)
{
    dx_progress_sender(facts, observation)->close_notify = true;
    dx_progress_close(facts, readable ? DX_CLOSE_NOTIFY : DX_CLOSE_ALERT, observation);
}

void
dx_progress_accept(dx_facts *facts)
{
    /* with TLS 1.0 and a CBC suite the first records may break it yet (MS12-006): data both ways must be
     * seen */
    bool may_split =
        facts->server_hello_frame && facts->chosen.version <= DX_TLS10 &&
        dx_infer_split_record(facts->chosen.cipher, facts->chosen.version, facts->chosen.encrypt_then_mac);

    if (facts->end.kind == DX_END_NONE &&
        (!may_split || (facts->client.app_records && facts->server.app_records)))
        facts->milestones |= DX_MILESTONE_ACCEPTED;
}

static dx_end
end_of(const dx_facts *facts, dx_end_kind kind, const dx_observation *observation)
{
    const dx_record *record = kind == DX_END_ALERT ? &observation->u.record.header : NULL;

    return (dx_end){.kind = kind,
                    .by = observation->from,
                    .phase = facts->phase,
                    .frame = observation->frame,
                    .time_us = observation->time_us,
                    .alert_level = record ? record->alert_level : 0,
                    .alert = record ? record->alert_description : 0};
}

void
dx_progress_end_pending(dx_facts *facts)
{
    facts->end = facts->pending;
    facts->pending.kind = DX_END_NONE;
    facts->milestones |= DX_MILESTONE_REFUSED;
}

void
dx_progress_end(dx_facts *facts, dx_end_kind kind, const dx_observation *observation)
{
    if (facts->end.kind != DX_END_NONE)
        return;
    /* what the other side does after a warning is its reaction (observed: JSSE and GnuTLS give up at a
     * warning 112) */
    if (facts->pending.kind == DX_END_ALERT && facts->pending.alert != DX_ALERT_CLOSE_NOTIFY &&
        facts->pending.by != observation->from) {
        dx_progress_end_pending(facts);
        return;
    }
    facts->end = end_of(facts, kind, observation);
    facts->milestones |= DX_MILESTONE_REFUSED;
}

/* What is left to refuse once the client's Finished has come: its certificate, when one was asked for
 * (else its flight is a Finished alone), or a client that goes on without TLS (observed: libldap with
 * GnuTLS refuses the server's certificate and unbinds in plaintext). From other servers the alert is a
 * close_notify: nobody behind a proxy, a server that goes down. */
static bool
may_refuse(const dx_facts *facts)
{
    return facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE ||
           (facts->client.last_payload_frame > facts->client_finished_frame && !facts->client.app_records &&
            !facts->client.close_notify);
}

/* So long behind the client's Finished a server that refuses its certificate has said so. */
#define JUDGED_US (G_USEC_PER_SEC / 2)

/* It comes sooner behind the client's close than that came behind its Finished: a server that refuses a
 * certificate does not wait for the client to leave (observed: syslog-ng 3.38, which sends no tickets,
 * answers socat's close_notify a second after the handshake). At once says nothing: both may have crossed. */
static bool
answers_goodbye(const dx_facts *facts, const dx_observation *observation)
{
    bool closed = facts->close.by == DX_CLIENT;
    int64_t left_us = closed ? facts->close.time_us : facts->client.last_payload_us;

    bool later = left_us - facts->client_finished_us >= JUDGED_US &&
                 observation->time_us - left_us < left_us - facts->client_finished_us;

    return (closed || facts->client.may_have_left) && (later || dx_facts_untimed(facts));
}

static bool
has_tickets_alone(const dx_peer *server)
{
    return server->app_bytes == server->app_records * server->first_app_len[0];
}

/* A program that looks at the client's certificate when its TLS library is content does so at once. */
#define LOOKED_US (G_USEC_PER_SEC / 10)

/* A data connection of FTP may end as soon, with the list of an empty folder. It goes to a port of its
 * own. */
static bool
is_known_service(const dx_facts *facts)
{
    return facts->expected || facts->upgrade != DX_UPGRADE_NONE;
}

/* The server's TLS library let in a client without a certificate, as its tickets show; the program looks
 * then, and says goodbye before anything was asked for (observed: PHP's stream_socket_server). A ticket is as
 * long as the other; what a server that speaks first says is not (observed: vsftpd's data connections). */
static bool
lets_go_at_once(const dx_facts *facts, const dx_observation *observation)
{
    enum { TICKETS = 1200 };

    return facts->client_certificate == DX_CLIENT_CERTIFICATE_EMPTY && facts->ticket_frame &&
           is_known_service(facts) && facts->server.app_bytes <= TICKETS &&
           has_tickets_alone(&facts->server) && !facts->client.app_records && !dx_facts_untimed(facts) &&
           observation->time_us - facts->client_finished_us < LOOKED_US;
}

/* The same up to TLS 1.2, where both have finished: no alert and no close is due before a byte was said
 * (observed: rsyslog and Exim with GnuTLS). Who has none to show may have spoken meanwhile. */
static bool
turns_away_finished(const dx_facts *facts, const dx_observation *observation)
{
    return facts->transport == DX_TRANSPORT_TCP && facts->phase == DX_PHASE_ESTABLISHED &&
           facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE && is_known_service(facts) &&
           (!facts->client.app_records || facts->client_certificate == DX_CLIENT_CERTIFICATE_EMPTY) &&
           !facts->server.app_records && facts->close.kind == DX_CLOSE_NONE &&
           dx_path_whole(&facts->server) && !dx_facts_untimed(facts) &&
           observation->time_us - facts->established_us < LOOKED_US;
}

/* Up to TLS 1.2 the server sends a second alert behind its Finished, and nobody has said anything: one of
 * them is no close_notify, behind which nothing is said (RFC 5246 section 7.2.1). */
static bool
alerts_again(const dx_facts *facts, const dx_observation *observation)
{
    return facts->transport == DX_TRANSPORT_TCP && facts->phase == DX_PHASE_ESTABLISHED &&
           is_known_service(facts) && observation->from == DX_SERVER && !facts->client.close_notify &&
           !facts->client.fin_frame && !facts->server.app_records && facts->close.kind == DX_CLOSE_ALERT &&
           facts->close.by == DX_SERVER && dx_path_whole(&facts->server) &&
           observation->time_us - facts->established_us < LOOKED_US;
}

/* Data came before its sender's Finished, and an alert that cannot be read answers it, before anything else
 * was said (observed: OpenSSL, GnuTLS, Go and NSS refuse it so behind their own ChangeCipherSpec). */
static bool
refuses_early_data(const dx_facts *facts, const dx_observation *observation)
{
    const dx_peer *sender = observation->from == DX_SERVER ? &facts->server : &facts->client;

    return facts->early_data_of != DX_NOBODY && facts->early_data_of != observation->from &&
           facts->close.kind == DX_CLOSE_NONE && !sender->app_records;
}

/* The server gives the client nothing, not even the tickets that those get whom it lets in (a close like
 * that: observed with Node.js 20; behind an empty Certificate with lighttpd 1.4.69 on GnuTLS, slapd 2.5 and
 * Python's asyncio). A client that has left gets a close_notify for an answer; but one that
 * showed (or failed to show) a certificate and asked for something gets an alert in place of the answer. */
bool
dx_progress_turns_away(const dx_facts *facts, bool by_alert, const dx_observation *observation)
{
    bool asked = facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE && facts->client.app_records;
    bool left = by_alert ? (facts->close.by == DX_CLIENT && !asked) || answers_goodbye(facts, observation)
                         : facts->close.by == DX_CLIENT || facts->client.may_have_left;
    bool whole = facts->transport == DX_TRANSPORT_TCP ? dx_path_whole(&facts->server) : !facts->damaged;
    bool refuses = by_alert ? may_refuse(facts)
                            : facts->phase == DX_PHASE_ESTABLISHED && whole &&
                                  facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE;

    if (by_alert && refuses_early_data(facts, observation))
        return true;
    if (observation->from == DX_SERVER && !dx_facts_tls13(facts))
        return turns_away_finished(facts, observation) || (by_alert && alerts_again(facts, observation));
    return observation->from == DX_SERVER && refuses && !left &&
           ((!facts->ticket_frame && !facts->server.app_records) ||
            (by_alert && lets_go_at_once(facts, observation))) &&
           observation->time_us - facts->client_finished_us < DX_REFUSAL_US;
}

void
dx_progress_pending(dx_facts *facts, dx_end_kind kind, const dx_observation *observation)
{
    if (facts->end.kind != DX_END_NONE || facts->pending.kind != DX_END_NONE)
        return;
    facts->pending = end_of(facts, kind, observation);
}

/* The handshake went on: what looked like its end was none. */
void
dx_progress_drop_pending(dx_facts *facts, const dx_observation *observation)
{
    if (facts->pending.kind == DX_END_ALERT ||
        (facts->pending.kind == DX_END_ENCRYPTED_ALERT && facts->pending.by == observation->from))
        facts->pending.kind = DX_END_NONE;
}

void
dx_progress_establish(dx_facts *facts, const dx_observation *observation)
{
    /* an encrypted alert came before the second Finished (observed: NSS 3.87 refuses a certificate that
     * way) */
    if (facts->established_frame || facts->pending.kind == DX_END_ENCRYPTED_ALERT)
        return;
    if (facts->end.kind == DX_END_FOREIGN)
        facts->end.kind = DX_END_NONE; /* that was the middle of something */
    facts->pending.kind = DX_END_NONE; /* a client's half-close: the handshake went on all the same */
    facts->established_frame = observation->frame;
    facts->established_us = observation->time_us;
    if (facts->phase < DX_PHASE_ESTABLISHED)
        facts->phase = DX_PHASE_ESTABLISHED;
    /* A TLS 1.3 client is done before the server has judged its Finished and certificate (RFC 8446 section
     * 4.4.4). */
    if (!dx_facts_tls13(facts))
        dx_progress_accept(facts);
}

void
dx_progress_client_finishes(dx_facts *facts, const dx_observation *observation)
{
    facts->client.finished = true;
    if (facts->client_finished_frame)
        return;
    facts->client_finished_frame = observation->frame;
    facts->client_finished_us = observation->time_us;
    if (facts->phase < DX_PHASE_CLIENT_FINISHED && facts->phase >= DX_PHASE_SERVER_HELLO)
        facts->phase = DX_PHASE_CLIENT_FINISHED;
}

void
dx_progress_finished(dx_facts *facts, const dx_observation *observation)
{
    dx_progress_sender(facts, observation)->finished = true;
    if (observation->from == DX_CLIENT)
        dx_progress_client_finishes(facts, observation);
    else if (facts->phase < DX_PHASE_SERVER_DONE)
        facts->phase = DX_PHASE_SERVER_DONE;
    /* a TLS 1.3 client has the server's Finished when it sends its own (RFC 8446 section 4.4.4) */
    bool both = facts->server.finished || (observation->from == DX_CLIENT && dx_facts_tls13(facts));
    if (facts->client.finished && both)
        dx_progress_establish(facts, observation);
}
