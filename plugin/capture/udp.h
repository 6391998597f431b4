/* udp.h - which UDP carries TLS: its flows, and what reads each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_UDP_H
#define DX_CAPTURE_UDP_H

#include "capture/capture.h"

/* One UDP datagram as the capture holds it. */
typedef struct dx_datagram {
    uint32_t frame;
    int64_t time_us;
    uint32_t stream;     /* udp.stream: dense, 0-based */
    uint32_t connection; /* quic.connection.number; UINT32_MAX: none */
    dx_endpoint src, dst;
    const uint8_t *data;   /* payload */
    size_t captured, len;  /* bytes at data; on the wire */
    const dx_plain *plain; /* decrypted records of this frame, in order */
    unsigned num_plain;
} dx_datagram;

/* What reads one protocol over UDP and yields TLS to channels. `flow` is what it keeps of two endpoints. */
typedef struct dx_carrier {
    /* the range of the first byte of a flow: nearly all of UDP is dismissed by it */
    uint8_t least, most;
    /* whether this, of one byte at least, can be the first datagram of a flow */
    bool (*begins)(const uint8_t *bytes, size_t captured, size_t reported);
    void *(*flow_new)(dx_capture *capture);
    void (*flow_free)(void *flow);
    /* takes a datagram of the flow, the first one, too; the connection that it belongs to, or NULL */
    dx_channel *(*take)(void *flow, const dx_datagram *datagram);
    /* the connection that an ICMP error now is about, or NULL */
    dx_channel *(*current)(void *flow);
    /* whether a datagram that begins with this byte is one more of a connection whose outcome is known:
     * it is not taken */
    bool (*skips)(const void *flow, uint8_t first);
    /* whether there is TLS that cannot be read; NULL: never */
    bool (*is_unread)(const void *flow);
} dx_carrier;

extern const dx_carrier dx_carrier_dtls, dx_carrier_capwap, dx_carrier_quic, dx_carrier_openvpn,
    dx_carrier_radius;

typedef struct dx_udp dx_udp;

/* dx_udp_new - the flows of a capture, none yet; free with dx_udp_free, before the capture. */
dx_udp *dx_udp_new(dx_capture *capture);
void dx_udp_free(dx_udp *udp);

/* dx_udp_wants - false for a datagram that has nothing to do with TLS: the caller need not build a
 * dx_datagram. `stream`: udp.stream; `bytes`: the payload,
 * of which `captured` of `reported` bytes are there. */
bool dx_udp_wants(const dx_udp *udp, uint32_t stream, const uint8_t *bytes, size_t captured, size_t reported);

/* dx_udp_skip - true when it is one more datagram of a connection whose outcome is known: nothing but its
 * frame and time is taken. `*index` gets the connection. */
bool dx_udp_skip(const dx_udp *udp, uint32_t stream, uint8_t first, const dx_moment *at, uint32_t *index);

/* dx_udp_take - takes a datagram, in capture order, first pass only. dx_udp_icmp - takes an ICMP error that
 * quotes a datagram. Both return the index (capture.h) of the connection,
 * DX_NO_INDEX when it is none of ours. */
uint32_t dx_udp_take(dx_udp *udp, const dx_datagram *datagram);
uint32_t dx_udp_icmp(dx_udp *udp, const dx_icmp *icmp);

/* dx_udp_is_unread - whether the flow with this udp.stream has TLS that cannot be read. */
bool dx_udp_is_unread(const dx_udp *udp, uint32_t stream);

#endif
