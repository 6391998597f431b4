/* event_words.c - an event or a line of a log in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/event_words.h"

#include <string.h>

#include "verdict/log_clock.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* "nginx: the client sent alert 46 (certificate_unknown); from 192.0.2.10" */
static void
append_row(GString *text, const dx_context *context, const dx_log_event *event)
{
    const dx_service *service = dx_service_get(dx_evidence_logged_by(context->evidence, event->where));
    const char *name = event->have_alert ? dx_alert_name(event->alert) : NULL;

    if (!event->of_client)
        g_string_append_printf(text, "%s: ", service ? service->name : "the server's log");
    if (event->have_alert)
        g_string_append_printf(text, "the %s sent alert %u%s%s%s", event->of_client ? "server" : "client",
                               event->alert, name ? " (" : "", name ? name : "", name ? ")" : "");
    else
        g_string_append(text, event->row->meaning);
    if (!event->have_client)
        return;
    char *client =
        event->endpoint.port ? dx_endpoint_text(&event->endpoint) : dx_address_text(&event->endpoint.address);
    g_string_append_printf(text, "; client %s", client);
    g_free(client);
}

char *
dx_event_text(const dx_context *context, const dx_log_event *event)
{
    const dx_event *row = dx_event_find(event->id);
    GString *text = g_string_new(NULL);
    int64_t time_us;

    if (event->row && event->id) {
        g_string_printf(text, "event %u, reason code %u: %s", event->id, event->row->number,
                        event->row->meaning);
    } else if (event->row) {
        append_row(text, context, event);
    } else {
        g_string_printf(text, "event %u: %s", event->id, row ? row->meaning : "");
        if (event->have_alert)
            g_string_append_printf(text, " (alert %u)", event->alert);
    }
    if (event->have_code) {
        const dx_windows_error *error = dx_windows_error_find(event->code);
        g_string_append_printf(text, ", code 0x%08x%s%s%s%s", event->code, error ? " " : "",
                               error ? error->name : "", error ? ": " : "", error ? error->meaning : "");
    }
    if (dx_log_clock_us(context->log_clock, event, &time_us)) {
        char *time = dx_time_text(time_us);
        g_string_append_printf(text, "; at %.10s %.12s UTC", time, strlen(time) > 11 ? time + 11 : "");
        g_free(time);
        if (!event->utc) {
            char *clock = dx_log_clock_text(context->log_clock);
            g_string_append_printf(
                text, " (the log gives local time, taken as %s, which matches %u failure%s in this capture)",
                clock, context->log_clock->num_matches, context->log_clock->num_matches == 1 ? "" : "s");
            g_free(clock);
        }
    }
    return g_string_free(text, FALSE);
}
