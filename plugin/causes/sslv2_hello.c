/* sslv2_hello.c - the client begins with an SSLv2 hello
 *
 * Wire:     first bytes 0x80 len 0x01; the server refuses or does not answer
 * Source:   RFC 5246 appendix E.2, RFC 6176
 * Not this: a server that accepts the SSLv2 framing and goes on
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "causes/checks.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* A port that never answered a TLS hello either is another service's. */
static bool
ignores_tls(const dx_server *server)
{
    return server && !server->num_answers && server->num_hellos > server->num_sslv2;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool silent = dx_silent_hello(facts, context);

    if (!facts->offer || !facts->offer->sslv2 || (!dx_refused_hello(facts) && !silent))
        return DX_NONE;
    /* an answer that came late was one; and when bytes behind the hello are lost, the silence is the
     * path's (observed: Skype through a firewall) */
    bool lost = dx_path_unacked(&facts->client) && facts->client.num_retransmissions;
    if (silent && (facts->answer_frame || lost))
        return DX_NONE;
    if (silent && ignores_tls(context->server))
        return DX_NONE;
    char *version = dx_code_text(facts->offer->legacy_version, dx_version_name);
    dx_finding_say(finding, facts->hello_frame, "ClientHello in SSLv2 framing, up to %s", version);
    g_free(version);
    dx_say_end(finding, facts);
    if (silent)
        finding->frame = facts->hello_frame;
    dx_finding_candidates(finding, &dx_cause_protocol_version_mismatch,
                          silent ? &dx_cause_client_hello_timeout : NULL, NULL);
    return silent ? DX_LIKELY : DX_CONFIRMED;
}

DX_CAUSE(sslv2_hello, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_HELLO),
                  .ends = DX_HELLO_REFUSED,
                  .needs = DX_SAW(SSLV2)},
         .title = "The client begins with an obsolete SSLv2 hello",
         .why = "The client uses SSLv2 framing, which has no room for extensions such as SNI, and the server "
                "rejected it.",
         .checks = "Which client is it? Windows XP and Server 2003, Java 6 (jdk.tls.client.protocols, "
                   "https.protocols without SSLv2Hello), old scanners.\n"
                   "Does the server accept the framing? All Windows versions and OpenSSL do; some programs "
                   "and devices do not.\n",
         .fix = "Disable SSL 2.0 (and SSLv2Hello) on the client, or update it.\n", .events = {36888},
         .weigh = weigh);
