/* certificate_no_san.c - the certificate bears its name in the subject only
 *
 * Wire:     no subject alternative name, and the client leaves
 * Source:   RFC 9110 section 4.3.4 (the common name is not looked at); observed: Go refuses with 42, and so
 *           does Chrome; OpenSSL, curl, GnuTLS, JSSE and NSS accept
 * Not this: certificate_name_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_NO_NAMES, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return DX_NONE;
    if (judgement.trust == DX_TRUST_YES)
        return confidence == DX_LIKELY && facts->end.kind == DX_END_ALERT ? DX_CONFIRMED : confidence;
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                          NULL);
    /* nobody knows whether a client that names no server looks at names, and it did not say why it left */
    bool mute = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST;
    return mute && !facts->sni ? MIN(confidence, DX_POSSIBLE) : confidence;
}

DX_CAUSE(certificate_no_san, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_NO_NAMES)},
         .title = "The certificate has no subject alternative name",
         .why = "The certificate has its host name in the subject's common name only, which browsers and Go "
                "no longer look at.",
         .checks = "Does the certificate have a Subject Alternative Name with {name}?\n"
                   "@chain\n",
         .fix = "Reissue the certificate with {name} as DNS name in the Subject Alternative Name.\n"
                "@install\n",
         .clients = "Chromium 156: ERR_CERT_COMMON_NAME_INVALID; Firefox 153: SSL_ERROR_BAD_CERT_DOMAIN; Go "
                    "1.19: \"x509: certificate relies on legacy Common Name field, use SANs instead\"",
         .events = {36887}, .weigh = weigh);
