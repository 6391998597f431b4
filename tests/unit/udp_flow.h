/* udp_flow.h - a capture with one flow of UDP, for tests of what carries TLS there
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TESTS_UDP_FLOW_H
#define DX_TESTS_UDP_FLOW_H

#include "capture/udp.h"
#include "causes/causes.h"
#include "tape.h"

enum { UDP_FLOW_STREAM = 3, UDP_FLOW_CONNECTION = 6 }; /* udp.stream, quic.connection.number */

typedef struct udp_flow {
    dx_verdicts *verdicts;
    dx_udp *udp;
    dx_endpoint client, server;
    uint32_t frame, index; /* of the newest datagram, and of its connection */
    int64_t time_us;
} udp_flow;

/* udp_flow_new - a capture without packets; end it with udp_flow_end. */
static inline udp_flow
udp_flow_new(uint16_t server_port)
{
    udp_flow flow = {.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL),
                     .client = {{4, {192, 0, 2, 1}}, true, 50000},
                     .server = {{4, {198, 51, 100, 2}}, true, server_port},
                     .index = DX_NO_INDEX,
                     .time_us = G_GINT64_CONSTANT(1328921095000000)};

    flow.udp = dx_udp_new(dx_verdicts_capture(flow.verdicts));
    return flow;
}

static inline void
udp_flow_end(udp_flow *flow)
{
    dx_udp_free(flow->udp);
    dx_verdicts_free(flow->verdicts);
}

/* udp_flow_send - one datagram, a millisecond after the one before. */
static inline void
udp_flow_send(udp_flow *flow, dx_side from, const uint8_t *bytes, size_t len)
{
    bool forth = from == DX_CLIENT;
    dx_datagram datagram = {.frame = ++flow->frame,
                            .time_us = flow->time_us += 1000,
                            .stream = UDP_FLOW_STREAM,
                            .connection = UDP_FLOW_CONNECTION,
                            .src = forth ? flow->client : flow->server,
                            .dst = forth ? flow->server : flow->client,
                            .data = bytes,
                            .captured = len,
                            .len = len};

    dx_capture_clock(dx_verdicts_capture(flow->verdicts), flow->frame, flow->time_us);
    flow->index = dx_udp_take(flow->udp, &datagram);
}

/* udp_flow_facts - of the connection that the newest datagram belongs to. */
static inline const dx_facts *
udp_flow_facts(const udp_flow *flow)
{
    return dx_capture_facts(dx_verdicts_capture(flow->verdicts), flow->index);
}

#endif
