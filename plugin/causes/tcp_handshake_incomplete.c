/* tcp_handshake_incomplete.c - the server answers the SYN, the client never completes
 *
 * Wire:     SYN, SYN-ACK repeated, no acknowledgment from the client
 * Source:   RFC 9293 section 3.5
 * Not this: a half-open port scan (RST right away), a one-way capture; a client that has given up does not
 *           repeat its SYN (observed: browsers on Windows whose firewall drops the late SYN-ACK)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

/* The SYN-ACKs arrive, for this was captured where the client is: no hop has counted its TTL down. It does
 * not repeat its SYN either, so it no longer wants the connection. */
static bool
has_given_up(const dx_facts *facts)
{
    enum { UNIX_TTL = 64, WINDOWS_TTL = 128, DEVICE_TTL = 255 };
    uint8_t client = facts->client.ttl_max, server = facts->server.ttl_max;

    return facts->client.num_syn < 2 && (client == UNIX_TTL || client == WINDOWS_TTL) && server &&
           server != UNIX_TTL && server != WINDOWS_TTL && server != DEVICE_TTL;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (facts->server.num_syn < 2 || has_given_up(facts) ||
        context->now_us - facts->first_us < context->preferences->syn_silence_us)
        return DX_NONE;
    finding->frame = facts->server.syn_frame;
    dx_finding_say(finding, facts->server.syn_frame, "SYN-ACK, sent %u times and never acknowledged",
                   facts->server.num_syn);
    dx_finding_candidates(finding, &dx_cause_tcp_connect_timeout, NULL);
    return DX_LIKELY;
}

DX_CAUSE(tcp_handshake_incomplete, .scenario = DX_SCENARIO_0, .outcome = DX_NO_TCP,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_BEFORE_CONNECTING,
                  .ends = DX_NO_END | DX_CLIENT_RST | DX_SERVER_RST,
                  .needs = DX_SAW(SYN) | DX_SAW(SERVER_PACKET)},
         .title = "The TCP handshake is never completed",
         .why = "The server answered the SYN, but the client's acknowledgment never came.",
         .checks = "Do the SYN-ACKs reach the client? Capture there too.\n"
                   "Does the answer take another way back (asymmetric routing, two gateways)?\n",
         .fix = "Restore the return path from {server} to {client}.\n", .symptom = true, .weigh = weigh);
