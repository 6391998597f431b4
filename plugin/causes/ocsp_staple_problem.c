/* ocsp_staple_problem.c - the client refuses the stapled OCSP response, or its absence
 *
 * Wire:     alert 113 from the client after the Certificate
 * Source:   RFC 6066 section 8, RFC 7633 (must-staple)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/rejection.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_rejected_with(facts, 113))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    return DX_CONFIRMED;
}

DX_CAUSE(ocsp_staple_problem,
         .scenario = DX_SCENARIO_2,
         .outcome = DX_FAILED,
         .title = "The stapled OCSP response is missing or bad",
         .why = "The client requires a valid stapled OCSP response and did not get one.",
         .checks = "Does the certificate demand stapling (TLS feature extension)? Does the server staple?\n"
                   "IIS staples by default only for bindings without SNI; can the server reach the OCSP responder?\n",
         .fix = "Turn stapling on and let the server reach the OCSP responder, or use a certificate without must-staple.",
         .weigh = weigh);
