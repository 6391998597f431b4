/* not_tls_response.c - who answers the ClientHello does not speak TLS
 *
 * Wire:     the server's first payload after the ClientHello is no TLS record; or it closes or is silent, and
 *           speaks another protocol with others, or has a port where that is usual (6379, 1883)
 * Source:   RFC 8446 section 5.1
 * Not this: server_speaks_first (the bytes come before the ClientHello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/listeners.h"
#include "verdict/points.h"
#include "verdict/refusal.h"
#include "facts/path.h"
#include "facts/text.h"

/* It closes, or waits for a line that never ends. */
static dx_confidence
weigh_quiet(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    /* a program's TCP acknowledges what it resets; filters need not (RFC 9293 section 3.10.7.1) */
    bool closed = dx_refused_hello(facts) && facts->end.kind != DX_END_ALERT &&
                  (facts->end.kind != DX_END_RST || dx_path_hello_acked(facts));
    bool silent = dx_silent_hello(facts, context);

    if (facts->server_foreign_frame || dx_server_answered(facts) || (!closed && !silent) ||
        !dx_server_is_plain(facts, context))
        return DX_NONE;
    finding->frame = facts->hello_frame;
    dx_say_hello(finding, facts);
    if (closed)
        dx_say_end(finding, facts);
    else
        dx_finding_say(finding, facts->last_frame, "No answer");
    finding->clients = facts->end.kind == DX_END_RST ? dx_cause_server_reset_after_client_hello.clients
                       : closed                      ? dx_cause_server_closed_after_client_hello.clients
                                                     : dx_cause_client_hello_timeout.clients;
    if (context->server && context->server->plain_frame) {
        dx_finding_why(finding,
                       "The program on this port speaks another protocol with other clients, not TLS.");
        dx_finding_contrast(finding, "The same server speaks another protocol in plaintext in frame %u.",
                            context->server->plain_frame);
        return DX_LIKELY;
    }
    dx_refusal_candidates(finding, context->refusal, false);
    dx_finding_why(
        finding,
        "Port %u is usually %s's for plaintext, and TLS has another: the program behind it may not "
        "speak TLS.",
        facts->server_endpoint.port, dx_role_without_tls(facts->server_endpoint.port)->name);
    return DX_POSSIBLE;
}

/* A page without a status line is what devices send, not web servers (observed: block pages). */
static void
say_answer(const dx_facts *facts, dx_finding *finding)
{
    const char *name = dx_foreign_name(facts->server_foreign);
    char *line = dx_safe(facts->foreign_text, 60);

    dx_finding_say(finding, facts->end.frame, "The answer is %s: \"%s\"", name, line ? line : "");
    g_free(line);
    dx_finding_why(finding, "The answer to the ClientHello is %s, not TLS.", name);
    if (facts->server_foreign == DX_FOREIGN_HTML)
        finding->steps =
            "Read the page (Follow > TCP Stream): a proxy, web filter or captive portal that sent it "
            "must allow the site.\n"
            "If the server sent it: enable TLS in the program that has port {port}.\n";
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_ended(facts, DX_END_FOREIGN, DX_SERVER))
        return weigh_quiet(facts, context, finding);
    dx_say_hello(finding, facts);
    say_answer(facts, finding);
    if (dx_points_found(context, DX_BETWEEN_ANSWER, finding) == DX_CONFIRMED)
        return DX_CONFIRMED;
    dx_finding_candidates(finding, &dx_cause_wrong_process_suspected, NULL);
    if (context->refusal->row[DX_DIMENSION_SIZE].confidence >= DX_LIKELY) {
        dx_refusal_candidates(finding, context->refusal, true);
        return DX_POSSIBLE;
    }
    return dx_refusal_by_header(finding, facts) ? DX_LIKELY : DX_CONFIRMED;
}

DX_CAUSE(
    not_tls_response, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(OTHER_PROTOCOL)}, .title = "The port does not speak TLS",
    .why = "The program that answers the ClientHello on this port does not speak TLS.",
    .checks = "@listen\nIs TLS enabled for this port in that program?\n"
              "Does a proxy or captive portal answer in the server's place?\n",
    .fix = "Enable TLS in the program that has port {port}, move it to another port, or correct the client's "
           "port.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_RX_RECORD_TOO_LONG or "
               "PR_END_OF_FILE_ERROR; curl 7.88: (35) \"wrong version number\"; Java 17: \"Unsupported or "
               "unrecognized SSL message\"; Python 3.11: WRONG_VERSION_NUMBER; Go 1.19: \"http: server gave "
               "HTTP response to HTTPS client\" or \"first record does not look like a TLS handshake\"; Node "
               "20: EPROTO \"wrong version number\"; Windows: SEC_E_INVALID_TOKEN (0x80090308)",
    .weigh = weigh, .weigh_files = dx_listener_plain);
