/* tls_interception_suspected.c - a device on the path may present certificates of its own
 *
 * Wire:     the client leaves at a certificate for its name that another issuer signed than that of a
 *           certificate which the same server presented for the same name elsewhere in the capture
 * Not this: certificate_inconsistent (one issuer), sni_wrong_certificate (another name)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    const unsigned explained = DX_BIT(DX_DEFECT_NAME_MISMATCH) | DX_BIT(DX_DEFECT_SELF_SIGNED);

    if (!facts->chain || !facts->sni || !dx_client_left_at_certificate(facts))
        return DX_NONE;
    const dx_sample *other = dx_other_leaf(facts, context, false);
    if (!other || !dx_presented_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf || !judgement.leaf->parsed || judgement.trust == DX_TRUST_YES ||
        (judgement.defects & explained))
        return DX_NONE;
    const dx_certificate_info *accepted = dx_certificate_read(dx_chain_leaf(other->chain));
    if (!accepted->parsed || g_strcmp0(accepted->issuer, judgement.leaf->issuer) == 0)
        return DX_NONE;
    char *here = dx_safe(judgement.leaf->issuer, 0), *there = dx_safe(accepted->issuer, 0);
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, facts->certificate_frame, "Here the certificate is issued by %s",
                   here ? here : "?");
    dx_finding_say(finding, other->first_frame, "In stream %u it is issued by %s", other->first_stream,
                   there ? there : "?");
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_inconsistent,
                          NULL);
    g_free(here);
    g_free(there);
    return DX_LIKELY;
}

DX_CAUSE(
    tls_interception_suspected, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             .needs = DX_SAW(LEAVING) | DX_SAW(SERVER_HELLO),
             .refutes = DX_SAW(TRUSTED_CHAIN)},
    .title = "TLS interception by a proxy", .why = "A device on the path sends certificates of its own CA.",
    .checks =
        "Who issued the certificate that the client receives? A company or product name points to a proxy.\n"
        "@path\n"
        "@roots\n",
    .fix = "Install the proxy's CA on the client, or exempt the site from inspection.\n"
           "@trust\n",
    .clients = "Chromium 156: ERR_CERT_AUTHORITY_INVALID; Firefox 153: MOZILLA_PKIX_ERROR_MITM_DETECTED or "
               "SEC_ERROR_UNKNOWN_ISSUER; curl 7.88: (60)",
    .events = {36887, 36882}, .weigh = weigh);
