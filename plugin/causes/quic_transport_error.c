/* quic_transport_error.c - QUIC itself ends the handshake, not TLS
 *
 * Wire:     CONNECTION_CLOSE with an error below 0x100
 * Source:   RFC 9000 sections 19.19 and 20.1
 * Not this: errors from 0x100 on are alerts of TLS (RFC 9001 section 4.8); quic_version_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"

enum { NO_ERROR = 0, REFUSED = 2, PARAMETER = 8, INVALID_TOKEN = 0x0b, APPLICATION = 0x0c };

/* The error says nothing, the words beside it do (observed, Google: "218:Reject connection", which is
 * QUIC_HANDSHAKE_FAILED_INVALID_CONNECTION in the quic_error_codes.h of Google's quiche). */
static bool
say_reason(const dx_facts *facts, dx_finding *finding)
{
    if (!facts->transport_reason ||
        (facts->transport_error != NO_ERROR && facts->transport_error != APPLICATION))
        return false;
    char *reason = dx_safe(facts->transport_reason, 100);
    dx_finding_why(finding, "The %s ended the handshake with the words \"%s\", without an error of QUIC's.",
                   dx_side_name(facts->end.by), reason);
    g_free(reason);
    return true;
}

/* What the commoner ones mean here. */
static const char *
meaning(uint32_t error)
{
    switch (error) {
    case NO_ERROR:
        return "closed without an error, because it timed out or was stopped";
    case REFUSED:
        return "refuses connections, because it is overloaded, going down, or allows no such client";
    case PARAMETER:
        return "does not accept the other side's transport parameters";
    case INVALID_TOKEN:
        return "does not accept the token that the client brings, which is too old or of another server";
    case APPLICATION:
        return "was told to end it by its application";
    default:
        return "says that the other side broke the protocol, or that it has failed itself";
    }
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const char *name = dx_quic_error_name(facts->transport_error);

    (void)context;
    bool without_version = facts->versions_frame && !facts->server_hello_frame && facts->end.by == DX_CLIENT;
    if (facts->transport_error == 0x11 || without_version)
        return DX_NONE;
    if (!say_reason(facts, finding))
        dx_finding_why(finding, "QUIC itself ended the handshake (error %s): the %s %s.",
                       name ? name : "unassigned", dx_side_name(facts->end.by),
                       meaning(facts->transport_error));
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (facts->transport_error != NO_ERROR && facts->transport_error != APPLICATION)
        return DX_CONFIRMED;
    /* an application's own close has this error before the handshake is complete (RFC 9000 section
     * 10.2.3); for a certificate TLS would have sent an alert */
    if (facts->end.by == DX_CLIENT)
        dx_finding_candidates(finding, &dx_cause_client_aborted, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(
    quic_transport_error, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(QUIC), .ends = DX_QUIC_ERROR, .refutes = DX_SAW(MIDDLE_ONLY)},
    .title = "QUIC ended the handshake with an error of its own",
    .why = "QUIC itself ended the handshake, not TLS.", .by_reason = true,
    .checks = "@log\n"
              "@client_log\n"
              "Which software and version is on each side? Search its release notes for the error's name.\n",
    .fix = "Fix the error shown in the log of the side that closed the connection, or update that side.\n",
    .clients = "Chromium 156: ERR_QUIC_PROTOCOL_ERROR", .weigh = weigh);
