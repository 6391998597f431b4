/* events.c - the Windows events that belong to a verdict, each with the machine whose log it is in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/events.h"

#include <string.h>

#include "knowledge/names.h"
#include "knowledge/windows.h"
#include "present/layout.h"
#include "verdict/late_check.h"

#define ALERT_RECEIVED  36887
#define ALERT_GENERATED 36888

#define MAX_EVENTS G_N_ELEMENTS(((const dx_cause *)NULL)->events)

#define NO_SERVER_CERTIFICATE 36886 /* of the directory server */

static unsigned
add_row(dx_event_row *rows, unsigned num, dx_side side, uint16_t id)
{
    if (num == DX_MAX_EVENT_ROWS)
        return num;
    rows[num] = (dx_event_row){.side = side, .id = id};
    return num + 1;
}

/* What the alert that ended it left in this side's log. Of an alert that nobody saw, Schannel may still have
 * written that it made one. */
static unsigned
add_alert(dx_event_row *rows, unsigned num, dx_side side, const uint16_t *events, const dx_facts *facts)
{
    bool wanted = false, sent = facts->end.by == side, readable = facts->end.kind == DX_END_ALERT;
    for (unsigned i = 0; i < MAX_EVENTS && events[i]; i++)
        wanted |= events[i] == ALERT_RECEIVED || events[i] == ALERT_GENERATED;
    if (!wanted || facts->end.by == DX_NOBODY)
        return num;
    if (!readable && facts->end.kind != DX_END_ENCRYPTED_ALERT && !(sent && side == DX_SERVER))
        return num;
    unsigned more = add_row(rows, num, side, sent ? ALERT_GENERATED : ALERT_RECEIVED);
    if (more > num)
        rows[num].readable = readable;
    return more;
}

/* Whom the event is of, where that is not the server's program on Windows: HTTP.sys, the domain
 * controller. */
static bool
is_foreign(uint16_t id, const dx_verdict *verdict, const dx_facts *facts)
{
    bool of_http = id >= 15000 && id < 15400;
    bool of_directory = id == NO_SERVER_CERTIFICATE && verdict->cause->events[0] != id;

    if (!of_http && !of_directory)
        return false;
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);
    dx_service_id serves = verdict->service ? verdict->service->id
                           : role           ? role->windows
                                            : DX_SERVICE_HTTPSYS;
    if (of_directory)
        return serves != DX_SERVICE_ACTIVE_DIRECTORY;
    return serves != DX_SERVICE_HTTPSYS && serves != DX_SERVICE_WINRM;
}

unsigned
dx_event_rows(dx_event_row rows[DX_MAX_EVENT_ROWS], const dx_verdict *verdict, const dx_facts *facts)
{
    const uint16_t *events = verdict->own_events ? verdict->own_events : verdict->cause->events;
    static const dx_side sides[] = {DX_SERVER, DX_CLIENT};
    unsigned num = 0;
    for (unsigned s = 0; s < G_N_ELEMENTS(sides); s++) {
        num = add_alert(rows, num, sides[s], events, facts);
        for (unsigned i = 0; i < MAX_EVENTS && events[i]; i++) {
            const dx_event *event = dx_event_find(events[i]);
            dx_side side = event && event->side == DX_LOG_CLIENT ? DX_CLIENT : DX_SERVER;
            if (is_foreign(events[i], verdict, facts))
                continue;
            if (side == sides[s] && events[i] != ALERT_RECEIVED && events[i] != ALERT_GENERATED)
                num = add_row(rows, num, side, events[i]);
        }
    }
    return num;
}

const char *
dx_event_source(uint16_t id)
{
    const dx_event *event = dx_event_find(id);
    const char *provider = event ? event->provider : "", *prefix = "Microsoft-Windows-";
    return g_str_has_prefix(provider, prefix) ? provider + strlen(prefix) : provider;
}

char *
dx_event_row_text(const dx_event_row *row, const dx_facts *facts)
{
    const dx_event *event = dx_event_find(row->id);
    if (!row->readable)
        return g_strdup(event ? event->meaning : "");
    const char *name = dx_alert_name(facts->end.alert);
    return g_strdup_printf("Fatal alert %s: %u%s%s%s", row->id == ALERT_GENERATED ? "generated" : "received",
                           facts->end.alert, name ? " (" : "", name ? name : "", name ? ")" : "");
}

char *
dx_event_heading(uint16_t port, int64_t time_us)
{
    const dx_role *role = dx_role_of_port(port);
    char *time = dx_layout_time(time_us);
    char *heading =
        g_strdup_printf("System log%s of a Windows machine, at %s:",
                        role && role->id == DX_ROLE_TDS ? " (MSSQLSERVER: Application log)" : "", time);

    g_free(time);
    return heading;
}

bool
dx_event_has_log(dx_side side, const dx_verdict *verdict, const dx_facts *facts)
{
    if (side == DX_CLIENT) /* the TTL may be that of a proxy or a NAT before it */
        return dx_client_is_schannel(facts) ||
               (verdict->client_platform != DX_PLATFORM_UNIX && !dx_client_has_own_stack(facts));
    return verdict->platform != DX_PLATFORM_UNIX &&
           (!verdict->service || verdict->service->stack == DX_STACK_SCHANNEL);
}
