/* certificate_self_signed.c - the certificate is its own issuer, and the client does not know it
 *
 * Wire:     a leaf whose issuer is its subject, and the client leaves; TLS 1.3 hides it: one short
 *           Certificate, and 48 or no reason, or the server's list of certificates tells
 * Source:   CERT_E_UNTRUSTEDROOT 0x800b0109; OpenSSL sends 48, NSS, Go and GnuTLS 42, JSSE 46 (observed)
 * Not this: certificate_untrusted_root (a root of its own above the leaf)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/default_certificate.h"
#include "verdict/heard.h"
#include "verdict/hidden_certificate.h"
#include "verdict/stored_faults.h"

/* TLS 1.3 hides it: one short certificate. Of those that private CAs issue most have an issuer between that
 * is sent, too, or the places of lists in them, which make them longer: self-signed comes first. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool stated = dx_client_rejected_with(facts, DX_ALERT_UNKNOWN_CA) ||
                  dx_client_said_elsewhere(facts, context, DX_ALERT_UNKNOWN_CA);

    if ((!stated && !dx_client_minds_hidden(facts)) || facts->tunnel || !dx_hidden_is_small(facts) ||
        (!stated && dx_openssl_said_other(facts, context)))
        return DX_NONE;
    if (facts->end.kind == DX_END_NONE)
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    if (stated)
        dx_say_elsewhere(finding, facts, DX_ALERT_UNKNOWN_CA);
    dx_say_hidden_size(finding, facts);
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, NULL);
    if (stated || facts->sni) /* without a name the client goes by an address, which few certificates have */
        dx_finding_candidates(finding, &dx_cause_certificate_incomplete_chain, NULL);
    if (!stated)
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, &dx_cause_certificate_no_san,
                              &dx_cause_certificate_incomplete_chain, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_certificates_readable(facts))
        return weigh_hidden(facts, context, finding);
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_SELF_SIGNED, facts, context, finding, &judgement);

    if (confidence != DX_NONE && dx_say_default_certificate(facts, finding))
        return DX_CONFIRMED;
    if (confidence != DX_NONE) {
        char *subject = dx_subject_text(facts, 0);
        dx_finding_why(finding,
                       "The server's certificate, %s, is self-signed, and the client does not trust it.",
                       subject);
        if (facts->sni && judgement.defects & DX_BIT(DX_DEFECT_NAME_MISMATCH))
            dx_say_misplaced_certificate(facts, subject, finding);
        g_free(subject);
    }
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
         .title = "The server's certificate is self-signed",
         .why = "The server's certificate is self-signed, and the client does not trust it "
                "(CERT_E_UNTRUSTEDROOT, 0x800b0109).",
         .checks = "@certificate\n"
                   "Is this the certificate that the service is meant to use? A subject such as "
                   "SSL_Self_Signed_Fallback or localhost is that of a program's own fallback.\n"
                   "@listen\n"
                   "@database_client\n",
         .fix = "Use a certificate of a CA that the clients trust.\n"
                "@install\n",
         .clients =
             "Chromium 156: ERR_CERT_AUTHORITY_INVALID; Firefox 153: MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT; "
             "curl 7.88: (60) \"self-signed certificate\"; wget 1.21: \"The certificate of ... doesn't "
             "have a known issuer.\"; OpenSSL 3.0: \"verify error:num=18:self-signed certificate\"; Java "
             "17: \"PKIX path building failed\"; Python 3.11: \"self-signed certificate\"; Go 1.19: "
             "\"x509: certificate signed by unknown authority\"; Node 20: DEPTH_ZERO_SELF_SIGNED_CERT; "
             "Windows: SEC_E_UNTRUSTED_ROOT (0x80090325)",
         .events = {36887, 36882}, .logged = {DX_LOGGED_CLIENT_SELF_SIGNED}, .weigh = weigh,
         .weigh_files = dx_stored_self_signed);
