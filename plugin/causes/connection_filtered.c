/* connection_filtered.c - a filter refuses the connection
 *
 * Wire:     ICMP type 3 code 3, 9, 10, 13 or ICMPv6 type 1 code 1, 4, 5, 6 that quotes the SYN; or a RST
 *           to the SYN that comes from another distance (TTL) than the host's other packets
 * Source:   RFC 1812 section 5.2.7.1, RFC 4443 section 3.1
 * Not this: port_closed (the host itself resets)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (dx_rejected_by_filter(facts)) {
        if (facts->client.syn_frame)
            dx_finding_say(finding, facts->client.syn_frame, "SYN to the server");
        dx_say_hello(finding, facts);
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    if (!dx_ended(facts, DX_END_RST, DX_SERVER) || facts->end.phase != DX_PHASE_NONE ||
        facts->server.syn_frame || !dx_reset_from_elsewhere(facts, context->host))
        return DX_NONE;
    dx_finding_say(finding, facts->end.frame,
                   "RST with TTL %u, though the host's other packets arrive with %u", facts->server.rst_ttl,
                   context->host->ttl_max);
    dx_finding_candidates(finding, &dx_cause_port_closed, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    connection_filtered, .scenario = DX_SCENARIO_0, .outcome = DX_NO_TCP,
    .gate = {.phases = DX_BEFORE_CONNECTING, .ends = DX_ICMP_ERROR | DX_SERVER_RST | DX_NO_END},
    .title = "A filter rejects the connection",
    .why = "A device on the path or a host firewall rejected the client's first packet, so TLS never began.",
    .checks = "Who sent the rejection? Its source address and TTL tell how far away it is.\n"
              "Which rule covers {server} port {port} for client {client}?\n"
              "@reach\n"
              "@http\n",
    .fix = "Allow {protocol} port {port} from {client} to {server} in that filter.\n",
    .clients =
        "Chromium 156: ERR_CONNECTION_REFUSED or ERR_ADDRESS_UNREACHABLE; Firefox 153: page "
        "\"connectionFailure\"; curl 7.88: (7); wget 1.21: \"No route to host\"; Java 17: \"No route to "
        "host\"; Python 3.11: \"No route to host\"; Go 1.19: \"connect: no route to host\"; Node 20: "
        "EHOSTUNREACH",
    .weigh = weigh);
