/* legacy_renegotiation_rejected.c - the server lacks secure renegotiation, and the client insists on it
 *
 * Wire:     the client offers renegotiation_info, the ServerHello (TLS 1.2 and below) lacks it; alert 40
 *           from the client
 * Source:   RFC 5746 section 4.1; OpenSSL 3 refuses by default
 * Not this: cipher_mismatch (before the ServerHello), weak_dh_parameters
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

DX_CAUSE(
    legacy_renegotiation_rejected, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_SERVER_DONE),
             .ends = DX_CLIENT_ALERT,
             DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE),
             .needs = DX_SAW(NO_RENEGOTIATION_INFO),
             .refutes = DX_SAW(SHORT_PRIME)},
    .title = "The server lacks secure renegotiation",
    .why =
        "The server does not support RFC 5746, and this client (OpenSSL 3 and others) rejects such servers.",
    .checks = "Which system terminates TLS on {endpoint}? Old or unpatched appliances and Windows lack RFC "
              "5746 (KB980436: AllowInsecureRenegoClients, AllowInsecureRenegoServers).\n"
              "Does it succeed when the client allows it?" DX_IN_ANY(
                  "openssl s_client -connect {connect}{starttls}{servername} -legacy_server_connect"),
    .fix = "Update the server; until then allow it on the client (OpenSSL: Options = "
           "UnsafeLegacyServerConnect).\n",
    .clients = "curl 7.88: (35) \"unsafe legacy renegotiation disabled\"; Python 3.11: "
               "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    .logged = {DX_LOGGED_CLIENT_LEGACY}, .stated = DX_CONFIRMED,
    .says = {DX_SIGHT_SERVER_HELLO, offsetof(dx_facts, server_hello_frame),
             "ServerHello without renegotiation_info (RFC 5746)"});
