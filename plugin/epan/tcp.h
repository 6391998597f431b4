/* tcp.h - a TCP segment as Wireshark found it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_TCP_H
#define DX_EPAN_TCP_H

#include "epan/compat.h"

#include "capture/capture.h"

/* Of one frame, segments or datagrams that are read: an A-MSDU of IEEE 802.11 has no more of full size. Each
 * is looked for among all that the frame's dissectors tapped, so that thousands would cost seconds. */
#define DX_MAX_IN_FRAME 16

/* One TCP segment. The pointers live as long as the frame's dissection. */
typedef struct dx_tcp {
    uint32_t stream;
    uint32_t seq, ack, len; /* raw; payload bytes on the wire */
    uint8_t flags;          /* DX_TCP_FIN and so on */
    uint8_t ttl;            /* 0: not known, dx_segments_ttl() may find it */
    uint16_t ip_id, source_port, destination_port;
    uint32_t window; /* unscaled */
    const address *source, *destination;
    tvbuff_t *payload;
} dx_tcp;

#endif
