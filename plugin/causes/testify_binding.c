/* testify_binding.c - HTTP.sys' bindings, listen list and the owner of the port, by the server's own files
 *
 * Source: Microsoft's troubleshooter for IIS, scenarios 3 and 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#include <string.h>

/* The latest event of this endpoint's binding before the failure: deleted (15300) or created (15301); NULL
 * when none. */
static const dx_log_event *
last_change(const dx_facts *facts, const dx_context *context)
{
    const GArray *events = context->evidence->events;
    const dx_log_event *last = NULL;
    int64_t last_us = INT64_MIN, time_us;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = &g_array_index(events, dx_log_event, i);
        const dx_address *address = &event->endpoint.address;
        if ((event->id != 15300 && event->id != 15301) ||
            event->endpoint.port != facts->server_endpoint.port ||
            (!dx_address_is_any(address) && !dx_address_equal(address, &facts->server_endpoint.address)))
            continue;
        if (dx_log_clock_us(context->log_clock, event, &time_us) && time_us <= facts->last_us &&
            time_us >= last_us) {
            last = event;
            last_us = time_us;
        }
    }
    return last;
}

/* An event of HTTP.sys about this endpoint at the time of the failure (`ever`: at any time), or NULL. */
static const dx_log_event *
endpoint_event(const dx_facts *facts, const dx_context *context, uint16_t id, bool ever)
{
    const GArray *events = context->evidence->events;
    int64_t time_us;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = &g_array_index(events, dx_log_event, i);
        const dx_address *address = &event->endpoint.address;
        bool here =
            event->endpoint.port == facts->server_endpoint.port &&
            (dx_address_is_any(address) || dx_address_equal(address, &facts->server_endpoint.address));
        if (event->id != id || !here)
            continue;
        bool known = dx_log_clock_us(context->log_clock, event, &time_us);
        if (ever || (known && time_us >= facts->first_us - DX_LOG_TOLERANCE_US &&
                     time_us <= facts->last_us + DX_LOG_TOLERANCE_US))
            return event;
    }
    return NULL;
}

/* Whether a binding names a certificate that can be used, as far as its own line tells. */
static bool
is_sound(const dx_binding *binding)
{
    bool central = binding->host && !*binding->host;
    return central || (binding->have_hash && binding->have_guid && !binding->zero_guid);
}

/* The binding's certificate is not in the machine's store, of which there is a whole list. */
static bool
lacks_certificate(const dx_context *context, const dx_binding *binding)
{
    bool my = !binding->store || g_ascii_strcasecmp(binding->store, "MY") == 0;
    return my && *binding->hash && dx_evidence_whole(context->evidence, DX_KIND_certutil) &&
           !dx_files_certificate(context, binding->hash);
}

static dx_stance
no_binding(const dx_facts *facts, const dx_context *context, dx_testimony *testimony, dx_where list)
{
    if (dx_files_name_binding(facts, context)) /* then it is about names */
        return DX_SILENT;
    dx_testimony_say(testimony, list, "none of %u bindings is for this address, or for 0.0.0.0, with port %u",
                     context->evidence->bindings->len, facts->server_endpoint.port);
    if (dx_worked(context))
        return DX_CONTRADICTS;
    return !dx_dropped(facts, context)        ? DX_SILENT
           : dx_files_whole_bindings(context) ? DX_CONFIRMS
                                              : DX_SUGGESTS;
}

dx_stance
dx_testify_binding(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_socket *socket;
    const dx_log_event *change = last_change(facts, context),
                       *negotiated = dx_files_negotiated(facts, context);
    const dx_log_event *unusable = endpoint_event(facts, context, 15021, false);
    const dx_binding *binding = dx_files_binding(facts, context);
    dx_where list;

    if (dx_files_owner(facts, context, &socket) == DX_OWNER_OTHER)
        return DX_SILENT;
    if (negotiated) {
        dx_say_event(testimony, context, negotiated);
        return DX_EXCLUDES;
    }
    if (!dx_files_list_bindings(context, &list)) {
        if (!unusable && (!change || change->id != 15300))
            return DX_SILENT;
        dx_say_event(testimony, context, unusable ? unusable : change);
        return !dx_dropped(facts, context) || dx_worked(context) ? DX_SILENT : DX_CONFIRMS;
    }
    if (!binding)
        return no_binding(facts, context, testimony, list);
    dx_say_binding(testimony, binding);
    if (binding->cut)
        return DX_SILENT;
    bool lacking = is_sound(binding) && lacks_certificate(context, binding);
    if (lacking)
        dx_testimony_say(testimony, dx_evidence_first(context->evidence, DX_KIND_certutil),
                         "no certificate of the machine's store has this hash");
    if (is_sound(binding) && !lacking) /* and if HTTP.sys cannot use it, it is the key */
        return unusable ? DX_SILENT : DX_EXCLUDES;
    if (dx_worked(context))
        return DX_CONTRADICTS;
    return dx_dropped(facts, context) ? DX_CONFIRMS : DX_SILENT;
}

dx_stance
dx_testify_name_binding(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_binding *binding = dx_files_binding(facts, context),
                     *other = dx_files_name_binding(facts, context);
    dx_where list;

    if (!facts->sni || !dx_files_list_bindings(context, &list))
        return DX_SILENT;
    if (binding) {
        dx_say_binding(testimony, binding);
        return DX_EXCLUDES;
    }
    if (!other || !dx_dropped(facts, context))
        return DX_SILENT;
    char *name = dx_safe(facts->sni, 0);
    dx_say_binding(testimony, other);
    dx_testimony_say(testimony, list,
                     "no binding is for the name %s, and none for the bare address, with port %u", name,
                     facts->server_endpoint.port);
    g_free(name);
    return dx_files_whole_bindings(context) ? DX_CONFIRMS : DX_SUGGESTS;
}

dx_stance
dx_testify_listen_list(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const GArray *list = context->evidence->listen_addresses;
    dx_where first = dx_evidence_first(context->evidence, DX_KIND_netsh_iplisten);
    const dx_socket *socket;

    if (!first.line)
        first = dx_evidence_first(context->evidence, DX_KIND_httpcfg_iplisten);
    const dx_log_event *unbound = endpoint_event(facts, context, 15005, true);
    if (!first.line && unbound && !facts->server.syn_frame) {
        dx_say_event(testimony, context, unbound);
        return DX_SUGGESTS;
    }
    if (!first.line)
        return DX_SILENT;
    if (!list->len) {
        dx_testimony_say(testimony, first, "the IP listen list is empty: HTTP.sys listens on every address");
        return DX_EXCLUDES;
    }
    for (unsigned i = 0; i < list->len; i++) {
        const dx_listen_address *row = &g_array_index(list, dx_listen_address, i);
        if (dx_address_is_any(&row->address) ||
            dx_address_equal(&row->address, &facts->server_endpoint.address)) {
            dx_testimony_say(testimony, row->where, "the IP listen list holds this address");
            return DX_EXCLUDES;
        }
    }
    const dx_listen_address *row = &g_array_index(list, dx_listen_address, 0);
    char *address = dx_address_text(&row->address),
         *server = dx_address_text(&facts->server_endpoint.address);
    dx_testimony_say(testimony, row->where, "the IP listen list holds %s%s, not %s", address,
                     list->len > 1 ? " and others" : "", server);
    g_free(address);
    g_free(server);
    dx_owner owner = dx_files_owner(facts, context, &socket);
    if (owner == DX_OWNER_OTHER)
        return DX_SILENT;
    if (owner == DX_OWNER_HTTP_SYS || facts->server.syn_frame) {
        dx_testimony_say(testimony, first, "yet the address accepts connections on port %u",
                         facts->server_endpoint.port);
        return DX_CONTRADICTS;
    }
    bool refused =
        facts->end.kind == DX_END_RST && facts->end.by == DX_SERVER && facts->phase == DX_PHASE_NONE;
    return refused ? DX_CONFIRMS : DX_SUGGESTS;
}

/* HTTP.sys is at work on the machine: a listener of the kernel. */
static const dx_socket *
http_sys_elsewhere(const dx_context *context)
{
    const GArray *sockets = context->evidence->sockets;

    for (unsigned i = 0; i < sockets->len; i++) {
        const dx_socket *row = &g_array_index(sockets, dx_socket, i);
        if (row->have_pid && row->pid == 4 && (row->local.port == 80 || row->local.port == 443))
            return row;
    }
    return NULL;
}

dx_stance
dx_testify_process(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_socket *socket, *elsewhere;
    dx_owner owner = dx_files_owner(facts, context, &socket);
    uint16_t port = facts->server_endpoint.port;

    if (owner == DX_OWNER_NONE && facts->server.syn_frame) {
        dx_testimony_say(testimony, dx_evidence_first(context->evidence, DX_KIND_netstat),
                         "no process listens on port %u, yet the server accepted the connection", port);
        return DX_CONTRADICTS;
    }
    if (owner == DX_OWNER_HTTP_SYS) {
        dx_testimony_say(testimony, socket->where, "HTTP.sys (PID 4) listens on port %u", port);
        return DX_EXCLUDES;
    }
    if (owner != DX_OWNER_OTHER || !facts->server.syn_frame)
        return DX_SILENT;
    char *image = dx_safe(socket->image, 60);
    dx_testimony_say(testimony, socket->where, "PID %u%s%s%s listens on port %u, not HTTP.sys (PID 4)",
                     socket->pid, image ? " (" : "", image ? image : "", image ? ")" : "", port);
    g_free(image);
    const dx_binding *binding = dx_files_binding(facts, context);
    if (!binding)
        binding = dx_files_name_binding(facts, context);
    if (binding)
        dx_say_binding(testimony, binding);
    else if ((elsewhere = http_sys_elsewhere(context)) != NULL)
        dx_testimony_say(testimony, elsewhere->where, "HTTP.sys listens on port %u", elsewhere->local.port);
    else
        return DX_SILENT; /* a server that is not IIS */
    return binding && facts->phase < DX_PHASE_ESTABLISHED ? DX_CONFIRMS : DX_SUGGESTS;
}
