/* openvpn_not_answered.c - OpenVPN over TCP: the server says nothing to the client's first packet
 *
 * Wire:     P_CONTROL_HARD_RESET_CLIENT, then FIN or RST of the server without a byte, or silence
 * Source:   openvpn(8), --tls-auth and --tls-crypt; observed: OpenVPN 2.6 closes when the HMAC is wrong
 *           ("Fatal TLS error (check_tls_errors_co), restarting")
 * Not this: udp_unanswered (over UDP the server drops such packets without a word); a server that answers
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/ended.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool silent = facts->end.kind == DX_END_NONE || facts->end.by != DX_SERVER;
    int64_t waited = (facts->end.kind == DX_END_NONE ? context->now_us : facts->end.time_us) -
                     facts->client.last_payload_us;

    if (!dx_facts_openvpn_unanswered(facts) || facts->damaged ||
        (silent && waited < context->preferences->syn_silence_us))
        return DX_NONE;
    finding->frame = silent ? facts->openvpn_frame : facts->end.frame;
    dx_finding_say(finding, facts->openvpn_frame, "The client's first packet of %s",
                   dx_foreign_name(facts->openvpn_sealed ? DX_FOREIGN_OPENVPN_SEALED : DX_FOREIGN_OPENVPN));
    dx_say_end(finding, facts);
    if (facts->end.kind == DX_END_FIN && !silent)
        return DX_LIKELY;
    dx_finding_why(finding,
                   "Nothing came back: the tls-auth or tls-crypt key differs, or a filter on the path stops "
                   "OpenVPN.");
    return DX_POSSIBLE;
}

DX_CAUSE(
    openvpn_not_answered, .scenario = DX_SCENARIO_0, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_PREAMBLE, DX_PHASE_PREAMBLE),
             .ends = DX_SERVER_CLOSED | DX_CLIENT_CLOSED | DX_NO_END,
             .refutes = DX_SAW(SERVER_FOREIGN) | DX_SAW(UPGRADE) | DX_SAW(CLIENT_FOREIGN)},
    .title = "OpenVPN's first packet was not answered",
    .why =
        "The server closed without a word, as it does when the tls-auth or tls-crypt key, its direction or "
        "the digest (auth) differs, or when one side has none.",
    .checks = "@log\n"
              "Does that log say \"packet authentication failed\" or \"cannot locate HMAC\"? Then the key "
              "differs.\n"
              "@listen\n"
              "Do both sides have the same key file, opposite directions (key-direction 0 and 1), and the "
              "same auth? "
              "Compare their configurations.\n",
    .fix = "Give both sides the same tls-auth or tls-crypt key, with opposite directions and the same auth.\n"
           "If another program than OpenVPN has port {port}, let the client use OpenVPN's port.\n",
    .clients = "OpenVPN: \"Connection reset, restarting\"", .symptom = true, .weigh = weigh);
