/* tcp_connect_timeout.c - nobody answers the SYN
 *
 * Wire:     SYN, repeated, and no SYN-ACK, RST or ICMP error from anybody
 * Source:   RFC 9293 section 3.8.1
 * Not this: a one-way capture (numbers of the unseen side move), connection_filtered, port_closed
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    int64_t waited = context->now_us - facts->client.last_syn_us;

    if (facts->server.num_packets)
        return DX_NONE;
    if (context->now_us - facts->first_us < context->preferences->syn_silence_us ||
        (facts->client.num_syn == 1 && waited < context->preferences->syn_silence_us))
        return DX_NONE;
    finding->frame = facts->client.syn_frame;
    dx_finding_say(finding, facts->client.syn_frame, "SYN, sent %u time%s and never answered",
                   facts->client.num_syn, facts->client.num_syn == 1 ? "" : "s");
    bool served = context->server && context->server->num_hellos; /* by this very port, at another time */
    if (served)
        dx_finding_contrast(finding,
                            "The same port answered other connections: it is overloaded, limits their "
                            "number, was down for a while, or packets were lost.");
    else if (context->host && context->host->syn_ack_frame)
        dx_finding_contrast(finding,
                            "The same address answered on port %u in frame %u: port %u is probably filtered, "
                            "or its listener is overloaded.",
                            context->host->syn_ack_port, context->host->syn_ack_frame,
                            facts->server_endpoint.port);
    dx_finding_candidates(finding, &dx_cause_connection_filtered, &dx_cause_host_unreachable, NULL);
    return facts->client.num_syn > 1 && !served ? DX_CONFIRMED : DX_POSSIBLE;
}

DX_CAUSE(tcp_connect_timeout, .scenario = DX_SCENARIO_0, .outcome = DX_NO_TCP,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_BEFORE_CONNECTING,
                  .ends = DX_NO_END,
                  .needs = DX_SAW(SYN),
                  .refutes = DX_SAW(SERVER_PACKET)},
         .title = "No answer to the TCP SYN", .why = "The client's SYN got no answer, so TLS never began.",
         .checks = "@reach\n"
                   "@resolve\n"
                   "Does a firewall on the path or on the host drop packets to {server} port {port}?\n"
                   "@http\n",
         .fix = "Let TCP port {port} through to {server} (host firewall, network security group, router), or "
                "correct the address.\n",
         .clients = "Chromium 156: ERR_CONNECTION_TIMED_OUT; Firefox 153: page \"netTimeout\"; curl 7.88: "
                    "(28); wget 1.21: \"Connection timed out\"; Java 17: \"Connection timed out\"; Python "
                    "3.11: \"timed out\"; Go 1.19: \"connect: connection timed out\"; Node 20: ETIMEDOUT; "
                    "Windows: WSAETIMEDOUT (10060)",
         .symptom = true, .weigh = weigh);
