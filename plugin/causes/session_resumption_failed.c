/* session_resumption_failed.c - only resumed sessions fail
 *
 * Wire:     the server accepts a session id, ticket or PSK, and the handshake fails after that; full
 *           handshakes work; or early data to a server that now speaks no TLS 1.3
 * Source:   RFC 5246 section 7.3, RFC 8446 section 2.2, KB4528489 (extended master secret enforced)
 * Not this: certificate causes: no certificate is sent when a session is resumed, though Chromium checks the
 *           session's again (dx_client_checks_again)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/rejection.h"

/* The session was made with TLS 1.3, and the server has gone back to an older version (another member of the
 * pool): early data lies where it expects the key exchange, and neither side may go on (RFC 8446 sections
 * 4.2.10 and D.3). */
static bool
is_early_data_to_old(const dx_facts *facts)
{
    return facts->early_data && facts->server_hello_frame && facts->chosen.version <= DX_TLS12 &&
           facts->end.phase <= DX_PHASE_CLIENT_FINISHED;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_sample *success = dx_contrast_full(facts, context);
    /* Go sends a session id of random bytes with nothing to resume (RFC 5077 section 3.4): it is no offer
     * of its own */
    const dx_sample *fresh = dx_contrast_fresh(facts, context);
    bool accepted = facts->server_hello_frame && facts->chosen.resumed && !facts->certificate_frame &&
                    facts->end.phase >= DX_PHASE_SERVER_HELLO;
    bool refused = dx_refused_hello(facts) && fresh, too_old = is_early_data_to_old(facts);
    if ((!accepted && !refused && !too_old) || dx_client_checks_again(facts))
        return DX_NONE;
    dx_finding_say(finding, facts->hello_frame, "ClientHello offers to resume a session");
    if (too_old) {
        dx_finding_say(finding, facts->server_hello_frame,
                       "It comes with early data, and ServerHello goes back to a version that has none");
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    if (accepted)
        dx_finding_say(finding, facts->server_hello_frame, "ServerHello accepts the resumption");
    dx_say_end(finding, facts);
    if (refused)
        success = fresh;
    if (success)
        dx_say_success(finding, success, "It was a full handshake.");
    dx_finding_candidates(finding, &dx_cause_update_regression, &dx_cause_encrypted_alert, NULL);
    return accepted && success ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(session_resumption_failed, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_DATA),
                  .ends = DX_ALERT_OF_EITHER | DX_CLIENT_LEFT | DX_SERVER_LEFT,
                  .needs = DX_SAW(OFFER) | DX_SAW(RESUMPTION),
                  .refutes = DX_SAW(FULL_HANDSHAKE)},
         .title = "Session resumption failed",
         .why = "The client resumed an earlier session, and that handshake failed.",
         .checks = "Do all server nodes behind {endpoint} share session caches and ticket keys?\n"
                   "@known_resumption\n"
                   "@reproduce\n",
         .fix = "Share ticket keys between the server nodes or disable resumption there; update the side "
                "without extended master secret.\n",
         .events = {36887, 36888}, .weigh = weigh);
