/* certificate_issuer_expired.c - an authority in the list that the server sends is out of date
 *
 * Wire:     a leaf that is valid and an issuer of it that is not, and the client leaves; or alert 45 and a
 *           chain that ends in a cross certificate of an old root
 * Source:   observed: OpenSSL and JSSE send 45, NSS 48, Go and GnuTLS 42
 * Not this: certificate_expired (the leaf), certificate_untrusted_root
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_leave.h"
#include "verdict/retired.h"
#include "facts/text.h"

static const char steps_cross[] =
    "Remove the old root or cross certificate from the chain that the server sends.\n"
    "@chain_file\n";

/* Everything that was sent is in date; the root above it, which is left out, is not. */
static dx_confidence
weigh_retired(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool known, generic = dx_left_generic(facts) || dx_client_rejected_with(facts, DX_ALERT_UNKNOWN_CA);
    bool dated = dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_EXPIRED);
    const char *root = dated || generic ? dx_retired_root(facts, context, &known) : NULL;

    if (!root || (!dated && !known) || dx_certificate_is_bad(facts, context) || dx_client_left_unsaid(facts))
        return DX_NONE;
    char *name = dx_safe(root, 0);
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "The last certificate that the server sends is issued by %s, which is not sent%s",
                   name ? name : "?", known ? " and has expired" : "");
    dx_finding_why(
        finding,
        "The chain that the server sends ends in a cross certificate of an old root, %s, which has expired "
        "or is no longer trusted.",
        name ? name : "?");
    finding->steps = steps_cross;
    g_free(name);
    dx_finding_candidates(finding, &dx_cause_client_clock_wrong, &dx_cause_certificate_untrusted_root, NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_ISSUER_EXPIRED, facts, context, finding, &judgement);

    if (confidence == DX_NONE)
        return weigh_retired(facts, context, finding);
    unsigned at = judgement.at[DX_DEFECT_ISSUER_EXPIRED];
    int64_t end_us = dx_certificate_read(facts->chain->certificate[at])->not_after * G_USEC_PER_SEC;
    if (end_us < facts->server_hello_us) {
        char *subject = dx_subject_text(facts, at), *day = dx_time_text(end_us);
        dx_finding_why(
            finding,
            "The CA certificate %s in the chain expired on %.10s, and the client rejected the chain.",
            subject, day);
        g_free(subject);
        g_free(day);
    }
    if (dx_expired_cross(facts, context)) {
        dx_finding_why(finding,
                       "The server sends a root or cross certificate that has expired, and the client "
                       "rejected the chain.");
        finding->steps = steps_cross;
    }
    return confidence;
}

DX_CAUSE(certificate_issuer_expired, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_UNKNOWN_CA, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
         .title = "An issuer of the server's certificate has expired",
         .why = "The server sends an intermediate or root CA certificate that has expired, and the client "
                "rejected the chain.",
         .checks = "@chain\n"
                   "@chain_client\n"
                   "Does the CA have a newer certificate for the same key?\n",
         .fix = "Replace the expired intermediate CA certificate on the server with the CA's current one.\n"
                "@chain_file\n",
         .clients =
             "Chromium 156: ERR_CERT_DATE_INVALID; Firefox 153: SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE; "
             "curl 7.88: (60) \"certificate has expired\"; wget 1.21: \"The certificate of ... has "
             "expired.\"; OpenSSL 3.0: \"verify error:num=10:certificate has expired\"; Java 17: \"PKIX "
             "path validation failed\"; Python 3.11: \"certificate has expired\"; Go 1.19: \"x509: "
             "certificate has expired or is not yet valid\"; Node 20: CERT_HAS_EXPIRED",
         .events = {36887, 36881}, .weigh = weigh);
