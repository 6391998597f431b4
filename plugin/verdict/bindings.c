/* bindings.c - HTTP.sys' bindings and the owner of the port, by the server's own files
 *
 * Source: Microsoft's troubleshooter for IIS, scenarios 3 and 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/bindings.h"

#include <string.h>

#include "verdict/place.h"

#define PID_SYSTEM 4 /* the kernel, where HTTP.sys listens */

bool
dx_files_list_bindings(const dx_context *context, dx_where *where)
{
    *where = dx_evidence_list(context->evidence, DX_KIND_netsh_sslcert);
    if (!where->line)
        *where = dx_evidence_list(context->evidence, DX_KIND_httpcfg_ssl);
    return where->line > 0;
}

static bool
is_whole(const dx_context *context, dx_kind kind)
{
    return !dx_evidence_list(context->evidence, kind).line || dx_evidence_whole(context->evidence, kind);
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
enum { FIT_CENTRAL_UNNAMED = 1, FIT_ANY, FIT_ANY_IPV6, FIT_CENTRAL, FIT_NAME, FIT_ADDRESS };

static unsigned
fit(const dx_binding *binding, const dx_facts *facts)
{
    const dx_endpoint *server = &facts->server_endpoint;

    if (binding->endpoint.port != server->port)
        return 0;
    if (binding->host && !*binding->host)
        return facts->sni ? FIT_CENTRAL : FIT_CENTRAL_UNNAMED;
    if (binding->host)
        return facts->sni && name_fits(binding->host, facts->sni) ? FIT_NAME : 0;
    if (dx_address_equal(&binding->endpoint.address, &server->address))
        return FIT_ADDRESS;
    if (!dx_address_is_any(&binding->endpoint.address))
        return 0;
    if (binding->endpoint.address.family == 6)
        return server->address.family == 6 ? FIT_ANY_IPV6 : 0;
    return FIT_ANY;
}

const dx_binding *
dx_files_binding(const dx_facts *facts, const dx_context *context)
{
    const GPtrArray *bindings = dx_evidence_bindings(context->evidence, facts->server_endpoint.port);
    const dx_binding *best = NULL;

    for (unsigned i = 0; i < bindings->len; i++) {
        const dx_binding *binding = bindings->pdata[i];
        if (fit(binding, facts) > (best ? fit(best, facts) : 0))
            best = binding;
    }
    return best;
}

const dx_binding *
dx_files_name_binding(const dx_facts *facts, const dx_context *context)
{
    const GPtrArray *bindings = dx_evidence_bindings(context->evidence, facts->server_endpoint.port);

    for (unsigned i = 0; i < bindings->len; i++) {
        const dx_binding *binding = bindings->pdata[i];
        if (binding->host && *binding->host)
            return binding;
    }
    return NULL;
}

void
dx_say_binding(dx_file_finding *files, const dx_binding *binding)
{
    char *where = NULL;

    if (binding->host)
        where = *binding->host
                    ? g_strdup_printf("%s:%u", binding->host, binding->endpoint.port)
                    : g_strdup_printf("port %u (central certificate store)", binding->endpoint.port);
    else
        where = dx_endpoint_text(&binding->endpoint);
    char *safe = dx_safe(where, 0);
    dx_file_say(files, binding->where, "the binding of %s has %s%s%s", safe,
                !binding->have_hash ? "no certificate hash" : "certificate hash ",
                !binding->have_hash ? ""
                : *binding->hash    ? binding->hash
                                    : "(not legible)",
                binding->zero_guid ? " and a GUID of zeros" : "");
    g_free(safe);
    g_free(where);
}

/* How well a site's binding fits; 0: not at all. */
static unsigned
site_fit(const dx_site_binding *site, const dx_facts *facts)
{
    const dx_endpoint *server = &facts->server_endpoint;
    bool named = site->host && *site->host;
    bool here = dx_address_equal(&site->endpoint.address, &server->address);

    if (site->endpoint.port != server->port || (!here && !dx_address_is_any(&site->endpoint.address)) ||
        (named && (!facts->sni || !name_fits(site->host, facts->sni))))
        return 0;
    return 1 + (named ? 2 : 0) + (here ? 1 : 0);
}

const dx_site_binding *
dx_files_site(const dx_facts *facts, const dx_context *context)
{
    const GArray *sites = context->evidence->sites;
    const dx_site_binding *best = NULL;

    for (unsigned i = 0; i < sites->len; i++) {
        const dx_site_binding *site = &g_array_index(sites, dx_site_binding, i);
        if (site_fit(site, facts) > (best ? site_fit(best, facts) : 0))
            best = site;
    }
    return best;
}

void
dx_say_site(dx_file_finding *files, const dx_site_binding *site, const char *what)
{
    char *name = dx_safe(site->site, 60), *host = dx_safe(site->host, 100);

    dx_file_say(files, site->where, "IIS has an https binding for port %u%s%s%s%s%s%s%s", site->endpoint.port,
                host && *host ? " and the name " : "", host ? host : "", name ? " (site \"" : "",
                name ? name : "", name ? "\")" : "", *what ? ", " : "", what);
    g_free(name);
    g_free(host);
}

bool
dx_binding_bad_guid(const dx_context *context, const dx_binding *binding)
{
    const dx_evidence_file *file =
        &g_array_index(context->evidence->files, dx_evidence_file, binding->where.file);
    return binding->zero_guid && file->kind == DX_KIND_httpcfg_ssl;
}

/* Whether a binding names a certificate that can be used, as far as its own line tells. */
static bool
is_sound(const dx_context *context, const dx_binding *binding)
{
    bool central = binding->host && !*binding->host;
    return central || (binding->have_hash && binding->have_guid && !dx_binding_bad_guid(context, binding));
}

bool
dx_files_whole_store(const dx_context *context)
{
    return dx_evidence_whole(context->evidence, DX_KIND_certutil) ||
           dx_evidence_whole(context->evidence, DX_KIND_certificates);
}

dx_where
dx_files_store(const dx_context *context)
{
    dx_where where = dx_evidence_list(context->evidence, DX_KIND_certutil);
    return where.line ? where : dx_evidence_list(context->evidence, DX_KIND_certificates);
}

/* The binding's certificate is not in the machine's store, of which there is a whole list. */
static bool
lacks_certificate(const dx_context *context, const dx_binding *binding)
{
    bool my = !binding->store || g_ascii_strcasecmp(binding->store, "MY") == 0;
    return my && *binding->hash && dx_files_whole_store(context) &&
           !dx_files_certificate(context, binding->hash);
}

bool
dx_binding_usable(const dx_context *context, const dx_binding *binding, dx_file_finding *files)
{
    if (!is_sound(context, binding))
        return false;
    if (!lacks_certificate(context, binding))
        return true;
    dx_file_say(files, dx_files_store(context), "no certificate of the machine's store has this hash");
    return false;
}

static bool
is_of_server(const dx_log_event *event, const dx_facts *facts)
{
    const dx_address *address = &event->endpoint.address;

    return event->endpoint.port == facts->server_endpoint.port &&
           (dx_address_is_any(address) || dx_address_equal(address, &facts->server_endpoint.address));
}

/* The last event of an id about the server's binding, up to the connection's end; NULL when none. */
static const dx_log_event *
last_event(const dx_facts *facts, const dx_context *context, uint16_t id, int64_t *last_us)
{
    const GPtrArray *events = dx_evidence_events(context->evidence, id);
    const dx_log_event *last = NULL;
    int64_t time_us;

    *last_us = INT64_MIN;
    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = events->pdata[i];
        if (is_of_server(event, facts) && dx_log_clock_us(context->log_clock, event, &time_us) &&
            time_us <= facts->last_us && time_us >= *last_us) {
            last = event;
            *last_us = time_us;
        }
    }
    return last;
}

/* The event that deleted this endpoint's binding (15300), when none created it again (15301) before the
 * failure; else NULL. */
static const dx_log_event *
binding_deleted(const dx_facts *facts, const dx_context *context)
{
    int64_t deleted_us, created_us;
    const dx_log_event *deleted = last_event(facts, context, 15300, &deleted_us);
    const dx_log_event *created = last_event(facts, context, 15301, &created_us);

    /* at the same time the later line counts: both stand in one list */
    bool later =
        deleted && (!created || deleted_us > created_us || (deleted_us == created_us && deleted > created));
    return later ? deleted : NULL;
}

const dx_log_event *
dx_files_endpoint_event(const dx_facts *facts, const dx_context *context, uint16_t id, bool ever)
{
    const GPtrArray *events = dx_evidence_events(context->evidence, id);
    int64_t time_us;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *event = events->pdata[i];
        if (!is_of_server(event, facts))
            continue;
        bool known = dx_log_clock_us(context->log_clock, event, &time_us);
        if (ever || (known && time_us >= facts->first_us - DX_LOG_TOLERANCE_US &&
                     time_us <= facts->last_us + DX_LOG_TOLERANCE_US))
            return event;
    }
    return NULL;
}

/* The socket of the server's port: its very address, else any. */
static const dx_socket *
socket_of(const dx_facts *facts, const dx_context *context)
{
    const dx_endpoint *server = &facts->server_endpoint;
    const GPtrArray *sockets = dx_evidence_sockets(context->evidence, server->port);
    const dx_socket *found = NULL;

    for (unsigned i = 0; i < sockets->len; i++) {
        const dx_socket *row = sockets->pdata[i];
        if (dx_endpoint_equal(&row->local, server))
            return row;
        if (row->local.datagram != server->datagram)
            continue;
        bool any = dx_address_is_any(&row->local.address);
        bool same = row->local.address.family == server->address.family; /* "::" may take IPv4, too */
        if (any && (!found || (same && found->local.address.family != server->address.family)))
            found = row;
    }
    return found;
}

/* Whether a program is one that the port is for. Of a process with several services (svchost.exe) their names
 * tell, where the files have them. */
static bool
is_expected(const dx_context *context, const dx_socket *socket, const char *image, const dx_role *role)
{
    const dx_service *service = dx_service_by_process(image, role);
    const dx_process *process = socket->have_pid ? dx_evidence_process(context->evidence, socket->pid) : NULL;

    if (service && g_ascii_strcasecmp(image, "svchost.exe") == 0 && process && process->services)
        service = dx_service_by_process(process->services, role);
    /* inetinfo.exe: SMTP and FTP of IIS 6 */
    return service && (service->id == role->windows || service->id == role->elsewhere ||
                       service->id == DX_SERVICE_WINDOWS_OTHER);
}

/* The role of the port alone: the files tell who has it. */
static const dx_role *
role_of(const dx_facts *facts, const dx_context *context)
{
    dx_place place;

    dx_place_find(&place, facts, context);
    return place.role;
}

bool
dx_say_unbound(dx_file_finding *files, const dx_facts *facts, const dx_context *context)
{
    const dx_site_binding *site = dx_files_site(facts, context);
    const dx_log_event *event = dx_files_endpoint_event(facts, context, 15021, false);

    if (!event)
        event = binding_deleted(facts, context);
    if (site && site->bare)
        dx_say_site(files, site, "without a certificate");
    else if (event)
        dx_say_event(files, context, event);
    return (site && site->bare) || event;
}

dx_owner
dx_files_owner(const dx_facts *facts, const dx_context *context, const dx_socket **socket)
{
    *socket = socket_of(facts, context);
    if (!*socket)
        return dx_evidence_lists_sockets(context->evidence).line ? DX_OWNER_NONE : DX_OWNER_UNKNOWN;
    if ((*socket)->have_pid && (*socket)->pid == PID_SYSTEM)
        return DX_OWNER_HTTP_SYS;
    const dx_role *role = role_of(facts, context);
    bool web = role->windows == DX_SERVICE_HTTPSYS || role->windows == DX_SERVICE_WINRM;
    const char *image = dx_evidence_image(context->evidence, *socket);
    if (image && !web && is_expected(context, *socket, image, role))
        return DX_OWNER_EXPECTED;
    if (!image && !((*socket)->have_pid && web))
        return DX_OWNER_UNKNOWN;
    return DX_OWNER_OTHER;
}

bool
dx_host_is_http_sys(const dx_host *host)
{
    const char *header = host ? host->http_server : NULL;

    return header && (strstr(header, "IIS") || strstr(header, "HTTPAPI"));
}

dx_http_sys
dx_files_http_sys(const dx_facts *facts, const dx_context *context)
{
    const dx_socket *socket;
    dx_owner owner = dx_files_owner(facts, context, &socket);

    if (owner == DX_OWNER_HTTP_SYS)
        return DX_HTTP_SYS_SURE;
    if (owner == DX_OWNER_OTHER || owner == DX_OWNER_EXPECTED || !dx_place_has_bindings(facts, context))
        return DX_HTTP_SYS_NO;
    bool web = dx_role_of_port(facts->server_endpoint.port) != NULL; /* else the port is in no table */
    return dx_host_is_http_sys(context->host) || web ? DX_HTTP_SYS_SURE : DX_HTTP_SYS_MAYBE;
}

/* winerror.h: NTE_BAD_PROV_TYPE, NTE_NOT_SUPPORTED */
bool
dx_event_wrong_provider(const dx_log_event *event)
{
    return event->id == 36870 && event->have_code && (event->code == 0x80090014 || event->code == 0x80090029);
}
