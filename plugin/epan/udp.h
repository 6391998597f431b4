/* udp.h - a UDP datagram as Wireshark found it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_UDP_H
#define DX_EPAN_UDP_H

#include "epan/compat.h"

/* One UDP datagram. The pointers live as long as the frame's dissection. */
typedef struct dx_udp_payload {
    uint32_t stream; /* udp.stream */
    uint16_t source_port, destination_port;
    const address *source, *destination;
    tvbuff_t *payload;
} dx_udp_payload;

#endif
