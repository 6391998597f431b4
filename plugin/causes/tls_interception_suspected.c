/* tls_interception_suspected.c - a device on the path may present certificates of its own
 *
 * Wire:     the client leaves at a certificate for its name, and the same server sent one of another issuer
 *           for it elsewhere; or its issuer is an intercepting product, or it came through a CONNECT
 * Not this: a false access point (EAP), certificate_inconsistent (one issuer), sni_wrong_certificate
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/interception.h"
#include "verdict/late_leave.h"
#include "verdict/points.h"
#include "facts/text.h"

/* Elsewhere the same server has a certificate of another issuer for the name. */
static const dx_sample *
other_issuer(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;
    const unsigned explained = DX_BIT(DX_DEFECT_NAME_MISMATCH) | DX_BIT(DX_DEFECT_SELF_SIGNED);
    const dx_sample *other = facts->sni ? dx_other_leaf(facts, context, false) : NULL;

    if (!other || !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf || !judgement.leaf->parsed || judgement.trust == DX_TRUST_YES ||
        (judgement.defects & explained))
        return NULL;
    const dx_certificate_info *accepted = dx_certificate_read(dx_chain_leaf(other->chain));
    bool differs = accepted->parsed && g_strcmp0(accepted->issuer, judgement.leaf->issuer) != 0;
    return differs ? other : NULL;
}

static void
say_issuer(const dx_facts *facts, const dx_sample *other, dx_finding *finding)
{
    const dx_chain *chain = other ? other->chain : facts->chain;
    char *issuer = dx_safe(dx_certificate_read(dx_chain_leaf(chain))->issuer, 0);

    if (other)
        dx_finding_say(finding, other->first_frame, "In stream %u it is issued by %s", other->first_stream,
                       issuer ? issuer : "?");
    else
        dx_finding_say(finding, dx_facts_chain_frame(facts), "%s certificate is issued by %s",
                       facts->shown_frame ? "The server's" : "Here the", issuer ? issuer : "?");
    g_free(issuer);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool late = dx_client_left_unsaid(facts); /* observed: Node.js */
    if (!facts->chain || !facts->chain->num || !(late || dx_client_left_at_certificate(facts)))
        return DX_NONE;
    if (dx_points_found(context, DX_BETWEEN_CHAIN, finding) == DX_CONFIRMED) {
        dx_say_rejection(finding, facts, context);
        say_issuer(facts, NULL, finding);
        return DX_CONFIRMED;
    }
    const dx_sample *other = other_issuer(facts, context);
    const char *device = dx_interceptor(facts, context);
    bool tunnel = dx_tunnel_is_opened(facts, context);
    if (!device && (late || (!other && !tunnel)))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    say_issuer(facts, NULL, finding);
    if (other)
        say_issuer(facts, other, finding);
    if (tunnel)
        dx_finding_say(finding, facts->upgrade_frame, "A proxy (CONNECT) can make certificates of its own");
    if (device) {
        char *name = dx_safe(device, 0);
        dx_finding_why(finding,
                       "The certificate was issued by %s, by its name the CA of a device that intercepts TLS "
                       "on the path; the client does not trust that CA.",
                       name ? name : "?");
        g_free(name);
    }
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_inconsistent,
                          NULL);
    return other || device ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(
    tls_interception_suspected, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER_NAMED,
             .phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             .needs = DX_SAW(LEAVING) | DX_SAW(SERVER_HELLO),
             .refutes = DX_SAW(TRUSTED_CHAIN)},
    .title = "TLS interception by a proxy", .why = "A device on the path sends certificates of its own CA.",
    .checks =
        "Who issued the certificate that the client receives? A company or product name points to a proxy.\n"
        "@path_change\n@roots\n",
    .fix = "Install the proxy's CA on the client, or exempt the site from inspection.\n@trust\n",
    .clients = "Chromium 156: ERR_CERT_AUTHORITY_INVALID; Firefox 153: MOZILLA_PKIX_ERROR_MITM_DETECTED or "
               "SEC_ERROR_UNKNOWN_ISSUER; curl 7.88: (60) \"unable to get local issuer certificate\" or "
               "\"self-signed certificate in certificate chain\"; wget 1.21: \"The certificate of ... "
               "doesn't have a known issuer.\"; Java 17: \"PKIX path building failed\"; Python 3.11: "
               "\"unable to get local issuer certificate\" or \"self-signed certificate in certificate "
               "chain\"; Go 1.19: \"x509: certificate signed by unknown authority\"; Node 20: "
               "UNABLE_TO_VERIFY_LEAF_SIGNATURE or SELF_SIGNED_CERT_IN_CHAIN",
    .events = {36887, 36882}, .weigh = weigh);
