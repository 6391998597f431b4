/* event_table.c - reads tables of events: Get-WinEvent and Get-EventLog as they print, Export-Csv of both,
 * and Event Viewer's "Save All Events As" with commas or tabs
 *
 *        ProviderName: Schannel
 *     TimeCreated                     Id LevelDisplayName Message
 *     -----------                     -- ---------------- -------
 *     11/22/2026 3:16:49 PM        36870 Error            A fatal error occurred when attempting to access
 *     the ...
 *
 *     Error,11/22/2026 3:16:49 PM,Schannel,36870,None,"A fatal error occurred ..."
 *
 * What a cell is, its value tells: a date, a provider's name, an id that this provider has. So headings may
 * be in any language and columns in any order. Times are the server's local ones. A console cuts messages
 * off: an alert or an error code may be missing.
 * Source: Microsoft Learn, "Get-WinEvent", "Get-EventLog", "Export-Csv"; RFC 4180; output in posts
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define MAX_CELL       65536
#define MAX_CANDIDATES 4

typedef struct row {
    dx_event_record record;
    uint32_t candidates[MAX_CANDIDATES]; /* numbers that are ids of some provider */
    unsigned num_candidates;
} row;

static bool
is_ours(dx_span name)
{
    dx_event_record probe = {.open = true};
    return dx_event_record_provider(&probe, name);
}

static void
take_number(row *now, uint32_t number)
{
    if (dx_event_candidate(number) && now->num_candidates < MAX_CANDIDATES)
        now->candidates[now->num_candidates++] = number;
}

/* The first number that the row's provider has as an id. */
static void
choose_id(row *now)
{
    dx_span name = {now->record.provider, strlen(now->record.provider)};

    for (unsigned i = 0; i < now->num_candidates; i++)
        if (dx_event_provider_is(dx_event_candidate(now->candidates[i]), name)) {
            dx_event_record_id(&now->record, now->candidates[i]);
            return;
        }
}

static void
close_row(const dx_reading *reading, row *now, uint32_t line)
{
    bool ours = now->record.open && now->record.ours;

    if (ours)
        choose_id(now);
    if (now->record.open && (!ours || !now->record.have_id))
        dx_reading_empty(reading); /* another program's */
    else
        dx_event_record_end(reading, &now->record, line);
    memset(now, 0, sizeof *now);
}

/* A cell of a table with delimiters. */
static void
take_cell(row *now, dx_date_order order, dx_span cell)
{
    uint32_t number;

    cell = dx_span_trim(cell);
    if (!cell.len)
        return;
    if (dx_span_decimal(&number, cell) == cell.len)
        take_number(now, number);
    else if (!now->record.have_provider && is_ours(cell))
        dx_event_record_provider(&now->record, cell);
    else if (!dx_event_record_time(&now->record, order, false, cell) && memchr(cell.at, ' ', cell.len))
        dx_event_record_message(&now->record, cell);
}

/* The next cell, without its quotation marks; `*last`: it ends its row. Counts the lines that it takes. */
static void
next_cell(dx_span *rest, GString *cell, char delimiter, bool *last, uint32_t *lines)
{
    bool quoted = false;

    g_string_truncate(cell, 0);
    *last = true;
    while (rest->len) {
        char c = rest->at[0];
        *rest = dx_span_from(*rest, 1);
        *lines += c == '\n';
        if (c == '"') {
            if (quoted && rest->len && rest->at[0] == '"') {
                *rest = dx_span_from(*rest, 1);
                g_string_append_c(cell, '"');
            } else {
                quoted = !quoted;
            }
        } else if (!quoted && (c == delimiter || c == '\n')) {
            *last = c == '\n';
            return;
        } else if (cell->len < MAX_CELL) {
            g_string_append_c(cell, c);
        }
    }
}

static void
read_cells(const dx_reading *reading, char delimiter, dx_date_order order)
{
    GString *cell = g_string_new(NULL);
    dx_span rest = reading->text;
    uint32_t line = 1;
    row now = {.num_candidates = 0};

    while (rest.len) {
        bool last;
        if (!now.record.open)
            dx_event_record_begin(reading, &now.record, line);
        next_cell(&rest, cell, delimiter, &last, &line);
        take_cell(&now, order, (dx_span){cell->str, cell->len});
        if (last)
            close_row(reading, &now, line);
    }
    g_string_free(cell, TRUE);
}

/* Takes a row of a printed table: the date, then an id, a provider, a message in any order. */
static bool
take_row(row *now, dx_date_order order, dx_span line, dx_span heading)
{
    dx_span rest = line, word;
    uint32_t number;
    dx_time time;

    size_t index = dx_span_decimal(&number, line); /* Get-EventLog's first column */
    if (index && index < line.len && line.at[index] == ' ' && !dx_time_parse(&time, order, line))
        rest = dx_span_trim(dx_span_from(line, index));
    size_t taken = dx_time_parse(&time, order, rest);
    if (!taken)
        return false;
    dx_event_record_time(&now->record, order, false, rest);
    rest = dx_span_trim(dx_span_from(rest, taken));
    dx_event_record_message(&now->record, rest);
    if (heading.len)
        dx_event_record_provider(&now->record, heading);
    while (dx_span_word(&rest, &word)) {
        if (dx_span_decimal(&number, word) == word.len)
            take_number(now, number);
        else if (!now->record.have_provider && is_ours(word))
            dx_event_record_provider(&now->record, word);
    }
    return true;
}

static void
read_columns(const dx_reading *reading, dx_date_order order)
{
    dx_lines lines;
    dx_span line, heading = {"", 0};
    row now = {.num_candidates = 0}, next = {.num_candidates = 0};

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        memset(&next, 0, sizeof next);
        dx_event_record_begin(reading, &next.record, lines.number);
        if (dx_span_starts(line, "ProviderName:")) {
            heading = dx_span_trim(dx_span_from(line, strlen("ProviderName:")));
        } else if (take_row(&next, order, line, heading)) {
            close_row(reading, &now, lines.number - 1);
            now = next;
        } else if (now.record.open && line.len) {
            dx_event_record_message(&now.record, line); /* it goes on */
        }
    }
    close_row(reading, &now, lines.number);
    dx_lines_end(&lines);
}

/* The delimiter of a line that is a row of such a table: it has a date and a provider's name. 0:
 * it is none. */
static char
delimiter_of(dx_span line)
{
    static const char delimiters[] = "\t,;";
    GString *cell = g_string_new(NULL);
    char found = 0;

    for (unsigned i = 0; !found && delimiters[i]; i++) {
        dx_span rest = {line.at, MIN(line.len, 4096)};
        bool last = false, dated = false, named = false;
        uint32_t ignored = 0;
        dx_time time;
        while (rest.len && !last) {
            next_cell(&rest, cell, delimiters[i], &last, &ignored);
            dx_span value = dx_span_trim((dx_span){cell->str, cell->len});
            dated |=
                value.len && g_ascii_isdigit(value.at[0]) && dx_time_parse(&time, DX_DATES_OPEN, value) > 0;
            named |= is_ours(value);
        }
        if (dated && named)
            found = delimiters[i];
    }
    g_string_free(cell, TRUE);
    return found;
}

/* Export-Csv's headings, and what the printed tables of both commands begin with. */
static bool
is_heading(dx_span line)
{
    return dx_span_starts(line, "ProviderName:") ||
           (dx_span_has(line, "TimeCreated") && (dx_span_has(line, "Message") || dx_span_has(line, "Id"))) ||
           (dx_span_has(line, "EntryType") && dx_span_has(line, "InstanceI")) ||
           (dx_span_has(line, "TimeGenerated") && dx_span_has(line, "Message"));
}

dx_seeing
dx_see_event_table(const dx_look *look)
{
    bool cells = look->num_others < 100 && delimiter_of(look->line);

    return cells || is_heading(look->line) ? DX_SEEN_ALONE : DX_NOT_SEEN;
}

void
dx_read_event_table(const dx_reading *reading)
{
    dx_date_order order = dx_date_order_of(reading->text);
    char delimiter = 0;
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (!delimiter && dx_lines_next(&lines, &line)) {
        if (dx_span_starts(line, "\"") &&
            is_heading(line)) /* a row may go on over lines: the heading tells */
            delimiter = dx_span_has(line, "\";\"") ? ';' : dx_span_has(line, "\"\t\"") ? '\t' : ',';
        else if (lines.number < 100)
            delimiter = delimiter_of(line);
    }
    dx_lines_end(&lines);
    if (delimiter)
        read_cells(reading, delimiter, order);
    else
        read_columns(reading, order);
}
