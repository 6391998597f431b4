/* certificate_not_yet_valid.c - the certificate's validity has not begun
 *
 * Wire:     a leaf whose notBefore is after the capture's time, and the client leaves
 * Source:   CERT_E_EXPIRED 0x800B0101 (Windows has one code for both); OpenSSL sends 42, NSS 45 (observed)
 * Not this: client_clock_wrong (valid by the capture's clock)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_NOT_YET_VALID, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return DX_NONE;
    char *until = dx_span_text(judgement.leaf->not_before * G_USEC_PER_SEC - facts->server_hello_us);
    dx_finding_why(
        finding,
        "The server's certificate becomes valid %s after this connection, and the client refuses it.", until);
    g_free(until);
    return confidence;
}

DX_CAUSE(certificate_not_yet_valid, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_NOT_YET_VALID)},
         .title = "The certificate is not valid yet",
         .why = "The client refuses the server's certificate, whose validity has not begun.",
         .checks = "From when is the certificate valid? certutil -store my on the server\n"
                   "Are the clocks of the issuing CA and of the client right? w32tm /query /status\n",
         .fix = "Wait, or issue the certificate again with the right dates; set the clock of the CA or of "
                "the client.",
         .after_handshake = true,
         .clients = "ERR_CERT_DATE_INVALID, MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE, curl (60) "
                    "certificate is not yet valid",
         .events = {36887, 36881}, .weigh = weigh);
