/* protocol_version_rejected_by_client.c - the client refuses the version that the server chose
 *
 * Wire:     ServerHello with a version below the client's minimum; alert 70 from the client (NSS: 40 for
 *           SSL 3.0; wolfSSL: 50; OpenSSL 3: 80 at the signature of TLS 1.0 and 1.1), or no word at all; over
 *           DTLS alert 70 at a HelloVerifyRequest, which DTLS 1.3 has no more
 * Source:   RFC 8446 section 4.1.3, RFC 5246 appendix E.1, RFC 9147 section 5.1
 * Not this: downgrade_detected (47 and the sentinel)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/unoffered.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* OpenSSL 3 offers TLS 1.0 and 1.1, and at its default security level then takes no signature with SHA-1 or
 * MD5, which is the only kind that they have (observed: "legacy sigalg disallowed or unsupported"). */
static bool
refuses_signature(const dx_facts *facts)
{
    return facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_INTERNAL_ERROR &&
           facts->chosen.version <= DX_TLS11 && facts->key_exchange_frame;
}

/* A client of TLS 1.2 that is answered with TLS 1.0 or 1.1 and leaves: a minimum is set as a rule, and most
 * clients tell nobody of it. */
static bool
may_mind(const dx_facts *facts, const dx_context *context)
{
    return facts->chosen.version <= DX_TLS11 && dx_facts_max_version(facts) >= DX_TLS12 &&
           facts->end.kind != DX_END_ALERT && dx_left_at_choice(facts) && !dx_program_accepts(facts, context);
}

/* A client of DTLS 1.3 alone is asked for a cookie in the way of older versions. */
static dx_confidence
weigh_cookie(const dx_facts *facts, dx_finding *finding)
{
    if (!facts->cookie_frame || !dx_ended(facts, DX_END_ALERT, DX_CLIENT) ||
        facts->end.alert != DX_ALERT_PROTOCOL_VERSION)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->cookie_frame,
                   "HelloVerifyRequest, which servers of DTLS 1.2 and older send");
    dx_finding_why(finding, "The server answers with DTLS 1.2 or older, which this client does not accept.");
    finding->steps = "Let the client offer DTLS 1.2 as well, or use a server that speaks DTLS 1.3.\n";
    dx_say_end(finding, facts);
    return DX_CONFIRMED;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said_so = facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_PROTOCOL_VERSION;
    bool outside = dx_unoffered_choice(facts) & DX_UNOFFERED_VERSION;
    bool signature = refuses_signature(facts), minds = may_mind(facts, context);

    if (!facts->server_hello_frame)
        return weigh_cookie(facts, finding);
    if (!said_so && !(outside && dx_left_at_choice(facts)) && !signature && !minds)
        return DX_NONE;
    char *version = dx_code_text(facts->chosen.version, dx_version_names(facts->chosen.dtls));
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello chooses %s", version);
    dx_finding_why(finding, "The server chose %s, which this client does not %s.", version,
                   outside ? "offer" : "accept");
    if (outside && facts->chosen.version == DX_TLS12 && !facts->chosen.dtls) /* it has what the fix enables */
        finding->steps = "Enable TLS 1.3 on the server, or let the client offer TLS 1.2, too.\n";
    if (facts->chosen.dtls)
        dx_finding_fix(finding, "Enable DTLS 1.2 on the server.");
    dx_say_end(finding, facts);
    g_free(version);
    if (signature && !outside) {
        dx_finding_say(finding, facts->key_exchange_frame,
                       "Its signature is made with SHA-1, as this version demands; OpenSSL 3 refuses that");
        return DX_LIKELY;
    }
    if (minds && !outside) {
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_client_aborted, NULL);
        return dx_certificate_is_bad(facts, context) ? DX_POSSIBLE : DX_LIKELY;
    }
    return said_so || facts->end.kind == DX_END_ALERT ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(protocol_version_rejected_by_client, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_SERVER_DONE),
                  .ends = DX_CLIENT_LEFT,
                  .needs = DX_SAW(OFFER)},
         .title = "The client rejected the server's protocol version",
         .why = "The server chose a version that this client does not accept.",
         .checks = "@protocols\n"
                   "@client_versions\n"
                   "@reproduce_version\n",
         .fix = "Enable TLS 1.2 or newer on the server.\n@enable_version\n",
         .clients = "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: "
                    "SSL_ERROR_UNSUPPORTED_VERSION; curl 7.88: (35) \"unsupported protocol\" or \"legacy "
                    "sigalg disallowed or unsupported\"; Java 17: \"Received fatal alert: "
                    "protocol_version\"; Python 3.11: \"legacy sigalg disallowed or unsupported\" or "
                    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED; Go 1.19: \"tls: server selected unsupported "
                    "protocol version 301\"; Node 20: EPROTO \"unsupported protocol\"; Windows: "
                    "SEC_E_UNSUPPORTED_FUNCTION (0x80090302)",
         .events = {36887}, .weigh = weigh);
