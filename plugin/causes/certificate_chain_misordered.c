/* certificate_chain_misordered.c - the server's list of certificates is out of order
 *
 * Wire:     the leaf is not first, or issuers do not follow each other, and the client leaves
 * Source:   RFC 5246 section 7.4.2 (TLS 1.3 relaxes it: RFC 8446 section 4.4.2)
 * Not this: key_mismatch: here the signature verifies with another certificate of the list
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_client_left_at_certificate(facts) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement))
        return DX_NONE;
    bool asked = dx_key_in_doubt(facts) || (judgement.defects & DX_BIT(DX_DEFECT_MISORDERED));
    dx_proof_result proof = asked ? dx_key_proof(facts, context) : (dx_proof_result){0};
    if (proof.answer == DX_PROOF_OTHER) {
        dx_say_rejection(finding, facts, context);
        dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
        dx_finding_say(finding,
                       facts->key_exchange_frame ? facts->key_exchange_frame : facts->certificate_frame,
                       "The server's signature verifies with certificate %u of the list, not with the first",
                       proof.at + 1);
        return DX_CONFIRMED;
    }
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_MISORDERED, facts, context, finding, NULL);
    if (confidence != DX_NONE)
        dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, NULL);
    return MIN(confidence,
               judgement.leaf_not_first ? DX_LIKELY : DX_POSSIBLE); /* most clients sort the list */
}

DX_CAUSE(
    certificate_chain_misordered, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT,
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "The certificate chain is in the wrong order",
    .why = "The server's own certificate must come first, and its issuers must follow in order.",
    .checks = "@chain\n"
              "@certificate\n",
    .fix =
        "Put the certificate file in order: the server's certificate, its issuer, that issuer's issuer; then "
        "reload it. Windows orders the chain itself: look at a proxy or load balancer in front of it.\n",
    .clients = "curl 7.88: (60) \"unable to get local issuer certificate\"; Java 17: \"PKIX path "
               "building failed\"; Chromium 156: ERR_SSL_SERVER_CERT_BAD_FORMAT",
    .events = {36887}, .weigh = weigh);
