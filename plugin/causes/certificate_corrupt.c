/* certificate_corrupt.c - a certificate is broken or its signature does not verify
 *
 * Wire:     a certificate that cannot be parsed, or whose signature does not verify under the issuer that
 *           was sent with it, and the client leaves
 * Source:   TRUST_E_CERT_SIGNATURE 0x80096004; observed: OpenSSL sends 51, GnuTLS, Go and NSS 42, JSSE 42
 *           or 46
 * Not this: key_mismatch (the handshake's own signature)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    return dx_defect_weigh(DX_DEFECT_CORRUPT, facts, context, finding, NULL);
}

DX_CAUSE(certificate_corrupt, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_DECRYPT_ERROR, DX_ALERT_DECODE_ERROR, DX_ALERT_UNKNOWN_CA,
                            DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_CORRUPT)},
         .title = "A certificate is corrupt",
         .why = "A certificate of the list cannot be parsed or its signature does not verify under its "
                "issuer "
                "(TRUST_E_CERT_SIGNATURE, 0x80096004).",
         .checks = "Does the server present the same with a test certificate? If that works, the installed "
                   "one is damaged\n"
                   "certutil -verify site.cer on the server\n" DX_CHECK_PATH,
         .fix = "Install the certificate again from the CA's original file, and bind it: netsh http update "
                "sslcert "
                "ipport={endpoint} certhash=<hash> appid={4dc3e181-e14b-4a21-b022-59fc669b0914}",
         .after_handshake = true,
         .clients = "ERR_CERT_INVALID, ERR_SSL_SERVER_CERT_BAD_FORMAT, SEC_ERROR_BAD_SIGNATURE, "
                    "SEC_ERROR_BAD_DER",
         .events = {36887}, .weigh = weigh);
