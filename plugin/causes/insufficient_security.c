/* insufficient_security.c - one side demands stronger parameters
 *
 * Wire:     alert 71
 * Source:   RFC 8446 section 6.2, RFC 5246 section 7.2.2
 * Not this: weak_dh_parameters (the client's 71 after a short prime)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/refusal.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;

    /* the client's 71 for a key or signature that is proved weak is about that (observed: Botan) */
    if (facts->end.by == DX_CLIENT && dx_certificate_is_weak(facts, context))
        return DX_NONE;
    if (facts->end.kind != DX_END_ALERT ||
        (facts->end.alert != DX_ALERT_INSUFFICIENT_SECURITY &&
         facts->end.alert != DX_ALERT_EXPORT_RESTRICTION) ||
        (facts->end.by == DX_CLIENT && facts->dh_bits && facts->dh_bits < 2048))
        return DX_NONE;
    bool by_server = facts->end.by == DX_SERVER;
    char *prime = facts->dh_bits && !by_server
                      ? g_strdup_printf(" (a Diffie-Hellman prime of %u bits among it)", facts->dh_bits)
                      : g_strdup("");
    dx_finding_why(finding, "The %s aborted the handshake: what the %s offers%s is not strong enough for it.",
                   by_server ? "server" : "client", by_server ? "client" : "server", prime);
    g_free(prime);
    finding->steps = by_server ? "Enable on the client what the server demands: newer cipher suites, groups "
                                 "or versions.\n"
                                 "If old clients must connect: relax the server's policy.\n"
                               : "Give the server what this client demands: a longer key or Diffie-Hellman "
                                 "prime, stronger cipher suites.\n"
                                 "If the server cannot: relax the client's policy (its security level).\n";
    dx_say_hello(finding, facts);
    dx_say_prime(finding, facts);
    dx_say_end(finding, facts);
    if (!refusal->refused)
        return DX_CONFIRMED;
    /* Erlang says so to whatever it cannot agree on, see refusal_mark.c; few others do at a ClientHello */
    dx_finding_why(finding,
                   "The server aborted the handshake: what the client offers is not strong enough for "
                   "it, or (so do RabbitMQ, ejabberd and other programs in Erlang) the two have "
                   "no cipher suite, group or signature algorithm in common.");
    dx_refusal_candidates(finding, refusal, false);
    return DX_POSSIBLE;
}

DX_CAUSE(insufficient_security, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.ends = DX_ALERT_OF_EITHER,
                  DX_ALERTS(DX_ALERT_INSUFFICIENT_SECURITY, DX_ALERT_EXPORT_RESTRICTION)},
         .title = "The other side demands stronger cryptography",
         .why = "An alert says that what the other side offers is not strong enough.",
         .checks = "@ciphers\n"
                   "@groups\n"
                   "Is a policy in force (FIPS, security level, minimum key length)?\n",
         .fix = "Enable stronger cipher suites, groups or keys on the side that was rejected.\n",
         .clients =
             "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: "
             "SSL_ERROR_INSUFFICIENT_SECURITY_ALERT; curl 7.88: (35) \"tlsv1 alert insufficient security\"; "
             "Java 17: \"Received fatal alert: insufficient_security\"; Go 1.19: \"remote error: tls: "
             "insufficient security level\"; Node 20: EPROTO \"tlsv1 alert insufficient security\"",
         .events = {36888, 36874}, .symptom = true, .weigh = weigh);
