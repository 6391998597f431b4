/* server_handshake_timeout.c - the server ends a handshake in which the client fell silent
 *
 * Wire:     seconds of silence on the client's side, then FIN, RST or an alert from the server
 * Source:   IIS connection timeout 120 s, others 10 to 60 s
 * Not this: client_hello_timeout (the server is silent)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    int64_t silent = facts->end.time_us - MAX(facts->client.last_payload_us, facts->server_flight_us);
    bool waits_for_client = facts->end.phase == DX_PHASE_SERVER_DONE || facts->end.phase == DX_PHASE_RETRY;

    (void)context;
    if (!waits_for_client || silent < DX_PATIENCE_US || facts->server.num_retransmissions > 1)
        return DX_NONE;
    char *duration = dx_duration_text(silent);
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_say(finding, facts->end.frame, "No data from the client for %s while the server waited",
                   duration);
    g_free(duration);
    dx_finding_candidates(finding, &dx_cause_client_validation_stall, &dx_cause_server_flight_lost, NULL);
    return DX_LIKELY;
}

DX_CAUSE(server_handshake_timeout, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_RETRY, DX_PHASE_SERVER_DONE),
                  .ends = DX_SERVER_CLOSED | DX_SERVER_ALERT},
         .title = "The server's handshake timeout expired",
         .why = "The server waited for the client, the client sent nothing, and the server's handshake "
                "timeout expired.",
         .checks = "What was the client doing: asking its user, checking revocation, or stopped?\n"
                   "@client_log\n",
         .fix = "Remove what holds the client up; the server behaves as configured.\n", .symptom = true,
         .logged = {DX_LOGGED_TIMEOUT}, .weigh = weigh);
