/* client_flight_lost.c - the client's answer to the ServerHelloDone does not come through
 *
 * Wire:     behind the server's messages the client repeats segments that are never acknowledged; at the
 *           server's end a gap before what came of them. Mostly a client certificate, the first thing of a
 *           client that fills a segment
 * Source:   RFC 1191, RFC 8201 (path MTU discovery), RFC 6298; in TLS 1.3 the client takes the handshake for
 *           complete (RFC 8446 section 4.4.4)
 * Not this: client_hello_lost (the ClientHello), server_handshake_timeout (the client sends nothing)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/ended.h"

#define STUCK_US (2 * G_USEC_PER_SEC)
/* A segment that nearly every path takes (RFC 8200: 1280 bytes with IPv6's headers). */
#define SMALL_BYTES 1200

/* Its last segment is the first that the server lacks, sent again for seconds behind the last new byte. */
static bool
repeats_in_vain(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;

    return client->num_retransmissions >= 2 && client->segment_seq == client->acked &&
           client->last_us - client->last_payload_us >= STUCK_US;
}

/* Nothing behind the ClientHello but a ChangeCipherSpec has come through. Where the client takes the
 * handshake for complete, what is lost later is data. */
static bool
began_in_vain(const dx_facts *facts)
{
    enum { CHANGE_CIPHER_SPEC_BYTES = 6 };

    return facts->client.acked - facts->hello_end_seq <= CHANGE_CIPHER_SPEC_BYTES;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_peer *client = &facts->client;

    if (!dx_path_unacked(client) || !dx_path_hello_acked(facts) ||
        (facts->established_frame && !began_in_vain(facts)))
        return DX_NONE;
    int64_t until_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : context->now_us;
    bool hole = dx_path_client_hole(facts, until_us); /* captured at the server's end */
    if (!hole && !repeats_in_vain(facts))
        return DX_NONE;
    uint32_t missing = client->next_seq - client->isn - 1 - client->payload_bytes;
    bool large = (hole ? missing : client->retransmitted_bytes_max) > SMALL_BYTES || facts->too_big_frame;
    if (!large && facts->established_frame && facts->end.kind == DX_END_NONE)
        return DX_NONE; /* a path that is down when the capture ends */
    finding->frame = hole ? client->gap_frame : client->retransmission_frame;
    dx_say_hello(finding, facts);
    if (hole)
        dx_finding_say(finding, client->gap_frame,
                       "Before this segment of the client %u bytes are missing, and the server does not "
                       "acknowledge them",
                       missing);
    else
        dx_finding_say(finding, client->retransmission_frame,
                       "The client repeats %u segments (up to %u bytes), and the server's TCP acknowledges "
                       "nothing behind the first %u bytes",
                       client->num_retransmissions, client->retransmitted_bytes_max,
                       client->acked - client->isn - 1);
    if (facts->too_big_frame)
        dx_finding_say(finding, facts->too_big_frame, "ICMP says that a packet is too big for the path");
    dx_say_end(finding, facts);
    if (large)
        return facts->too_big_frame ? DX_CONFIRMED : DX_LIKELY;
    finding->checks = "@path_loss\n"
                      "Which firewall or proxy is on the path? Read its log for {client}.\n"
                      "@mtu*\n";
    dx_finding_why(
        finding,
        "The client answered the server's ServerHelloDone or Finished, and nothing of it arrived: the path "
        "broke off, or a device on it drops these packets.");
    dx_finding_candidates(finding, &dx_cause_server_flight_lost, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(client_flight_lost, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_PHASES(DX_PHASE_SERVER_DONE, DX_PHASE_ESTABLISHED),
                  .ends = DX_NO_END | DX_CLIENT_LEFT | DX_SERVER_LEFT,
                  .needs = DX_SAW(SERVER_HELLO)},
         .title = "Packets from the client are lost",
         .why = "Large packets of the client (mostly its certificate) are lost on the path, again and again.",
         .checks = "@mtu*\n"
                   "@icmp*\n"
                   "Does it succeed with a shorter client certificate chain? Then it is the size.\n"
                   "@path_loss\n",
         .fix = "Restore the path for large packets from the client.\n"
                "@allow_icmp*\n",
         .clients = "Chromium 156: ERR_TIMED_OUT; curl 7.88: (28); Java 17: \"Read timed out\"",
         .weigh = weigh);
