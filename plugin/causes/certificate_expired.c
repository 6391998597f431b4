/* certificate_expired.c - the server's certificate has expired, and the client minds
 *
 * Wire:     a leaf whose notAfter is before the capture's time, and the client leaves; without a readable
 *           certificate alert 45 from the client, or the server's list of certificates
 * Source:   RFC 8446 section 6.2; CERT_E_EXPIRED 0x800b0101; OpenSSL, NSS, JSSE 1.2 and .NET send 45
 *           (observed)
 * Not this: certificate_issuer_expired, client_clock_wrong (the certificate is valid)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "verdict/certificate_defects.h"
#include "verdict/stored_faults.h"

/* Nobody sees which certificate of the chain it is: s_client says at which depth. */
static const char hidden_checks[] = "@chain\n"
                                    "@certificate\n"
                                    "Was it renewed? Then the server still uses the old one.\n"
                                    "@clock\n";

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (dx_certificates_readable(facts) && dx_authentication_dated(facts)) {
        dx_confidence confidence = dx_defect_weigh(DX_DEFECT_EXPIRED, facts, context, finding, &judgement);
        if (confidence == DX_NONE)
            return DX_NONE;
        int64_t end_us = judgement.leaf->not_after * G_USEC_PER_SEC;
        char *ago = dx_span_text(facts->server_hello_us - end_us), *day = dx_time_text(end_us);
        dx_finding_why(finding,
                       "The server's certificate expired on %.10s, %s before this connection, and the client "
                       "rejected it.",
                       day, ago);
        g_free(ago);
        g_free(day);
        return confidence;
    }
    if (!dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_EXPIRED) &&
        !dx_client_said_elsewhere(facts, context, DX_ALERT_CERTIFICATE_EXPIRED))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_elsewhere(finding, facts, DX_ALERT_CERTIFICATE_EXPIRED);
    finding->checks = hidden_checks;
    finding->steps = "Renew the certificate that has expired: the server's own, or else an intermediate "
                     "one.\n"
                     "@install\n";
    dx_finding_candidates(finding, &dx_cause_certificate_issuer_expired, &dx_cause_client_clock_wrong,
                          &dx_cause_certificate_not_yet_valid, NULL);
    return DX_LIKELY;
}

DX_CAUSE(certificate_expired, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_EXPIRED)},
         .title = "The server's certificate has expired",
         .why = "The server's certificate has expired, and the client rejected it.",
         .checks = "@certificate\n"
                   "Was it renewed? Then the server still uses the old one.{served}\n"
                   "@clock\n",
         .fix = "Renew the certificate.\n"
                "@install\n",
         .clients =
             "Chromium 156: ERR_CERT_DATE_INVALID; Firefox 153: SEC_ERROR_EXPIRED_CERTIFICATE; curl 7.88: "
             "(60) \"certificate has expired\"; wget 1.21: \"The certificate of ... has expired.\"; "
             "OpenSSL 3.0: \"verify error:num=10:certificate has expired\"; Java 17: \"PKIX path "
             "validation failed\"; Python 3.11: \"certificate has expired\"; Go 1.19: \"x509: certificate "
             "has expired or is not yet valid\"; Node 20: CERT_HAS_EXPIRED; Windows: SEC_E_CERT_EXPIRED "
             "(0x80090328), WinINet 12037, WinHTTP 12175 (0x80072f8f); OpenVPN: \"VERIFY ERROR: ... "
             "certificate has expired\"",
         .events = {36887, 36881}, .logged = {DX_LOGGED_CLIENT_EXPIRED, DX_LOGGED_CLIENT_DATES},
         .weigh = weigh, .weigh_files = dx_stored_expired);
