/* server_internal_error.c - the server gives up with alert 80
 *
 * Wire:     alert 80 from the server in the handshake
 * Source:   RFC 8446 section 6.2; kubelets: github.com/kubernetes/kubeadm issue 591
 * Not this: protocol_version_mismatch (OpenSSL 3 answers TLS 1.0 and 1.1 with 80 when its policy forbids
 *           them; observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/place.h"
#include "verdict/refusal.h"
#include "verdict/sights.h"

/* A callback that finds no certificate for the name, or for none, ends in this alert, too (observed: Go's
 * GetCertificate, Caddy 2.6); not behind the ServerHello, nor where others with that name are served. */
static bool
is_about_name(const dx_facts *facts, const dx_context *context, const dx_cause *name)
{
    return !facts->server_hello_frame && dx_gate_open(name, facts, context) &&
           !dx_gate_saw(DX_SIGHT_COMMON_SUCCESS, facts, context);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    const dx_sample *success = context->refusal->row[DX_DIMENSION_NAME].differs;
    if (success && facts->sni)
        dx_say_success(finding, success, "The server name may make the difference.");
    bool old = facts->offer && dx_facts_max_version(facts) < DX_TLS12;
    if (old)
        dx_finding_candidates(finding, &dx_cause_protocol_version_mismatch, NULL);
    const dx_cause *name = facts->sni ? &dx_cause_sni_unrecognized : &dx_cause_sni_not_sent;
    bool about_name = is_about_name(facts, context, name);
    if (about_name) {
        dx_finding_candidates(finding, name, NULL);
        dx_finding_why(finding, facts->sni
                                    ? "The server sent internal_error (80). Programs written in Go, as "
                                      "Caddy, end so when they have no certificate for the name that "
                                      "the client asks for; else only its log has the reason."
                                    : "The server sent internal_error (80), and the client asks for no "
                                      "name. Programs written in Go, as Caddy, end so when they choose "
                                      "the certificate by name; else only its log has the reason.");
    }
    dx_finding_candidates(finding, &dx_cause_private_key_inaccessible, NULL);
    if (dx_place_is_windows(facts, context))
        dx_finding_candidates(finding, &dx_cause_private_key_unsuitable, NULL);
    dx_finding_candidates(finding, &dx_cause_server_certificate_missing, NULL);
    return old || about_name ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(server_internal_error, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_HELLO_PARTIAL, DX_PHASE_SERVER_DONE),
                  .ends = DX_SERVER_ALERT,
                  DX_ALERTS(DX_ALERT_INTERNAL_ERROR)},
         .title = "Internal error on the server, cause in its log",
         .why = "The server sent internal_error (80): the reason is on the server, and only in its log.",
         .checks = "Does the program choose its certificate by the name (Caddy and others written in Go)? "
                   "Then it ends like "
                   "this when it has none for the name that the client sends, or the client sends none. A "
                   "kubelet does until "
                   "the request for its serving certificate is approved (kubectl get csr).\n"
                   "@log\n"
                   "@key\n"
                   "@known_provider\n"
                   "@key_access\n"
                   "@reproduce\n",
         .fix = "Fix the error shown in the server's log.\n"
                "@dotnet\n",
         .clients =
             "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_INTERNAL_ERROR_ALERT; curl "
             "7.88: (35) \"tlsv1 alert internal error\"; Java 17: \"Received fatal alert: "
             "internal_error\"; Python 3.11: TLSV1_ALERT_INTERNAL_ERROR; Go 1.19: \"remote error: tls: "
             "internal error\"; Node 20: EPROTO \"tlsv1 alert internal error\"",
         .events = {36888}, .symptom = true, .weigh = weigh);
