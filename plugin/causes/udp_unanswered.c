/* udp_unanswered.c - nobody answers over UDP
 *
 * Wire:     the client's first datagrams, mostly repeated, and not one packet from the server
 * Source:   RFC 9000 section 9.1 and RFC 9308 section 2 (some networks block UDP), RFC 6347 section 4.2.4
 * Not this: udp_port_closed, connection_filtered (an ICMP error), udp_handshake_stalled (the server has said
 *           something); a capture of one direction (the client goes on)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "verdict/contrast.h"
#include "verdict/fallback.h"

/* openvpn(8), --tls-auth: "packets ... which fail the HMAC check are dropped without a response" */
#define WHY_OPENVPN                                                                                          \
    "Nobody answered: UDP is blocked on the path, no program serves it there, or the OpenVPN server drops "  \
    "the packets because the tls-auth or tls-crypt key differs."

/* Its server answers nobody who lacks the key of tls-auth or tls-crypt. */
static void
say_openvpn(dx_finding *finding)
{
    dx_finding_why(finding, WHY_OPENVPN);
    finding->checks = "@reach\n"
                      "@log\n"
                      "Is the key of tls-auth, tls-crypt or tls-crypt-v2 the same on both sides, and its "
                      "direction set?\n"
                      "@listen\n"
                      "Does a firewall, VPN or proxy on the path allow TCP only? Many do.\n"
                      "@resolve\n";
    finding->steps =
        "See in the server's log, or by a capture there, whether the packets arrive. They do: give both "
        "sides "
        "the same tls-auth or tls-crypt key. They do not: let UDP port {port} through to {server}, or let "
        "both sides use proto tcp.\n";
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    int64_t waited = context->now_us - facts->first_us, tried = facts->client.last_us - facts->first_us;
    unsigned again = facts->client.num_retransmissions;
    /* who is not answered asks again: else the capture holds beginnings alone, as those for tests do */
    bool persists = dx_ledger_heard(context->ledger)
                        ? again >= 1 && tried >= G_USEC_PER_SEC / 5
                        : again >= 2 && tried >= G_USEC_PER_SEC && !facts->damaged;

    bool convinced = persists && waited >= context->preferences->syn_silence_us;
    const dx_facts *other = convinced ? NULL : dx_fallback(facts, context);

    if (facts->server.num_packets || !(convinced || other))
        return DX_NONE;
    char *text = dx_duration_text(waited);
    finding->frame = facts->hello_frame ? facts->hello_frame
                     : facts->client.retransmission_frame
                         ? facts->client.retransmission_frame /* by then it was known */
                         : facts->first_frame;
    dx_say_hello(finding, facts);
    if (again)
        dx_finding_say(finding, facts->client.retransmission_frame, "Sent again %u time%s", again,
                       again == 1 ? "" : "s");
    dx_finding_say(finding, facts->last_frame, "No packet came back within %s", text);
    g_free(text);
    if (other)
        dx_finding_say(finding, other->hello_frame, "The client goes over to TCP, and that works");
    if (facts->transport == DX_TRANSPORT_OPENVPN)
        say_openvpn(finding);
    bool host_lives = context->host && context->host->syn_ack_frame;
    if (host_lives)
        dx_finding_contrast(
            finding,
            "The same address answers over TCP (port %u, frame %u): the host is up, so UDP port %u is "
            "filtered or not served.",
            context->host->syn_ack_port, context->host->syn_ack_frame, facts->server_endpoint.port);
    dx_finding_candidates(finding, &dx_cause_connection_filtered, &dx_cause_udp_port_closed,
                          &dx_cause_host_unreachable, NULL);
    return convinced && (again > 1 || host_lives) ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(
    udp_unanswered, .scenario = DX_SCENARIO_0, .outcome = DX_NO_TCP,
    .gate = {.over = DX_OVER_UDP,
             .phases = DX_BEFORE_CONNECTING,
             .ends = DX_NO_END,
             .refutes = DX_SAW(SERVER_PACKET) | DX_SAW(MIDDLE_ONLY)},
    .title = "No answer over UDP",
    .why =
        "Nobody answered the client's datagrams: UDP is blocked on the path, or no program serves it there.",
    .checks = "@reach\n"
              "@listen\n"
              "@http3\n"
              "Does a firewall, VPN or proxy on the path allow TCP only? Many do.\n"
              "@resolve\n",
    .fix = "Let UDP port {port} through to {server} (host firewall, network security group, router), or make "
           "the client use TCP.\n",
    .clients = "Chromium 156: falls back to HTTP/2 over TCP; curl 7.88: (28); OpenVPN: \"TLS key negotiation "
               "failed to occur within 60 seconds\"",
    .symptom = true, .weigh = weigh);
