/* server_flight_lost.c - the server's answer does not come through
 *
 * Wire:     gaps in ServerHello or Certificate, repeated acknowledgments from the client, full-size
 *           retransmissions; or none of it comes, and the number of a later acknowledgment or FIN tells
 * Source:   RFC 1191, RFC 5681 section 3.2, RFC 9001 section 4.1.4
 * Not this: client_validation_stall (no gaps)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/ended.h"
#include "verdict/points.h"
#include "verdict/standstill.h"

/* A segment is missing, and the client, heard from since, does not have it. One that is never heard again may
 * have it: who exports what a filter shows loses whole segments and every acknowledgment. Behind the client's
 * Finished it is the server's. */
static bool
has_hole(const dx_facts *facts)
{
    return facts->server.gap_frame && facts->phase != DX_PHASE_SERVER_DONE &&
           (facts->server.num_retransmissions || facts->client.last_us >= facts->server.last_payload_us);
}

/* A goodbye says nothing (observed: aria2 when it has waited long enough). */
static bool
says_why(const dx_end *end)
{
    return end->kind == DX_END_ALERT && end->alert != DX_ALERT_CLOSE_NOTIFY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool in_flight = facts->phase == DX_PHASE_HELLO || facts->phase == DX_PHASE_SERVER_HELLO ||
                     facts->phase == DX_PHASE_RETRY || facts->phase == DX_PHASE_SERVER_DONE ||
                     (facts->phase == DX_PHASE_CLIENT_FINISHED && has_hole(facts));

    if (facts->transport != DX_TRANSPORT_TCP)
        return dx_weigh_flight_lost(facts, context, finding, &dx_cause_udp_handshake_stalled);
    bool hole = has_hole(facts), came = facts->server.payload_bytes;
    if (!in_flight || !(came || hole) || says_why(&facts->end) || facts->end.kind == DX_END_FOREIGN ||
        !dx_path_unacked(&facts->server))
        return DX_NONE;
    int64_t since = came ? facts->server.first_payload_us : facts->hello_us;
    int64_t until = facts->end.kind != DX_END_NONE ? facts->end.time_us : context->now_us;
    if ((!hole && facts->server.num_retransmissions < 2 && !facts->too_big_frame) ||
        until - since < 2 * G_USEC_PER_SEC)
        return DX_NONE;
    dx_confidence found = dx_points_found(context, DX_BETWEEN_FLIGHT_LOST, finding);
    finding->frame = hole                                 ? facts->server.gap_frame
                     : facts->server.retransmission_frame ? facts->server.retransmission_frame
                                                          : facts->too_big_frame;
    if (facts->phase == DX_PHASE_CLIENT_FINISHED)
        dx_finding_why(finding, "The server's Finished is lost on the path; what it sent behind it arrives.");
    dx_say_hello(finding, facts);
    if (hole && !came)
        dx_finding_say(finding, facts->server.gap_frame,
                       "By this packet's number the server has sent %u bytes, of which none came here",
                       facts->server.next_seq - facts->server.isn - 1);
    else if (hole)
        dx_finding_say(finding, facts->server.gap_frame,
                       "A segment of the server's messages is missing before this one");
    if (facts->server.num_retransmissions)
        dx_finding_say(finding, facts->server.retransmission_frame,
                       "The server repeats %u segment%s (up to %u bytes)", facts->server.num_retransmissions,
                       facts->server.num_retransmissions == 1 ? "" : "s",
                       facts->server.retransmitted_bytes_max);
    if (facts->too_big_frame)
        dx_finding_say(finding, facts->too_big_frame, "ICMP says that a packet is too big for the path");
    dx_say_end(finding, facts);
    return facts->too_big_frame || found == DX_CONFIRMED ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(server_flight_lost, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_HELLO, DX_PHASE_CLIENT_FINISHED),
                  .ends = DX_NO_END | DX_CLIENT_LEFT | DX_SERVER_LEFT},
         .title = "Packets from the server are lost",
         .why = "Large packets of the server (its certificate) are lost on the path, again and again.",
         .checks = "@mtu*\n"
                   "@icmp*\n"
                   "@path_loss\n",
         .fix = "Restore the path for large packets from the server.\n"
                "@allow_icmp*\n",
         .clients = "Chromium 156: ERR_TIMED_OUT; curl 7.88: (28); Java 17: \"Read timed out\"; Go 1.19: "
                    "\"net/http: TLS handshake timeout\"",
         .weigh = weigh);
