/* certificate_unsupported.c - the client cannot use the certificate's kind of key, or an extension of it
 *
 * Wire:     alert 43, 47 or 40 right after the Certificate, and a leaf with a key that few clients know or
 *           whose signature schemes the client does not offer; or a certificate with a critical extension
 *           that few clients know: 46 (OpenSSL, JSSE), 42 (Go), 43 (Erlang), or no word (observed); or one
 *           that breaks RFC 5280, and 46 of OpenSSL (Python 3.13)
 * Source:   RFC 8446 section 6.2 (unsupported_certificate); RFC 5280 section 4.2; CERT_E_CRITICAL 0x800b0105
 * Not this: certificate_wrong_usage (extended key usage), signature_algorithm_mismatch (before the
 *           ServerHello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/profile.h"
#include "verdict/schemes.h"
#include "facts/text.h"

/* "A certificate-using system MUST reject the certificate if it encounters a critical extension it does not
 * recognize": RFC 5280 section 4.2. */
static dx_confidence
weigh_extension(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence =
        dx_defect_weigh(DX_DEFECT_UNKNOWN_CRITICAL, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return DX_NONE;
    unsigned at = judgement.at[DX_DEFECT_UNKNOWN_CRITICAL];
    char *subject = dx_subject_text(facts, at);
    char *oid = dx_safe(dx_certificate_read(facts->chain->certificate[at])->unknown_critical, 0);
    dx_finding_why(finding,
                   "The certificate %s has an extension marked critical (%s) that few clients know; who does "
                   "not know it must reject the certificate (CERT_E_CRITICAL, 0x800b0105).",
                   subject, oid);
    finding->checks = "Which extensions of the certificates are marked critical, and what are they for?\n"
                      "@chain\n";
    finding->steps = "Reissue the certificate without this extension, or with it not marked critical.\n"
                     "@install\n";
    finding->clients =
        "Chromium 156: ERR_CERT_INVALID; curl 7.88: (60) \"unhandled critical extension\"; wget 1.21: \"... "
        "is not trusted\"; Java 17: \"unrecognized critical extension(s)\"; Python 3.11: \"unhandled "
        "critical extension\"; Go 1.19: \"x509: unhandled critical extension\"; Node 20: \"unhandled "
        "critical extension\"";
    g_free(oid);
    g_free(subject);
    return confidence;
}

/* What is said of a key: 43, 47 or 40. */
static bool
may_mean_key(const dx_facts *facts)
{
    return dx_client_rejected_with(facts, DX_ALERT_UNSUPPORTED_CERTIFICATE) ||
           dx_client_rejected_with(facts, DX_ALERT_ILLEGAL_PARAMETER) ||
           dx_client_rejected_with(facts, DX_ALERT_HANDSHAKE_FAILURE);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    dx_confidence extension = weigh_extension(facts, context, finding);
    if (extension != DX_NONE)
        return extension;
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    if (!may_mean_key(facts))
        return dx_profile_weigh(facts, context, finding);
    if (!dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->key || (judgement.defects & (DX_BIT(DX_DEFECT_WRONG_USAGE) | DX_ISSUING_DEFECTS)))
        return DX_NONE;
    dx_key_fit fit = dx_key_fits(facts->offer, judgement.leaf->key, dx_facts_tls13(facts));
    if (fit == DX_KEY_FITS)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_say(finding, dx_facts_chain_frame(facts), "Its key is %s%s", judgement.leaf->key,
                   fit == DX_KEY_NO_SCHEME  ? ", and the client offers no signature algorithm for it"
                   : fit == DX_KEY_NO_GROUP ? ", a curve that is not among the client's groups"
                                            : ", which few clients know");
    dx_finding_why(finding, "The certificate's key is %s%s", judgement.leaf->key,
                   fit == DX_KEY_NO_SCHEME  ? ", and this client offers no signature algorithm for it."
                   : fit == DX_KEY_NO_GROUP ? ", and this client does not offer its curve."
                                            : ", which this client does not support.");
    return facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE && fit == DX_KEY_ODD ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(
    certificate_unsupported, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_ILLEGAL_PARAMETER, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .by_reason = true, .title = "The client does not support the certificate",
    .why = "The certificate's key has a type or curve that this client does not support.",
    .checks = "What is the certificate's key type? (Certificate > Details > Public key)\n@chain\n",
    .fix = "Use a certificate with an RSA key of 2048 bits or more, or with a P-256 key.\n@install\n",
    .clients =
        "Firefox 153: SEC_ERROR_UNSUPPORTED_ELLIPTIC_CURVE; Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    .events = {36887}, .weigh = weigh);
