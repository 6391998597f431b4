/* w3c_log.c - reads logs in the W3C's form: IIS, HTTP.sys (httperr), Exchange's SMTP receive log, Windows
 * Firewall
 *
 *     #Software: Microsoft Internet Information Services 10.0
 *     #Fields: date time s-ip cs-method cs-uri-stem s-port c-ip sc-status sc-substatus sc-win32-status
 *     2026-11-26 09:00:01 198.51.100.20 GET / 443 192.0.2.10 403 7 64
 *
 * A line "#Fields" names the columns of those below it. Times are UTC but for the firewall's. Lines that say
 * nothing of TLS are no entries.
 * Source: w3.org, "Extended Log File Format"; knowledge/w3c_reasons.def
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/readers.h"
#include "knowledge/logs.h"

#define MAX_FIELDS 48
#define MAX_LOOK   16384 /* bytes of a line */

typedef enum {
    FIELD_OTHER,
    FIELD_DATE, /* with the time, or in front of it */
    FIELD_TIME,
    FIELD_CLIENT,
    FIELD_PORT,
    FIELD_ENDPOINT,
    FIELD_STATUS,
    FIELD_SUBSTATUS,
    FIELD_REASON,
    FIELD_CONTEXT,
    NUM_FIELDS
} field;

typedef struct columns {
    unsigned num;
    field fields[MAX_FIELDS];
    bool comma; /* between columns; else a blank */
    bool local, skip;
} columns;

/* Columns with one name or another. */
static field
field_of(dx_span name)
{
    static const struct {
        const char *name;
        field field;
    } known[] = {{"date", FIELD_DATE},        {"date-time", FIELD_DATE},
                 {"time", FIELD_TIME},        {"c-ip", FIELD_CLIENT},
                 {"src-ip", FIELD_CLIENT},    {"c-port", FIELD_PORT},
                 {"src-port", FIELD_PORT},    {"remote-endpoint", FIELD_ENDPOINT},
                 {"sc-status", FIELD_STATUS}, {"sc-substatus", FIELD_SUBSTATUS},
                 {"s-reason", FIELD_REASON},  {"action", FIELD_REASON},
                 {"context", FIELD_CONTEXT}};

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (dx_span_equal(name, known[i].name))
            return known[i].field;
    return FIELD_OTHER;
}

/* The next column; the last one of a line with commas may hold some. */
static bool
next_cell(dx_span *rest, dx_span *cell, bool comma, bool last)
{
    if (!comma)
        return dx_span_word(rest, cell);
    const char *end = last || !rest->len ? NULL : memchr(rest->at, ',', rest->len);
    if (!rest->at)
        return false;
    *cell = (dx_span){rest->at, end ? (size_t)(end - rest->at) : rest->len};
    *rest = end ? dx_span_from(*rest, cell->len + 1) : (dx_span){NULL, 0};
    return true;
}

/* "#Fields: date time ..." */
static void
take_names(columns *now, dx_span names)
{
    dx_span cell;

    now->num = 0;
    now->comma = names.len && memchr(names.at, ',', names.len);
    while (now->num < MAX_FIELDS && next_cell(&names, &cell, now->comma, false))
        now->fields[now->num++] = field_of(dx_span_trim(cell));
}

static void
take_heading(columns *now, dx_span line)
{
    dx_span names = dx_span_from(line, strlen("#Fields:"));

    if (dx_span_starts(line, "#Fields:"))
        take_names(now, dx_span_trim(names));
    else if (dx_span_starts(line, "#Time Format: Local"))
        now->local = true;
    else if (dx_span_starts(line, "#Log-type:"))
        now->skip = dx_span_has(line, "Send"); /* there Exchange is the client */
}

static const dx_log_row *
row_of(const dx_span cells[NUM_FIELDS])
{
    dx_span reason = cells[FIELD_REASON], context = cells[FIELD_CONTEXT];
    uint32_t substatus;

    if (reason.len)
        return dx_w3c_row_find(reason.at, reason.len);
    if (context.len)
        return dx_exchange_row_find(context.at, context.len);
    return dx_span_equal(cells[FIELD_STATUS], "403") && dx_span_decimal(&substatus, cells[FIELD_SUBSTATUS])
               ? dx_iis_row_find(substatus)
               : NULL;
}

static bool
take_client(dx_endpoint *out, const dx_span cells[NUM_FIELDS])
{
    dx_span client = cells[FIELD_CLIENT], both = cells[FIELD_ENDPOINT];
    uint32_t port;

    if (both.len)
        return dx_endpoint_parse(out, both.at, both.len) > 0;
    if (!client.len || !dx_address_parse(&out->address, client.at, client.len))
        return false;
    if (dx_span_decimal(&port, cells[FIELD_PORT]) && port <= UINT16_MAX)
        out->port = (uint16_t)port;
    return true;
}

/* "2026-11-26" and "09:00:01", or both in one column */
static bool
take_time(int64_t *us, const dx_span cells[NUM_FIELDS])
{
    dx_time time;
    int64_t of_day = 0;
    bool minutes;
    dx_span date = cells[FIELD_DATE], clock = cells[FIELD_TIME];

    if (!date.len || !dx_time_parse(&time, DX_DATES_OPEN, date) ||
        (clock.len && !dx_time_of_day(&of_day, &minutes, clock)))
        return false;
    *us = time.us + of_day;
    return true;
}

static void
take_line(const dx_reading *reading, const columns *now, dx_span line, uint32_t number)
{
    dx_span cells[NUM_FIELDS] = {{NULL, 0}}, cell;
    dx_log_event event = {
        .where = dx_reading_at(reading, number), .provider = DX_PROVIDER_PROGRAM, .utc = !now->local};
    unsigned num = 0;

    while (num < now->num && next_cell(&line, &cell, now->comma, num + 1 == now->num))
        cells[now->fields[num++]] = cell;
    if (now->num && num < now->num) {
        dx_reading_skip(reading, number);
        return;
    }
    event.row = now->skip ? NULL : row_of(cells);
    if (!event.row || !take_time(&event.time_us, cells))
        return;
    event.have_time = true;
    event.have_client = take_client(&event.endpoint, cells);
    dx_reading_keep(reading, reading->store->events, &event);
}

dx_seeing
dx_see_w3c_log(const dx_look *look)
{
    static const char *const names[] = {"sc-status", "s-reason", "remote-endpoint", "src-ip"};

    if (!dx_span_starts(look->line, "#Fields:"))
        return DX_NOT_SEEN;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (dx_span_has(look->line, names[i]))
            return DX_SEEN_ALONE;
    return DX_NOT_SEEN;
}

void
dx_read_w3c_log(const dx_reading *reading)
{
    columns now = {.num = 0};
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim((dx_span){line.at, MIN(line.len, MAX_LOOK)});
        if (line.len && line.at[0] == '#')
            take_heading(&now, line);
        else if (line.len && now.num)
            take_line(reading, &now, line, lines.number);
    }
    dx_lines_end(&lines);
    dx_reading_empty(reading); /* a log without a line about TLS */
}
