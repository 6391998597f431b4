/* packet.h - a TCP segment, an ICMP error as they come from the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_PACKET_H
#define DX_CAPTURE_PACKET_H

#include "facts/observation.h"
#include "knowledge/address.h"

#define DX_MAX_POINTS 4 /* at which one connection was captured, at most */

/* A decrypted record that Wireshark holds for a frame. */
typedef struct dx_plain {
    uint8_t type; /* inner content type */
    const uint8_t *data;
    uint32_t len;
} dx_plain;

/* One TCP segment as the capture holds it. */
typedef struct dx_packet {
    uint32_t frame;
    int64_t time_us;
    uint32_t stream; /* tcp.stream: dense, 0-based */
    dx_endpoint src, dst;
    dx_segment segment;    /* `kind` is ignored */
    const uint8_t *data;   /* payload */
    uint32_t captured;     /* bytes at data, <= segment.len */
    const dx_plain *plain; /* decrypted records of this frame, in order */
    unsigned num_plain;
    uint32_t interface; /* where it was taken: any number that tells interfaces (of all sections) apart */
    const uint8_t *link_src, *link_dst; /* Ethernet addresses, 6 bytes each; NULL when there are none */
} dx_packet;

/* An ICMP error, and what it quotes. */
typedef struct dx_icmp {
    uint32_t frame;
    int64_t time_us;
    uint8_t version, type, code; /* version: 4 or 6 */
    dx_endpoint src, dst;        /* of the quoted segment or datagram */
} dx_icmp;

#endif
