/* client_certificate_rejected.c - the client sent a certificate, and the server refuses it
 *
 * Wire:     a client Certificate that is not empty, then an alert or close from the server
 * Source:   RFC 5246 section 7.4.8, RFC 8446 section 4.4.2.4
 * Not this: client_certificate_required (empty); key_mismatch with static RSA (alert 20 or 40 after the
 *           Finished)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/client_certificate.h"

#define CHECKS_MEANT                                                                                         \
    "@log\nIs it the certificate that the client is meant to send, or has it another one?\n@more_log\n"
#define CHECKS_ELSEWHERE                                                                                     \
    "@log\n"                                                                                                 \
    "Does the server check revocation? Its CRL must be of the issuing CA, and not out of date. In cmd, "     \
    "PowerShell or sh:\topenssl crl -in CRL_FILE -noout -issuer -nextupdate\n"                               \
    "Is the server's CA file the one whose CA issues the clients' certificates now, and in date?\n"          \
    "@more_log\n"

static bool
is_about_certificates(uint8_t alert)
{
    return (alert >= DX_ALERT_NO_CERTIFICATE && alert <= DX_ALERT_ACCESS_DENIED) ||
           alert == DX_ALERT_DECRYPT_ERROR || alert == DX_ALERT_HANDSHAKE_FAILURE ||
           alert == DX_ALERT_DECODE_ERROR || alert == DX_ALERT_INTERNAL_ERROR;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_confidence ignored = dx_weigh_ignored_certificate(facts, context, finding);
    if (ignored != DX_NONE) {
        dx_finding_candidates(finding, &dx_cause_udp_handshake_stalled, NULL);
        return ignored;
    }
    const dx_cause *rival =
        facts->end.kind == DX_END_ALERT ? &dx_cause_client_certificate_required : &dx_cause_encrypted_alert;
    if (dx_turned_away_unread(facts, true, rival, finding))
        return DX_POSSIBLE;
    if (dx_refused_late(facts, DX_CLIENT_CERTIFICATE_SENT, finding))
        return DX_LIKELY;
    if (facts->client_certificate != DX_CLIENT_CERTIFICATE_SENT || facts->end.by != DX_SERVER ||
        facts->end.kind == DX_END_NONE || facts->end.phase < DX_PHASE_SERVER_HELLO)
        return DX_NONE;
    if (facts->end.kind == DX_END_ALERT && !is_about_certificates(facts->end.alert))
        return DX_NONE;
    dx_say_request(finding, facts, context);
    dx_say_client_certificate(finding, facts, context);
    dx_say_end(finding, facts);
    const char *fix = NULL;
    bool other = facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_UNKNOWN_CA;
    char *fault = dx_client_fault_elsewhere(facts, context, &fix);
    if (fault)
        finding->checks = CHECKS_ELSEWHERE;
    else if (!other && (fault = dx_client_certificate_fault(facts, context, &fix)) != NULL)
        finding->checks = CHECKS_MEANT; /* neither its issuer nor its other qualities are in question */
    else
        fault = dx_client_issuer_fault(facts, context, &fix);
    if (fault) {
        dx_finding_why(finding, "The server rejected the client's certificate, which %s.", fault);
        dx_finding_fix(finding, "%s", fix);
    }
    g_free(fault);
    dx_finding_candidates(finding, &dx_cause_client_certificate_required, &dx_cause_encrypted_alert, NULL);
    if (facts->end.kind == DX_END_ALERT)
        return facts->end.alert >= DX_ALERT_BAD_CERTIFICATE && facts->end.alert <= DX_ALERT_ACCESS_DENIED
                   ? DX_CONFIRMED
                   : DX_LIKELY;
    return facts->end.kind == DX_END_ENCRYPTED_ALERT || facts->certificate_request_frame ? DX_LIKELY
                                                                                         : DX_POSSIBLE;
}

DX_CAUSE(
    client_certificate_rejected, .scenario = DX_SCENARIO_7, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_DATA),
             .ends = DX_SERVER_LEFT | DX_NO_END,
             .refutes = DX_SAW(NO_REQUEST) | DX_SAW(EMPTY_CERTIFICATE)},
    .title = "The server rejected the client's certificate",
    .why = "The server rejected the certificate that the client sent.",
    .checks =
        "@log\n"
        "@client_ca\n"
        "Does the client send the intermediate certificates behind its own? The server may know the root "
        "alone.\n"
        "Is the client's certificate expired or revoked, or does it lack Client Authentication in its "
        "Extended Key Usage?\n"
        "Is the CRL that the server checks clients against out of date or out of reach? Then it rejects "
        "every certificate.\n"
        "@account\n"
        "@more_log\n",
    .fix =
        "Issue a valid client certificate from a CA that the server trusts, or add that CA on the server.\n",
    .clients =
        "Chromium 156: ERR_BAD_SSL_CLIENT_AUTH_CERT; Firefox 153: SSL_ERROR_UNKNOWN_CA_ALERT or "
        "SSL_ERROR_BAD_CERT_ALERT; curl 7.88: (35) or (56) \"tlsv1 alert unknown ca\"; Python 3.11: "
        "TLSV1_ALERT_UNKNOWN_CA or SSLV3_ALERT_BAD_CERTIFICATE; Node 20: EPROTO \"tlsv1 alert unknown ca\" "
        "or ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
    .events = {36877, 36878, 36879, 36887, 36888}, .by_reason = true,
    .logged = {DX_LOGGED_CLIENT_CERTIFICATE_BAD}, .weigh = weigh);
