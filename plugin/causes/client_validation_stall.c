/* client_validation_stall.c - the client thinks for seconds about the certificate, then leaves
 *
 * Wire:     two seconds or more without loss between the server's flight and the client's close
 * Source:   Windows waits 15 s for CRL, OCSP and root updates (techcommunity, Ask the Directory Services
 *           Team)
 * Not this: server_flight_lost (gaps); a pause after which it went on is advice only
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/rejection.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    int64_t pause = facts->end.time_us - facts->server_flight_us;

    if (!dx_client_left_at_certificate(facts) || facts->server.num_retransmissions ||
        (facts->end.kind != DX_END_FIN && facts->end.kind != DX_END_RST) || pause < 2 * G_USEC_PER_SEC)
        return DX_NONE;
    char *duration = dx_duration_text(pause);
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, facts->end.frame, "The client was silent for %s after the server's flight",
                   duration);
    g_free(duration);
    dx_finding_candidates(finding, &dx_cause_revocation_check_failed, &dx_cause_certificate_rejected,
                          &dx_cause_client_aborted, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    client_validation_stall, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
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
    .fix = "Allow the client to reach those addresses, or configure a local source for CRLs and roots.\n",
    .symptom = true, .weigh = weigh);
