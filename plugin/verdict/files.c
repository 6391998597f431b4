/* files.c - what causes look up in the server's own files: events, certificates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#include <string.h>

#include "verdict/contrast.h"
#include "verdict/event_words.h"

#define NOISE_US    (INT64_C(600) * G_USEC_PER_SEC)
#define MINUTE_US   (INT64_C(60) * G_USEC_PER_SEC)
#define MOST_EVENTS 5000 /* of one failure */

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

/* The events between two times, at most MOST_EVENTS of them: a log has no end,
 * and a verdict asks a dozen times. */
static GPtrArray *
events_between(const dx_context *context, int64_t from_us, int64_t to_us)
{
    GPtrArray *events = g_ptr_array_new();

    dx_log_clock_between(context->log_clock, context->evidence, from_us, to_us, events, MOST_EVENTS);
    return events;
}

const dx_log_event *
dx_files_event(const dx_facts *facts, const dx_context *context, uint16_t id, int alert)
{
    const dx_log_event *best = NULL;
    int64_t from = facts->hello_us ? facts->hello_us : facts->first_us, best_apart = 0;
    int64_t to = facts->end.kind != DX_END_NONE ? facts->end.time_us : from;

    if (!dx_evidence_events(context->evidence, id)->len)
        return NULL;
    GPtrArray *events =
        events_between(context, from - DX_LOG_TOLERANCE_US - MINUTE_US, to + DX_LOG_TOLERANCE_US);
    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = events->pdata[i];
        int64_t time_us;
        if (event->id != id || event->as_client ||
            (alert >= 0 && (!event->have_alert || event->alert != alert)) ||
            !dx_log_clock_us(context->log_clock, event, &time_us))
            continue;
        /* text logs cut fractions off, or even seconds: an event may seem early */
        int64_t cut_us = event->minutes ? MINUTE_US : 0;
        if (time_us + cut_us < from - DX_LOG_TOLERANCE_US || time_us > to + DX_LOG_TOLERANCE_US)
            continue;
        int64_t apart = ABS(time_us - to);
        if (!best || apart < best_apart) {
            best = event;
            best_apart = apart;
        }
    }
    g_ptr_array_unref(events);
    return best;
}

bool
dx_files_noisy(const dx_facts *facts, const dx_context *context, const dx_log_event *event)
{
    unsigned num = 0, num_failures = dx_ledger_refusals(context->ledger)->len;
    int64_t at_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us;
    GPtrArray *events = events_between(context, at_us - NOISE_US, at_us + NOISE_US);

    for (unsigned i = 0; i < events->len; i++)
        num += ((const dx_log_event *)events->pdata[i])->id == event->id;
    bool full = events->len == MOST_EVENTS;
    g_ptr_array_unref(events);
    return full || num > 3 * num_failures + 3;
}

dx_files_answer
dx_files_by_event(const dx_facts *facts, const dx_context *context, const dx_log_event *event)
{
    return dx_worked(context) || dx_files_noisy(facts, context, event) ? DX_FILES_SUGGEST : DX_FILES_CONFIRM;
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
dx_say_stored_certificate(dx_file_finding *files, const dx_stored_certificate *certificate, const char *what)
{
    char *subject = dx_safe(certificate->subject, 100);

    memcpy(files->thumbprint, certificate->thumbprint, sizeof files->thumbprint);
    dx_file_say(files, certificate->key_where, "certificate %s%s%s%s %s", certificate->thumbprint,
                subject ? " (" : "", subject ? subject : "", subject ? ")" : "", what);
    g_free(subject);
}
