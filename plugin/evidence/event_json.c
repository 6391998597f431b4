/* event_json.c - reads "Get-WinEvent | ConvertTo-Json", "Get-EventLog | ConvertTo-Json" and the like
 *
 *     [ { "Message": "...", "Id": 36870, "ProviderName": "Schannel", "TimeCreated":
 *     "\/Date(1795360609000)\/" } ]
 *
 * No tree is built: names and values are taken in turn, and a record is the outermost object, or what lies in
 * a list before one has begun. PowerShell 5 writes times in milliseconds (UTC), PowerShell 7 with their zone.
 * Source: Microsoft Learn, "ConvertTo-Json"; RFC 8259
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define MAX_DEPTH  64
#define MAX_STRING 65536

typedef struct reader {
    const dx_reading *reading;
    dx_span rest;
    uint32_t line;
    dx_event_record record;
    unsigned depth, record_depth; /* brackets that are open; of the record's own */
    bool in_list[MAX_DEPTH];
    GString *key, *text;
} reader;

/* \uXXXX; halves of a pair become '?' */
static void
append_escape(reader *now)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char c = now->rest.at[0];
    const char *found = c ? strchr(from, c) : NULL;
    uint32_t unit = 0;

    now->rest = dx_span_from(now->rest, 1);
    if (c != 'u') {
        g_string_append_c(now->text, found ? to[found - from] : c);
        return;
    }
    dx_span digits = {now->rest.at, MIN(now->rest.len, 4)};
    size_t taken = dx_span_hex(&unit, digits);
    now->rest = dx_span_from(now->rest, taken);
    g_string_append_unichar(now->text, !unit || (unit >= 0xd800 && unit < 0xe000) ? '?' : unit);
}

/* The string behind a quotation mark, into `text`. */
static void
take_string(reader *now)
{
    g_string_truncate(now->text, 0);
    while (now->rest.len) {
        char c = now->rest.at[0];
        now->rest = dx_span_from(now->rest, 1);
        if (c == '"')
            return;
        now->line += c == '\n';
        if (c == '\\' && now->rest.len)
            append_escape(now);
        else if (now->text->len < MAX_STRING)
            g_string_append_c(now->text, c ? c : ' ');
    }
}

/* true, 36870, null */
static void
take_bare(reader *now)
{
    size_t len = 0;

    while (len < now->rest.len && (g_ascii_isalnum(now->rest.at[len]) || strchr("+-.", now->rest.at[len])))
        len++;
    g_string_truncate(now->text, 0);
    g_string_append_len(now->text, now->rest.at, (gssize)MIN(len, MAX_STRING));
    now->rest = dx_span_from(now->rest, MAX(len, 1));
}

static void
take_value(reader *now)
{
    if (now->record.open && now->key->len)
        dx_event_record_property(&now->record, DX_DATES_OPEN, (dx_span){now->key->str, now->key->len},
                                 (dx_span){now->text->str, now->text->len});
    if (!now->depth || !now->in_list[MIN(now->depth, MAX_DEPTH) - 1])
        g_string_truncate(now->key, 0); /* values of a list share their name */
}

static void
open_bracket(reader *now, bool list)
{
    bool in_list = now->depth && now->in_list[MIN(now->depth, MAX_DEPTH) - 1];
    bool empty = !now->record.have_id && !now->record.have_provider;

    if (!list && (!now->record.open || (in_list && empty))) {
        dx_event_record_begin(now->reading, &now->record, now->line);
        now->record_depth = now->depth;
    }
    if (now->depth < MAX_DEPTH)
        now->in_list[now->depth] = list;
    now->depth++;
}

static void
close_bracket(reader *now)
{
    now->depth -= now->depth > 0;
    if (now->record.open && now->depth == now->record_depth)
        dx_event_record_end(now->reading, &now->record, now->line);
}

static void
take_token(reader *now, char c)
{
    if (c == '"') {
        now->rest = dx_span_from(now->rest, 1);
        take_string(now);
        dx_span behind = dx_span_trim(now->rest);
        if (behind.len && behind.at[0] == ':')
            g_string_assign(now->key, now->text->str);
        else
            take_value(now);
    } else if (g_ascii_isalnum(c) || c == '-') {
        take_bare(now);
        take_value(now);
    } else {
        now->rest = dx_span_from(now->rest, 1);
        now->line += c == '\n';
        if (c == '{' || c == '[')
            open_bracket(now, c == '[');
        else if (c == '}' || c == ']')
            close_bracket(now);
    }
}

dx_seeing
dx_see_event_json(const dx_look *look)
{
    dx_span start = {look->text.at, MIN(look->text.len, 65536)};

    if (look->before.len || !(dx_span_starts(look->line, "{") || dx_span_starts(look->line, "[")))
        return DX_NOT_SEEN;
    return dx_span_has(start, "\"ProviderName\"") || dx_span_has(start, "\"TimeCreated\"") ||
                   dx_span_has(start, "\"InstanceId\"")
               ? DX_SEEN_ALONE
               : DX_NOT_SEEN;
}

void
dx_read_event_json(const dx_reading *reading)
{
    reader now = {.reading = reading,
                  .rest = reading->text,
                  .line = 1,
                  .key = g_string_new(NULL),
                  .text = g_string_new(NULL)};

    while (now.rest.len)
        take_token(&now, now.rest.at[0]);
    if (now.record.open)
        dx_reading_cut(reading);
    g_string_free(now.key, TRUE);
    g_string_free(now.text, TRUE);
}
