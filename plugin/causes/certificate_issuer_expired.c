/* certificate_issuer_expired.c - an authority in the list that the server sends is out of date
 *
 * Wire:     a leaf that is valid and an issuer of it that is not, and the client leaves
 * Source:   observed: OpenSSL and JSSE send 45, NSS 48, Go and GnuTLS 42
 * Not this: certificate_expired (the leaf), certificate_untrusted_root
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    return dx_defect_weigh(DX_DEFECT_ISSUER_EXPIRED, facts, context, finding, NULL);
}

DX_CAUSE(certificate_issuer_expired, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
         .title = "An issuer of the server's certificate has expired",
         .why = "The server sends an intermediate or root CA certificate that has expired, and the client "
                "rejected the chain.",
         .checks = "@chain\n"
                   "@chain_client\n"
                   "Does the CA have a newer certificate for the same key?\n",
         .fix = "Replace the expired intermediate CA certificate on the server with the CA's current one.\n"
                "@intermediate\n",
         .clients = "Chromium 156: ERR_CERT_DATE_INVALID; Firefox 153: SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE; "
                    "curl 7.88: (60) \"certificate has expired\"; Java 17: \"PKIX path validation failed\"; "
                    "Python 3.11: \"certificate has expired\"; Go 1.19: \"x509: certificate has expired or "
                    "is not yet valid\"; Node 20: CERT_HAS_EXPIRED",
         .events = {36887, 36881}, .weigh = weigh);
