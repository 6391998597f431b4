/* certificate_incomplete_chain.c - the server leaves out an intermediate certificate
 *
 * Wire:     the issuer of the list's last certificate is not in the list and is no root, and the client
 *           leaves
 * Source:   RFC 5246 section 7.4.2; CERT_E_CHAINING 0x800B010A; [MS-TLSP]: Windows leaves out the root,
 *           which is normal
 * Not this: certificate_untrusted_root; a lone leaf under a private root looks the same, then this is
 *           likely at most
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"
#include "facts/text.h"

/* What shows that the missing issuer is an intermediate: seen as one in the capture, said by the
 * certificate itself, or a client that has it (or fetches it) accepts the same list. */
static bool
is_proved(const dx_facts *facts, const dx_context *context, const dx_judgement *judgement,
          dx_finding *finding)
{
    const dx_certificate *last = facts->chain->certificate[judgement->at[DX_DEFECT_INCOMPLETE]];
    bool proved = judgement->missing || dx_certificate_read(last)->names_issuers_issuer;

    for (unsigned i = 0; context->server && i < context->server->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->server->accepted, dx_sample, i);
        if (sample->chain != facts->chain ||
            dx_address_equal(&sample->client, &facts->client_endpoint.address))
            continue;
        dx_say_success(finding, sample, "that client has the missing certificate or fetches it.");
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
    char *url = dx_safe(info->ca_issuers, 0);
    if (url)
        dx_finding_say(finding, facts->certificate_frame,
                       "The certificate says where its issuer's certificate is: %s", url);
    g_free(url);
    if (is_proved(facts, context, &judgement, finding)) {
        dx_finding_say(finding, facts->certificate_frame,
                       judgement.missing ? "The missing issuer is elsewhere in this capture: an intermediate"
                                         : "The certificate says that its issuer is no root");
        return confidence == DX_LIKELY && facts->end.kind == DX_END_ALERT &&
                       facts->end.alert != DX_ALERT_HANDSHAKE_FAILURE
                   ? DX_CONFIRMED
                   : confidence;
    }
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                          NULL);
    /* a lone leaf that does not say where its issuer is: the issuer may as well be a private root */
    return MIN(confidence, info->ca_issuers ? DX_LIKELY : DX_POSSIBLE);
}

DX_CAUSE(certificate_incomplete_chain, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
                  .defects = DX_BIT(DX_DEFECT_INCOMPLETE)},
         .title = "The server does not send an intermediate certificate",
         .why = "The list of certificates does not lead to a root: the issuer of its last one is missing "
                "(CERT_E_CHAINING, "
                "0x800B010A); clients that have or fetch it work, others do not.",
         .checks = DX_CHECK_CHAIN "Is the intermediate in the server's machine store? certutil -store CA\n"
                                  "Does a stale intermediate or cross-signed root lead Windows to another "
                                  "chain?\n",
         .fix = "Install the intermediate certificate on the server (certutil -addstore CA "
                "intermediate.cer), then bind the "
                "certificate again or restart the http service.",
         .clients = "curl (60) unable to get local issuer certificate, Java \"PKIX path building failed\"; "
                    "browsers on Windows "
                    "often work",
         .events = {36887, 36889}, .weigh = weigh);
