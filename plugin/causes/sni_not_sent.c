/* sni_not_sent.c - the client names no server, and the server needs a name
 *
 * Wire:     a ClientHello without server_name fails; with alert 112 or 109 the server says so itself, else
 *           those with a name succeed at the same ip:port
 * Source:   RFC 6066 section 3, RFC 8446 section 9.2
 * Not this: protocol_version_mismatch, cipher_mismatch (clients that old often lack more than the name)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool same_offer, silent = dx_silent_hello(facts, context);

    if (!facts->offer || facts->sni || (!dx_refused_hello(facts) && !silent))
        return DX_NONE;
    const dx_sample *success = dx_contrast_no_sni(facts, context, &same_offer);
    bool said_so = facts->end.kind == DX_END_ALERT && (facts->end.alert == DX_ALERT_UNRECOGNIZED_NAME ||
                                                       facts->end.alert == DX_ALERT_MISSING_EXTENSION);
    if (!success && !said_so)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (silent)
        finding->frame = facts->hello_frame;
    if (success)
        dx_say_success(finding, success,
                       same_offer ? "only the server name differs."
                                  : "the server name is one of the differences.");
    dx_finding_candidates(finding, &dx_cause_protocol_version_mismatch, &dx_cause_cipher_mismatch, NULL);
    if (said_so && facts->end.alert == DX_ALERT_UNRECOGNIZED_NAME)
        return DX_CONFIRMED;
    if (said_so)
        return success ? DX_CONFIRMED : DX_LIKELY;
    return same_offer ? DX_CONFIRMED : dx_contrast_version(facts, context) ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(sni_not_sent, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_HELLO,
                  .ends = DX_HELLO_REFUSED,
                  .needs = DX_SAW(OFFER),
                  .refutes = DX_SAW(NAME) | DX_SAW(COMMON_SUCCESS)},
         .title = "The client sends no server name (SNI)",
         .why = "The ClientHello has no server name (SNI), and this server chooses its certificate by that "
                "name only.",
         .checks = "Why does the client send no name? An IP address in the URL, Windows XP, Java 6, old "
                   "libraries, a health probe.\n"
                   "@binding\n",
         .fix = "Use a client that sends SNI and a URL with the host name, or add a fallback certificate.\n"
                "@bind_any_name\n",
         .weigh = weigh);
