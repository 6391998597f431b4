/* ocsp_staple_problem.c - the client wants a good stapled OCSP response and did not get one
 *
 * Wire:     alert 113 from the client; or a certificate with must-staple and no staple, or a staple that is
 *           stale, of another certificate or badly signed, and the client leaves
 * Source:   RFC 8446 section 6.2, RFC 7633 (TLS feature), RFC 6961; KB: IIS does not staple for SNI
 *           bindings by default
 * Not this: certificate_revoked
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/late_check.h"
#include "verdict/certificate_defects.h"
#include "verdict/heard.h"
#include "verdict/late_leave.h"

enum { STATUS_REQUEST = 5 };

#define IS_STAPLED                                                                                           \
    "Does the server staple a response, and is it good and recent?" DX_IN_ANY(                               \
        "openssl s_client -connect {connect}{starttls}{servername} -status")
#define IS_REACHED                                                                                           \
    "Can the server reach the OCSP responder that the certificate names?" DX_IN_SH(                          \
        "openssl x509 -in CERTIFICATE_FILE -noout -ocsp_uri")
#define MUST_STAPLE "is missing, though the certificate demands one (must-staple)"

/* What is wrong with the stapling; NULL when nothing or not known. */
static const char *
problem(const dx_facts *facts, const dx_context *context)
{
    dx_staple staple;
    dx_judgement judgement;

    if (dx_authentication_staple(facts, &staple))
        return staple != DX_STAPLE_GOOD && staple != DX_STAPLE_REVOKED ? dx_staple_words(staple) : NULL;
    if (!dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->must_staple || !facts->offer ||
        !dx_codes_have(&facts->offer->extensions, STATUS_REQUEST))
        return NULL;
    return MUST_STAPLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool stated = dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE);

    if (!stated && dx_heard_staple(facts, context, finding)) {
        dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, &dx_cause_certificate_rejected,
                              NULL);
        return DX_POSSIBLE;
    }
    if (!stated && !dx_left_generic(facts))
        return DX_NONE;
    /* one that finished and left beside others that were served is a browser's spare connection (observed) */
    if (!stated && dx_client_left_unsaid(facts) && dx_late_check_of(facts) != DX_LATE_ALL &&
        dx_chain_is_accepted(facts, context))
        return DX_NONE;
    const char *what = problem(facts, context);
    if (!stated && !what)
        return DX_NONE;
    if (dx_client_left_unsaid(facts))
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    if (what)
        dx_finding_say(finding,
                       facts->certificate_frame ? facts->certificate_frame : facts->server_hello_frame,
                       "The stapled OCSP response %s", what);
    dx_staple staple;
    if (what && dx_authentication_staple(facts, &staple)) { /* stapling is on */
        finding->steps = "Let the server get a new OCSP response: it must reach the responder.\n"
                         "Replace the response file, if one is configured (ssl_stapling_file in nginx).\n";
        dx_finding_why(finding, "The stapled OCSP response %s.", what);
    }
    if (g_strcmp0(what, MUST_STAPLE) == 0)
        finding->checks = IS_STAPLED IS_REACHED;
    if (stated)
        return DX_CONFIRMED;
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    ocsp_staple_problem, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE, DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
    .title = "The stapled OCSP response is missing or bad",
    .why = "The client requires a valid stapled OCSP response and did not get one.",
    .checks = IS_STAPLED IS_REACHED
    "Does the certificate demand a staple (TLS feature, must-staple)?" DX_IN_SH(
        "openssl x509 -in CERTIFICATE_FILE -noout -ext tlsfeature"),
    .fix = "@stapling|Enable OCSP stapling in the server's configuration.\nLet the server reach the OCSP "
           "responder, or use a certificate without must-staple.\n",
    .clients =
        "Firefox 153: MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING or SEC_ERROR_OCSP_OLD_RESPONSE; "
        "wget 1.21: \"The certificate of ... is not trusted.\"; GnuTLS 3.7: \"the OCSP status is missing\" "
        "or \"OCSP data are old\"",
    .weigh = weigh);
