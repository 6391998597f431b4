/* extended_master_secret_required.c - one side insists on the extended master secret
 *
 * Wire:     the client offers extension 23, the ServerHello (TLS 1.2 and below) lacks it; alert 40 from
 *           the client
 * Source:   RFC 7627 section 5.3
 * Not this: legacy_renegotiation_rejected
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!facts->server_hello_frame || facts->chosen.version > DX_TLS12 ||
        facts->chosen.extended_master_secret || !facts->chosen.renegotiation_info || !facts->offer ||
        !facts->offer->extended_master_secret || !dx_ended(facts, DX_END_ALERT, DX_CLIENT) ||
        facts->end.alert != DX_ALERT_HANDSHAKE_FAILURE || facts->end.phase > DX_PHASE_SERVER_DONE ||
        (facts->dh_bits && facts->dh_bits < 2048) || !dx_offers_version(facts->offer, facts->chosen.version))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame,
                   "ServerHello without extended_master_secret (RFC 7627)");
    dx_say_end(finding, facts);
    /* JSSE says 40 for a signature that does not verify, too */
    dx_finding_candidates(finding, &dx_cause_key_mismatch, &dx_cause_certificate_rejected, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(
    extended_master_secret_required, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_SERVER_DONE),
             .ends = DX_CLIENT_ALERT,
             DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE),
             .needs = DX_SAW(NO_EXTENDED_MASTER_SECRET),
             .refutes = DX_SAW(SHORT_PRIME)},
    .title = "The client requires the extended master secret",
    .why = "The server did not agree to the extended master secret (RFC 7627), and the client requires it.",
    .checks = "Is a FIPS policy in force on the client?\n"
              "@known_master_secret\n",
    .fix = "Update the server, or relax the client's policy.\n", .events = {36887}, .weigh = weigh);
