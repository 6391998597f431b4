/* sni_not_sent.c - the client names no server, and the server needs a name
 *
 * Wire:     a ClientHello without server_name fails; with alert 112 or 109 the server says so itself, else
 *           those with a name succeed at the same ip:port
 * Source:   RFC 6066 section 3, RFC 8446 section 9.2
 * Not this: protocol_version_mismatch, cipher_mismatch (clients that old often lack more than the name)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal_row *row = &context->refusal->row[DX_DIMENSION_NO_NAME];
    bool said_so = facts->end.kind == DX_END_ALERT && (facts->end.alert == DX_ALERT_UNRECOGNIZED_NAME ||
                                                       facts->end.alert == DX_ALERT_MISSING_EXTENSION);

    if (!facts->offer || facts->sni || !context->refusal->refused || (!said_so && row->confidence == DX_NONE))
        return DX_NONE;
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    if (row->differs)
        dx_say_success(finding, row->differs,
                       row->alone ? "Only the server name differs."
                                  : "The server name is one of the differences.");
    dx_refusal_candidates(finding, context->refusal, false);
    if (!said_so)
        return row->confidence;
    return row->differs || facts->end.alert == DX_ALERT_UNRECOGNIZED_NAME ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(sni_not_sent, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER_NAMED,
                  .phases = DX_AT_HELLO,
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
         .logged = {DX_LOGGED_NO_NAME}, .weigh = weigh);
