/* client_clock_wrong.c - the client calls a certificate expired that is valid
 *
 * Wire:     alert 45 from the client, and every certificate of the list is valid at the time of the capture
 * Source:   ERR_CERT_DATE_INVALID turns into "your clock is behind" in Chrome
 * Not this: an expired root that the server leaves out; a capturing machine whose own clock is wrong
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/retired.h"

#define DATES (DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) | DX_BIT(DX_DEFECT_ISSUER_EXPIRED))

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_authentication_dated(facts) || !dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_EXPIRED) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->parsed || (judgement.defects & DATES))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_candidates(finding, &dx_cause_certificate_issuer_expired, &dx_cause_certificate_expired, NULL);
    bool known;
    return dx_retired_root(facts, context, &known) ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(client_clock_wrong, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_ALERT,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_BAD_CERTIFICATE),
                  .needs = DX_SAW(CERTIFICATE)},
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
