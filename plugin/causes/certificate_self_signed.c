/* certificate_self_signed.c - the certificate is its own issuer, and the client does not know it
 *
 * Wire:     a leaf whose issuer is its subject, and the client leaves
 * Source:   CERT_E_UNTRUSTEDROOT 0x800B0109; OpenSSL sends 48, NSS, Go and GnuTLS 42, JSSE 46 (observed)
 * Not this: certificate_untrusted_root (a root of its own above the leaf)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_SELF_SIGNED, facts, context, finding, NULL);

    if (confidence == DX_LIKELY)
        dx_finding_candidates(finding, &dx_cause_wrong_process_suspected, NULL);
    return confidence;
}

DX_CAUSE(certificate_self_signed, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_SELF_SIGNED)},
         .title = "The certificate is self-signed",
         .why = "The server's certificate is its own issuer, and the client does not trust it "
                "(CERT_E_UNTRUSTEDROOT, "
                "0x800B0109).",
         .checks = "Is this the certificate that should be bound? netsh http show sslcert (hash "
                   "{thumbprint})\n"
                   "A product's name as subject (SSL_Self_Signed_Fallback, localhost) means that another "
                   "program answers: "
                   "netstat -ano\n",
         .fix = "Bind a certificate of a CA that the clients trust. Only for tests: certutil -addstore Root "
                "site.cer on the "
                "client.",
         .after_handshake = true,
         .clients = "ERR_CERT_AUTHORITY_INVALID, MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT, curl (60) self-signed "
                    "certificate",
         .events = {36887, 36882}, .weigh = weigh);
