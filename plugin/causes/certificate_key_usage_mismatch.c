/* certificate_key_usage_mismatch.c - the certificate's key usage forbids the chosen key exchange
 *
 * Wire:     keyUsage without digitalSignature and an exchange that signs, or without keyEncipherment and
 *           static RSA, and the client leaves
 * Source:   RFC 5246 section 7.4.2, RFC 8446 section 4.4.2.2; [MS-TLSP]: Windows does not require these
 *           bits of a server
 * Not this: certificate_wrong_usage (extended key usage)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"

/* With none of the three bits of a server OpenSSL says "unsuitable certificate purpose", Node.js behind the
 * handshake (observed). */
static bool
is_refused_late(const dx_facts *facts, const dx_certificate_info *leaf)
{
    const unsigned any = DX_KEY_USAGE_SIGNATURE | DX_KEY_USAGE_ENCIPHERMENT | DX_KEY_USAGE_AGREEMENT;

    return dx_client_left_unsaid(facts) && dx_late_check_of(facts) == DX_LATE_ALL && !(leaf->key_usage & any);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    static const uint8_t alerts[] = {DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_ILLEGAL_PARAMETER};
    bool named = false;
    dx_judgement judgement;

    if (!dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf || (!dx_client_left_at_certificate(facts) && !is_refused_late(facts, judgement.leaf)))
        return DX_NONE;
    const char *bit = dx_authentication_key_usage(facts, judgement.leaf);
    for (unsigned i = 0; i < sizeof alerts; i++)
        named |= facts->end.kind == DX_END_ALERT && facts->end.alert == alerts[i];
    if (!bit || (!named && !dx_left_generic(facts)))
        return DX_NONE;
    if (dx_client_left_unsaid(facts))
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "Its Key Usage lacks %s, which the chosen suite needs", bit);
    dx_finding_why(finding,
                   "The certificate's Key Usage lacks %s, which the negotiated key exchange needs, and the "
                   "client rejected it.",
                   bit);
    if (judgement.defects)
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    certificate_key_usage_mismatch, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_ILLEGAL_PARAMETER, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "The certificate's key usage forbids this key exchange",
    .why = "The certificate's Key Usage lacks a bit that the negotiated key exchange needs, and the client "
           "rejected it.",
    .checks = "What does the certificate's Key Usage say? (Certificate > Details > Key Usage)\n"
              "@chain\n"
              "@ciphers\n",
    .fix = "Reissue the certificate with Digital Signature (and Key Encipherment for RSA key exchange), or "
           "prefer ECDHE suites.\n",
    .clients = "Chromium 156: ERR_SSL_KEY_USAGE_INCOMPATIBLE; Firefox 153: SEC_ERROR_INADEQUATE_KEY_USAGE",
    .events = {36887}, .weigh = weigh);
