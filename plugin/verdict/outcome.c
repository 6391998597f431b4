/* outcome.c - what became of a connection, before any cause is asked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/outcome.h"

#include <string.h>

#include "facts/infer.h"
#include "facts/path.h"
#include "verdict/ended.h"

/* What may still be answered is no end yet: so long nothing must have come after it. */
#define SETTLE_US G_USEC_PER_SEC

/* Who refuses what he got says so once, and soon: a client that still speaks after seconds asks for the rest
 * of the answer (RFC 9002 section 6.2.2.1), and its last packet is a probe, or gives up waiting. */
static bool
asks_on(const dx_facts *facts)
{
    return facts->client.last_us - facts->server_hello_us > 5 * SETTLE_US;
}

/* A QUIC client that sends Handshake packets, and never one that only a finished client sends, has refused
 * what it got: its CONNECTION_CLOSE is encrypted (RFC 9001 section 4.8), and the server says no more (RFC
 * 9000 section 10.2.2). */
static bool
has_closed_unread(const dx_facts *facts, int64_t now_us)
{
    bool client_spoke = facts->num_server_notes && facts->num_notes > facts->num_server_notes;

    return facts->transport == DX_TRANSPORT_QUIC && facts->phase == DX_PHASE_SERVER_DONE && client_spoke &&
           !facts->damaged && !asks_on(facts) && facts->server.last_us <= facts->client.last_us &&
           now_us - facts->client.last_us > 3 * SETTLE_US;
}

/* The same where the capture ends with it: a last Handshake packet that holds more than an acknowledgment and
 * no Finished, without data behind it. */
static bool
has_closed_at_once(const dx_facts *facts)
{
    enum { ACKNOWLEDGMENT = 40, CLOSE = 400 }; /* the latter with a reason; padded packets have more */
    const dx_record_note *last = &facts->last_note;

    return facts->transport == DX_TRANSPORT_QUIC && facts->phase == DX_PHASE_SERVER_DONE && !facts->damaged &&
           !asks_on(facts) && last->from == DX_CLIENT && last->frame == facts->last_frame &&
           last->len > ACKNOWLEDGMENT && last->len < CLOSE &&
           dx_infer_quic_finished(facts->chosen.cipher, last->len);
}

/* A server that is content drops the keys of the handshake with the client's Finished, and says so in a
 * packet of data (HANDSHAKE_DONE: RFC 9001 sections 4.1.2 and 4.9.2). One that refuses what came closes in a
 * Handshake packet, alone (observed: quiche) or with a packet of data behind it in one datagram (RFC 9000
 * section 10.2.3; quic-go), and says it again to what still comes. Where the capture ends with it, the
 * client's flight must have held more than a Finished. */
static bool
is_turned_away_unread(const dx_facts *facts, int64_t now_us)
{
    enum { CLOSE = 200, CERTIFICATE = 8 };
    const dx_record_note *last = &facts->last_note;
    const dx_peer *server = &facts->server;

    if (facts->transport != DX_TRANSPORT_QUIC || !facts->established_frame || facts->decrypted ||
        server->app_records || facts->server_note_frame <= facts->client_finished_frame ||
        server->last_payload_frame != facts->server_note_frame || last->len >= CLOSE)
        return false;
    if (facts->beside_frame && facts->beside_frame < facts->server_note_frame)
        return true;
    if (now_us - facts->last_us > 3 * SETTLE_US)
        return facts->client.app_records;
    return facts->client.app_records && last->from == DX_SERVER && last->frame == facts->last_frame &&
           facts->beside_frame == last->frame &&
           dx_infer_quic_finished(facts->chosen.cipher, facts->client_note_len - CERTIFICATE) >= 0;
}

static dx_end
unread_end(const dx_facts *facts, dx_side by, dx_phase phase)
{
    const dx_peer *peer = dx_facts_peer(facts, by);

    return (dx_end){.kind = DX_END_ENCRYPTED_ALERT,
                    .by = by,
                    .phase = phase,
                    .frame = peer->last_payload_frame,
                    .time_us = peer->last_payload_us};
}

/* Over UDP no close follows an alert: in DTLS 1.3 the capture's last record, of an alert's size, that answers
 * the other side's flight. An acknowledgment has that size when it is empty, from a side that lacks the keys
 * for what it got (RFC 9147 section 7.1), and then the flight comes again. */
static bool
is_last_word(const dx_facts *facts)
{
    return facts->transport == DX_TRANSPORT_DTLS && dx_facts_tls13(facts) && !facts->damaged &&
           facts->pending.phase >= DX_PHASE_SERVER_DONE;
}

/* A close_notify for an answer to the ClientHello says no more than the FIN behind it (observed: InspIRCd
 * 3.15 with GnuTLS, whatever made the handshake fail). */
static bool
is_mute_refusal(const dx_facts *facts)
{
    const dx_end *end = &facts->end;

    return end->kind == DX_END_ALERT && end->by == DX_SERVER && end->alert == DX_ALERT_CLOSE_NOTIFY &&
           end->phase <= DX_PHASE_HELLO && facts->answer_frame == end->frame && facts->server.fin_frame;
}

/* Over UDP a client that has waited for the rest of the answer leaves when its patience ends; its system's
 * ICMP error tells (or its close): the silence was the end. */
static bool
gave_up_waiting(const dx_facts *facts, const dx_end *end)
{
    bool over_udp = facts->transport == DX_TRANSPORT_DTLS || facts->transport == DX_TRANSPORT_QUIC;
    int64_t since_us = MAX(facts->hello_us, facts->client.last_payload_us);

    return over_udp && end->kind == DX_END_FIN && end->by == DX_CLIENT && facts->hello_frame &&
           end->phase <= DX_PHASE_SERVER_HELLO && end->time_us - since_us >= DX_PATIENCE_US;
}

/* A client of which nothing is seen sent as many bytes as HAProxy's check has (is_answered_check), perhaps
 * with a FIN. */
static bool
may_be_check(const dx_facts *facts)
{
    enum { CHECK_BYTES = 126 };
    const dx_peer *client = &facts->client;
    uint32_t sent = client->acked - client->isn - 1;

    return facts->end.by == DX_SERVER && !client->num_packets && client->have_isn && client->have_acked &&
           (sent == CHECK_BYTES || sent == CHECK_BYTES + 1);
}

/* A readable alert says that it failed, also to who sees one direction. One for a client that left without a
 * byte is how OpenSSL 3 takes the end (observed). */
static bool
is_refused_one_way(const dx_facts *facts)
{
    bool over = facts->end.alert == DX_ALERT_CLOSE_NOTIFY || facts->end.alert == DX_ALERT_USER_CANCELED;
    bool answers =
        facts->end.by == DX_CLIENT || facts->transport != DX_TRANSPORT_TCP || dx_path_heard_client(facts);

    return dx_facts_one_way(facts) && facts->end.kind == DX_END_ALERT && answers && !over &&
           !may_be_check(facts) && facts->end.alert_level == DX_ALERT_FATAL;
}

/* How far the other direction must have come for such an alert. */
static dx_phase
phase_one_way(const dx_facts *facts)
{
    if (facts->end.by == DX_CLIENT && facts->hello_frame)
        return DX_PHASE_SERVER_DONE;
    if (facts->end.by == DX_CLIENT)
        return facts->phase;
    if (facts->end.phase == DX_PHASE_SERVER_DONE)
        return DX_PHASE_CLIENT_FINISHED;
    return MAX(facts->end.phase, DX_PHASE_HELLO);
}

static dx_facts
settle(const dx_facts *facts, int64_t now_us)
{
    dx_facts settled = *facts;

    if (is_mute_refusal(&settled)) {
        settled.end.kind = DX_END_FIN;
        settled.answer_frame = 0;
    }
    if (gave_up_waiting(facts, &facts->end))
        settled.end.kind = DX_END_NONE;
    if (settled.end.kind != DX_END_NONE)
        return settled;
    if (has_closed_unread(facts, now_us) || has_closed_at_once(facts))
        settled.end = unread_end(facts, DX_CLIENT, facts->phase);
    else if (is_turned_away_unread(facts, now_us))
        settled.end = unread_end(facts, DX_SERVER, DX_PHASE_CLIENT_FINISHED);
    switch (settled.pending.kind) {
    case DX_END_FIN: /* a half-close that is answered is taken back; until then the client has left */
        if (!gave_up_waiting(facts, &facts->pending))
            settled.end = settled.pending;
        break;
    case DX_END_ENCRYPTED_ALERT: /* records that follow take it back */
        if (facts->transport == DX_TRANSPORT_DTLS && facts->damaged && !dx_facts_tls13(facts))
            break; /* who encrypts has finished: what is missing is the other's Finished */
        if (now_us - settled.pending.time_us > SETTLE_US || settled.last_frame > settled.pending.frame ||
            is_last_word(facts))
            settled.end = settled.pending;
        break;
    case DX_END_ALERT:
        if (now_us - settled.pending.time_us > SETTLE_US && settled.pending.alert != DX_ALERT_CLOSE_NOTIFY)
            settled.end = settled.pending;
        break;
    default:
        break;
    }
    return settled;
}

dx_facts
dx_outcome_settled(const dx_facts *facts, int64_t now_us)
{
    dx_facts settled = settle(facts, now_us);

    if (is_refused_one_way(&settled))
        settled.phase = settled.end.phase = phase_one_way(&settled);
    return settled;
}

bool
dx_outcome_is_healthy(const dx_facts *facts)
{
    return facts->end.kind == DX_END_NONE && facts->pending.kind == DX_END_NONE && facts->established_frame;
}

/* The ClientHello was a disguise: after an answer that is no TLS the client goes on without TLS as well. */
static bool
is_disguised(const dx_facts *facts)
{
    return facts->end.kind == DX_END_FOREIGN && facts->client_foreign_frame > facts->end.frame;
}

/* Bytes of either side are missing in the capture, as a gap shows, the numbers (what has its place after a
 * FIN counts one), or the client's Finished behind a ServerHello that was not seen. */
static bool
is_gappy(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;

    return dx_path_bytes_missing(facts) ||
           (dx_path_lacks(client) && !dx_path_client_hole(facts, facts->end.time_us)) ||
           ((client->finished || client->app_records) && !facts->server_hello_frame && !facts->early_data);
}

/* An alert that can be read, and is no goodbye, says that it failed, whenever it was captured. */
static bool
is_refusal_in_clear(const dx_facts *facts)
{
    return facts->end.kind == DX_END_ALERT && facts->end.alert != DX_ALERT_CLOSE_NOTIFY &&
           facts->end.alert != DX_ALERT_USER_CANCELED;
}

/* Nothing else does where the order of the two directions is wrong. */
static bool
is_out_of_order(const dx_facts *facts)
{
    return dx_facts_shuffled(facts) && facts->end.kind != DX_END_UNREACHABLE && !is_refusal_in_clear(facts);
}

/* Behind a complete handshake only what was said, or not said, tells of a failure, and some of it is not in
 * the capture. */
static bool
is_untold(const dx_facts *facts)
{
    return facts->established_frame && !is_refusal_in_clear(facts) && dx_path_data_missing(facts);
}

/* One side left without a word that can be read, after the client had sent more than its ClientHello, or what
 * it sent could not be read: it may have left a handshake that was long over. Or the server's answer came,
 * and is not in the capture. */
static bool
is_out_of_sight(const dx_facts *facts)
{
    bool quiet = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST ||
                 facts->end.kind == DX_END_ENCRYPTED_ALERT ||
                 (facts->end.kind == DX_END_ALERT && !is_refusal_in_clear(facts));
    bool went_on = !facts->hello_frame || dx_path_went_on(facts);
    bool unseen = facts->hello_frame && dx_path_answer_missing(facts);

    if (unseen && (quiet || facts->end.kind == DX_END_NONE))
        return true;
    if (facts->end.kind == DX_END_FOREIGN && dx_path_lacks(&facts->client))
        return true; /* what it answers may be among that: how the client asked for TLS */
    return facts->tls && quiet && facts->server.payload_bytes && went_on && is_gappy(facts);
}

/* HAProxy's option ssl-hello-chk: a ClientHello of SSL 3.0 with "HAPROXYSSLCHK" for a random. An alert is an
 * answer as good as a ServerHello: the server is up (observed: HAProxy 2.6 with nginx, alert 40). */
static bool
is_answered_check(const dx_facts *facts)
{
    static const char end_of_random[] = {'Y', 'S', 'S', 'L', 'C', 'H', 'K', '\n'};
    bool check = facts->hello_frame && dx_facts_max_version(facts) == DX_SSL3 &&
                 memcmp(&facts->hello_random, end_of_random, sizeof end_of_random) == 0;

    return check && (facts->server_hello_frame || dx_ended(facts, DX_END_ALERT, DX_SERVER));
}

/* The capture begins in the middle, or lacks it, and nothing in it says that the connection ever was in a
 * handshake. */
static bool
is_middle(const dx_facts *facts)
{
    bool foreign = facts->client_foreign_frame || facts->server_foreign_frame;

    return (facts->mid_stream || facts->unopened) && !facts->hello_frame && (facts->tls || !foreign);
}

dx_outcome
dx_outcome_without_cause(const dx_facts *facts)
{
    if (facts->established_frame && facts->end.kind == DX_END_NONE)
        return DX_ESTABLISHED;
    if (dx_facts_one_way(facts))
        return DX_INCOMPLETE;
    if (is_disguised(facts) || is_answered_check(facts))
        return DX_NOT_TLS;
    if (facts->tls && !facts->mid_stream && !facts->client.payload_bytes && !facts->hello_frame &&
        !facts->damaged && facts->end.by == DX_CLIENT)
        return DX_NOT_TLS; /* an alert is how OpenSSL 3 takes the end of a connection without a byte
                              (observed) */
    if (facts->tls)
        return facts->mid_stream && facts->client.app_records && facts->server.app_records ? DX_ESTABLISHED
                                                                                           : DX_INCOMPLETE;
    if (is_middle(facts))
        return DX_INCOMPLETE;
    if (facts->phase == DX_PHASE_NONE && facts->server.syn_frame && facts->client.rst_frame &&
        facts->client.syn_frame)
        return DX_NOT_TLS; /* a port scan: it learned that the port is open */
    if (facts->phase == DX_PHASE_NONE)
        return facts->end.kind == DX_END_RST && facts->end.by == DX_SERVER ? DX_NO_TCP : DX_INCOMPLETE;
    bool waits = facts->phase == DX_PHASE_TCP || facts->openvpn_frame;
    return facts->end.kind == DX_END_NONE && waits ? DX_INCOMPLETE : DX_NOT_TLS;
}

bool
dx_outcome_can_have_cause(const dx_facts *facts)
{
    bool told = !dx_facts_one_way(facts) || is_refused_one_way(facts);

    return !is_answered_check(facts) && told && !is_disguised(facts) && !is_out_of_sight(facts) &&
           !is_out_of_order(facts) && !is_untold(facts) && !is_middle(facts);
}
