/* port_closed.c - nothing listens on the port
 *
 * Wire:     SYN, then RST from the server
 * Source:   RFC 9293 section 3.10.7.1
 * Not this: connection_filtered (the RST comes from elsewhere)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/bindings.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (dx_reset_from_elsewhere(facts, context->host))
        return DX_NONE;
    dx_finding_say(finding, facts->client.syn_frame, "SYN to port %u", facts->server_endpoint.port);
    dx_finding_say(finding, facts->end.frame, "Refused with RST");
    if (context->host && context->host->http_frame)
        dx_finding_contrast(finding, "Port 80 of the same address answers HTTP (frame %u); port %u refuses.",
                            context->host->http_frame, facts->server_endpoint.port);
    else if (context->host && context->host->syn_ack_frame)
        dx_finding_contrast(
            finding, "The same address accepts connections on port %u (frame %u); port %u refuses.",
            context->host->syn_ack_port, context->host->syn_ack_frame, facts->server_endpoint.port);
    dx_finding_candidates(finding, &dx_cause_iplisten_mismatch, NULL);
    return DX_CONFIRMED;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_site_binding *site = dx_files_site(facts, context);

    if (!site || !site->stopped)
        return DX_FILES_SILENT;
    dx_say_site(files, site, "and the site is stopped");
    return DX_FILES_CONFIRM;
}

DX_CAUSE(port_closed, .scenario = DX_SCENARIO_3, .outcome = DX_NO_TCP,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_BEFORE_CONNECTING,
                  .ends = DX_SERVER_RST,
                  .needs = DX_SAW(SYN),
                  .refutes = DX_SAW(SERVER_PACKET)},
         .title = "Nothing listens on the port",
         .why = "The server's TCP refused the connection: no process has the port open on this address.",
         .checks =
             "@listen\n"
             "@reach\n"
             "@listen_list\n"
             "Does another address or port of the same host answer? Then only this listener is missing.\n",
         .fix = "@start|Start the server program, and let it listen on port {port}.\n",
         .clients = "Chromium 156: ERR_CONNECTION_REFUSED; Firefox 153: page \"connectionFailure\"; curl "
                    "7.88: (7) \"Couldn't connect to server\"; wget 1.21: \"Connection refused\"; OpenSSL "
                    "3.0: \"connect:errno=111\"; Java 17: \"Connection refused\"; Python 3.11: \"Connection "
                    "refused\"; Go 1.19: \"connect: connection refused\"; Node 20: ECONNREFUSED; Windows: "
                    "WSAECONNREFUSED (10061); OpenVPN: \"Connection refused\"",
         .events = {15005}, .weigh = weigh, .weigh_files = weigh_files);
