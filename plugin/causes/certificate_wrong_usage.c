/* certificate_wrong_usage.c - the certificate is not meant for servers, or its issuer for issuing it
 *
 * Wire:     an extended key usage without serverAuth, or an issuer whose constraints forbid the certificate,
 *           and the client leaves; without a readable certificate alert 43
 * Source:   RFC 8446 section 6.2, RFC 5280 section 4.2.1; CERT_E_WRONG_USAGE 0x800b0110; OpenSSL sends 43
 *           (issuers: 48, 46), NSS and JSSE 46, others 42 (observed)
 * Not this: certificate_unsupported (a key type that the client cannot use), certificate_key_usage_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/issuer.h"
#include "verdict/heard.h"
#include "verdict/profile.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (dx_certificates_readable(facts)) {
        dx_confidence confidence =
            dx_defect_weigh(DX_DEFECT_WRONG_USAGE, facts, context, finding, &judgement);
        if (confidence == DX_NONE)
            return dx_issuer_weigh(facts, context, finding);
        unsigned at = judgement.at[DX_DEFECT_WRONG_USAGE];
        char *usages = dx_safe(dx_certificate_read(facts->chain->certificate[at])->usages, 0);
        if (usages)
            dx_finding_say(finding, dx_facts_chain_frame(facts), "Extended Key Usage: %s", usages);
        dx_finding_why(finding,
                       "%s Extended Key Usage is %s, without Server Authentication "
                       "(CERT_E_WRONG_USAGE, 0x800b0110).",
                       at ? "An issuing CA's" : "The certificate's", usages ? usages : "for other purposes");
        finding->steps =
            at ? "Let a CA issue the certificate whose own Extended Key Usage allows Server Authentication, "
                 "or "
                 "that has none.\n@install\n"
               : "Reissue the certificate with Server Authentication (a Web Server template).\n@install\n";
        g_free(usages);
        /* JSSE looks at the leaf's alone */
        bool named = dx_client_rejected_with(facts, DX_ALERT_UNSUPPORTED_CERTIFICATE);
        return at && !named ? MIN(confidence, DX_LIKELY) : confidence;
    }
    /* OpenSSL has an alert for every error of a chain, and 46 for what its table lacks: constraints and
     * critical extensions (ssl/statem/statem_lib.c, x509table; observed) */
    const dx_facts *rest = dx_openssl_said(facts, context, DX_ALERT_CERTIFICATE_UNKNOWN),
                   *other = dx_openssl_said(facts, context, DX_ALERT_UNSUPPORTED_CERTIFICATE);
    bool stated = dx_client_rejected_with(facts, DX_ALERT_UNSUPPORTED_CERTIFICATE);
    if (!rest && !other && !stated)
        return DX_NONE;
    if (facts->end.kind == DX_END_NONE)
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    if (stated || other) {
        if (!stated)
            dx_say_heard(finding, facts, other);
        dx_finding_candidates(finding, &dx_cause_certificate_key_usage_mismatch,
                              &dx_cause_certificate_unsupported, NULL);
        if (!stated)
            dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
        return stated ? DX_LIKELY : DX_POSSIBLE;
    }
    dx_say_heard(finding, facts, rest);
    dx_finding_why(finding,
                   "By its ClientHello %s uses OpenSSL, which sends alert 46 for what has no "
                   "alert of its own: an issuer's name constraints, a critical extension that it "
                   "does not know, or (" DX_STRICT_CLIENTS ") a certificate without Authority Key "
                   "Identifier or a CA's whose Basic Constraints are not critical.",
                   rest == facts ? "the client" : "another client that refused it");
    dx_finding_candidates(finding, &dx_cause_certificate_unsupported, &dx_cause_certificate_rejected, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(certificate_wrong_usage, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_WRONG_USAGE) | DX_BIT(DX_DEFECT_NOT_CA) |
                             DX_BIT(DX_DEFECT_NO_CERT_SIGN) | DX_BIT(DX_DEFECT_PATH_LENGTH) |
                             DX_BIT(DX_DEFECT_NAME_CONSTRAINTS)},
         .title = "Wrong certificate usage (EKU or constraints)",
         .why = "The certificate's Extended Key Usage, or an issuer's constraints, forbid this use "
                "(CERT_E_WRONG_USAGE, 0x800b0110).",
         .checks =
             "Does the certificate's Extended Key Usage contain Server Authentication (1.3.6.1.5.5.7.3.1)?\n"
             "@purposes\n"
             "Do the issuers' Basic Constraints and Name Constraints allow the certificate?\n"
             "@certificate\n"
             "@chain\n",
         .fix = "Reissue the certificate with Server Authentication (a Web Server template), or replace the "
                "issuer whose constraints forbid it.\n"
                "@install\n",
         .clients = "Chromium 156: ERR_CERT_INVALID; Firefox 153: SEC_ERROR_INADEQUATE_CERT_TYPE; curl 7.88: "
                    "(60) \"unsuitable certificate purpose\"; OpenSSL 3.0: \"verify error:num=26:unsuitable "
                    "certificate purpose\"; Java 17: \"Extended key usage does not permit use for TLS server "
                    "authentication\"; Python 3.11: \"unsuitable certificate purpose\"; Go 1.19: \"x509: "
                    "certificate specifies an incompatible key usage\"; Node 20: INVALID_PURPOSE; Windows: "
                    "CERT_E_WRONG_USAGE (0x800b0110), WinHTTP 12179",
         .events = {36887}, .weigh = weigh);
