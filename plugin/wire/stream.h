/* stream.h - one direction of a TCP connection as bytes in order
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_STREAM_H
#define DX_WIRE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounds of one direction: more out-of-order data than this is given up as a gap. */
#define DX_STREAM_MAX_PENDING_SEGMENTS 64
#define DX_STREAM_MAX_PENDING_BYTES    (256 * 1024)

typedef struct dx_pending dx_pending;

/* dx_stream - state of one direction; zero-initialised is valid and means "nothing seen". */
typedef struct dx_stream {
    uint32_t next_seq;  /* raw sequence number of the next byte to deliver */
    uint32_t acked_seq; /* highest raw acknowledgment number that the other side sent for it */
    bool started;       /* next_seq is known (SYN seen, or first payload taken as the start) */
    bool acked;         /* acked_seq is known */
    bool has_data;      /* payload was taken: a SYN no longer moves the start */
    bool has_former;    /* another SYN came before the one that counts, with data from former_seq */
    uint32_t former_seq;
    uint16_t num_pending;
    uint32_t pending_bytes;
    dx_pending *pending; /* sorted list of out-of-order segments, owned */
} dx_stream;

/* What one segment turned out to be; bits. */
typedef enum {
    DX_SEGMENT_NEW = 1,           /* it carried bytes not delivered or held before */
    DX_SEGMENT_RETRANSMITTED = 2, /* it carried bytes that were delivered or held before */
    DX_SEGMENT_OUT_OF_ORDER = 4,  /* it was held back: a hole lies before it */
    DX_SEGMENT_GAP = 8            /* a hole was given up while taking this segment */
} dx_segment_kind;

/* dx_stream_sink - receives bytes in order.
 * `len` bytes at `bytes`, then `missing` bytes that were sent but are not in the capture (lost, or cut by the
 * snap length). Either may be 0, never both. */
typedef void (*dx_stream_sink)(void *user, const uint8_t *bytes, size_t len, size_t missing);

/* dx_stream_syn - notes a SYN: `seq` is its raw sequence number, data starts at seq + 1. A second SYN with
 * another number before any data starts anew, unless the receiver has acknowledged the first, or does so
 * later: then that one counts (RFC 9293 section 3.10.7.4: a synchronized side takes no second SYN). */
void dx_stream_syn(dx_stream *stream, uint32_t seq);

/* dx_stream_segment - takes one segment's payload and calls `sink` for all that is now in order. `data`
 * holds `captured` bytes of the `reported` that were on the wire (captured <= reported). A segment before
 * any SYN starts the stream. The payload of a SYN itself (TCP Fast Open) begins at the SYN's number + 1.
 * Returns dx_segment_kind bits; 0 for reported == 0, for a keep-alive probe (1 byte at next_seq - 1), and
 * for a segment more than 2^30 away, which is ignored. Sequence arithmetic is modulo 2^32. */
unsigned dx_stream_segment(dx_stream *stream, uint32_t seq, const uint8_t *data, size_t captured,
                           size_t reported, dx_stream_sink sink, void *user);

/* dx_stream_acked - notes that the receiver acknowledged everything before raw `ack`. A hole before held
 * segments that the receiver acknowledged will never be filled: it is delivered as missing, and what
 * follows it too. An acknowledgment alone gives nothing up (mirror ports reorder). Returns DX_SEGMENT_GAP
 * or 0. */
unsigned dx_stream_acked(dx_stream *stream, uint32_t ack, dx_stream_sink sink, void *user);

/* dx_stream_clear - frees what is held; the stream is as zero-initialised. */
void dx_stream_clear(dx_stream *stream);

/* dx_ack_is_of_another - an acknowledgment that cannot be of what begins at next_seq: of bytes before it, or
 * of more than one side sends before the other hears of it. One number before it is a script's that does not
 * count the SYN. */
bool dx_ack_is_of_another(uint32_t next_seq, uint32_t ack);

#endif
