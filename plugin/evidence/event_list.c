/* event_list.c - reads "Get-WinEvent | Format-List" and "Get-EventLog | Format-List",
 * of some or all (*) properties
 *
 *     TimeCreated  : 11/22/2026 3:16:49 PM
 *     ProviderName : Schannel
 *     Id           : 36870
 *     Message      : A fatal error occurred when attempting to access the TLS server credential private key.
 *     The
 *                    error code returned from the cryptographic module is 0x80090016.
 *
 * Properties have the same names in every language. A record begins where the first one's first property
 * does. Times are the server's local ones.
 * Source: Microsoft Learn, "Get-WinEvent", "Get-EventLog", "Format-List": examples and their output
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define MAX_PROPERTY 40
#define MAX_MESSAGE  8192

typedef struct reader {
    dx_event_record record;
    dx_date_order order;
    char first[MAX_PROPERTY]; /* the property that begins a record */
    bool in_message;
    GString *message;
} reader;

/* "Name   : value" at the line's beginning. */
static bool
split(dx_span line, dx_span *name, dx_span *value)
{
    size_t at = 0;

    while (at < line.len && at < MAX_PROPERTY && g_ascii_isalnum(line.at[at]))
        at++;
    *name = (dx_span){line.at, at};
    while (at < line.len && line.at[at] == ' ')
        at++;
    if (!name->len || at == name->len || at >= line.len || line.at[at] != ':')
        return false;
    *value = dx_span_trim(dx_span_from(line, at + 1));
    return name->len < MAX_PROPERTY;
}

static void
close_record(const dx_reading *reading, reader *now, uint32_t line)
{
    if (now->record.open && now->message->len)
        dx_event_record_message(&now->record, (dx_span){now->message->str, now->message->len});
    g_string_truncate(now->message, 0);
    now->in_message = false;
    dx_event_record_end(reading, &now->record, line);
}

static void
take_property(const dx_reading *reading, reader *now, dx_span name, dx_span value, uint32_t line)
{
    if (!now->first[0]) {
        memcpy(now->first, name.at, name.len);
        now->first[name.len] = '\0';
    }
    if (dx_span_equal(name, now->first)) {
        close_record(reading, now, line - 1);
        dx_event_record_begin(reading, &now->record, line);
    }
    now->in_message = dx_span_equal(name, "Message");
    if (now->in_message)
        g_string_append_len(now->message, value.at, (gssize)value.len);
    else if (now->record.open)
        dx_event_record_property(&now->record, now->order, name, value);
}

dx_seeing
dx_see_event_list(const dx_look *look)
{
    static const char *const names[] = {"TimeCreated",   "ProviderName", "EventID",
                                        "TimeGenerated", "InstanceId",   "EntryType"};
    dx_span name, value;

    if (!split(look->line, &name, &value))
        return DX_NOT_SEEN;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (dx_span_equal(name, names[i]))
            return DX_SEEN_ALONE;
    return DX_NOT_SEEN;
}

void
dx_read_event_list(const dx_reading *reading)
{
    reader now = {.order = dx_date_order_of(reading->text), .message = g_string_new(NULL)};
    dx_span line, name, value;
    dx_lines lines;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        if (split(line, &name, &value)) {
            take_property(reading, &now, name, value, lines.number);
        } else if (now.in_message && now.message->len < MAX_MESSAGE) {
            value = dx_span_trim(line); /* it goes on */
            g_string_append_c(now.message, ' ');
            g_string_append_len(now.message, value.at, (gssize)MIN(value.len, MAX_MESSAGE));
        }
    }
    close_record(reading, &now, lines.number);
    dx_lines_end(&lines);
    g_string_free(now.message, TRUE);
}
