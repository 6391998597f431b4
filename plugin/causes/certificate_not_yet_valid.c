/* certificate_not_yet_valid.c - the certificate's validity has not begun
 *
 * Wire:     a leaf whose notBefore is after the capture's time, and the client leaves
 * Source:   CERT_E_EXPIRED 0x800b0101 (Windows has one code for both); OpenSSL sends 42, NSS 45 (observed)
 * Not this: client_clock_wrong (valid by the capture's clock)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "verdict/certificate_defects.h"
#include "verdict/heard.h"

/* TLS 1.3 hides it. Of what OpenSSL's 42 is for, the name was not compared; a server that knows TLS 1.3 has
 * seldom a weak certificate, and its own OpenSSL would not load it. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_heard_bad(facts, context, true, finding))
        return DX_NONE;
    /* it is not curl, and others may compare at once */
    if (!facts->offer->num_alpn && !facts->offer->post_handshake_auth)
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, NULL);
    dx_finding_candidates(finding, &dx_cause_certificate_weak, &dx_cause_client_clock_wrong,
                          &dx_cause_certificate_rejected, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_certificates_readable(facts))
        return weigh_hidden(facts, context, finding);
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_NOT_YET_VALID, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return DX_NONE;
    int64_t begin_us = judgement.leaf->not_before * G_USEC_PER_SEC;
    char *until = dx_span_text(begin_us - facts->server_hello_us), *day = dx_time_text(begin_us);
    dx_finding_why(
        finding,
        "The server's certificate becomes valid on %.10s, %s after this connection, and the client "
        "rejected it.",
        day, until);
    g_free(until);
    g_free(day);
    return confidence;
}

DX_CAUSE(
    certificate_not_yet_valid, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
             .defects = DX_BIT(DX_DEFECT_NOT_YET_VALID)},
    .title = "The server's certificate is not valid yet",
    .why = "The server's certificate is not valid yet, and the client rejected it.",
    .checks = "@certificate\n"
              "@clock\n"
              "Is the clock of the issuing CA right?\n",
    .fix =
        "Set the CA's clock and reissue the certificate with the right dates, or wait until it is valid.\n",
    .clients = "Chromium 156: ERR_CERT_DATE_INVALID; Firefox 153: "
               "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE; curl 7.88: (60) \"certificate is not yet "
               "valid\"; wget 1.21: \"The certificate of ... is not yet activated.\"; OpenSSL 3.0: \"verify "
               "error:num=9:certificate is not yet valid\"; Java 17: \"PKIX path validation failed\"; "
               "Python 3.11: \"certificate is not yet valid\"; Go 1.19: \"x509: certificate has expired or "
               "is not yet valid\"; Node 20: CERT_NOT_YET_VALID",
    .events = {36887, 36881}, .logged = {DX_LOGGED_CLIENT_NOT_YET, DX_LOGGED_CLIENT_DATES}, .weigh = weigh);
