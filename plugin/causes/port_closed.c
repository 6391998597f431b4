/* port_closed.c - nothing listens on the port
 *
 * Wire:     SYN, then RST from the server
 * Source:   RFC 9293 section 3.10.7.1
 * Not this: connection_filtered (the RST comes from elsewhere)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_ended(facts, DX_END_RST, DX_SERVER) || facts->end.phase != DX_PHASE_NONE ||
        facts->server.syn_frame || !facts->client.syn_frame || dx_reset_from_elsewhere(facts, context->host))
        return DX_NONE;
    dx_finding_say(finding, facts->client.syn_frame, "SYN to port %u", facts->server_endpoint.port);
    dx_finding_say(finding, facts->end.frame, "Refused with RST");
    if (context->host && context->host->http_frame)
        dx_finding_contrast(
            finding,
            "Port 80 of the same address answers http (frame %u): the host is up, only port %u is closed.",
            context->host->http_frame, facts->server_endpoint.port);
    else if (context->host && context->host->syn_ack_frame)
        dx_finding_contrast(
            finding, "The same address accepts connections on port %u (frame %u): only port %u is closed.",
            context->host->syn_ack_port, context->host->syn_ack_frame, facts->server_endpoint.port);
    dx_finding_candidates(finding, &dx_cause_iplisten_mismatch, NULL);
    return DX_CONFIRMED;
}

DX_CAUSE(port_closed, .scenario = DX_SCENARIO_3, .outcome = DX_NO_TCP,
         .gate = {.phases = DX_BEFORE_CONNECTING,
                  .ends = DX_SERVER_RST,
                  .needs = DX_SAW(SYN),
                  .refutes = DX_SAW(SERVER_PACKET)},
         .title = "Nothing listens on the port",
         .why = "The server's own TCP refused the connection: no process has the port open on this address.",
         .checks = DX_CHECK_PORT
         "Is the site started, and does it have an https binding for {endpoint}?\n" DX_CHECK_IPLISTEN
         "Does another address or port of the same host work? Then only this binding is missing\n",
         .fix = "Start the site and add an https binding for port {port}; remove a listen list entry that "
                "leaves {server} out "
                "(netsh http delete iplisten ipaddress=<address>), then restart HTTP (net stop http /y).",
         .clients = "ERR_CONNECTION_REFUSED, PR_CONNECT_REFUSED_ERROR, curl (7), WSAECONNREFUSED 10061",
         .events = {15005}, .weigh = weigh);
