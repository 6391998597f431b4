/* stored_faults.c - faults of the server's certificate that the server's own lists show: TLS 1.3 hides it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/stored_faults.h"

#include <string.h>

#include "facts/text.h"
#include "verdict/certificate_defects.h"
#include "verdict/certificate_use.h"
#include "verdict/listeners.h"
#include "verdict/sights.h"

#define DAY_US (INT64_C(86400) * G_USEC_PER_SEC) /* lists give local times, of a zone that is not told */

static bool
is_dated(const dx_stored_certificate *certificate)
{
    return certificate->not_after_us != 0;
}

static bool
is_named(const dx_stored_certificate *certificate)
{
    return certificate->names != NULL;
}

static bool
is_self_signed(const dx_stored_certificate *certificate)
{
    return certificate->self_signed;
}

/* What tells this of the certificate that the server uses, in any of its lists; NULL when nothing does, and
 * when the client did not leave because of a certificate. */
static const dx_stored_certificate *
find(dx_certificate_use *use, const dx_file_finding *files, const dx_facts *facts, const dx_context *context,
     bool (*tells)(const dx_stored_certificate *))
{
    const GArray *certificates = context->evidence->certificates;

    if (dx_certificates_readable(facts) || !dx_gate_open(files->cause, facts, context) ||
        !dx_files_certificate_use(use, facts, context) || !use->certificate)
        return NULL;
    for (unsigned i = 0; i < certificates->len; i++) {
        const dx_stored_certificate *row = &g_array_index(certificates, dx_stored_certificate, i);
        if (strcmp(row->thumbprint, use->certificate->thumbprint) == 0 && tells(row))
            return row;
    }
    return NULL;
}

/* Not as the certificate to bind: what is told of it is a fault. */
static void
say(dx_file_finding *files, const dx_certificate_use *use, const dx_stored_certificate *certificate,
    dx_where where, const char *what)
{
    char *subject = dx_safe(certificate->subject, 100);

    dx_say_certificate_use(files, use);
    dx_file_say(files, where, "certificate %s%s%s%s %s", certificate->thumbprint, subject ? " (" : "",
                subject ? subject : "", subject ? ")" : "", what);
    g_free(subject);
}

dx_files_answer
dx_stored_expired(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate = find(&use, files, facts, context, is_dated);

    if (!certificate || !dx_authentication_dated(facts) ||
        certificate->not_after_us - DAY_US > facts->last_us)
        return DX_FILES_SILENT;
    char *day = dx_time_text(certificate->not_after_us);
    char *what = g_strdup_printf("expired on %.10s", day);
    say(files, &use, certificate, certificate->not_after_where, what);
    g_free(what);
    g_free(day);
    return certificate->not_after_us + DAY_US < facts->last_us ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

dx_files_answer
dx_stored_self_signed(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate = find(&use, files, facts, context, is_self_signed);

    if (!certificate)
        return DX_FILES_SILENT;
    say(files, &use, certificate, certificate->where, "is self-signed");
    return DX_FILES_CONFIRM;
}

/* "*.example.com" fits a.b.example.com, too, which it does not in a certificate: no fit is sure. */
static bool
fits_one(char **names, const char *name)
{
    char *lower = g_ascii_strdown(name, -1);
    bool found = false;

    for (unsigned i = 0; names[i] && !found; i++)
        found = g_pattern_match_simple(names[i], lower);
    g_free(lower);
    return found;
}

dx_files_answer
dx_stored_other_name(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate = find(&use, files, facts, context, is_named);

    if (!certificate || !facts->sni)
        return dx_listener_other_name(facts, context, files);
    char **names = g_strsplit(certificate->names, " ", -1);
    bool fits = fits_one(names, facts->sni);
    if (!fits) {
        char *list = g_strjoinv(", ", names), *shown = dx_safe(list, 100);
        char *what = g_strdup_printf("is for %s alone", shown);
        say(files, &use, certificate, certificate->names_where, what);
        g_free(what);
        g_free(shown);
        g_free(list);
    }
    g_strfreev(names);
    return fits ? DX_FILES_SILENT : DX_FILES_CONFIRM;
}
