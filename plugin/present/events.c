/* events.c - the Windows events that belong to a verdict, each with the machine whose log it is in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/events.h"

#include <string.h>

#include "knowledge/names.h"
#include "knowledge/windows.h"

#define ALERT_RECEIVED  36887
#define ALERT_GENERATED 36888

#define NO_SERVER_CERTIFICATE 36886 /* of the directory server */

static unsigned
add_row(dx_event_row *rows, unsigned num, dx_side side, uint16_t id, const char *text)
{
    const dx_event *event = dx_event_find(id);
    if (num == DX_MAX_EVENT_ROWS)
        return num;
    const char *provider = event ? event->provider : "", *prefix = "Microsoft-Windows-";
    if (g_str_has_prefix(provider, prefix)) /* as Event Viewer's column Source shows it */
        provider += strlen(prefix);
    rows[num] = (dx_event_row){.side = side, .id = id, .provider = provider};
    g_strlcpy(rows[num].text, text ? text : event ? event->meaning : "", sizeof rows[num].text);
    return num + 1;
}

/* What the alert that ended it left in this side's log. Of an alert that nobody saw, Schannel may still have
 * written that it made one. */
static unsigned
add_alert(dx_event_row *rows, unsigned num, dx_side side, const dx_cause *cause, const dx_facts *facts)
{
    bool wanted = false, sent = facts->end.by == side;
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i]; i++)
        wanted |= cause->events[i] == ALERT_RECEIVED || cause->events[i] == ALERT_GENERATED;
    if (!wanted || facts->end.by == DX_NOBODY)
        return num;
    if (facts->end.kind == DX_END_ENCRYPTED_ALERT)
        return add_row(rows, num, side, sent ? ALERT_GENERATED : ALERT_RECEIVED, NULL);
    if (facts->end.kind != DX_END_ALERT)
        return sent && side == DX_SERVER ? add_row(rows, num, side, ALERT_GENERATED, NULL) : num;
    char text[120];
    const char *name = dx_alert_name(facts->end.alert);
    g_snprintf(text, sizeof text, "Fatal alert %s: %u%s%s%s", sent ? "generated" : "received",
               facts->end.alert, name ? " (" : "", name ? name : "", name ? ")" : "");
    return add_row(rows, num, side, sent ? ALERT_GENERATED : ALERT_RECEIVED, text);
}

/* Whom the event is of, where that is not the server's program on Windows: HTTP.sys, the domain
 * controller. */
static bool
is_foreign(uint16_t id, const dx_verdict *verdict, const dx_facts *facts)
{
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);
    dx_service_id serves = verdict->service ? verdict->service->id
                           : role           ? role->windows
                                            : DX_SERVICE_HTTPSYS;

    if (id == NO_SERVER_CERTIFICATE && verdict->cause->events[0] != id)
        return serves != DX_SERVICE_ACTIVE_DIRECTORY;
    return id >= 15000 && id < 15400 && serves != DX_SERVICE_HTTPSYS && serves != DX_SERVICE_WINRM;
}

unsigned
dx_event_rows(dx_event_row rows[DX_MAX_EVENT_ROWS], const dx_verdict *verdict, const dx_facts *facts)
{
    const dx_cause *cause = verdict->cause;
    static const dx_side sides[] = {DX_SERVER, DX_CLIENT};
    unsigned num = 0;
    for (unsigned s = 0; s < G_N_ELEMENTS(sides); s++) {
        num = add_alert(rows, num, sides[s], cause, facts);
        for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i]; i++) {
            const dx_event *event = dx_event_find(cause->events[i]);
            dx_side side = event && event->side == DX_LOG_CLIENT ? DX_CLIENT : DX_SERVER;
            if (is_foreign(cause->events[i], verdict, facts))
                continue;
            if (side == sides[s] && cause->events[i] != ALERT_RECEIVED && cause->events[i] != ALERT_GENERATED)
                num = add_row(rows, num, side, cause->events[i], NULL);
        }
    }
    return num;
}

bool
dx_event_has_log(dx_side side, const dx_verdict *verdict)
{
    if (side == DX_CLIENT)
        return verdict->client_platform != DX_PLATFORM_UNIX;
    return verdict->platform != DX_PLATFORM_UNIX &&
           (!verdict->service || verdict->service->stack == DX_STACK_SCHANNEL);
}
