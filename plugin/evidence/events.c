/* events.c - what the readers of Windows' event logs share: a record is put together from its parts
 *
 * Source: knowledge/events.def and its sources; Microsoft Learn, "EventLogRecord Class",
 *         "EventLogEntry Class",
 * "Event Schema": the names of the parts
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#include "knowledge/windows.h"

/* Not what fails: loading, a credential's properties, a success; there may be thousands of them. */
static bool
is_routine(uint32_t id)
{
    return id == 34 || id == 35 || id == 36864 || id == 36867 || id == 36868 || id == 36880;
}

const char *
dx_event_candidate(uint32_t id)
{
    const dx_event *event = id <= UINT16_MAX ? dx_event_find((uint16_t)id) : NULL;

    return event ? event->provider : NULL;
}

/* What else a provider is called: by the logs of older releases and by Event Viewer's column Source. */
bool
dx_event_provider_is(const char *provider, dx_span name)
{
    static const struct {
        const char *provider, *other;
    } aliases[] = {{"Schannel", "Microsoft-Windows-Schannel-Events"},
                   {"Schannel", "Schannel-Events"},
                   {"Microsoft-Windows-HttpEvent", "HttpEvent"},
                   {"Microsoft-Windows-HttpEvent", "HTTP"},
                   {"Microsoft-Windows-HttpService", "HttpService"},
                   {"Microsoft-Windows-CAPI2", "CAPI2"},
                   {"Microsoft-Windows-Security-Auditing", "Security-Auditing"},
                   {"Microsoft-Windows-Security-Auditing", "Microsoft Windows security auditing."},
                   {"Microsoft-Windows-Security-Auditing", "Microsoft Windows security auditing"},
                   {"Microsoft-Windows-Security-Auditing", "Security"},
                   {"Microsoft-Windows-ActiveDirectory_DomainService", "ActiveDirectory_DomainService"},
                   {"Microsoft-Windows-ActiveDirectory_DomainService", "NTDS LDAP"},
                   {"Microsoft-Windows-ActiveDirectory_DomainService", "NTDS General"},
                   {"Microsoft-Windows-TerminalServices-RemoteConnectionManager",
                    "TerminalServices-RemoteConnectionManager"},
                   {"Microsoft-Windows-TerminalServices-RemoteConnectionManager", "TermService"}};

    if (dx_span_equal(name, provider))
        return true;
    if (strcmp(provider, "MSSQLSERVER") == 0 && dx_span_starts(name, "MSSQL$")) /* a named instance */
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(aliases); i++)
        if (strcmp(aliases[i].provider, provider) == 0 && dx_span_equal(name, aliases[i].other))
            return true;
    return false;
}

static bool
is_provider(dx_span name)
{
    static const char *const providers[] = {DX_EVENT_PROVIDERS};

    for (unsigned i = 0; i < G_N_ELEMENTS(providers); i++)
        if (dx_event_provider_is(providers[i], name))
            return true;
    return false;
}

void
dx_event_record_begin(const dx_reading *reading, dx_event_record *record, uint32_t line)
{
    memset(record, 0, sizeof *record);
    record->open = true;
    record->event.where = dx_reading_at(reading, line);
}

/* Events of Network Policy Server with a reason code. */
static bool
tells_reason(uint16_t id)
{
    return id == 6273 || id == 6274;
}

static bool
tells_alert(uint16_t id)
{
    return id == 36887 || id == 36888;
}

void
dx_event_record_end(const dx_reading *reading, dx_event_record *record, uint32_t line)
{
    if (!record->open)
        return;
    record->open = false;
    if (!record->have_provider && !record->have_id)
        return;
    dx_log_event *event = &record->event;
    const char *provider = record->have_id ? dx_event_candidate(event->id) : NULL;
    if (!record->have_provider && provider && strcmp(provider, "Schannel") == 0)
        dx_event_record_provider(record,
                                 (dx_span){provider, strlen(provider)}); /* ids that nobody else has */
    if (record->ours ? !record->have_id : provider && !record->have_provider) {
        dx_reading_skip(reading, line); /* of a provider that is ours, or with an id that is */
        return;
    }
    dx_span name = {record->provider, strlen(record->provider)};
    dx_reading_empty(reading); /* a log may hold other programs' events only */
    if (!provider || !dx_event_provider_is(provider, name) || is_routine(event->id))
        return;
    event->provider = strcmp(provider, "Schannel") == 0   ? DX_PROVIDER_SCHANNEL
                      : strstr(provider, "-Windows-Http") ? DX_PROVIDER_HTTP
                                                          : DX_PROVIDER_OTHER;
    event->have_alert &= tells_alert(event->id);
    if (tells_reason(event->id)) {
        event->row = dx_nps_row_find(record->reason);
        event->have_client = record->station.family != 0;
        event->endpoint = (dx_endpoint){.address = record->station};
    }
    dx_reading_keep(reading, reading->store->events, event);
}

bool
dx_event_record_provider(dx_event_record *record, dx_span name)
{
    name = dx_span_trim(name);
    if (record->have_provider || !name.len || name.len >= sizeof record->provider)
        return record->ours;
    memcpy(record->provider, name.at, name.len);
    record->provider[name.len] = '\0';
    record->have_provider = true;
    record->ours = is_provider(name);
    return record->ours;
}

void
dx_event_record_id(dx_event_record *record, uint32_t id)
{
    if (record->have_id)
        return;
    record->event.id = (uint16_t)id;
    record->have_id = true;
}

bool
dx_event_record_time(dx_event_record *record, dx_date_order order, bool utc, dx_span value)
{
    dx_log_event *event = &record->event;
    dx_time time;
    int64_t of_day;
    bool minutes;

    value = dx_span_trim(value);
    if (!event->have_time) {
        size_t taken = dx_time_parse(&time, order, value);
        if (!taken && !dx_time_json(&time, value))
            return false;
        event->have_time = true;
        event->time_us = time.us;
        event->utc = time.utc || utc;
        event->yearless = time.yearless;
        event->minutes = time.minutes;
        record->need_time_of_day = time.minutes && time.us % (INT64_C(86400) * G_USEC_PER_SEC) == 0;
        return true;
    }
    if (record->need_time_of_day && dx_time_of_day(&of_day, &minutes, value) == value.len && value.len) {
        event->time_us += of_day; /* "Time:" in a line of its own */
        event->minutes = minutes;
        record->need_time_of_day = false;
        return true;
    }
    return false;
}

static void
find_endpoint(dx_log_event *event, dx_span text)
{
    for (size_t at = 0; at < text.len && !event->endpoint.address.family; at++)
        if ((at == 0 || g_ascii_isspace(text.at[at - 1])) &&
            dx_endpoint_parse(&event->endpoint, text.at + at, text.len - at))
            return;
}

void
dx_event_record_value(dx_event_record *record, dx_span name, dx_span value)
{
    dx_log_event *event = &record->event;
    uint32_t number;

    value = dx_span_trim(value);
    if (!record->alert_is_number && (dx_span_equal(name, "AlertDesc") || !name.len) && value.len &&
        dx_span_decimal(&number, value) == value.len && number <= 255) {
        event->alert = (uint8_t)number;
        event->have_alert = record->alert_is_number = true;
    }
    if (!event->have_code && dx_span_starts(value, "0x8") && dx_span_hex(&event->code, value) == value.len)
        event->have_code = true;
    if (dx_span_equal(name, "ReasonCode"))
        dx_span_decimal(&record->reason, value);
    if (dx_span_equal(name, "CallingStationID"))
        dx_link_parse(&record->station, value.at, value.len);
    if (dx_span_equal(value, "client") && (dx_span_equal(name, "Type") || !name.len))
        event->as_client = true;
    find_endpoint(event, value);
}

/* The alert's number is the first number of the sentence, in every language. */
static void
find_alert(dx_log_event *event, dx_span text)
{
    uint32_t number;

    for (size_t at = 0; at < text.len; at++) {
        if (!g_ascii_isdigit(text.at[at]))
            continue;
        dx_span rest = dx_span_from(text, at);
        size_t taken = dx_span_decimal(&number, rest);
        /* not the 1.2 of "TLS 1.2" */
        bool whole = taken && (taken >= rest.len || rest.at[taken] != '.' || taken + 1 >= rest.len ||
                               !g_ascii_isdigit(rest.at[taken + 1]));
        if (whole && number <= 255) {
            event->alert = (uint8_t)number;
            event->have_alert = true;
            return;
        }
        while (at + 1 < text.len && (g_ascii_isdigit(text.at[at + 1]) || text.at[at + 1] == '.'))
            at++;
    }
}

/* The value behind a caption of whatever language, whose colon may be full width; empty without one. */
static dx_span
behind_caption(dx_span line)
{
    static const char wide[] = "\xef\xbc\x9a";
    size_t full = dx_span_find(line, wide);
    const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;
    size_t at = full != SIZE_MAX ? full + strlen(wide) : colon ? (size_t)(colon + 1 - line.at) : line.len;

    return dx_span_trim(dx_span_from(line, at));
}

/* Of Network Policy Server's events: the client's link address ("Calling Station Identifier", behind that of
 * the access point) and the reason code, which is the last number that has a line to itself. */
static void
find_reason(dx_event_record *record, dx_span text)
{
    dx_lines lines;
    dx_span line;
    dx_address station;
    uint32_t number;

    if (record->have_id && !tells_reason(record->event.id))
        return;
    dx_lines_start(&lines, text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_span value = behind_caption(line);
        if (value.len && dx_span_decimal(&number, value) == value.len && dx_nps_row_find(number))
            record->reason = number;
        if (value.len >= 17 && !g_ascii_isxdigit(value.at[2]) &&
            dx_link_parse(&station, value.at, value.len) == value.len)
            record->station = station;
    }
    dx_lines_end(&lines);
}

void
dx_event_record_message(dx_event_record *record, dx_span message)
{
    dx_log_event *event = &record->event;
    size_t code = dx_span_find(message, "0x8");

    find_reason(record, message);

    if (!event->have_alert)
        find_alert(event, message);
    if (code != SIZE_MAX && !event->have_code)
        event->have_code = dx_span_hex(&event->code, dx_span_from(message, code)) > 0;
    if (dx_span_has(message, "client credential"))
        event->as_client = true;
    find_endpoint(event, message);
}

bool
dx_event_record_property(dx_event_record *record, dx_date_order order, dx_span name, dx_span value)
{
    static const struct {
        const char *name;
        enum { PROVIDER, ID, TIME, UTC, MESSAGE, VALUE } part;
    } names[] = {{"ProviderName", PROVIDER},
                 {"Source", PROVIDER},
                 {"SourceName", PROVIDER},
                 {"Id", ID},
                 {"EventID", ID},
                 {"InstanceId", ID},
                 {"EventCode", ID},
                 {"TimeCreated", TIME},
                 {"TimeGenerated", TIME},
                 {"TimeWritten", TIME},
                 {"SystemTime", UTC},
                 {"Message", MESSAGE},
                 {"Value", VALUE},
                 {"AlertDesc", VALUE},
                 {"ReplacementStrings", VALUE}};
    uint32_t number;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!dx_span_equal(name, names[i].name))
            continue;
        switch (names[i].part) {
        case PROVIDER:
            dx_event_record_provider(record, value);
            break;
        case ID:
            if (value.len && dx_span_decimal(&number, value) == value.len)
                dx_event_record_id(record, number);
            break;
        case TIME:
        case UTC:
            dx_event_record_time(record, order, names[i].part == UTC, value);
            break;
        case MESSAGE:
            dx_event_record_message(record, value);
            break;
        case VALUE:
            if (dx_span_starts(value, "/Date(")) /* a date that PowerShell 5 has wrapped into an object */
                dx_event_record_time(record, order, false, value);
            dx_event_record_value(record, dx_span_equal(name, "AlertDesc") ? name : (dx_span){name.at, 0},
                                  value);
            break;
        }
        return true;
    }
    return false;
}
