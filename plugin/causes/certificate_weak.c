/* certificate_weak.c - a key or signature of the chain is too weak for the client
 *
 * Wire:     RSA below 2048 bits, or MD5 or SHA-1 as signature below the root, and the client leaves; in TLS
 *           1.3 a signature of 128 bytes, and alert 42 of OpenSSL
 * Source:   observed: OpenSSL (security level 2) 42 for both, GnuTLS and Go 42 for SHA-1 and MD5, NSS 42
 *           for MD5
 * Not this: signature_algorithm_mismatch (the server refuses the ClientHello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"
#include "verdict/heard.h"
#include "verdict/hidden_certificate.h"

/* Observed, Debian 12; Chromium, Firefox, Java, Go and Node.js take a key of 1024 bits. */
#define CLIENTS_KEY                                                                                          \
    "curl 7.88: (60) \"EE certificate key too weak\"; OpenSSL 3.0: \"verify error:num=66:EE certificate "    \
    "key too weak\"; Python 3.11: \"EE certificate key too weak\""
#define CLIENTS_SIGNATURE                                                                                    \
    "Chromium 156: ERR_CERT_INVALID; Firefox 153: SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED; curl 7.88: "  \
    "(60) \"CA signature digest algorithm too weak\"; wget 1.21: \"The certificate of ... was signed using " \
    "an insecure algorithm.\"; OpenSSL 3.0: \"verify error:num=68:CA signature digest algorithm too "        \
    "weak\"; Python 3.11: \"CA signature digest algorithm too weak\"; Go 1.19: \"cannot verify signature: "  \
    "insecure algorithm\"; Node 20: \"CA signature digest algorithm too weak\""

/* TLS 1.3 hides it, but not how long the signature of the server's key is. OpenSSL's level 2 wants 2048 bits
 * (SSL_CTX_set_security_level(3)); others take 1024. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    enum { WEAK_BITS = 1024 };

    const dx_facts *speaker = dx_openssl_said(facts, context, DX_ALERT_BAD_CERTIFICATE);

    if (!speaker || dx_hidden_rsa_bits(facts) != WEAK_BITS)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_hidden_size(finding, facts);
    dx_say_heard(finding, facts, speaker);
    dx_finding_why(finding, "The server's key is RSA of 1024 bits, by the length of its signature; OpenSSL "
                            "says bad_certificate (42) to keys "
                            "that are too short.");
    finding->clients = CLIENTS_KEY;
    dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, &dx_cause_certificate_not_yet_valid,
                          NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_certificates_readable(facts))
        return weigh_hidden(facts, context, finding);
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_WEAK_SIGNATURE, facts, context, finding, &judgement);
    dx_defect defect = DX_DEFECT_WEAK_SIGNATURE;

    if (confidence == DX_NONE) {
        defect = DX_DEFECT_WEAK_KEY;
        confidence = dx_defect_weigh(defect, facts, context, finding, &judgement);
    }
    if (confidence == DX_NONE)
        return DX_NONE;
    const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[judgement.at[defect]]);
    const char *weak = defect == DX_DEFECT_WEAK_KEY ? info->key : info->signature;
    char *subject = dx_subject_text(facts, judgement.at[defect]);
    dx_finding_why(finding, "The certificate %s has a %s that is too weak (%s), and the client rejected it.",
                   subject, defect == DX_DEFECT_WEAK_KEY ? "key" : "signature", weak ? weak : "?");
    g_free(subject);
    finding->clients = defect == DX_DEFECT_WEAK_KEY ? CLIENTS_KEY : CLIENTS_SIGNATURE;
    dx_finding_say(finding, dx_facts_chain_frame(facts), "Its key is %s, its signature %s",
                   info->key ? info->key : "?", info->signature ? info->signature : "?");
    if (facts->end.kind != DX_END_ALERT || facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE)
        dx_say_chain_unoffered(finding, facts, context);
    return confidence;
}

DX_CAUSE(certificate_weak, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_INSUFFICIENT_SECURITY, DX_ALERT_UNSUPPORTED_CERTIFICATE,
                            DX_ALERT_DECRYPT_ERROR, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_WEAK_KEY) | DX_BIT(DX_DEFECT_WEAK_SIGNATURE)},
         .title = "The certificate's key or signature is too weak",
         .why = "A certificate of the chain has a short key or is signed with MD5 or SHA-1, and the client "
                "rejected it.",
         .checks = "@chain\n"
                   "Does the issuing Windows CA sign with SHA-1?" DX_IN_CMD(
                       "certutil -getreg ca\\csp\\CNGHashAlgorithm"),
         .fix = "Reissue the certificate (or the intermediate) with RSA of 2048 bits or more, or P-256, and "
                "SHA-256.\n"
                "@install\n",
         .clients = CLIENTS_KEY "; " CLIENTS_SIGNATURE, .events = {36887}, .logged = {DX_LOGGED_CLIENT_WEAK},
         .weigh = weigh);
