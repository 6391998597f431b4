/* proxy_connect_failed.c - the proxy did not open the tunnel
 *
 * Wire:     CONNECT host:port, answered by another status than 2xx or closed before any TLS byte
 * Source:   RFC 9110 section 9.3.6
 * Not this: a handshake that fails inside a tunnel that was opened
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (facts->upgrade_answer > 0)
        return DX_NONE;
    char *target = dx_safe(facts->tunnel, 0);
    dx_finding_say(finding, facts->upgrade_frame, "CONNECT %s", target ? target : "");
    g_free(target);
    if (facts->upgrade_answer < 0) {
        finding->frame = facts->upgrade_answer_frame;
        dx_finding_say(finding, facts->upgrade_answer_frame, "The proxy answered with status %u",
                       facts->http_status);
        return DX_CONFIRMED;
    }
    if (facts->end.kind == DX_END_NONE) {
        if (context->now_us - facts->client.last_payload_us < context->preferences->silence_us)
            return DX_NONE;
        finding->frame = facts->upgrade_frame;
        dx_finding_say(finding, facts->last_frame, "No answer from the proxy");
        return DX_LIKELY;
    }
    dx_say_end(finding, facts);
    return facts->end.by == DX_SERVER ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(proxy_connect_failed, .scenario = DX_SCENARIO_0, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(CONNECT), .refutes = DX_SAW(TLS)},
         .title = "The proxy refused the tunnel to the server",
         .why = "TLS was to go through a proxy's tunnel (CONNECT), and the proxy did not open it.",
         .checks = "What does the proxy's log say for {client} at this time?\n"
                   "407: which credentials does the client send? 403: is the host allowed? 502, 503, 504: "
                   "can the proxy reach the server?\n",
         .fix = "Give the client valid proxy credentials, or allow the destination on the proxy.\n",
         .clients = "Chromium 156: ERR_TUNNEL_CONNECTION_FAILED; curl 7.88: (56) \"CONNECT tunnel failed\"",
         .weigh = weigh);
