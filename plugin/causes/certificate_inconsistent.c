/* certificate_inconsistent.c - one name, several certificates, and only one of them fails
 *
 * Wire:     the client leaves at leaf A, and the same client accepts leaf B of the same server for the same
 *           name; both are of one issuer, or A is plainly defective
 * Behind it: a renewal that reached some nodes of a pool only
 * Not this: tls_interception_suspected (another issuer); a renewal while the capture ran, whose newer
 *           certificate comes later
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_leave.h"
#include "verdict/renewal.h"

#include <string.h>

#define PLAIN                                                                                                \
    (DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) | DX_BIT(DX_DEFECT_WRONG_USAGE) |           \
     DX_BIT(DX_DEFECT_NAME_MISMATCH) | DX_BIT(DX_DEFECT_CORRUPT) | DX_ISSUING_DEFECTS)

/* What is plainly wrong with the rejected one, the first of it; NULL when nothing is. */
static const char *
plain_words(const dx_judgement *judgement)
{
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (judgement->defects & PLAIN & DX_BIT(defect))
            return dx_defect_words((dx_defect)defect);
    return NULL;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!facts->chain || !facts->sni ||
        (!dx_client_left_at_certificate(facts) && !dx_client_left_unsaid(facts)))
        return DX_NONE;
    const dx_sample *other = dx_other_leaf(facts, context, true);
    if (!other || dx_renewed_later(facts, context) ||
        !dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement))
        return DX_NONE;
    const dx_certificate_info *accepted = dx_certificate_read(dx_chain_leaf(other->chain));
    bool same_issuer = g_strcmp0(accepted->issuer, judgement.leaf->issuer) == 0;
    if (!same_issuer && !(judgement.defects & PLAIN))
        return DX_NONE;
    if (dx_client_left_unsaid(facts))
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (judgement.defects & PLAIN & DX_BIT(defect))
            dx_say_certificate(finding, facts, &judgement, (dx_defect)defect);
    const char *words = plain_words(&judgement);
    if (words)
        dx_finding_why(finding,
                       "The same client accepts one certificate of this server for this name and rejects "
                       "another one (%s).",
                       words);
    if (!words)
        dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_say_success(finding, other, "There the server sent another certificate for the same name.");
    return dx_client_left_unsaid(facts) ? DX_LIKELY : DX_CONFIRMED;
}

DX_CAUSE(
    certificate_inconsistent, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE) | DX_SAW(NAME)},
    .title = "The server sends different certificates for the same name",
    .why = "The same client accepts one certificate of this server for this name and rejects another one.",
    .checks = "@certificate\n"
              "Which server node sends which certificate?{served}\n"
              "Was a renewal installed on every server node, and on the load balancer?\n",
    .fix = "Install the accepted certificate on every server node.\n"
           "@install\n",
    .events = {36887}, .weigh = weigh);
