/* certificate_untrusted_root.c - the client does not trust the certificate's root
 *
 * Wire:     alert 48 from the client; or one without a reason, and only the root's trust can be wrong
 * Source:   RFC 8446 section 6.2; CERT_E_UNTRUSTEDROOT 0x800b0109; OpenSSL sends 48 for all of trust
 * Not this: certificate_incomplete_chain (an intermediate is missing), certificate_self_signed
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/hidden_certificate.h"
#include "verdict/interception.h"
#include "verdict/late_check.h"

/* The certificates are readable and the client said "unknown CA". */
static dx_confidence
weigh_stated(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement);
    /* what is proved of the chain outranks the alert's name */
    if (judgement.missing ||
        (judgement.defects & (DX_BIT(DX_DEFECT_SELF_SIGNED) | DX_BIT(DX_DEFECT_CORRUPT))))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_say_last_issuer(finding, facts);
    /* with another certificate for the same name, who signed it is the question */
    unsigned others = DX_BIT(DX_DEFECT_ISSUER_EXPIRED) | DX_BIT(DX_DEFECT_WRONG_USAGE) | DX_ISSUING_DEFECTS;
    bool whole = judgement.has_root || judgement.trust == DX_TRUST_YES;
    bool device = dx_interceptor(facts, context) || dx_tunnel_is_opened(facts, context) ||
                  dx_other_leaf(facts, context, false);
    if (whole && !(judgement.defects & others) && !device)
        return DX_CONFIRMED;
    dx_finding_candidates(finding, &dx_cause_certificate_incomplete_chain,
                          &dx_cause_tls_interception_suspected, NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_certificates_readable(facts)) {
        if (!dx_client_rejected_with(facts, DX_ALERT_UNKNOWN_CA) &&
            !dx_client_said_elsewhere(facts, context, DX_ALERT_UNKNOWN_CA))
            return DX_NONE;
        dx_say_rejection(finding, facts, context);
        dx_say_elsewhere(finding, facts, DX_ALERT_UNKNOWN_CA);
        dx_say_hidden_size(finding, facts);
        if (facts->tunnel) /* a proxy that opens the tunnel signs with its own CA */
            dx_finding_candidates(finding, &dx_cause_tls_interception_suspected, NULL);
        dx_finding_candidates(finding, &dx_cause_certificate_incomplete_chain,
                              &dx_cause_certificate_self_signed, &dx_cause_tls_interception_suspected,
                              &dx_cause_certificate_issuer_expired, NULL);
        return dx_hidden_may_be_small(facts) ? DX_POSSIBLE : DX_LIKELY; /* self-signed */
    }
    if (dx_client_rejected_with(facts, DX_ALERT_UNKNOWN_CA))
        return weigh_stated(facts, context, finding);
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_UNTRUSTED, facts, context, finding, NULL);
    if (confidence == DX_NONE)
        return DX_NONE;
    dx_say_last_issuer(finding, facts);
    if (dx_store_is_newer(facts, context, finding)) {
        if (dx_client_gave_up(facts)) /* then nothing says that it minded */
            return DX_NONE;
        confidence = DX_POSSIBLE;
    }
    if (!facts->sni) /* the name that the client checks is not in the packets */
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, NULL);
    if (dx_client_gave_up(facts))
        dx_finding_candidates(finding, &dx_cause_client_aborted, NULL);
    /* programs that have one alert for all, or none, say it of dates, too (observed: GnuTLS, Node.js) */
    if (dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) || facts->end.kind == DX_END_NONE)
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_client_clock_wrong, NULL);
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_certificate_incomplete_chain,
                          &dx_cause_tls_interception_suspected, NULL);
    return confidence;
}

DX_CAUSE(
    certificate_untrusted_root, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED, .weigh = weigh,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "The client does not trust the certificate's root",
    .why = "The client could not build a chain from the server's certificate to a root that it trusts "
           "(CERT_E_UNTRUSTEDROOT, 0x800b0109).",
    .checks = "@chain\n@chain_client\n@roots\n@issuer\n@database_client\n",
    .fix = "Use a certificate of a CA that the clients trust, or let the clients trust this CA.\n@trust\n",
    .clients = "Chromium 156: ERR_CERT_AUTHORITY_INVALID; Firefox 153: SEC_ERROR_UNKNOWN_ISSUER; curl 7.88: "
               "(60) \"self-signed certificate in certificate chain\" or \"unable to get local issuer "
               "certificate\"; wget 1.21: \"... doesn't have a known issuer\"; OpenSSL 3.0: \"verify "
               "error:num=19\" or \"num=20\"; Java 17: \"PKIX path building failed\"; Python 3.11: "
               "\"self-signed certificate in ...\" or \"unable to get local issuer certificate\"; Go 1.19: "
               "\"certificate signed by unknown authority\"; Node 20: SELF_SIGNED_CERT_IN_CHAIN or "
               "UNABLE_TO_GET_ISSUER_CERT_LOCALLY; Windows: SEC_E_UNTRUSTED_ROOT (0x80090325), WinINet "
               "12045, WinHTTP 12175 (0x80072f8f); OpenVPN: \"VERIFY ERROR: ... in certificate chain\"",
    .events = {36887, 36882}, .logged = {DX_LOGGED_CLIENT_NO_ROOT, DX_LOGGED_CLIENT_NO_ISSUER});
