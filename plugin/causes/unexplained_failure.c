/* unexplained_failure.c - it failed, and no cause fits
 *
 * Wire:     TLS was attempted, one side ended it, and no other cause applies
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

DX_CAUSE(unexplained_failure, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.ends = DX_CLIENT_LEFT | DX_SERVER_LEFT | DX_NO_TLS | DX_ICMP_ERROR,
                  .needs = DX_SAW(TLS) | DX_SAW(BEGINNING)},
         .title = "Handshake failed, cause unknown",
         .why = "The handshake did not complete, and the capture shows no known cause.",
         .checks = "@log\n"
                   "@client_log\n"
                   "@path\n"
                   "@reproduce\n",
         .fix = "Fix the error shown in the logs of the two sides.\n", .fallback = true, .symptom = true,
         .stated = DX_POSSIBLE,
         .says = {DX_SIGHT_SERVER_HELLO, offsetof(dx_facts, server_hello_frame), "ServerHello"});
