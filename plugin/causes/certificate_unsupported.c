/* certificate_unsupported.c - the client cannot use the certificate's kind of key
 *
 * Wire:     alert 43, 47 or 40 right after the Certificate, and a leaf with a key that few clients know or
 *           whose signature schemes the client does not offer
 * Source:   RFC 8446 section 6.2 (unsupported_certificate)
 * Not this: certificate_wrong_usage (extended key usage), signature_algorithm_mismatch (before the
 *           ServerHello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"

#include <string.h>

/* Signature schemes (IANA registry) that a kind of key needs one of; `common`: nearly every client has
 * them. `curve`: up to TLS 1.2 the client's groups are the curves of certificates, too (RFC 8422 section 5.1;
 * observed: OpenSSL says "wrong curve", 47). */
static const struct {
    const char *key;
    bool common;
    uint16_t curve, schemes[6];
} kinds[] = {
    {"EC secp256r1", true, 0x0017, {0x0403, 0x0203, 0x0503, 0x0603}},
    {"EC secp384r1", true, 0x0018, {0x0503, 0x0403, 0x0603, 0x0203}},
    {"EC", false, 0x0019, {0x0603, 0x0503, 0x0403, 0x0203}},
    {"RSA-PSS", false, 0, {0x0809, 0x080a, 0x080b}},
    {"RSA", true, 0, {0x0401, 0x0804, 0x0501, 0x0601, 0x0201, 0x0805}},
    {"Ed25519", false, 0, {0x0807}},
    {"Ed448", false, 0, {0x0808}},
    {"DSA", false, 0, {0x0202, 0x0402}},
};

static bool
offers_any(const dx_offer *offer, const uint16_t schemes[6])
{
    for (unsigned i = 0; i < 6 && schemes[i]; i++)
        if (dx_codes_have(&offer->signatures, schemes[i]))
            return true;
    return false;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    bool odd = false, unusual = false, curve = false;

    if (!dx_client_left_at_certificate(facts) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->key || (judgement.defects & (DX_BIT(DX_DEFECT_WRONG_USAGE) | DX_ISSUING_DEFECTS)))
        return DX_NONE;
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strncmp(judgement.leaf->key, kinds[i].key, strlen(kinds[i].key)) != 0)
            continue;
        odd = !kinds[i].common;
        unusual = facts->offer && facts->offer->signatures.num && !offers_any(facts->offer, kinds[i].schemes);
        curve = kinds[i].curve && facts->offer && facts->offer->groups.num && !dx_facts_tls13(facts) &&
                !dx_codes_have(&facts->offer->groups, kinds[i].curve);
        break;
    }
    if (!odd && !unusual && !curve)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_say(finding, facts->certificate_frame, "Its key is %s%s", judgement.leaf->key,
                   unusual ? ", and the client offers no signature scheme for it"
                   : curve ? ", a curve that is not among the client's groups"
                           : ", which few clients know");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    return facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE && !unusual && !curve ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(
    certificate_unsupported, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_ALERT,
             DX_ALERTS(DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_ILLEGAL_PARAMETER,
                       DX_ALERT_HANDSHAKE_FAILURE),
             .needs = DX_SAW(CERTIFICATE)},
    .title = "The client does not support the certificate's key",
    .why = "The certificate's key has a type or curve that this client does not support.",
    .checks = "What is the certificate's key type? (Certificate > Details > Public key)\n"
              "@chain\n",
    .fix = "Use a certificate with an RSA key of 2048 bits or more, or with a P-256 key.\n"
           "@install\n",
    .clients =
        "Firefox 153: SEC_ERROR_UNSUPPORTED_ELLIPTIC_CURVE; Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    .events = {36887}, .weigh = weigh);
