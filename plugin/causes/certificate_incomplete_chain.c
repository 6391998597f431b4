/* certificate_incomplete_chain.c - the server leaves out an intermediate certificate
 *
 * Wire:     the issuer of the list's last certificate is not in the list and is no root, and the client
 *           leaves
 * Source:   RFC 5246 section 7.4.2; CERT_E_CHAINING 0x800b010a; [MS-TLSP]: Windows leaves out the root,
 *           which is normal
 * Not this: certificate_untrusted_root; a lone leaf under a private root looks the same, then this is
 *           likely at most
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/certificate_names.h"
#include "facts/text.h"

#define WHO_FAILS ": clients that have it cached or download it succeed, others fail (CERT_E_CHAINING)."

/* What shows that the missing issuer is an intermediate: seen as one in the capture, said by the
 * certificate itself, or a client that has it (or fetches it) accepts the same list. */
static bool
is_proved(const dx_facts *facts, const dx_context *context, const dx_judgement *judgement,
          dx_finding *finding)
{
    const dx_certificate *last = facts->chain->certificate[judgement->at[DX_DEFECT_INCOMPLETE]];
    bool proved = judgement->missing || dx_certificate_read(last)->names_issuers_issuer;

    for (unsigned i = 0; context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        if (sample->chain != facts->chain ||
            dx_address_equal(&sample->client, &facts->client_endpoint.address))
            continue;
        dx_say_success(finding, sample, "That client has the missing certificate or downloads it.");
        break;
    }
    return proved;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_INCOMPLETE, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return DX_NONE;
    const dx_certificate *last = facts->chain->certificate[judgement.at[DX_DEFECT_INCOMPLETE]];
    const dx_certificate_info *info = dx_certificate_read(last);
    char *url = dx_safe(info->ca_issuers, 0), *issuer = dx_safe(info->issuer, 80);
    dx_finding_why(finding, "The server does not send the intermediate CA certificate %s" WHO_FAILS,
                   issuer ? issuer : "?");
    g_free(issuer);
    if (url)
        dx_finding_say(finding, dx_facts_chain_frame(facts),
                       "The certificate says where its issuer's certificate is: %s", url);
    g_free(url);
    if (is_proved(facts, context, &judgement, finding)) {
        dx_finding_say(finding, dx_facts_chain_frame(facts),
                       judgement.missing ? "The missing issuer is elsewhere in this capture: an intermediate"
                                         : "The certificate says that its issuer is not a root");
        return confidence == DX_LIKELY && facts->end.kind == DX_END_ALERT &&
                       facts->end.alert != DX_ALERT_HANDSHAKE_FAILURE
                   ? DX_CONFIRMED
                   : confidence;
    }
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                          NULL);
    /* the issuer may as well be a private root */
    return MIN(confidence, info->ca_issuers || dx_names_intermediate(info->issuer) ? DX_LIKELY : DX_POSSIBLE);
}

DX_CAUSE(
    certificate_incomplete_chain, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
             .defects = DX_BIT(DX_DEFECT_INCOMPLETE)},
    .title = "The server does not send the intermediate certificate",
    .why = "The server does not send the intermediate CA certificate" WHO_FAILS,
    .checks = "@chain\n"
              "@chain_client\n"
              "Does the intermediate CA certificate that the server has lead to a root that clients trust?\n",
    .fix = "@intermediate|Send the intermediate CA certificate with the server's own.\n",
    .clients = "Chromium 156: ERR_CERT_AUTHORITY_INVALID; Firefox 153: SEC_ERROR_UNKNOWN_ISSUER; curl 7.88: "
               "(60) \"unable to get local issuer certificate\"; wget 1.21: \"The certificate of ... "
               "doesn't have a known issuer.\"; OpenSSL 3.0: \"verify error:num=20:unable to get local "
               "issuer certificate\"; Java 17: \"PKIX path building failed\"; Python 3.11: \"unable to get "
               "local issuer certificate\"; Go 1.19: \"x509: certificate signed by unknown authority\"; "
               "Node 20: UNABLE_TO_VERIFY_LEAF_SIGNATURE; browsers on Windows often succeed",
    .events = {36887, 36889}, .logged = {DX_LOGGED_CLIENT_NO_ISSUER}, .weigh = weigh);
