/* private_key_missing.c - the certificate is installed without its key
 *
 * Wire:     none of its own: Schannel event 36869, certutil -store my or a log on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 1; observed: nginx (alert 80)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_use.h"

/* No binding says which certificate it is, but the only one of the store has no key. */
static dx_files_answer
only_certificate(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *certificates = context->evidence->certificates;
    dx_where list;

    if (certificates->len != 1 || dx_files_list_bindings(context, &list) || !dx_dropped(facts, context) ||
        dx_worked(context))
        return DX_FILES_SILENT;
    const dx_stored_certificate *certificate = &g_array_index(certificates, dx_stored_certificate, 0);
    if (certificate->key != DX_KEY_MISSING)
        return DX_FILES_SILENT;
    dx_say_stored_certificate(files, certificate, "has no private key; it is the only one of the store");
    return DX_FILES_SUGGEST;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate =
        dx_files_certificate_use(&use, facts, context) ? use.certificate : NULL;
    const dx_log_event *event = dx_files_event(facts, context, 36869, -1),
                       *negotiated = dx_files_negotiated(facts, context);

    if (certificate && certificate->key == DX_KEY_MISSING) {
        dx_say_certificate_use(files, &use);
        dx_say_stored_certificate(files, certificate, "has no private key");
        if (event)
            dx_say_event(files, context, event);
        if (dx_worked(context) || negotiated)
            return DX_FILES_CONTRADICTED;
        return dx_dropped(facts, context) ? DX_FILES_CONFIRM : DX_FILES_SILENT;
    }
    if (event && dx_dropped(facts, context)) {
        dx_say_event(files, context, event);
        return dx_files_by_event(facts, context, event);
    }
    if (certificate && certificate->key != DX_KEY_UNKNOWN) {
        dx_say_stored_certificate(files, certificate,
                                  certificate->key == DX_KEY_WORKS
                                      ? "has a private key that passed certutil's test"
                                      : "has a private key");
        return DX_FILES_EXCLUDE;
    }
    if (negotiated) {
        dx_say_event(files, context, negotiated);
        return DX_FILES_EXCLUDE;
    }
    return only_certificate(facts, context, files);
}

DX_CAUSE(
    private_key_missing, .scenario = DX_SCENARIO_1, .outcome = DX_FAILED,
    .gate = {DX_SERVER_CANNOT_SIGN,
             .refutes = DX_SAW(CERTIFICATE) | DX_SAW(KEY_EXCHANGE) | DX_SAW(COMMON_SUCCESS)},
    .title = "The certificate has no private key",
    .why = "The server's certificate is installed without its private key, so that no handshake can succeed.",
    .checks = "@key\n"
              "@log\n"
              "@known_process\n",
    .fix = "@repair_key|Associate the certificate with its private key.\n", .events = {36869, 15021},
    .logged = {DX_LOGGED_NO_KEY}, .weigh_files = weigh_files);
