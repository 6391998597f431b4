/* server_reset_after_client_hello.c - RST instead of a ServerHello
 *
 * Wire:     a whole ClientHello, then RST from the server without a TLS byte
 * Source:   [MS-TLSP] appendix A: Windows cannot ensure that alerts are sent, so faults of binding, key,
 *           version and suites all look like this on IIS
 * Not this: middlebox_reset (another sender), client_hello_intolerance, and whatever a contrast proves
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/place.h"
#include "verdict/refusal.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;

    if (!dx_refused_hello(facts) || facts->end.kind != DX_END_RST || dx_server_answered(facts))
        return DX_NONE;
    const dx_cause *no_certificate = dx_place_has_bindings(facts, context)
                                         ? &dx_cause_sslcert_binding_missing
                                         : &dx_cause_server_certificate_missing;
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    finding->checks = dx_refusal_checks(refusal, facts);
    if (!finding->checks && !dx_place_is_windows(facts, context)) /* the first candidate below */
        finding->checks = "@log\n@admitted\n@path_reset\n@proxy_header\n@binding\n@name\n@key\n@protocols\n";
    dx_refusal_say_why(finding, refusal, facts);
    if (refusal->unread)
        return DX_POSSIBLE;
    dx_refusal_candidates(finding, refusal, true);
    if (refusal->same)
        dx_finding_candidates(finding, &dx_cause_middlebox_reset, &dx_cause_private_key_inaccessible, NULL);
    if (!dx_place_is_windows(facts, context)) /* other stacks say an alert of what they miss */
        dx_finding_candidates(finding, &dx_cause_middlebox_reset, NULL);
    if (!refusal->nearest)
        dx_finding_candidates(finding, no_certificate, &dx_cause_private_key_missing,
                              &dx_cause_private_key_inaccessible, NULL);
    dx_refusal_candidates(finding, refusal, false);
    dx_finding_candidates(finding, &dx_cause_middlebox_reset, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(server_reset_after_client_hello, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_HELLO, .ends = DX_SERVER_RST, .needs = DX_SAW(BEGINNING)},
         .title = "The server reset the connection after the ClientHello",
         .why = "The server received the ClientHello and reset the connection "
                "without an alert; its log may tell why.",
         .checks = "@log\n"
                   "@admitted\n"
                   "@proxy_header\n"
                   "@binding\n"
                   "@name\n"
                   "@key\n"
                   "@protocols\n"
                   "@listen_list\n"
                   "@path_reset\n",
         .fix = "Fix the error shown in the server's log.\n"
                "@dotnet\n",
         .clients = "Chromium 156: ERR_CONNECTION_RESET; Firefox 153: PR_CONNECT_RESET_ERROR; curl 7.88: "
                    "(35) \"Connection reset by peer\"; wget 1.21: \"GnuTLS: Error in the pull function.\"; "
                    "OpenSSL 3.0: \"write:errno=104\"; Java 17: \"Connection reset\"; Python 3.11: "
                    "\"Connection reset by peer\"; Go 1.19: \"connection reset by peer\"; Node 20: "
                    "ECONNRESET; Internet Explorer: \"page cannot be displayed\"",
         .events = {36874, 36888, 36870, 36869, 15021, 36886}, .symptom = true, .weigh = weigh);
