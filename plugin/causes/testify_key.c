/* testify_key.c - the certificate's private key, by certutil and the System log
 *
 * Source: Microsoft's troubleshooter for IIS, scenarios 1 and 2; KB278381
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#include <string.h>

/* The certificate that the binding of this connection names; NULL when it cannot be told. */
static const dx_stored_certificate *
bound_certificate(const dx_facts *facts, const dx_context *context, const dx_binding **binding)
{
    const dx_socket *socket;

    *binding = dx_files_binding(facts, context);
    if (!*binding || dx_files_owner(facts, context, &socket) == DX_OWNER_OTHER)
        return NULL;
    return dx_files_certificate(context, (*binding)->hash);
}

static void
say_certificate(dx_testimony *testimony, const dx_stored_certificate *certificate, const char *what)
{
    char *subject = dx_safe(certificate->subject, 100);

    memcpy(testimony->thumbprint, certificate->thumbprint, sizeof testimony->thumbprint);
    dx_testimony_say(testimony, certificate->key_where, "certificate %s%s%s%s %s", certificate->thumbprint,
                     subject ? " (" : "", subject ? subject : "", subject ? ")" : "", what);
    g_free(subject);
}

/* No binding says which certificate it is, but the only one of the store has no key. */
static dx_stance
only_certificate(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const GArray *certificates = context->evidence->certificates;
    dx_where list;

    if (certificates->len != 1 || dx_files_list_bindings(context, &list) || !dx_dropped(facts, context) ||
        dx_worked(context))
        return DX_SILENT;
    const dx_stored_certificate *certificate = &g_array_index(certificates, dx_stored_certificate, 0);
    if (certificate->key != DX_KEY_MISSING)
        return DX_SILENT;
    say_certificate(testimony, certificate, "has no private key; it is the only one of the store");
    return DX_SUGGESTS;
}

dx_stance
dx_testify_key_missing(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_binding *binding;
    const dx_stored_certificate *certificate = bound_certificate(facts, context, &binding);
    const dx_log_event *event = dx_files_event(facts, context, 36869, -1),
                       *negotiated = dx_files_negotiated(facts, context);

    if (certificate && certificate->key == DX_KEY_MISSING) {
        dx_say_binding(testimony, binding);
        say_certificate(testimony, certificate, "has no private key (missing stored keyset)");
        if (event)
            dx_say_event(testimony, context, event);
        if (dx_worked(context) || negotiated)
            return DX_CONTRADICTS;
        return dx_dropped(facts, context) ? DX_CONFIRMS : DX_SILENT;
    }
    if (event && dx_dropped(facts, context)) {
        dx_say_event(testimony, context, event);
        return dx_worked(context) || dx_files_noisy(facts, context, event) ? DX_SUGGESTS : DX_CONFIRMS;
    }
    if (certificate && certificate->key != DX_KEY_UNKNOWN) {
        say_certificate(testimony, certificate,
                        certificate->key == DX_KEY_WORKS ? "has a private key that passed certutil's test"
                                                         : "has a private key");
        return DX_EXCLUDES;
    }
    if (negotiated) {
        dx_say_event(testimony, context, negotiated);
        return DX_EXCLUDES;
    }
    return only_certificate(facts, context, testimony);
}

/* An event 36870 of any time: Schannel may log it when the credential is made, not at every connection. */
static const dx_log_event *
any_access_event(const dx_context *context)
{
    for (unsigned i = 0; i < context->evidence->events->len; i++) {
        const dx_log_event *event = &g_array_index(context->evidence->events, dx_log_event, i);
        if (event->id == 36870 && !event->as_client)
            return event;
    }
    return NULL;
}

dx_stance
dx_testify_key_access(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_binding *binding;
    const dx_stored_certificate *certificate = bound_certificate(facts, context, &binding);
    const dx_log_event *event = dx_files_event(facts, context, 36870, -1),
                       *negotiated = dx_files_negotiated(facts, context);

    if (certificate && certificate->key == DX_KEY_MISSING)
        return DX_SILENT;
    if (event && dx_dropped(facts, context)) {
        dx_say_event(testimony, context, event);
        return dx_worked(context) || dx_files_noisy(facts, context, event) ? DX_SUGGESTS : DX_CONFIRMS;
    }
    if (certificate && certificate->key == DX_KEY_UNUSABLE) {
        dx_say_binding(testimony, binding);
        say_certificate(testimony, certificate, "has a private key that certutil could not use");
        if (dx_worked(context))
            return DX_CONTRADICTS;
        return dx_dropped(facts, context) ? DX_CONFIRMS : DX_SILENT;
    }
    if (negotiated) {
        dx_say_event(testimony, context, negotiated);
        return DX_EXCLUDES;
    }
    event = any_access_event(context);
    if (!event || !dx_dropped(facts, context) || dx_worked(context))
        return DX_SILENT;
    dx_say_event(testimony, context, event);
    return DX_SUGGESTS;
}
