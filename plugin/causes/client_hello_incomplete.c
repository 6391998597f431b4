/* client_hello_incomplete.c - the client never finishes its ClientHello
 *
 * Wire:     the record or message announces more bytes than were sent; all that was sent is acknowledged
 * Source:   RFC 8446 section 5.1
 * Not this: client_hello_lost (bytes repeated and not acknowledged)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (facts->phase != DX_PHASE_HELLO_PARTIAL ||
        (dx_server_answered(facts) && facts->answer_frame != facts->end.frame))
        return DX_NONE;
    if (facts->end.kind == DX_END_NONE &&
        context->now_us - facts->client.last_payload_us < context->preferences->silence_us)
        return DX_NONE;
    if (facts->client.num_retransmissions && dx_path_unacked(&facts->client))
        return DX_NONE;
    int64_t patience = facts->end.time_us - facts->client.last_payload_us;
    if (facts->end.by == DX_SERVER && patience < G_USEC_PER_SEC / 2)
        return DX_NONE; /* the server did not wait for the rest */
    finding->frame = facts->partial_frame;
    dx_finding_say(finding, facts->partial_frame, "Only %u of %u bytes of the ClientHello were sent",
                   facts->partial_have, facts->partial_expected);
    dx_say_end(finding, facts);
    dx_finding_candidates(finding, &dx_cause_client_hello_lost, NULL);
    return facts->damaged ? DX_POSSIBLE : DX_CONFIRMED;
}

DX_CAUSE(client_hello_incomplete, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP), .phases = DX_PHASES(DX_PHASE_HELLO_PARTIAL, DX_PHASE_HELLO_PARTIAL)},
         .title = "The client does not finish its ClientHello",
         .why = "The client announced more bytes than it sent, so the server waits in vain.",
         .checks = "Which program is the client? Scanners and test tools do this on purpose.\n"
                   "@path_loss\n",
         .fix = "Update the client, or the device that holds the rest back.\n", .weigh = weigh);
