/* private_key_unsuitable.c - the key lies with a provider, or is for a use, that does not suit TLS
 *
 * Wire:     none of its own: Schannel event 36870 with NTE_BAD_PROV_TYPE or NTE_NOT_SUPPORTED on the server
 *           tells, or 36888 with alert 80 and state 1250 or 1051 (not read)
 * Source:   certutil -importPFX (modifier AT_KEYEXCHANGE); "Key Storage and Retrieval"; winerror.h; the
 *           states: unsourced, from reports
 * Not this: private_key_inaccessible (the same event, other codes)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/bindings.h"

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *event = dx_files_event(facts, context, 36870, -1);

    if (!event || !dx_event_wrong_provider(event) || !dx_dropped(facts, context))
        return DX_FILES_SILENT;
    dx_say_event(files, context, event);
    return dx_files_by_event(facts, context, event);
}

DX_CAUSE(
    private_key_unsuitable, .scenario = DX_SCENARIO_1, .outcome = DX_FAILED,
    .gate = {DX_SERVER_CANNOT_SIGN, .refutes = DX_SAW(KEY_EXCHANGE)},
    .title = "The private key's provider does not suit TLS",
    .why = "The private key is for signing only (KeySpec), or in a provider that the service cannot use.",
    .checks = "@log\n"
              "@known_process\n"
              "@known_provider\n"
              "@key_access\n",
    .fix = "@reimport|Import the certificate and its key again, into a provider that the service can use.\n",
    .events = {36870, 36888}, .weigh_files = weigh_files);
