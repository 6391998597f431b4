/* extended_master_secret_required.c - one side insists on the extended master secret
 *
 * Wire:     the client offers extension 23, the ServerHello (TLS 1.2 and below) lacks it; alert 40 from
 *           the client
 * Source:   RFC 7627 section 5.3
 * Not this: legacy_renegotiation_rejected
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

DX_CAUSE(
    extended_master_secret_required, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_SERVER_DONE),
             .ends = DX_CLIENT_ALERT,
             DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE),
             .needs = DX_SAW(NO_EXTENDED_MASTER_SECRET),
             .refutes = DX_SAW(SHORT_PRIME)},
    .title = "The client requires the extended master secret",
    .why = "The server did not agree to the extended master secret (RFC 7627), and the client requires it.",
    .checks = "@client_log\n"
              "Is a FIPS policy in force on the client? Then it requires it.\n"
              "@known_master_secret\n",
    .fix = "Update the server, or relax the client's policy.\n", .events = {36887}, .stated = DX_POSSIBLE,
    .says = {DX_SIGHT_SERVER_HELLO, offsetof(dx_facts, server_hello_frame),
             "ServerHello without extended_master_secret (RFC 7627)"},
    /* JSSE says 40 for a signature that does not verify, too */
    .rivals = {&dx_cause_key_mismatch, &dx_cause_certificate_rejected});
