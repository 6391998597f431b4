/* quic_version_mismatch.c - client and server have no version of QUIC in common
 *
 * Wire:     Version Negotiation from the server, and no Initial packet of another version from the client; or
 *           QUIC error 0x11
 * Source:   RFC 9000 section 6, RFC 9368 section 5
 * Not this: protocol_version_mismatch (of TLS, within QUIC)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said = facts->end.kind == DX_END_TRANSPORT && facts->transport_error == 0x11;
    /* a client may still send the rest of its hello, and then gives up on its own (observed: curl) */
    bool gave_up = facts->end.kind == DX_END_TRANSPORT && facts->end.by == DX_CLIENT;
    bool left = facts->versions_frame && !facts->server_hello_frame &&
                (gave_up || facts->client.last_payload_frame < facts->versions_frame);

    if (!said && !left)
        return DX_NONE;
    finding->frame = said ? facts->end.frame : facts->versions_frame;
    dx_say_hello(finding, facts);
    if (facts->versions_frame)
        dx_finding_say(finding, facts->versions_frame,
                       "The server answers with a list of other versions of QUIC");
    dx_say_end(finding, facts);
    if (!said)
        dx_finding_say(finding, facts->last_frame, "The client tries none of them");
    if (said)
        return DX_CONFIRMED;
    return gave_up || context->now_us - facts->client.last_us >= G_USEC_PER_SEC / 2 ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(
    quic_version_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(QUIC), .ends = DX_NO_END | DX_QUIC_ERROR, .refutes = DX_SAW(MIDDLE_ONLY)},
    .title = "No QUIC version in common",
    .why =
        "The server does not support the client's QUIC version, and the client none that the server lists.",
    .checks = "Which versions does each side support? Wireshark shows the server's list in that "
              "frame.\nWhich release does the older side run?\n",
    .fix = "Update the side that lacks QUIC version 1 (RFC 9000), or disable HTTP/3 there.\n",
    .clients = "Chromium 156: falls back to HTTP/2 over TCP, or ERR_QUIC_PROTOCOL_ERROR", .weigh = weigh);
