/* udp_port_closed.c - no program has the UDP port
 *
 * Wire:     ICMP type 3 code 3 or ICMPv6 type 1 code 4 that quotes the client's first datagram
 * Source:   RFC 1122 section 4.1.3.1, RFC 4443 section 3.1
 * Not this: port_closed (TCP, by RST), connection_filtered (administrative codes), udp_unanswered (silence)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/ended.h"

/* An ICMP error comes at once. Behind datagrams that got none somebody had the port, and stopped (observed: a
 * server of JSSE that ends at the first ClientHello), or a limit on ICMP errors has passed. */
static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    bool late = facts->hello_frame && facts->client.num_retransmissions &&
                facts->end.time_us - facts->hello_us >= G_USEC_PER_SEC;

    dx_say_hello(finding, facts);
    if (facts->hello_frame)
        dx_finding_say(finding, facts->hello_frame, "The first datagram to the server%s",
                       late ? ", which was not refused" : "");
    dx_say_end(finding, facts);
    return late ? DX_LIKELY : DX_CONFIRMED;
}

DX_CAUSE(
    udp_port_closed, .scenario = DX_SCENARIO_3, .outcome = DX_NO_TCP,
    .gate = {.over = DX_OVER_UDP, .ends = DX_ICMP_ERROR, .needs = DX_SAW(NO_LISTENER)},
    .title = "Nothing listens on the UDP port",
    .why = "The server's system answered with ICMP \"port unreachable\": no program has this UDP port open.",
    .checks =
        "@listen\n"
        "@http3\n"
        "Does the program listen on UDP, and not on TCP alone? HTTP/3 and DTLS are settings of their own.\n"
        "Is the ICMP packet's source the server itself? A firewall's REJECT says the same.\n",
    .fix = "Start the server program, and let it listen on UDP port {port}.\n",
    .clients =
        "Chromium 156: falls back to HTTP/2 over TCP, or ERR_QUIC_PROTOCOL_ERROR; OpenSSL: \"Connection "
        "refused\"",
    .weigh = weigh);
