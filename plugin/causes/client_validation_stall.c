/* client_validation_stall.c - the client thinks for seconds about the certificate, then leaves
 *
 * Wire:     two seconds or more without loss between the server's flight and the client's close
 * Source:   Windows waits 15 s for CRL, OCSP and root updates (techcommunity, Ask the Directory Services
 *           Team)
 * Not this: server_flight_lost (gaps); a pause after which it went on is advice only
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/rejection.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_paused_us(facts) || (facts->end.kind != DX_END_FIN && facts->end.kind != DX_END_RST))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    if (!dx_may_check_revocation(facts)) { /* then nothing is to be fetched, and a person was asked */
        finding->checks = "Is a PIN prompt or a question about the certificate on the user's screen?\n"
                          "@client_log\n"
                          "@chain\n"
                          "@chain_client\n";
        dx_finding_why(finding, "The client sent nothing for seconds after the certificate and then "
                                "disconnected, as when a user is asked about it.");
        dx_finding_say(finding, dx_facts_chain_frame(facts),
                       "The certificates name no CRL and no OCSP server");
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_client_aborted, NULL);
        return DX_POSSIBLE;
    }
    dx_finding_candidates(finding, &dx_cause_revocation_check_failed, &dx_cause_certificate_rejected,
                          &dx_cause_client_aborted, NULL);
    return DX_LIKELY;
}

DX_CAUSE(client_validation_stall, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.phases = DX_IN_SERVER_FLIGHT,
                  .ends = DX_CLIENT_LEFT | DX_SERVER_CLOSED | DX_SERVER_ALERT,
                  .needs = DX_SAW(CERTIFICATE)},
         .title = "The client paused after the certificate and disconnected",
         .why = "The client sent nothing for seconds after the certificate and then disconnected, as when "
                "revocation servers cannot be reached or a user is asked.",
         .checks = "@revocation\n"
                   "Can the client reach the CA Issuers address in the certificate, and on Windows "
                   "ctldl.windowsupdate.com?\n"
                   "Is a PIN prompt or a question on the user's screen?\n",
         .fix = "Allow the client to reach the CRL, OCSP and CA Issuers addresses of the certificates, or "
                "configure a local source for CRLs and roots.\n",
         .symptom = true, .weigh = weigh);
