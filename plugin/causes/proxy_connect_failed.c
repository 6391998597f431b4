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

/* RFC 9110 sections 15.5.4 (403), 15.5.8 (407) and 15.6 (5xx): what the proxy's answer asks for. */
static void
say_answer(const dx_facts *facts, const char *target, dx_finding *finding)
{
    unsigned status = facts->http_status;

    finding->frame = facts->upgrade_answer_frame;
    dx_finding_say(finding, facts->upgrade_answer_frame, "The proxy answered with status %u", status);
    if (status == 407) {
        dx_finding_why(finding, "The proxy wants credentials before it opens a tunnel to %s (status 407).",
                       target);
        finding->steps = "Give the client valid credentials for the proxy.\n";
    } else if (status == 403) {
        dx_finding_why(finding, "The proxy does not allow the tunnel to %s (status 403).", target);
        finding->steps =
            "Allow the destination in the proxy's rules, or let the client connect without it.\n";
    } else if (status >= 500) {
        dx_finding_why(finding, "The proxy could not open the tunnel to %s (status %u).", target, status);
        finding->steps =
            "Let the proxy reach the destination: correct its name resolution, route or firewall.\n";
    }
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    /* a client that does not look at the answer begins TLS, refused or not (observed) */
    bool begun = facts->tls && (facts->upgrade_answer == 0 || facts->server_hello_frame);
    if (facts->upgrade_answer > 0 || begun)
        return DX_NONE;
    char *target = dx_safe(facts->tunnel, 0);
    dx_finding_say(finding, facts->upgrade_frame, "CONNECT %s", target ? target : "");
    if (facts->upgrade_answer < 0)
        say_answer(facts, target ? target : "?", finding);
    g_free(target);
    if (facts->upgrade_answer < 0)
        return DX_CONFIRMED;
    if (facts->end.kind == DX_END_NONE) {
        if (context->now_us - facts->client.last_payload_us < context->preferences->silence_us)
            return DX_NONE;
        finding->frame = facts->upgrade_frame;
        dx_finding_say(finding, facts->last_frame, "No answer from the proxy");
        return DX_LIKELY;
    }
    if (facts->end.by == DX_SERVER) {
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    int64_t waited_us = facts->end.time_us - facts->client.last_payload_us;
    if (waited_us < DX_PATIENCE_US) /* no answer was due yet: a program that was stopped */
        return DX_NONE;
    dx_say_end(finding, facts);
    return waited_us < context->preferences->silence_us ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(proxy_connect_failed, .scenario = DX_SCENARIO_0, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(CONNECT)},
         .title = "The proxy refused the tunnel to the server",
         .why = "TLS was to go through a proxy's tunnel (CONNECT), and the proxy did not open it.",
         .checks =
             "What does the proxy's log say for {client} at this time?\n"
             "Does the client send credentials that the proxy accepts, and is the destination allowed?\n"
             "Can the proxy itself resolve and reach the destination?\n",
         .fix = "Give the client valid proxy credentials, or allow the destination on the proxy.\n",
         .clients = "Chromium 156: ERR_TUNNEL_CONNECTION_FAILED; curl 7.88: (56) \"CONNECT tunnel failed\"",
         .weigh = weigh);
