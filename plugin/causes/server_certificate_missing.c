/* server_certificate_missing.c - the server program has no certificate that it could use
 *
 * Wire:     TLS 1.3: the server closes behind its EncryptedExtensions (observed: JSSE 17 without a key); else
 *           none of its own: Schannel event 36886 tells (a domain controller without a Server
 *           Authentication certificate closes or resets at every ClientHello)
 * Source:   KB321051; event 36886 in Schannel's message table
 * Not this: sslcert_binding_missing (HTTP.sys has bindings, no other program has)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/certificate_use.h"
#include "verdict/place.h"
#include "verdict/rejection.h"

/* TLS 1.3: the server closes within its own flight, where its Certificate has its place. Of bytes that the
 * capture lacks one could be just that. */
static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!dx_facts_tls13(facts) || facts->chosen.resumed || !facts->server_hello_frame ||
        facts->end.by != DX_SERVER || facts->end.kind != DX_END_FIN || dx_certificate_was_sent(facts) ||
        dx_path_bytes_missing(facts) || dx_path_lacks(&facts->server))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello; too little behind it for a Certificate");
    dx_finding_say(finding, facts->end.frame, "Server closed (FIN) without more");
    dx_finding_why(finding, "The server answered, and closed where its certificate has its place: it has "
                            "none that it can use for this client, or no key for it.");
    dx_finding_candidates(finding, &dx_cause_private_key_missing, &dx_cause_private_key_inaccessible, NULL);
    return DX_POSSIBLE;
}

/* The program is set to use a certificate that it could not load, or that the computer's store has not. */
static dx_files_answer
weigh_setting(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;

    if (!dx_files_certificate_use(&use, facts, context) || !use.assignment || !*use.assignment->thumbprint)
        return DX_FILES_SILENT;
    bool lacks = !use.certificate && use.assignment->service != DX_SERVICE_ACTIVE_DIRECTORY &&
                 dx_files_whole_store(context); /* NTDS has a store of its own */
    if (!use.assignment->refused && !lacks)
        return DX_FILES_SILENT;
    dx_say_certificate_use(files, &use);
    if (lacks)
        dx_file_say(files, dx_files_store(context), "no certificate of the computer's store has this hash");
    if (dx_worked(context))
        return DX_FILES_CONTRADICTED;
    return DX_FILES_SUGGEST; /* the times of logs are not compared, and without it a program may not listen */
}

/* A domain controller takes any suitable certificate of the store: there is none with a key. */
static dx_files_answer
weigh_store(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *certificates = context->evidence->certificates;
    dx_place place;

    dx_place_find(&place, facts, context);
    if (place.role->windows != DX_SERVICE_ACTIVE_DIRECTORY || !dx_files_whole_store(context) ||
        dx_worked(context))
        return DX_FILES_SILENT;
    for (unsigned i = 0; i < certificates->len; i++)
        if (g_array_index(certificates, dx_stored_certificate, i).key != DX_KEY_MISSING)
            return DX_FILES_SILENT;
    dx_file_say(files, dx_files_store(context),
                "none of %u certificates of the computer's store has a private key", certificates->len);
    return DX_FILES_SUGGEST; /* the store of the NTDS service may have one */
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *event = dx_files_event(facts, context, 36886, -1);

    if (!dx_dropped(facts, context))
        return DX_FILES_SILENT;
    if (!event) {
        dx_files_answer answer = weigh_setting(facts, context, files);
        return answer != DX_FILES_SILENT ? answer : weigh_store(facts, context, files);
    }
    dx_say_event(files, context, event);
    return dx_files_by_event(facts, context, event);
}

DX_CAUSE(server_certificate_missing, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {DX_SERVER_CANNOT_SIGN,
                  .refutes = DX_SAW(CERTIFICATE) | DX_SAW(KEY_EXCHANGE) | DX_SAW(COMMON_SUCCESS)},
         .title = "The server has no certificate for TLS",
         .why = "The server program found no certificate that it can use for TLS, so every handshake fails.",
         .checks = "@certificate\n"
                   "@key\n"
                   "@log\n",
         .fix = "Give the server program a certificate with its private key and Server Authentication.\n"
                "@install\n",
         .events = {36886, 36869, 36870}, .logged = {DX_LOGGED_NO_CERTIFICATE}, .weigh = weigh,
         .weigh_files = weigh_files);
