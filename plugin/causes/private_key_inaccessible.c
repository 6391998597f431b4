/* private_key_inaccessible.c - the service may not open the key
 *
 * Wire:     an alert of the server where it should sign with its key, for a client whose schemes fit; else
 *           none of its own: Schannel event 36870 or a log on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 2; KB278381; observed: nginx (alert 80), Go (40, and
 *           encrypted)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_use.h"
#include "verdict/rejection.h"
#include "verdict/schemes.h"

/* An event 36870 of any time: Schannel may log it when the credential is made, not at every connection. */
static const dx_log_event *
any_access_event(const dx_context *context)
{
    const GPtrArray *events = dx_evidence_events(context->evidence, 36870);

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = events->pdata[i];
        if (!event->as_client && !dx_event_wrong_provider(event))
            return event;
    }
    return NULL;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate =
        dx_files_certificate_use(&use, facts, context) ? use.certificate : NULL;
    const dx_log_event *event = dx_files_event(facts, context, 36870, -1),
                       *negotiated = dx_files_negotiated(facts, context);

    if ((certificate && certificate->key == DX_KEY_MISSING) || (event && dx_event_wrong_provider(event)))
        return DX_FILES_SILENT;
    if (event && dx_dropped(facts, context)) {
        dx_say_event(files, context, event);
        return dx_files_by_event(facts, context, event);
    }
    if (certificate && certificate->key == DX_KEY_UNUSABLE) {
        dx_say_certificate_use(files, &use);
        dx_say_stored_certificate(files, certificate, "has a private key that certutil could not use");
        if (dx_worked(context))
            return DX_FILES_CONTRADICTED;
        return dx_dropped(facts, context) ? DX_FILES_CONFIRM : DX_FILES_SILENT;
    }
    if (negotiated) {
        dx_say_event(files, context, negotiated);
        return DX_FILES_EXCLUDE;
    }
    event = any_access_event(context);
    if (!event || !dx_dropped(facts, context) || dx_worked(context))
        return DX_FILES_SILENT;
    dx_say_event(files, context, event);
    return DX_FILES_SUGGEST;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!facts->offer || !dx_server_failed_to_sign(facts) || !dx_schemes_suffice(facts))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_say(finding, facts->end.frame,
                   "The server has sent its Certificate, and stops where its key should sign");
    dx_finding_why(finding, "The server chose a certificate and could not sign the handshake with its key.");
    dx_finding_candidates(finding, &dx_cause_server_internal_error, &dx_cause_handshake_protocol_error, NULL);
    return facts->end.alert == DX_ALERT_INTERNAL_ERROR ? DX_POSSIBLE : DX_LIKELY; /* of whatever it builds */
}

DX_CAUSE(private_key_inaccessible, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {DX_SERVER_CANNOT_SIGN, .refutes = DX_SAW(KEY_EXCHANGE)},
         .title = "The private key cannot be accessed",
         .why = "The service cannot open or use the certificate's private key.",
         .checks = "@log\n"
                   "@known_process\n"
                   "@known_provider\n"
                   "@key_access\n"
                   "@test_certificate\n",
         .fix = "@repair_access|Give the service access to the private key.\nIf it has access, install the "
                "certificate and its key again.\n@reimport\n",
         .events = {36870, 15021}, .logged = {DX_LOGGED_KEY_UNUSABLE}, .weigh = weigh,
         .weigh_files = weigh_files);
