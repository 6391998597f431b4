/* capwap.c - DTLS of wireless access points: CAPWAP puts a header of its own before each datagram
 *
 * Source: RFC 5415 sections 4.1 and 4.2; discovery and keep-alives go without DTLS on the same ports
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "capture/udp.h"
#include "wire/dtls.h"

#define HEADER_LEN 4

/* Version 0, type 1 (DTLS), three reserved bytes. */
static bool
has_header(const uint8_t *bytes, size_t captured)
{
    static const uint8_t header[HEADER_LEN] = {1};

    return captured > HEADER_LEN && memcmp(bytes, header, HEADER_LEN) == 0;
}

static bool
begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    return has_header(bytes, captured) &&
           dx_dtls_begins(bytes + HEADER_LEN, captured - HEADER_LEN, reported - HEADER_LEN);
}

static void *
flow_new(dx_capture *capture)
{
    return dx_carrier_dtls.flow_new(capture);
}

static void
flow_free(void *flow)
{
    dx_carrier_dtls.flow_free(flow);
}

static dx_channel *
current(void *flow)
{
    return dx_carrier_dtls.current(flow);
}

static dx_channel *
take(void *flow, const dx_datagram *datagram)
{
    dx_datagram inner = *datagram;

    if (!has_header(datagram->data, datagram->captured))
        return NULL;
    inner.data += HEADER_LEN;
    inner.captured -= HEADER_LEN;
    inner.len -= HEADER_LEN;
    return dx_carrier_dtls.take(flow, &inner);
}

/* The first byte does not tell a new association from data. */
static bool
skips(const void *flow, uint8_t first)
{
    (void)flow;
    (void)first;
    return false;
}

const dx_carrier dx_carrier_capwap = {.least = 1,
                                      .most = 1,
                                      .begins = begins,
                                      .flow_new = flow_new,
                                      .flow_free = flow_free,
                                      .take = take,
                                      .current = current,
                                      .skips = skips};
