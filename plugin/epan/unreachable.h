/* unreachable.h - ICMP errors that quote a TCP segment or a UDP datagram, read from a frame's bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_UNREACHABLE_H
#define DX_EPAN_UNREACHABLE_H

#include "facts/facts.h"

typedef struct dx_unreachable {
    uint8_t version; /* 4 or 6 */
    uint8_t type, code;
    dx_endpoint source, destination; /* of what is quoted */
} dx_unreachable;

/* dx_unreachable_find - looks for the first ICMP "destination unreachable", or ICMPv6 "destination
 * unreachable" or "packet too big", that quotes a TCP segment or a UDP datagram, behind any encapsulation.
 * `bytes` are the `captured` first bytes of a frame of `reported`. */
bool dx_unreachable_find(const uint8_t *bytes, size_t captured, size_t reported, dx_unreachable *out);

#endif
