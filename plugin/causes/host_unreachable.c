/* host_unreachable.c - a router says that there is no way to the server
 *
 * Wire:     ICMP type 3 code 0, 1, 5, 6, 7, 8, 11, 12 or ICMPv6 type 1 code 0, 3 that quotes the SYN
 * Source:   RFC 792, RFC 1122 section 3.2.2.1, RFC 4443 section 3.1
 * Not this: connection_filtered (administrative codes, port unreachable), fragmentation needed (path MTU)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

DX_CAUSE(host_unreachable, .scenario = DX_SCENARIO_0, .outcome = DX_NO_TCP,
         .gate = {.phases = DX_BEFORE_CONNECTING,
                  .ends = DX_ICMP_ERROR | DX_NO_END,
                  .refutes = DX_SAW(FILTER) | DX_SAW(NO_LISTENER)},
         .title = "A router reports the server as unreachable",
         .why = "The client's first packet came back as an ICMP error, so TLS never began.",
         .checks = "Which router answers? It is the source address of the ICMP packet.\n"
                   "@resolve\n"
                   "@route\n",
         .fix = "Restore the route to {server}, start the host, or correct its address.\n",
         .clients = "Chromium 156: ERR_ADDRESS_UNREACHABLE; curl 7.88: (7); Linux: \"No route to host\"",
         .stated = DX_CONFIRMED,
         .says = {DX_SIGHT_SYN, offsetof(dx_facts, client.syn_frame), "SYN to the server"});
