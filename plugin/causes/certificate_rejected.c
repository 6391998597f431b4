/* certificate_rejected.c - the client left right after the certificate and did not say why
 *
 * Wire:     after the server's flight: alert 42, 46, 40 or 49 from the client, a close or reset without an
 *           alert (Node.js), or in TLS 1.3 an alert-sized record as the client's first; TLS 1.2 with NSS:
 *           an encrypted alert right behind its Finished; in TLS 1.3 GnuTLS's programs (wget, git, lynx)
 *           finish the handshake and leave without a request (python-tds: a login; lftp with a command that
 *           it had in hand and no wait for the answer); Chromium also in a resumed session; Java says 80
 * Source:   RFC 8446 section 6.2; observed: test-captures/certificate_rejected.*
 * Not this: client_aborted (before the flight was complete), encrypted_alert (no certificate was sent)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/broken_check.h"
#include "verdict/client_certificate.h"
#include "verdict/hidden_certificate.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    static const uint8_t alerts[] = {DX_ALERT_HANDSHAKE_FAILURE,   DX_ALERT_BAD_CERTIFICATE,
                                     DX_ALERT_CERTIFICATE_UNKNOWN, DX_ALERT_ACCESS_DENIED,
                                     DX_ALERT_CLOSE_NOTIFY,        DX_ALERT_USER_CANCELED,
                                     DX_ALERT_NO_CERTIFICATE};
    bool stated = false;

    if (dx_say_broken_check(finding, facts, context)) {
        dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, NULL);
        return DX_POSSIBLE;
    }
    /* who speaks TDS begins with a login; the name that he compares is not in the packets */
    bool no_login = dx_client_left_before_login(facts);
    if (dx_client_left_tls(facts)) {
        finding->frame = facts->client.last_payload_frame;
        dx_finding_say(finding, facts->client.last_payload_frame,
                       "Client goes on without TLS right behind its Finished");
        dx_finding_why(finding, "The client finished the handshake and went on without TLS, as when it "
                                "rejects the certificate.");
    } else if (dx_client_left_hidden(facts, true) || no_login)
        finding->frame = facts->close.frame;
    else if (!dx_client_left_at_certificate(facts) || dx_client_gave_up(facts))
        return DX_NONE;
    if (facts->end.kind == DX_END_ALERT) {
        for (unsigned i = 0; i < sizeof alerts; i++)
            stated |= facts->end.alert == alerts[i];
        if (!stated)
            return DX_NONE;
    }
    dx_say_rejection(finding, facts, context);
    if (facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE)
        dx_finding_candidates(finding, &dx_cause_key_mismatch, NULL);
    if (facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_BAD_CERTIFICATE &&
        dx_client_is_openssl(facts)) { /* other defects have alerts of their own */
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch,
                              &dx_cause_certificate_not_yet_valid, &dx_cause_client_clock_wrong,
                              &dx_cause_certificate_weak, &dx_cause_tls_interception_suspected, NULL);
        return DX_POSSIBLE;
    }
    if (no_login)
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, NULL);
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_name_mismatch,
                          &dx_cause_certificate_expired, NULL);
    if (dx_hidden_request(facts)) { /* observed: gnutls-cli, whose key signs with none of its schemes */
        dx_say_request(finding, facts, context);
        dx_finding_candidates(finding, &dx_cause_client_certificate_required, NULL);
    }
    dx_finding_candidates(finding, &dx_cause_certificate_incomplete_chain, &dx_cause_certificate_self_signed,
                          &dx_cause_certificate_wrong_usage, &dx_cause_certificate_weak,
                          &dx_cause_tls_interception_suspected, &dx_cause_key_mismatch, NULL);
    if (dx_client_checks_again(facts)) {
        dx_finding_why(finding,
                       "The client resumed a session, checked its certificate again and refused it.");
        dx_finding_candidates(finding, &dx_cause_session_resumption_failed, NULL);
    }
    if (facts->end.kind != DX_END_ALERT)
        dx_finding_candidates(finding, &dx_cause_client_aborted, NULL);
    else if (facts->end.alert == DX_ALERT_BAD_CERTIFICATE || facts->end.alert == DX_ALERT_CLOSE_NOTIFY)
        dx_finding_candidates(finding, &dx_cause_client_clock_wrong, NULL); /* OpenSSL, apt (observed) */
    return DX_POSSIBLE;
}

DX_CAUSE(
    certificate_rejected, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END | DX_SERVER_HIDDEN_ALERT,
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "The client rejected the certificate, reason unknown",
    .why =
        "The client ended the handshake right after receiving the certificate and gave no specific reason.",
    .checks = "@client_log\n"
              "@chain\n"
              "@chain_client\n"
              "Does the certificate match {name}, and is it valid now?\n"
              "Does the client pin a certificate, or have its own list of trusted roots?\n",
    .fix = "Fix what the client's message names: root, intermediate certificate, name, dates or usage of the "
           "certificate.\n",
    .clients = "Chromium 156: ERR_CERT_...; Firefox 153: SEC_ERROR_...; curl 7.88: (60); wget 1.21: \"The "
               "certificate of ... is not trusted.\"; Java 17: \"PKIX path building failed\" or \"PKIX path "
               "validation failed\"; Go 1.19: \"x509: ...\"; Node 20: CERT_... or UNABLE_TO_...",
    .events = {36887}, .symptom = true, .weigh = weigh);
