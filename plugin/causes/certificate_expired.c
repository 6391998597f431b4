/* certificate_expired.c - the client says that a certificate has expired
 *
 * Wire:     alert 45 from the client after the Certificate
 * Source:   RFC 8446 section 6.2; OpenSSL, NSS, JSSE 1.2 and .NET send it, also for an expired issuer (observed)
 * Not this: a clock that is wrong at the client
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "causes/rejection.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_rejected_with(facts, 45))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_candidates(finding, "certificate_issuer_expired", "client_clock_wrong", "certificate_not_yet_valid", NULL);
    return DX_LIKELY;
}

DX_CAUSE(certificate_expired,
         .scenario = DX_SCENARIO_2,
         .outcome = DX_FAILED,
         .title = "The certificate has expired",
         .why = "The client refuses the server's certificate because of its dates.",
         .checks = "Until when are the certificate and its issuers valid? certutil -store my on the server\n"
                   "Was it renewed, and does the binding still use the old one? netsh http show sslcert\n"
                   "Is the client's clock right? w32tm /query /status\n",
         .fix = "Renew the certificate and bind the new one: netsh http update sslcert ipport={endpoint} certhash=<new hash> "
                "appid={4dc3e181-e14b-4a21-b022-59fc669b0914}",
         .clients = "ERR_CERT_DATE_INVALID, SEC_ERROR_EXPIRED_CERTIFICATE, curl (60) certificate has expired",
         .events = {36887, 36881},
         .weigh = weigh);
