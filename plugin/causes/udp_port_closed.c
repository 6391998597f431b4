/* udp_port_closed.c - no program has the UDP port
 *
 * Wire:     ICMP type 3 code 3 or ICMPv6 type 1 code 4 that quotes the client's first datagram
 * Source:   RFC 1122 section 4.1.3.1, RFC 4443 section 3.1
 * Not this: port_closed (TCP, by RST), connection_filtered (administrative codes), udp_unanswered (silence)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

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
    .stated = DX_CONFIRMED,
    .says = {DX_SIGHT_HELLO, offsetof(dx_facts, hello_frame), "The first datagram to the server"});
