/* hotfix.c - reads "Get-HotFix" and "wmic qfe list"
 *
 *     WEB01         Security Update  KB2585542     NT AUTHORITY\SYSTEM  1/11/2012 12:00:00 AM
 *
 * A row holds a KB number and, somewhere behind it, a date in the form of the system's language.
 * Source: Microsoft Learn, "Get-HotFix"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

static bool
take_number(uint32_t *kb, dx_span word)
{
    dx_span digits = dx_span_from(word, 2);
    return dx_span_starts(word, "KB") && digits.len >= 6 && digits.len <= 8 &&
           dx_span_decimal(kb, digits) == digits.len;
}

dx_sight
dx_see_hotfix(const dx_look *look)
{
    return dx_span_has(look->line, "HotFixID") || dx_span_starts(look->line, "KB") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_hotfix(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, word;
    dx_date_order order = dx_date_order_of(reading->text);

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_hotfix fact = {.where = dx_reading_at(reading, lines.number)};
        dx_span rest = line;
        bool found = false;
        dx_time day;
        while (!found && dx_span_word(&rest, &word))
            found = take_number(&fact.kb, word);
        if (!found)
            continue;
        while (dx_span_word(&rest, &word))
            if (dx_time_parse(&day, order, word) && !day.yearless) {
                fact.day_us = day.us;
                break;
            }
        dx_reading_keep(reading, reading->store->hotfixes, &fact);
    }
    dx_lines_end(&lines);
}
