/* unexplained_failure.c - it failed, and no cause fits
 *
 * Wire:     TLS was attempted, one side ended it, and no other cause applies
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!facts->tls || facts->end.kind == DX_END_NONE ||
        (facts->end.phase < DX_PHASE_HELLO_PARTIAL && !facts->hello_frame))
        return DX_NONE;
    dx_say_hello(finding, facts);
    if (facts->server_hello_frame)
        dx_finding_say(finding, facts->server_hello_frame, "ServerHello");
    dx_say_end(finding, facts);
    return DX_POSSIBLE;
}

DX_CAUSE(unexplained_failure, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.ends = DX_CLIENT_LEFT | DX_SERVER_LEFT | DX_NO_TLS | DX_ICMP_ERROR, .needs = DX_SAW(TLS)},
         .title = "Handshake failed, cause unknown",
         .why = "The handshake did not complete, and the capture shows no known cause.",
         .checks = "@log\n"
                   "@client_log\n"
                   "@path\n"
                   "@reproduce\n",
         .fix = "Fix the error shown in the logs of the two sides.\n", .fallback = true, .symptom = true,
         .weigh = weigh);
