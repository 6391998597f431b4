/* client_hello_lost.c - the ClientHello, or part of it, does not arrive
 *
 * Wire:     segments of the ClientHello repeated and never acknowledged, or missing at the server's end
 * Source:   RFC 1191, RFC 8201 (path MTU discovery), RFC 6298
 * Not this: client_hello_timeout (acknowledged), a one-way capture
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "facts/path.h"
#include "verdict/contrast.h"
#include "verdict/points.h"
#include "verdict/refusal.h"

/* A segment that nearly every path takes (RFC 8200: 1280 bytes with IPv6's headers). */
#define SMALL_BYTES 1200

#define ANOTHER_NAME DX_IN_ANY("openssl s_client -connect {connect}{starttls} -servername example.com")
static const char checks_small[] =
    "Which firewall, proxy or web filter is on the path? It may drop what names {sni}: read its log for "
    "{client}.\n"
    "Does another name at the same address succeed?" ANOTHER_NAME "@path_loss\n"
    "@mtu*\n";

/* It is not the size: a device drops what it reads, mostly the name, or the path is broken from here on. */
static dx_confidence
weigh_small(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal_row *name = &context->refusal->row[DX_DIMENSION_NAME];

    finding->checks = checks_small;
    if (!facts->sni || !name->differs)
        return DX_POSSIBLE;
    dx_say_success(finding, name->differs, "It asked for another name.");
    dx_finding_why(finding,
                   "The ClientHello for this name does not arrive, while one for another name at the same "
                   "address does: a filter on the path drops it by its name.");
    finding->steps = "Allow the name in the filter on the path (firewall, proxy, web filter).\n";
    return name->alone ? DX_LIKELY : DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_peer *client = &facts->client;
    const char *times = client->num_retransmissions == 1 ? "" : "s";
    uint32_t frame = facts->hello_frame ? facts->hello_frame : facts->partial_frame;
    bool in_hello = facts->phase == DX_PHASE_HELLO || facts->phase == DX_PHASE_HELLO_PARTIAL;

    if (!in_hello || !frame)
        return dx_say_hello_never_came(finding, facts) ? DX_LIKELY : DX_NONE;
    dx_confidence found = dx_points_found(context, DX_BETWEEN_HELLO_LOST, finding);
    finding->frame = frame;
    if (found == DX_CONFIRMED) {
        dx_say_hello(finding, facts);
        dx_finding_say(finding, client->retransmission_frame, "Repeated %u time%s",
                       client->num_retransmissions, times);
        return found;
    }
    if (dx_path_hello_acked(facts) || (!client->num_retransmissions && !facts->too_big_frame))
        return DX_NONE;
    int64_t until = facts->end.kind != DX_END_NONE ? facts->end.time_us : context->now_us;
    if (until - client->first_payload_us < G_USEC_PER_SEC / 2 ||
        (facts->end.kind == DX_END_NONE &&
         until - client->first_payload_us < context->preferences->syn_silence_us) ||
        (facts->end.by == DX_SERVER && facts->end.kind == DX_END_ALERT))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_finding_say(finding, client->retransmission_frame, "Repeated %u time%s (%u bytes), never acknowledged",
                   client->num_retransmissions, times, client->retransmitted_bytes_max);
    if (facts->too_big_frame)
        dx_finding_say(finding, facts->too_big_frame, "ICMP says that a packet is too big for the path");
    const dx_sample *success = context->refusal->row[DX_DIMENSION_SIZE].differs;
    bool small = facts->hello_segments <= 1 && client->retransmitted_bytes_max <= SMALL_BYTES;
    dx_finding_candidates(finding, &dx_cause_client_hello_intolerance, &dx_cause_middlebox_reset, NULL);
    if (small && !facts->too_big_frame)
        return weigh_small(facts, context, finding);
    if (success)
        dx_say_success(finding, success, "Its ClientHello is smaller.");
    return facts->too_big_frame || (success && facts->hello_segments > 1) ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(
    client_hello_lost, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP),
             .phases = DX_AT_HELLO,
             .refutes = DX_SAW(ANSWER) | DX_SAW(ARRIVAL) | DX_SAW(RETRY) | DX_SAW(NO_TLS_BEGUN)},
    .title = "The ClientHello does not reach the server",
    .why = "The client sent its ClientHello again and again, and the server's TCP never acknowledged it.",
    .checks =
        "@mtu*\n"
        "@icmp*\n"
        "Does it succeed with a smaller ClientHello (without post-quantum key shares)? Then it is the size.\n"
        "@path_loss\n",
    .fix = "Restore the path for large packets.\n"
           "@allow_icmp*\n",
    .clients = "Chromium 156: ERR_TIMED_OUT; curl 7.88: (28); Java 17: \"Read timed out\"; Go 1.19: "
               "\"net/http: TLS handshake timeout\"",
    .weigh = weigh);
