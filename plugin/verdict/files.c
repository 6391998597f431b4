/* files.c - what causes look up in the server's own files: events, certificates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#include <string.h>

#include "verdict/contrast.h"
#include "verdict/event_words.h"

#define NOISE_US (INT64_C(600) * G_USEC_PER_SEC)

bool
dx_dropped(const dx_facts *facts, const dx_context *context)
{
    return dx_silent_hello(facts, context) || (dx_refused_hello(facts) && facts->end.kind != DX_END_ALERT);
}

bool
dx_worked(const dx_context *context)
{
    return context->server && context->server->num_accepted;
}

/* A list that has tested the key tells more than one that names it, and that more than one that does not. */
static unsigned
telling(const dx_stored_certificate *certificate)
{
    return certificate->key == DX_KEY_UNKNOWN ? 1 : certificate->key == DX_KEY_NAMED ? 2 : 3;
}

const dx_stored_certificate *
dx_files_certificate(const dx_context *context, const char *thumbprint)
{
    const GArray *certificates = context->evidence->certificates;
    const dx_stored_certificate *best = NULL;

    for (unsigned i = 0; *thumbprint && i < certificates->len; i++) {
        const dx_stored_certificate *certificate = &g_array_index(certificates, dx_stored_certificate, i);
        if (strcmp(certificate->thumbprint, thumbprint) == 0 &&
            (!best || telling(certificate) > telling(best)))
            best = certificate;
    }
    return best;
}

const dx_log_event *
dx_files_event(const dx_facts *facts, const dx_context *context, uint16_t id, int alert)
{
    const GPtrArray *events = dx_evidence_events(context->evidence, id);
    const dx_log_event *best = NULL;
    int64_t from = facts->hello_us ? facts->hello_us : facts->first_us, best_apart = 0;
    int64_t to = facts->end.kind != DX_END_NONE ? facts->end.time_us : from;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = events->pdata[i];
        int64_t time_us;
        if (event->as_client || (alert >= 0 && (!event->have_alert || event->alert != alert)) ||
            !dx_log_clock_us(context->log_clock, event, &time_us))
            continue;
        /* text logs cut fractions off, or even seconds: an event may seem early */
        int64_t cut_us = event->minutes ? 60 * G_USEC_PER_SEC : 0;
        if (time_us + cut_us < from - DX_LOG_TOLERANCE_US || time_us > to + DX_LOG_TOLERANCE_US)
            continue;
        int64_t apart = ABS(time_us - to);
        if (!best || apart < best_apart) {
            best = event;
            best_apart = apart;
        }
    }
    return best;
}

bool
dx_files_noisy(const dx_facts *facts, const dx_context *context, const dx_log_event *event)
{
    const GPtrArray *events = dx_evidence_events(context->evidence, event->id);
    unsigned num = 0, num_failures = dx_ledger_refusals(context->ledger)->len;
    int64_t at_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us, time_us;

    for (unsigned i = 0; i < events->len; i++)
        if (dx_log_clock_us(context->log_clock, events->pdata[i], &time_us) &&
            ABS(time_us - at_us) <= NOISE_US)
            num++;
    return num > 3 * num_failures + 3;
}

const dx_log_event *
dx_files_negotiated(const dx_facts *facts, const dx_context *context)
{
    const dx_log_event *event = dx_files_event(facts, context, 36874, -1);

    if (!event)
        event = dx_files_event(facts, context, 36888, DX_ALERT_HANDSHAKE_FAILURE);
    if (!event)
        event = dx_files_event(facts, context, 36888, DX_ALERT_PROTOCOL_VERSION);
    return event && !dx_files_noisy(facts, context, event) ? event : NULL;
}

void
dx_say_event(dx_file_finding *files, const dx_context *context, const dx_log_event *event)
{
    char *text = dx_event_text(context, event);

    dx_file_say(files, event->where, "%s", text);
    g_free(text);
}

void
dx_say_stored_certificate(dx_file_finding *files, const dx_stored_certificate *certificate, const char *what)
{
    char *subject = dx_safe(certificate->subject, 100);

    memcpy(files->thumbprint, certificate->thumbprint, sizeof files->thumbprint);
    dx_file_say(files, certificate->key_where, "certificate %s%s%s%s %s", certificate->thumbprint,
                subject ? " (" : "", subject ? subject : "", subject ? ")" : "", what);
    g_free(subject);
}
