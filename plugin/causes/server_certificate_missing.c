/* server_certificate_missing.c - the server program has no certificate that it could use
 *
 * Wire:     none of its own: Schannel event 36886 on the server tells (a domain controller without a Server
 *           Authentication certificate closes or resets at every ClientHello)
 * Source:   KB321051; event 36886 in Schannel's message table
 * Not this: sslcert_binding_missing (HTTP.sys has bindings, no other program has)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/bindings.h"

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *event = dx_files_event(facts, context, 36886, -1);

    if (!event || !dx_dropped(facts, context))
        return DX_FILES_SILENT;
    dx_say_event(files, context, event);
    return dx_worked(context) || dx_files_noisy(facts, context, event) ? DX_FILES_SUGGEST : DX_FILES_CONFIRM;
}

DX_CAUSE(server_certificate_missing, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),
                  .ends = DX_HELLO_REFUSED | DX_SERVER_HIDDEN_ALERT,
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(CERTIFICATE) | DX_SAW(KEY_EXCHANGE) | DX_SAW(COMMON_SUCCESS)},
         .title = "The server has no certificate for TLS",
         .why = "The server program found no certificate that it can use for TLS, so every handshake fails.",
         .checks = "@certificate\n"
                   "@key\n"
                   "@log\n",
         .fix = "Give the server program a certificate with its private key and Server Authentication.\n"
                "@install\n",
         .events = {36886, 36869, 36870}, .weigh_files = weigh_files);
