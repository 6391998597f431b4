/* certlm_export.c - reads what certlm.msc's "Export List" writes: text with tabs or commas
 *
 *     Issued To <tab> Issued By <tab> Expiration Date <tab> Intended Purposes <tab> Friendly Name <tab>
 *     Status ...
 *
 * The names over the columns are in the language of the system, their order is not: the third is a date. Such
 * a list has no thumbprints and says nothing of keys.
 * Source: Microsoft Learn, "Export a list" (Microsoft Management Console)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

/* Splits a row at its delimiter; false when it has not at least five cells, the third with a date. */
static bool
take_row(dx_span *subject, dx_time *until, dx_date_order order, dx_span line)
{
    char delimiter = memchr(line.at, '\t', line.len) ? '\t' : ',';
    dx_span cell[5];

    for (unsigned i = 0; i < 5; i++) {
        const char *end = line.len ? memchr(line.at, delimiter, line.len) : NULL;
        if (!end && i < 4)
            return false;
        cell[i] = dx_span_trim((dx_span){line.at, end ? (size_t)(end - line.at) : line.len});
        line = dx_span_from(line, end ? (size_t)(end - line.at) + 1 : line.len);
    }
    *subject = cell[0];
    size_t taken = cell[2].len ? dx_time_parse(until, order, cell[2]) : 0;
    return cell[0].len && taken && taken == cell[2].len && !until->yearless;
}

dx_seeing
dx_see_certlm_export(const dx_look *look)
{
    dx_span subject;
    dx_time until;
    bool row = look->before.len && look->number == 2 && take_row(&subject, &until, DX_DATES_OPEN, look->line);

    return row ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_certlm_export(const dx_reading *reading)
{
    dx_date_order order = dx_date_order_of(reading->text);
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_stored_certificate fact = {.where = dx_reading_at(reading, lines.number)};
        dx_span subject;
        dx_time until;
        if (!line.len || !take_row(&subject, &until, order, line))
            continue;
        fact.key_where = fact.where;
        fact.subject = dx_span_copy(subject);
        dx_reading_certificate(reading, &fact);
    }
    dx_lines_end(&lines);
    dx_reading_part(reading);
}
