/* client_local_failure.c - the client fails before its first ClientHello
 *
 * Wire:     the client's first record is an alert
 * Source:   observed: test-captures/client_local_failure.pcapng; Schannel events 36871, 36873
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

DX_CAUSE(
    client_local_failure, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .clients = "OpenSSL 3.0: \"no protocols available\" or \"no ciphers available\"; Java 17: \"No "
               "appropriate protocol (protocol is disabled or cipher suites are inappropriate)\"",
    .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_PREAMBLE),
             .ends = DX_CLIENT_ALERT,
             .refutes = DX_SAW(BEGINNING) | DX_SAW(MIDDLE_ONLY)},
    .title = "The client could not build a ClientHello",
    .why = "The client sent an alert in place of a ClientHello: its own settings leave no version or cipher "
           "suite.",
    .checks =
        "@client_versions\n"
        "Which versions and cipher suites do the client's settings leave? Empty lists and contradictory "
        "policies end like this.\n"
        "What does a Windows client log? Schannel 36871 (state 10013) or 36873 in its System event log.\n",
    .fix = "Enable a protocol version and cipher suites on the client that belong together.\n"
           "@dotnet\n",
    .events = {36871, 36873}, .stated = DX_CONFIRMED);
