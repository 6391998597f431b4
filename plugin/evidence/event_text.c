/* event_text.c - reads "wevtutil qe System /f:text", and events as the Event Viewer copies them
 *
 *     Event[0]:                                   Event Type: Error
 *       Log Name: System                          Event Source: Schannel
 *       Source: Schannel                          Event ID: 36870
 *       Date: 2012-02-11T00:44:55.000             Date: 2/11/2012
 *       Event ID: 36870                           Time: 12:44:55 AM
 *       Description:                              Description: A fatal error occurred when ...
 *     A fatal error occurred when ...             (Windows Server 2003)
 *
 * Times are the server's local ones unless they end in Z. In other languages the values tell: the
 * provider's name, a known event id, a date, the numbers in the description.
 * Source: Microsoft Learn, "wevtutil"; Microsoft's troubleshooter for IIS, scenario 2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define MAX_CAPTION 30 /* bytes */

typedef struct reader {
    const dx_reading *reading;
    dx_event_record record;
    dx_date_order order;
    bool in_text, source_next; /* the description has begun; the next line names the source */
} reader;

/* The logs of the commands that reports name; their names are the same in every language. */
static bool
is_log(dx_span name)
{
    static const char *const names[] = {"System", "Application", "Security", "Directory Service",
                                        "Microsoft-Windows-Schannel/Operational"};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (name.len == strlen(names[i]) &&
            memcmp(name.at, names[i], name.len) == 0) /* not the user SYSTEM */
            return true;
    return false;
}

/* What WMI's list has behind the message. */
static bool
is_behind(dx_span caption)
{
    return dx_span_equal(caption, "Source Name") || dx_span_equal(caption, "Time Written");
}

/* "Caption: value", with a blank before the colon or none behind it, as some languages have it. */
static bool
split(dx_span line, dx_span *caption, dx_span *value)
{
    static const char wide[] = "\xef\xbc\x9a"; /* the colon of East Asia */
    const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;
    size_t at = colon ? (size_t)(colon - line.at) : SIZE_MAX, len = 1, other = dx_span_find(line, wide);

    if (other < at) {
        at = other;
        len = strlen(wide);
    }
    if (at == SIZE_MAX || at > MAX_CAPTION)
        return false;
    *caption = dx_span_trim((dx_span){line.at, at});
    *value = dx_span_trim(dx_span_from(line, at + len));
    return caption->len > 0;
}

/* Whether a line begins a record. */
static bool
begins(const reader *now, dx_span line)
{
    dx_span caption, value;

    if (dx_span_starts(line, "Event[") || dx_span_starts(line, "Event Type:"))
        return true;
    if (!split(line, &caption, &value) || (now->record.open && !now->record.have_id))
        return false;
    /* the log's name comes first in every language; "Type:" begins a record of Server 2003's eventquery.vbs,
     * "LogFile:" one of WMI's */
    return is_log(value) || dx_span_equal(caption, "Log Name") || dx_span_equal(caption, "Type");
}

static void
take_caption(reader *now, dx_span caption, dx_span value)
{
    dx_event_record *record = &now->record;
    uint32_t number;
    bool numeric = value.len && dx_span_decimal(&number, value) == value.len;
    bool source = now->source_next || dx_span_ends(caption, "Source") || dx_span_equal(caption, "Provider") ||
                  dx_span_equal(caption, "Source Name");
    dx_event_record probe = {.open = true};

    now->source_next = false;
    if (source || dx_event_record_provider(&probe, value))
        dx_event_record_provider(record, value);
    else if (numeric && (dx_span_has(caption, "ID") || dx_span_equal(caption, "Event") ||
                         dx_span_equal(caption, "Event Code")))
        dx_event_record_id(record, number);
    else if (!numeric)
        dx_event_record_time(record, now->order, false, value);
}

static void
take_line(reader *now, dx_span line)
{
    static const char *const captions[] = {"Descri", "Beschreibung", "説明", "Message"};
    dx_span caption, value;

    if (now->in_text && split(line, &caption, &value) && is_behind(caption)) {
        take_caption(now, caption, value);
        return;
    }
    if (now->in_text) {
        dx_event_record_message(&now->record, line);
        return;
    }
    /* a description is the first line that is no caption, or whose caption says so */
    if (split(line, &caption, &value)) {
        for (unsigned i = 0; i < G_N_ELEMENTS(captions); i++)
            now->in_text |= dx_span_starts(caption, captions[i]);
        if (now->in_text)
            dx_event_record_message(&now->record, value);
        else if (is_log(value) && !now->record.have_provider)
            now->source_next = true;
        else
            take_caption(now, caption, value);
    } else if (now->record.have_id) {
        now->in_text = true;
        dx_event_record_message(&now->record, line);
    }
}

dx_seeing
dx_see_event_text(const dx_look *look)
{
    dx_span caption, value;
    bool seen = dx_span_starts(look->line, "Event[");

    if (!seen && split(look->line, &caption, &value))
        seen = dx_span_equal(value, "Schannel") || dx_span_has(value, "HttpEvent") ||
               dx_span_starts(caption, "Event ID") || dx_span_starts(caption, "Event Code") ||
               (look->before.len && split(look->before, &caption, &value) && is_log(value));

    return seen ? DX_SEEN_ALONE : DX_NOT_SEEN; /* descriptions may quote anything */
}

void
dx_read_event_text(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    reader now = {.reading = reading, .order = dx_date_order_of(reading->text)};

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (begins(&now, line)) {
            dx_event_record_end(reading, &now.record, lines.number - 1);
            dx_event_record_begin(reading, &now.record, lines.number);
            now.in_text = now.source_next = false;
        }
        if (now.record.open && line.len)
            take_line(&now, line);
    }
    dx_event_record_end(reading, &now.record, lines.number);
    dx_lines_end(&lines);
}
