/* stream.c - one direction of a TCP connection as bytes in order
 *
 * Source: RFC 9293 section 3.4 (sequence numbers, modulo 2^32), section 3.8.4 (keep-alive probes)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/stream.h"

#include <glib.h>
#include <string.h>

/* Twice the largest window (RFC 7323 section 2.3: 2^30): what lies further away belongs to another
 * connection. */
#define FAR_AWAY (1 << 30)

/* A held segment. The list is sorted, its segments do not overlap, and a hole lies before its first. */
struct dx_pending {
    dx_pending *next;
    uint32_t seq;
    uint32_t captured;
    uint32_t reported;
    uint8_t data[];
};

typedef struct outlet {
    dx_stream_sink sink;
    void *user;
} outlet;

/* How far `to` lies after `from`; negative: before it. */
static int32_t
distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

static bool
is_far(uint32_t from, uint32_t to)
{
    int32_t apart = distance(from, to);
    return apart > FAR_AWAY || apart < -FAR_AWAY;
}

bool
dx_ack_is_of_another(uint32_t next_seq, uint32_t ack)
{
    enum { WINDOW = 1 << 24 };
    int32_t ahead = distance(next_seq, ack);

    return ahead < -1 || ahead > WINDOW;
}

/* Hands on what of a segment lies after next_seq; `seq` must not. next_seq moves before the sink is
 * called, so that the stream is consistent when the sink looks at it. */
static void
deliver(dx_stream *stream, const outlet *out, uint32_t seq, const uint8_t *data, size_t captured,
        size_t reported)
{
    size_t skip = stream->next_seq - seq;
    if (skip >= reported)
        return;
    size_t have = captured > skip ? captured - skip : 0;
    stream->next_seq = seq + (uint32_t)reported;
    out->sink(out->user, have > 0 ? data + skip : NULL, have, reported - skip - have);
}

/* Hands on the held segments that are now in order. */
static void
drain(dx_stream *stream, const outlet *out)
{
    while (stream->pending && distance(stream->next_seq, stream->pending->seq) <= 0) {
        dx_pending *first = stream->pending;
        stream->pending = first->next;
        stream->num_pending--;
        stream->pending_bytes -= first->captured;
        deliver(stream, out, first->seq, first->data, first->captured, first->reported);
        g_free(first);
    }
}

static void
give_up_hole(dx_stream *stream, const outlet *out)
{
    size_t hole = stream->pending->seq - stream->next_seq;
    stream->next_seq = stream->pending->seq;
    out->sink(out->user, NULL, 0, hole);
    drain(stream, out);
}

/* Gives up the holes that the receiver has acknowledged, or that stand before more than may be held. */
static unsigned
give_up_holes(dx_stream *stream, const outlet *out)
{
    unsigned kind = 0;
    while (stream->pending) {
        bool acked = stream->acked && distance(stream->pending->seq, stream->acked_seq) >= 0;
        if (!acked && stream->num_pending <= DX_STREAM_MAX_PENDING_SEGMENTS &&
            stream->pending_bytes <= DX_STREAM_MAX_PENDING_BYTES)
            break;
        give_up_hole(stream, out);
        kind = DX_SEGMENT_GAP;
    }
    return kind;
}

static void
insert(dx_stream *stream, dx_pending **link, uint32_t seq, const uint8_t *data, size_t captured,
       size_t reported)
{
    dx_pending *held = (dx_pending *)g_malloc(sizeof(dx_pending) + captured);
    held->next = *link;
    held->seq = seq;
    held->captured = (uint32_t)captured;
    held->reported = (uint32_t)reported;
    if (captured > 0)
        memcpy(held->data, data, captured);
    *link = held;
    stream->num_pending++;
    stream->pending_bytes += held->captured;
}

/* Holds those parts of a segment after a hole that are not held yet. */
static unsigned
hold(dx_stream *stream, uint32_t seq, const uint8_t *data, size_t captured, size_t reported)
{
    unsigned kind = 0;
    dx_pending **link = &stream->pending;
    size_t done = 0;
    while (done < reported) {
        uint32_t at = seq + (uint32_t)done;
        while (*link && distance((*link)->seq + (*link)->reported, at) >= 0)
            link = &(*link)->next;
        int32_t room = *link ? distance(at, (*link)->seq) : INT32_MAX;
        if (room <= 0) {
            done += (*link)->seq + (*link)->reported - at;
            kind |= DX_SEGMENT_RETRANSMITTED;
            continue;
        }
        size_t part = MIN(reported - done, (size_t)room);
        size_t have = captured > done ? MIN(captured - done, part) : 0;
        insert(stream, link, at, have > 0 ? data + done : NULL, have, part);
        done += part;
        kind |= DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER;
    }
    return kind;
}

/* A far-off acknowledgment is none: it would seem to lie ahead once the numbers have wrapped around. */
static void
forget_far_ack(dx_stream *stream)
{
    if (stream->acked && is_far(stream->next_seq, stream->acked_seq))
        stream->acked = false;
}

void
dx_stream_syn(dx_stream *stream, uint32_t seq)
{
    if (stream->started && (stream->has_data || stream->next_seq == seq + 1))
        return;
    if (stream->started && stream->acked && stream->acked_seq == stream->next_seq)
        return;
    uint32_t former_seq = stream->next_seq;
    bool has_former = stream->started;
    if (stream->started)
        dx_stream_clear(stream);
    stream->started = true;
    stream->next_seq = seq + 1;
    stream->former_seq = former_seq;
    stream->has_former = has_former;
    forget_far_ack(stream);
}

unsigned
dx_stream_segment(dx_stream *stream, uint32_t seq, const uint8_t *data, size_t captured, size_t reported,
                  dx_stream_sink sink, void *user)
{
    if (reported == 0 || reported > FAR_AWAY)
        return 0;
    if (captured > reported)
        captured = reported;
    if (!stream->started) {
        stream->started = true;
        stream->next_seq = seq;
    }
    if (is_far(stream->next_seq, seq))
        return 0;
    forget_far_ack(stream);

    outlet out = {sink, user};
    int32_t ahead = distance(stream->next_seq, seq);
    /* RFC 9293 section 3.8.4: a keep-alive probe may carry one garbage byte at next_seq - 1. */
    if (ahead == -1 && reported == 1)
        return 0;
    if (ahead < 0 && (size_t)-ahead >= reported)
        return DX_SEGMENT_RETRANSMITTED;
    stream->has_data = true;

    if (ahead > 0) {
        unsigned kind = hold(stream, seq, data, captured, reported);
        return kind | give_up_holes(stream, &out);
    }
    unsigned kind = DX_SEGMENT_NEW;
    if (ahead < 0 || (stream->pending && distance(stream->pending->seq, seq + (uint32_t)reported) > 0))
        kind |= DX_SEGMENT_RETRANSMITTED;
    deliver(stream, &out, seq, data, captured, reported);
    drain(stream, &out);
    return kind | give_up_holes(stream, &out);
}

unsigned
dx_stream_acked(dx_stream *stream, uint32_t ack, dx_stream_sink sink, void *user)
{
    if (stream->has_former && !stream->has_data && ack == stream->former_seq)
        stream->next_seq = ack;
    if (stream->started && !stream->has_data && dx_ack_is_of_another(stream->next_seq, ack)) {
        stream->started = false; /* that SYN is not the one which the other side answered */
        return 0;
    }
    if (stream->started && is_far(stream->next_seq, ack))
        return 0;
    if (!stream->acked || distance(stream->acked_seq, ack) > 0) {
        stream->acked_seq = ack;
        stream->acked = true;
    }
    outlet out = {sink, user};
    return give_up_holes(stream, &out);
}

void
dx_stream_clear(dx_stream *stream)
{
    while (stream->pending) {
        dx_pending *first = stream->pending;
        stream->pending = first->next;
        g_free(first);
    }
    memset(stream, 0, sizeof *stream);
}
