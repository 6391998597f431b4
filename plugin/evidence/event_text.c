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

typedef struct record {
    dx_log_event event;
    bool open, ours, other, have_id, in_text;
    int64_t day_us;
} record;

static void
close_record(const dx_reading *reading, record *now, uint32_t line)
{
    if (now->open && (now->have_id || now->other)) /* a log may hold events of other programs only */
        dx_reading_empty(reading);
    if (now->open && now->ours && now->have_id)
        dx_reading_keep(reading, reading->store->events, &now->event);
    else if (now->open && (now->ours || now->have_id) && !now->other)
        dx_reading_skip(reading, line);
    memset(now, 0, sizeof *now);
}

static bool
begins_record(const record *now, dx_span line)
{
    if (dx_span_starts(line, "Event[") || dx_span_starts(line, "Event Type:"))
        return true;
    /* "Type:" begins a record of Server 2003's eventquery.vbs */
    return (dx_span_starts(line, "Log Name:") || dx_span_starts(line, "Type:")) &&
           (!now->open || now->have_id);
}

static void
take_date(record *now, dx_span value)
{
    dx_log_event *event = &now->event;
    int64_t of_day;
    bool utc = false;

    if (!event->have_time && dx_time_parse(&event->time_us, &utc, value)) {
        event->have_time = true;
        event->utc = utc;
        now->day_us = event->time_us;
    } else if (!event->have_time && dx_time_parse_local(&event->time_us, value)) {
        event->have_time = true;
        now->day_us = event->time_us;
    } else if (event->have_time && event->time_us == now->day_us &&
               dx_time_of_day(&of_day, value) == value.len) {
        event->time_us += of_day; /* "Time:" in a line of its own */
    }
}

static void
take_caption(record *now, dx_span caption, dx_span value)
{
    uint32_t number;
    bool numeric = value.len && dx_span_decimal(&number, value) == value.len;
    bool source = dx_span_ends(caption, "Source") || dx_span_equal(caption, "Provider");

    if (!now->ours && dx_event_provider(&now->event, value))
        now->ours = true;
    else if (source)
        now->other = true;
    bool names_id = dx_span_has(caption, "ID") || dx_span_equal(caption, "Event");
    if (numeric && !now->have_id && names_id && dx_event_wanted(&now->event, number))
        now->have_id = true;
    else if (numeric && dx_span_starts(caption, "Event ID"))
        now->other = true;
    else if (!numeric && value.len && g_ascii_isdigit(value.at[0]))
        take_date(now, value);
}

static void
take_line(record *now, dx_span line)
{
    dx_span caption, value;
    bool split = dx_span_value(line, &caption, &value);

    if (now->in_text) {
        dx_event_message(&now->event, line);
        return;
    }
    /* a description is the first line that is no caption, or whose caption says so */
    if (split && caption.len <= 30) {
        now->in_text = dx_span_starts(caption, "Descri") || dx_span_starts(caption, "Beschreibung");
        if (now->in_text)
            dx_event_message(&now->event, value);
        else
            take_caption(now, caption, value);
    } else if (now->have_id) {
        now->in_text = true;
        dx_event_message(&now->event, line);
    }
}

dx_sight
dx_see_event_text(const dx_look *look)
{
    bool seen = dx_span_starts(look->line, "Event[") ||
                (look->split && (dx_span_equal(look->value, "Schannel") || dx_span_has(look->value, "HttpEvent") ||
                                 dx_span_starts(look->caption, "Event ID")));

    return seen ? DX_SEEN_ALONE : DX_NOT_SEEN; /* descriptions may quote anything */
}

void
dx_read_event_text(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    record now = {.open = false};

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (begins_record(&now, line)) {
            close_record(reading, &now, lines.number - 1);
            now.open = true;
            now.event.where = dx_reading_at(reading, lines.number);
        }
        if (now.open && line.len)
            take_line(&now, line);
    }
    close_record(reading, &now, lines.number);
    dx_lines_end(&lines);
}
