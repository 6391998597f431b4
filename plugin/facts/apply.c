/* apply.c - takes an observation: TCP and other transports here, TLS in handshake.c and records.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/apply.h"

#include "facts/authentication.h"
#include "facts/progress.h"
#include "facts/reset.h"
#include "wire/stream.h"

/* A repeated packet this soon after the first is a mirror port's copy: no stack retransmits as fast.
 * RFC 6298 gives 1 s, Linux 200 ms as the least timeout; fast retransmissions need a round trip. */
#define DUPLICATE_US 3000

/* Frames that stand so far before those behind which they come are of another clock, or one that was set. */
#define BACKWARD_US (G_USEC_PER_SEC / 10)

void
dx_facts_clear(dx_facts *facts)
{
    dx_authentication_drop(facts);
    g_free(facts->foreign_text);
    g_free(facts->tunnel);
    g_free(facts->transport_reason);
    g_free(facts->supplicant);
    facts->foreign_text = facts->tunnel = facts->transport_reason = facts->supplicant = NULL;
}

/* A mirror of two ports brings each packet of a flight once more when the flight has passed. Who sends again
 * gives a new IP identification, as a rule the next one; a copy has one of the last. */
static bool
is_among_last(const dx_peer *peer, uint16_t ip_id)
{
    enum { FLIGHT = 64 };

    return ip_id && (uint16_t)(peer->last_ip_id - ip_id) < FLIGHT;
}

static bool
is_duplicate(const dx_peer *peer, const dx_segment *segment, int64_t time_us)
{
    if (segment->ip_id)
        return is_among_last(peer, segment->ip_id);
    return time_us - peer->last_us < DUPLICATE_US && time_us >= peer->last_us;
}

static void
note_ttl(dx_peer *peer, const dx_segment *segment)
{
    if (!segment->ttl)
        return;
    if (segment->flags & DX_TCP_RST) {
        if (!peer->rst_frame)
            peer->rst_ttl = segment->ttl;
        return;
    }
    if (!peer->num_ttl || segment->ttl < peer->ttl_min)
        peer->ttl_min = segment->ttl;
    if (segment->ttl > peer->ttl_max)
        peer->ttl_max = segment->ttl;
    if (peer->num_ttl < UINT16_MAX)
        peer->num_ttl++;
}

static void
take_syn(dx_facts *facts, dx_peer *peer, const dx_observation *observation)
{
    const dx_segment *segment = &observation->u.segment;

    if (peer->syn_frame && peer->isn == segment->seq) {
        if (!is_duplicate(peer, segment, observation->time_us)) {
            peer->num_syn++;
            peer->last_syn_us = observation->time_us;
        }
        return;
    }
    if (peer->syn_frame && !peer->payload_bytes) {
        peer->former_isn = peer->isn;
        peer->have_former_isn = true;
        peer->have_seq = false;
    }
    peer->isn = segment->seq;
    peer->have_isn = true;
    peer->syn_frame = observation->frame;
    peer->num_syn = 1;
    peer->last_syn_us = observation->time_us;
    if (peer == &facts->client)
        facts->milestones |= DX_MILESTONE_CONNECTING;
}

/* What a server said before and says again (its agreement to STARTTLS) answers no ClientHello. */
static void
note_payload(dx_facts *facts, dx_peer *peer, const dx_observation *observation, bool repeated)
{
    if (!peer->first_payload_frame) {
        peer->first_payload_frame = observation->frame;
        peer->first_payload_us = observation->time_us;
    }
    if (peer == &facts->server && facts->phase >= DX_PHASE_HELLO_PARTIAL && !facts->answer_frame && !repeated)
        facts->answer_frame = observation->frame;
}

static void
note_new_payload(dx_facts *facts, dx_peer *peer, const dx_observation *observation, uint32_t len)
{
    peer->payload_bytes += len;
    peer->last_payload_frame = observation->frame;
    peer->last_payload_us = observation->time_us;
    if (peer == &facts->client && facts->phase <= DX_PHASE_HELLO_PARTIAL)
        facts->hello_segments++;
}

/* The other side has answered these bytes already: one direction was captured late (two taps whose clocks
 * differ, a mirror port that delays one). */
static void
note_order(dx_facts *facts, const dx_peer *peer, const dx_segment *segment)
{
    enum { WINDOW = 1 << 24 }; /* numbers further apart are another connection's */
    int32_t ahead = (int32_t)(peer->answered - segment->seq);

    if (peer->have_answered && ahead > 0 && ahead <= WINDOW)
        facts->shuffled = true;
}

static void
take_payload(dx_facts *facts, dx_peer *peer, const dx_observation *observation)
{
    const dx_segment *segment = &observation->u.segment;
    uint32_t end = segment->seq + segment->len;
    bool fresh = !peer->have_seq || (int32_t)(end - peer->next_seq) > 0;

    note_payload(facts, peer, observation, !fresh && !(segment->kind & DX_SEGMENT_NEW));
    peer->segment_seq = segment->seq;
    if (fresh || (segment->kind & DX_SEGMENT_NEW))
        note_order(facts, peer, segment);
    if (fresh) {
        uint32_t grown = peer->have_seq ? end - peer->next_seq : segment->len;
        note_new_payload(facts, peer, observation, MIN(grown, segment->len));
        if (peer->rst_frame && !peer->after_rst_frame)
            peer->after_rst_frame = observation->frame;
    } else if (segment->kind & DX_SEGMENT_NEW) {
        peer->payload_bytes += segment->len; /* late: it fills a hole */
    } else if ((segment->kind & DX_SEGMENT_RETRANSMITTED) && segment->len > 1 &&
               !is_duplicate(peer, segment, observation->time_us)) {
        /* one byte at the old edge is a keep-alive probe (RFC 9293 section 3.8.4) */
        if (peer->num_retransmissions < UINT16_MAX)
            peer->num_retransmissions++;
        if (!peer->retransmission_frame)
            peer->retransmission_frame = observation->frame;
        if (segment->len > peer->retransmitted_bytes_max)
            peer->retransmitted_bytes_max = (uint16_t)MIN(segment->len, UINT16_MAX);
    }
    if (segment->len > peer->largest_segment)
        peer->largest_segment = (uint16_t)MIN(segment->len, UINT16_MAX);
    if (peer->have_seq && (int32_t)(segment->seq - peer->next_seq) > 0 && !peer->gap_frame)
        peer->gap_frame = observation->frame; /* a segment before this one is missing or late */
}

static void
take_numbers(dx_peer *peer, dx_peer *other, const dx_segment *segment)
{
    uint32_t end = segment->seq + segment->len + (segment->flags & DX_TCP_SYN ? 1 : 0);

    if (!peer->have_seq || (int32_t)(end - peer->next_seq) > 0) {
        peer->next_seq = end;
        peer->have_seq = true;
    }
    if (!(segment->flags & DX_TCP_ACK))
        return;
    if (other->have_former_isn && !other->payload_bytes && segment->ack == other->former_isn + 1) {
        other->isn = other->former_isn;
        other->next_seq = segment->ack;
        other->have_former_isn = false;
    }
    if (other->have_seq && other->syn_frame && !other->payload_bytes &&
        dx_ack_is_of_another(other->next_seq, segment->ack))
        other->have_seq = false; /* that SYN is not the one which this side answered */
    if (!other->have_acked || (int32_t)(segment->ack - other->acked) > 0) {
        other->acked = segment->ack;
        other->have_acked = true;
    }
    bool answers = segment->len > 0 || (segment->flags & DX_TCP_FIN);
    if (answers && (!other->have_answered || (int32_t)(segment->ack - other->answered) > 0)) {
        other->answered = segment->ack;
        other->have_answered = true;
    }
    if (!other->have_isn && !other->have_seq && segment->ack &&
        (segment->len || (segment->flags & DX_TCP_SYN))) {
        other->isn = segment->ack - 1; /* without a SYN: what comes next, if nothing is missing */
        other->have_isn = true;
    }
}

/* A server that still knows the connection which had these ports before answers the SYN with an
 * acknowledgment of that one; the client resets it and sends its SYN again (RFC 9293 section 3.10.7.3, RFC
 * 5961 section 4). */
static bool
is_of_former(const dx_facts *facts, const dx_observation *observation)
{
    const dx_segment *segment = &observation->u.segment;
    bool asking = facts->client.syn_frame && !facts->server.syn_frame && !facts->client.payload_bytes &&
                  !facts->server.payload_bytes;

    if (!asking || segment->len || (segment->flags & DX_TCP_SYN))
        return false;
    if (observation->from == DX_CLIENT)
        return (segment->flags & DX_TCP_RST) && facts->server.num_packets && !facts->server.have_seq;
    return segment->flags == DX_TCP_ACK && segment->ack != facts->client.isn + 1;
}

/* A close in the handshake. A client's FIN right behind its ClientHello may be a half-close: it waits for
 * what the server says (observed: nc, test clients). Behind its Finished only the server's is missing
 * (observed: AnyDesk). */
static void
take_fin(dx_facts *facts, dx_peer *peer, const dx_observation *observation)
{
    if (peer->fin_frame)
        return;
    peer->fin_frame = observation->frame;
    if (peer->rst_frame && !peer->after_rst_frame)
        peer->after_rst_frame = observation->frame;
    bool turned_away = dx_progress_turns_away(facts, false, observation);
    dx_progress_close(facts, DX_CLOSE_FIN, observation);
    if (facts->pending.kind != DX_END_NONE && facts->end.kind == DX_END_NONE) {
        if (facts->pending.kind == DX_END_FIN && observation->from == facts->pending.by)
            return;
        dx_progress_end_pending(facts);
        return;
    }
    if (facts->phase >= DX_PHASE_ESTABLISHED && !turned_away) {
        dx_progress_accept(facts);
        return;
    }
    bool may_go_on = facts->phase == DX_PHASE_HELLO || facts->phase == DX_PHASE_CLIENT_FINISHED;
    if (observation->from == DX_CLIENT && may_go_on && facts->end.kind == DX_END_NONE) {
        dx_progress_pending(facts, DX_END_FIN, observation);
        return;
    }
    dx_progress_end(facts, DX_END_FIN, observation);
}

static void
take_abort(dx_facts *facts, dx_peer *peer, const dx_observation *observation)
{
    if (peer->num_rst < UINT16_MAX)
        peer->num_rst++;
    if (peer->rst_frame)
        return;
    peer->rst_frame = observation->frame;
    peer->rst_us = observation->time_us;
    bool turned_away = dx_progress_turns_away(facts, false, observation);
    dx_progress_close(facts, DX_CLOSE_RST, observation);
    if (facts->end.kind != DX_END_NONE)
        return;
    if (facts->pending.kind != DX_END_NONE)
        dx_progress_end_pending(facts);
    else if (facts->phase < DX_PHASE_ESTABLISHED || turned_away)
        dx_progress_end(facts, DX_END_RST, observation);
    else
        dx_progress_accept(facts);
}

/* A reset whose number the other side has acknowledged long since: it is outside the window, and dropped (RFC
 * 9293 section 3.10.7.4, RFC 5961 section 3.2). Who resets in another's name comes too late now and then. One
 * byte may be a keep-alive probe's. */
static bool
is_too_late(const dx_peer *peer, const dx_segment *segment)
{
    return (segment->flags & DX_TCP_RST) && peer->have_acked && (int32_t)(segment->seq + 1 - peer->acked) < 0;
}

/* A second SYN-ACK with another number, behind the acknowledgment of the first: the client ignores it (RFC
 * 9293 section 3.10.7.4). A box that answers SYNs without a state sends one for a SYN that was sent again. */
static bool
is_second_syn(const dx_peer *peer, const dx_segment *segment)
{
    const uint8_t both = DX_TCP_SYN | DX_TCP_ACK;

    return (segment->flags & both) == both && peer->syn_frame && segment->seq != peer->isn &&
           peer->have_acked && (int32_t)(peer->acked - peer->isn) > 0;
}

/* An acknowledgment or a FIN carries the number behind all that its side has sent, and nothing of it came. */
static void
note_unseen(dx_peer *peer, const dx_observation *observation)
{
    const dx_segment *segment = &observation->u.segment;

    if (!peer->payload_bytes && !peer->gap_frame && peer->syn_frame && peer->have_seq && !segment->len &&
        !(segment->flags & (DX_TCP_SYN | DX_TCP_RST)) && (int32_t)(segment->seq - peer->next_seq) > 0)
        peer->gap_frame = observation->frame;
}

/* A SYN is refused with sequence number 0 and its acknowledgment (RFC 9293 section 3.10.7.1), and by devices
 * in the server's name at least with that: a client takes no other reset for an answer (section 3.10.7.3). */
static bool
refuses_syn(const dx_facts *facts, const dx_segment *segment)
{
    return !segment->seq || ((segment->flags & DX_TCP_ACK) && segment->ack == facts->client.isn + 1);
}

static void
take_segment(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = observation->from == DX_SERVER ? &facts->server : &facts->client;
    dx_peer *other = observation->from == DX_SERVER ? &facts->client : &facts->server;
    const dx_segment *segment = &observation->u.segment;

    note_ttl(peer, segment);
    if (is_of_former(facts, observation) || is_too_late(peer, segment) || is_second_syn(peer, segment)) {
        peer->num_packets++;
        return;
    }
    if (segment->flags & DX_TCP_SYN)
        take_syn(facts, peer, observation);
    else if (!facts->client.syn_frame && !facts->server.syn_frame && !facts->client.num_packets &&
             !facts->server.num_packets)
        facts->mid_stream = true;
    note_unseen(peer, observation);
    if (segment->flags & DX_TCP_RST) {
        if (!peer->rst_frame) {
            peer->rst_seq = segment->seq;
            peer->rst_next = peer->next_seq;
        }
        if (facts->phase == DX_PHASE_NONE && observation->from == DX_SERVER && facts->client.syn_frame &&
            !facts->server.syn_frame && !refuses_syn(facts, segment))
            facts->unopened = true;
        take_abort(facts, peer, observation);
    } else {
        if (segment->len)
            take_payload(facts, peer, observation);
        take_numbers(peer, other, segment);
        dx_reset_take_back(facts, other);
        if (facts->phase == DX_PHASE_NONE && !(segment->flags & DX_TCP_SYN) &&
            (observation->from == DX_CLIENT || facts->client.num_packets || segment->len))
            facts->phase = DX_PHASE_TCP;
    }
    peer->num_packets++;
    peer->last_us = observation->time_us;
    if (!is_among_last(peer, segment->ip_id))
        peer->last_ip_id = segment->ip_id;
}

/* Bytes of a channel without segments. */
static void
take_unit(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);

    note_payload(facts, peer, observation, false);
    note_new_payload(facts, peer, observation, observation->u.payload);
    peer->num_packets++;
    peer->last_us = observation->time_us;
}

static void
take_seen(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);

    peer->num_packets++;
    peer->last_us = observation->time_us;
}

/* A list of versions is an answer of the transport alone. */
static void
take_versions(dx_facts *facts, const dx_observation *observation)
{
    take_seen(facts, observation);
    if (facts->phase > DX_PHASE_HELLO || facts->versions_frame)
        return;
    facts->versions_frame = observation->frame;
    facts->answer_frame = 0;
}

static void
take_refused(dx_facts *facts, const dx_observation *observation)
{
    const char *reason = observation->u.refused.reason;

    take_seen(facts, observation);
    /* a client that gives up waiting in vain: the silence is the end */
    bool gives_up = observation->from == DX_CLIENT && !facts->server.num_packets;
    if (facts->phase >= DX_PHASE_ESTABLISHED || facts->end.kind != DX_END_NONE || gives_up)
        return;
    facts->transport_error = observation->u.refused.error;
    facts->transport_reason = *reason ? g_strdup(reason) : NULL;
    dx_progress_end(facts, DX_END_TRANSPORT, observation);
}

static void
take_repeated(dx_facts *facts, const dx_observation *observation)
{
    dx_peer *peer = dx_progress_sender(facts, observation);

    if (peer->num_retransmissions < UINT16_MAX)
        peer->num_retransmissions++;
    if (!peer->retransmission_frame)
        peer->retransmission_frame = observation->frame;
    peer->retransmitted_bytes_max =
        MAX(peer->retransmitted_bytes_max, (uint16_t)MIN(observation->u.payload, UINT16_MAX));
    peer->num_packets++;
    peer->last_us = observation->time_us;
}

static void
take_opened(dx_facts *facts)
{
    facts->milestones |= DX_MILESTONE_CONNECTING;
    if (facts->phase == DX_PHASE_NONE)
        facts->phase = DX_PHASE_TCP;
}

/* RFC 792, RFC 4443: what an ICMP error says of the connection. */
static void
take_icmp(dx_facts *facts, const dx_observation *observation)
{
    bool too_big = (observation->u.icmp.version == 4 && observation->u.icmp.type == 3 &&
                    observation->u.icmp.code == 4) ||
                   (observation->u.icmp.version == 6 && observation->u.icmp.type == 2);

    if (too_big) {
        if (!facts->too_big_frame)
            facts->too_big_frame = observation->frame;
        return;
    }
    if (facts->icmp_frame)
        return;
    facts->icmp_frame = observation->frame;
    facts->icmp_version = observation->u.icmp.version;
    facts->icmp_type = observation->u.icmp.type;
    facts->icmp_code = observation->u.icmp.code;
    /* TCP goes on trying; a datagram that nobody takes is an end when nothing has come back yet */
    bool unanswered =
        facts->transport == DX_TRANSPORT_TCP ? facts->phase == DX_PHASE_NONE : !facts->server.num_packets;
    if (unanswered)
        dx_progress_end(facts, DX_END_UNREACHABLE, observation);
}

unsigned
dx_facts_apply(dx_facts *facts, const dx_observation *observation)
{
    unsigned before = facts->milestones;

    if (!facts->first_frame) {
        facts->first_frame = observation->frame;
        facts->first_us = observation->time_us;
    }
    if (observation->kind == DX_OBS_SEGMENT && observation->time_us < facts->last_us - BACKWARD_US)
        facts->backward = true;
    if (observation->frame >= facts->last_frame) { /* words that were held are of an earlier frame */
        facts->last_frame = observation->frame;
        facts->last_us = observation->time_us;
    }
    switch (observation->kind) {
    case DX_OBS_SEGMENT:
        take_segment(facts, observation);
        break;
    case DX_OBS_FIN:
        take_fin(facts, observation->from == DX_SERVER ? &facts->server : &facts->client, observation);
        break;
    case DX_OBS_OPENED:
        take_opened(facts);
        break;
    case DX_OBS_PAYLOAD:
        take_unit(facts, observation);
        break;
    case DX_OBS_SEEN:
        take_seen(facts, observation);
        break;
    case DX_OBS_VERSIONS:
        take_versions(facts, observation);
        break;
    case DX_OBS_REFUSED:
        take_refused(facts, observation);
        break;
    case DX_OBS_REPEATED:
        take_repeated(facts, observation);
        break;
    case DX_OBS_UNREACHABLE:
        take_icmp(facts, observation);
        break;
    default:
        dx_handshake_apply(facts, observation);
        break;
    }
    return facts->milestones & ~before;
}
