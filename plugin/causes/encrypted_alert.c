/* encrypted_alert.c - an alert that cannot be read ended the handshake
 *
 * Wire:     a record that is an alert by its type (TLS 1.2) or by its length and place (TLS 1.3)
 * Source:   RFC 8446 section 5.2; facts/infer.h
 * Not this: close_notify after data
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/late_leave.h"
#include "verdict/rejection.h"

/* The client's flight was a Finished and nothing else, so the server had asked for no certificate (RFC
 * 8446 section 4.4.2); up to TLS 1.2 its request would be seen. Packets of QUIC do not show that. */
static bool
finished_alone(const dx_facts *facts)
{
    bool alone = dx_facts_tls13(facts) ? facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE
                                       : facts->established_frame && !facts->certificate_request_frame;

    return facts->end.by == DX_SERVER && alone && facts->client_finished_frame &&
           facts->transport != DX_TRANSPORT_QUIC;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (dx_client_left_tls(facts)) /* that was the end */
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_why(finding, "The %s ended the handshake with an alert that cannot be read without the keys.",
                   dx_side_name(facts->end.by));
    bool early = facts->end.by == DX_SERVER && facts->end.phase <= DX_PHASE_SERVER_DONE &&
                 dx_facts_tls13(facts) && !facts->chosen.resumed && !dx_certificate_was_sent(facts);
    if (early && facts->num_server_notes > 1) { /* observed: JSSE 17 with a DSA key */
        dx_finding_why(finding,
                       "The server ended with an alert that cannot be read where its Certificate should "
                       "come: it mostly has none that this client takes (its kind of key, its signature), or "
                       "cannot use it.");
        dx_finding_candidates(finding, &dx_cause_signature_algorithm_mismatch, &dx_cause_alpn_mismatch,
                              &dx_cause_private_key_missing, &dx_cause_server_certificate_missing, NULL);
    } else if (facts->end.by == DX_SERVER && facts->end.phase == DX_PHASE_SERVER_DONE &&
               dx_facts_tls13(facts))
        dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, &dx_cause_private_key_missing,
                              &dx_cause_record_corruption, NULL);
    else if (dx_server_failed_to_sign(facts)) {
        dx_finding_say(finding, facts->end.frame,
                       "It stands where the CertificateVerify should: the server could not sign");
        dx_finding_candidates(finding, &dx_cause_private_key_inaccessible,
                              &dx_cause_signature_algorithm_mismatch, NULL);
    } else if (facts->end.by == DX_SERVER && facts->end.phase < DX_PHASE_CLIENT_FINISHED)
        dx_finding_candidates(finding, &dx_cause_signature_algorithm_mismatch, &dx_cause_alpn_mismatch,
                              &dx_cause_private_key_missing, NULL);
    else if (finished_alone(facts)) {
        if (dx_facts_tls13(facts)) /* observed: libldap with GnuTLS leaves TLS and unbinds in plaintext */
            dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
        dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, &dx_cause_record_corruption, NULL);
    } else if (facts->end.by == DX_SERVER)
        dx_finding_candidates(finding, &dx_cause_client_certificate_required,
                              &dx_cause_client_certificate_rejected, NULL);
    else
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_session_resumption_failed,
                              NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(encrypted_alert, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.ends = DX_CLIENT_HIDDEN_ALERT | DX_SERVER_HIDDEN_ALERT},
         .title = "An encrypted alert ended the handshake, reason unknown",
         .why = "The handshake ended with an alert that cannot be read without the keys.",
         .checks =
             "@log\n"
             "@client_log\n"
             "Capture with keys (SSLKEYLOGFILE) and open both in Wireshark: then the alert can be read.\n",
         .fix = "Fix the error shown in the log of the side that sent the alert.\n", .events = {36888, 36887},
         .symptom = true, .weigh = weigh);
