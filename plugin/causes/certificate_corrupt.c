/* certificate_corrupt.c - a certificate is broken or its signature does not verify
 *
 * Wire:     a certificate that cannot be parsed, or whose signature does not verify under the issuer that
 *           was sent with it, and the client leaves; or OpenSSL's 51, and the server's own signature verifies
 * Source:   TRUST_E_CERT_SIGNATURE 0x80096004; observed: OpenSSL sends 51, GnuTLS, Go and NSS 42, JSSE 42
 *           or 46
 * Not this: key_mismatch (the handshake's own signature)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/heard.h"
#include "verdict/late_check.h"

/* TLS 1.3 hides it. OpenSSL says decrypt_error (51) to a signature that does not verify, be it the server's
 * or one on a certificate; the server's others have verified. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_facts *speaker = dx_openssl_said(facts, context, DX_ALERT_DECRYPT_ERROR);

    if (!speaker || !dx_hidden_key_proved(facts, context))
        return DX_NONE;
    if (facts->end.kind == DX_END_NONE)
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_say_heard(finding, facts, speaker);
    dx_finding_why(finding, "A client that uses OpenSSL by its ClientHello said decrypt_error (51): a "
                            "signature does not verify. The server's own did, for a client that went on, so "
                            "it is one on a certificate (TRUST_E_CERT_SIGNATURE).");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    return DX_LIKELY;
}

/* All signatures that can be checked here verify, the server's own, too, and OpenSSL says 51: the one that
 * does not is under an issuer that the client has and the capture has not. */
static dx_confidence
weigh_unseen(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_client_rejected_with(facts, DX_ALERT_DECRYPT_ERROR) || !dx_client_is_openssl(facts) ||
        dx_key_proof(facts, context).answer != DX_PROOF_VERIFIED ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        judgement.defects & (DX_BIT(DX_DEFECT_WEAK_KEY) | DX_BIT(DX_DEFECT_WEAK_SIGNATURE)))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_why(finding,
                   "OpenSSL says decrypt_error (51): a signature does not verify. The server's own does, so "
                   "it is one on a certificate: it is damaged, or the client's copy of its issuer has the "
                   "same name and another key.");
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_certificates_readable(facts))
        return weigh_hidden(facts, context, finding);
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_CORRUPT, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return weigh_unseen(facts, context, finding);
    unsigned at = judgement.at[DX_DEFECT_CORRUPT]; /* a malformed message may hold none */
    if (at >= facts->chain->num || !dx_certificate_read(facts->chain->certificate[at])->parsed)
        return confidence;
    char *subject = dx_subject_text(facts, at);
    dx_finding_why(finding,
                   "The signature of the certificate %s does not verify with its issuer's key "
                   "(TRUST_E_CERT_SIGNATURE).",
                   subject);
    g_free(subject);
    return confidence;
}

DX_CAUSE(
    certificate_corrupt, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_DECRYPT_ERROR, DX_ALERT_DECODE_ERROR, DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "A certificate is corrupt",
    .why = "A certificate of the chain cannot be parsed, or its signature does not verify with its issuer's "
           "key (TRUST_E_CERT_SIGNATURE, 0x80096004).",
    .checks = "@chain\n"
              "@certificate\n"
              "@test_certificate\n"
              "@path_change\n",
    .fix = "Install the certificate again from the CA's original file.\n"
           "@install\n",
    .clients =
        "Chromium 156: ERR_CERT_AUTHORITY_INVALID or ERR_CERT_INVALID; Firefox 153: SEC_ERROR_BAD_SIGNATURE; "
        "curl 7.88: (35) \"invalid padding\"; wget 1.21: \"The certificate of ... is not trusted.\"; OpenSSL "
        "3.0: \"certificate signature failure\"; Java 17: \"PKIX path validation failed\"; Python 3.11: "
        "\"certificate signature failure\"; Go 1.19: \"x509: certificate signed by unknown authority "
        "(possibly because of ...\"; Node 20: CERT_SIGNATURE_FAILURE",
    .events = {36887}, .weigh = weigh);
