/* files.c - what causes look up in the server's own files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#include <string.h>

#include "verdict/contrast.h"
#include "knowledge/windows.h"

#define NOISE_US   (INT64_C(600) * G_USEC_PER_SEC)
#define PID_SYSTEM 4 /* the kernel, where HTTP.sys listens */

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

bool
dx_files_list_bindings(const dx_context *context, dx_where *where)
{
    *where = dx_evidence_first(context->evidence, DX_KIND_netsh_sslcert);
    if (!where->line)
        *where = dx_evidence_first(context->evidence, DX_KIND_httpcfg_ssl);
    return where->line > 0;
}

static bool
is_whole(const dx_context *context, dx_kind kind)
{
    return !dx_evidence_has(context->evidence, kind) || dx_evidence_whole(context->evidence, kind);
}

bool
dx_files_whole_bindings(const dx_context *context)
{
    return is_whole(context, DX_KIND_netsh_sslcert) && is_whole(context, DX_KIND_httpcfg_ssl);
}

/* "www.example.com", or "*.example.com" for one label more. */
static bool
name_fits(const char *pattern, const char *name)
{
    if (g_str_has_prefix(pattern, "*.")) {
        const char *dot = strchr(name, '.');
        return dot && g_ascii_strcasecmp(pattern + 1, dot) == 0;
    }
    return g_ascii_strcasecmp(pattern, name) == 0;
}

/* How well a binding fits, higher is looked up first; 0: not at all. */
static unsigned
fit(const dx_binding *binding, const dx_facts *facts)
{
    const dx_endpoint *server = &facts->server_endpoint;

    if (binding->endpoint.port != server->port)
        return 0;
    if (binding->host)
        return !*binding->host ? 1 : facts->sni && name_fits(binding->host, facts->sni) ? 3 : 0;
    if (dx_address_equal(&binding->endpoint.address, &server->address))
        return 4;
    return dx_address_is_any(&binding->endpoint.address) ? 2 : 0;
}

const dx_binding *
dx_files_binding(const dx_facts *facts, const dx_context *context)
{
    const GArray *bindings = context->evidence->bindings;
    const dx_binding *best = NULL;

    for (unsigned i = 0; i < bindings->len; i++) {
        const dx_binding *binding = &g_array_index(bindings, dx_binding, i);
        if (fit(binding, facts) > (best ? fit(best, facts) : 0))
            best = binding;
    }
    return best;
}

const dx_binding *
dx_files_name_binding(const dx_facts *facts, const dx_context *context)
{
    const GArray *bindings = context->evidence->bindings;

    for (unsigned i = 0; i < bindings->len; i++) {
        const dx_binding *binding = &g_array_index(bindings, dx_binding, i);
        if (binding->host && *binding->host && binding->endpoint.port == facts->server_endpoint.port)
            return binding;
    }
    return NULL;
}

const dx_stored_certificate *
dx_files_certificate(const dx_context *context, const char *thumbprint)
{
    const GArray *certificates = context->evidence->certificates;

    for (unsigned i = 0; *thumbprint && i < certificates->len; i++) {
        const dx_stored_certificate *certificate = &g_array_index(certificates, dx_stored_certificate, i);
        if (strcmp(certificate->thumbprint, thumbprint) == 0)
            return certificate;
    }
    return NULL;
}

dx_owner
dx_files_owner(const dx_facts *facts, const dx_context *context, const dx_socket **socket)
{
    const GArray *sockets = context->evidence->sockets;
    const dx_endpoint *server = &facts->server_endpoint;

    *socket = NULL;
    if (!dx_evidence_has(context->evidence, DX_KIND_netstat))
        return DX_OWNER_UNKNOWN;
    for (unsigned i = 0; i < sockets->len; i++) {
        const dx_socket *row = &g_array_index(sockets, dx_socket, i);
        bool exact = dx_endpoint_equal(&row->local, server);
        bool any = row->local.port == server->port && dx_address_is_any(&row->local.address) &&
                   row->local.address.family == server->address.family;
        if (exact || (any && !*socket))
            *socket = row;
        if (exact)
            break;
    }
    if (!*socket)
        return DX_OWNER_NONE;
    if (!(*socket)->have_pid)
        return DX_OWNER_UNKNOWN;
    return (*socket)->pid == PID_SYSTEM ? DX_OWNER_HTTP_SYS : DX_OWNER_OTHER;
}

const dx_log_event *
dx_files_event(const dx_facts *facts, const dx_context *context, uint16_t id, int alert)
{
    const GArray *events = context->evidence->events;
    const dx_log_event *best = NULL;
    int64_t from = facts->hello_us ? facts->hello_us : facts->first_us, best_apart = 0;
    int64_t to = facts->end.kind != DX_END_NONE ? facts->end.time_us : from;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = &g_array_index(events, dx_log_event, i);
        int64_t time_us;
        if (event->id != id || event->as_client ||
            (alert >= 0 && (!event->have_alert || event->alert != alert)) ||
            !dx_log_clock_us(context->log_clock, event, &time_us))
            continue;
        /* text logs cut fractions off, so an event may seem a second early */
        if (time_us < from - DX_LOG_TOLERANCE_US || time_us > to + DX_LOG_TOLERANCE_US)
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
    const GPtrArray *servers = dx_ledger_servers(context->ledger);
    const GArray *events = context->evidence->events;
    unsigned num = 0, num_failures = 0;
    int64_t at_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us, time_us;

    for (unsigned i = 0; i < servers->len; i++)
        num_failures += ((const dx_server *)servers->pdata[i])->num_refused;
    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *other = &g_array_index(events, dx_log_event, i);
        if (other->id == event->id && dx_log_clock_us(context->log_clock, other, &time_us) &&
            ABS(time_us - at_us) <= NOISE_US)
            num++;
    }
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
dx_say_event(dx_testimony *testimony, const dx_context *context, const dx_log_event *event)
{
    const dx_event *row = dx_event_find(event->id);
    GString *text = g_string_new(NULL);
    int64_t time_us;

    g_string_printf(text, "event %u: %s", event->id, row ? row->meaning : "");
    if (event->have_alert)
        g_string_append_printf(text, " (alert %u)", event->alert);
    if (event->have_code) {
        const dx_windows_error *error = dx_windows_error_find(event->code);
        g_string_append_printf(text, ", code 0x%08x%s%s%s%s", event->code, error ? " " : "",
                               error ? error->name : "", error ? ": " : "", error ? error->meaning : "");
    }
    if (dx_log_clock_us(context->log_clock, event, &time_us)) {
        char *time = dx_time_text(time_us);
        g_string_append_printf(text, "; %s", time);
        g_free(time);
        if (!event->utc) {
            char *clock = dx_log_clock_text(context->log_clock);
            g_string_append_printf(
                text,
                " (the log gives local time, taken as %s because %u of its events then meet failures "
                "in this capture)",
                clock, context->log_clock->num_matches);
            g_free(clock);
        }
    }
    dx_testimony_say(testimony, event->where, "%s", text->str);
    g_string_free(text, TRUE);
}

void
dx_say_binding(dx_testimony *testimony, const dx_binding *binding)
{
    char *where = NULL;

    if (binding->host)
        where = *binding->host
                    ? g_strdup_printf("%s:%u", binding->host, binding->endpoint.port)
                    : g_strdup_printf("port %u (central certificate store)", binding->endpoint.port);
    else
        where = dx_endpoint_text(&binding->endpoint);
    char *safe = dx_safe(where, 0);
    dx_testimony_say(testimony, binding->where, "the binding of %s has %s%s%s", safe,
                     !binding->have_hash ? "no certificate hash" : "certificate hash ",
                     !binding->have_hash ? ""
                     : *binding->hash    ? binding->hash
                                         : "(not legible)",
                     binding->zero_guid ? " and a GUID of zeros" : "");
    g_free(safe);
    g_free(where);
}
