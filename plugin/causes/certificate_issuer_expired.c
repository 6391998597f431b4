/* certificate_issuer_expired.c - an authority in the list that the server sends is out of date
 *
 * Wire:     a leaf that is valid and an issuer of it that is not, and the client leaves
 * Source:   observed: OpenSSL and JSSE send 45, NSS 48, Go and GnuTLS 42
 * Not this: certificate_expired (the leaf), certificate_untrusted_root
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
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
         .title = "An issuer of the certificate has expired",
         .why = "The server sends an intermediate or root certificate that is out of date, and the client "
                "refuses the chain.",
         .checks = DX_CHECK_CHAIN "Is there a newer certificate of the same authority? certutil -store CA "
                                  "on the server\n",
         .fix = "Install the authority's current certificate in the server's Intermediate Certification "
                "Authorities store, "
                "delete the expired one there, and bind the certificate again.",
         .after_handshake = true,
         .clients = "ERR_CERT_DATE_INVALID, SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE, curl (60) certificate has "
                    "expired",
         .events = {36887, 36881}, .weigh = weigh);
