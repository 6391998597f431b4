/* client_clock_wrong.c - the client calls a certificate expired that is valid
 *
 * Wire:     alert 45 from the client, and every certificate of the list is valid at the time of the capture
 * Source:   ERR_CERT_DATE_INVALID turns into "your clock is behind" in Chrome
 * Not this: an expired root that the server leaves out, or an expired CRL (OpenSSL says 45 to that, too); a
 *           capturing machine whose own clock is wrong
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_check.h"
#include "verdict/retired.h"

#define DATES (DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) | DX_BIT(DX_DEFECT_ISSUER_EXPIRED))

/* OpenSSL says 42 to a certificate that is not yet valid, and 48, 45, 43 to other defects (x509table in its
 * ssl/statem/statem_lib.c); a weak key, a name and a program's own refusal are 42 as well. */
static dx_confidence
weigh_behind(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const unsigned others = DATES | DX_BIT(DX_DEFECT_NAME_MISMATCH) | DX_BIT(DX_DEFECT_WEAK_KEY) |
                            DX_BIT(DX_DEFECT_WEAK_SIGNATURE);
    dx_judgement judgement;

    if (!dx_authentication_dated(facts) || !dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) ||
        !dx_client_is_openssl(facts) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->parsed || (judgement.defects & others))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_why(finding,
                   "OpenSSL says bad_certificate (42) to a certificate that is not yet valid by the client's "
                   "clock; an unknown root is another alert, and name, key and dates are right at the time "
                   "of the capture.");
    dx_finding_candidates(finding, &dx_cause_certificate_name_mismatch, &dx_cause_certificate_rejected,
                          &dx_cause_certificate_weak, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE))
        return weigh_behind(facts, context, finding);
    if (!dx_authentication_dated(facts) || !dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_EXPIRED) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->parsed || (judgement.defects & DATES))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_candidates(finding, &dx_cause_certificate_issuer_expired, &dx_cause_certificate_expired,
                          dx_client_is_openssl(facts) ? &dx_cause_revocation_check_failed : NULL, NULL);
    bool known;
    return dx_retired_root(facts, context, &known) ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(client_clock_wrong, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_BAD_CERTIFICATE, DX_ALERT_CLOSE_NOTIFY),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
         .title = "The client's clock is wrong",
         .why = "The client calls a certificate expired whose dates are right at the time of the capture.",
         .checks = "@clock\n"
                   "@chain\n"
                   "Has a root expired that the server does not send?\n"
                   "Was the clock of the capturing computer right?\n",
         .fix = "@set_clock|Set the client's clock.\n",
         .clients = "Chromium 156: ERR_CERT_DATE_INVALID; Firefox 153: SEC_ERROR_EXPIRED_CERTIFICATE; curl "
                    "7.88: (60) \"certificate has expired\"",
         .events = {36887, 36881}, .weigh = weigh);
