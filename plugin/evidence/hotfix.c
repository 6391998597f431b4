/* hotfix.c - reads "Get-HotFix", "wmic qfe list" and systeminfo: updates
 *
 *     WEB01         Security Update  KB2585542     NT AUTHORITY\SYSTEM  1/11/2012 12:00:00 AM
 *
 * A row holds a KB number and, somewhere behind it, a date in the form of the system's language.
 * Source: Microsoft Learn, "Get-HotFix"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

static bool
take_number(uint32_t *kb, dx_span word)
{
    dx_span digits = dx_span_from(word, 2);
    return dx_span_starts(word, "KB") && digits.len >= 6 && digits.len <= 8 &&
           dx_span_decimal(kb, digits) == digits.len;
}

/* A row: the first word that is a number of an update; `*rest` gets what is behind it. */
static bool
take_row(uint32_t *kb, dx_span *rest)
{
    dx_span word;

    while (dx_span_word(rest, &word))
        if (take_number(kb, word))
            return true;
    return false;
}

typedef struct list {
    const dx_reading *reading;
    dx_date_order order;
} list;

/* Format-List, CSV, JSON, wmic /format:list: the date is a property of its own. */
static void
take_object(const dx_object *object, void *user)
{
    const list *now = user;
    dx_span id = dx_object_span(object, "HotFixID"), day = dx_object_span(object, "InstalledOn");
    dx_hotfix fact = {.where = dx_reading_at(now->reading, object->line)};
    dx_time time;

    if (!take_number(&fact.kb, id))
        return;
    if ((dx_time_json(&time, day) || dx_time_parse(&time, now->order, day)) && !time.yearless)
        fact.day_us = time.us;
    dx_reading_keep(now->reading, now->reading->store->hotfixes, &fact);
}

dx_seeing
dx_see_hotfix(const dx_look *look)
{
    uint32_t kb;
    dx_span rest = look->line;
    bool listed = dx_span_starts(look->line, "[") && take_row(&kb, &rest); /* systeminfo: "[01]: KB5005112" */

    return listed || dx_span_has(look->line, "HotFixID") || dx_span_starts(look->line, "KB") ? DX_SEEN
                                                                                             : DX_NOT_SEEN;
}

void
dx_read_hotfix(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, word;
    dx_date_order order = dx_date_order_of(reading->text);
    guint before = reading->store->hotfixes->len;

    list now = {reading, order};

    dx_objects_each(reading->text, take_object, &now);
    if (reading->store->hotfixes->len > before)
        return;
    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_hotfix fact = {.where = dx_reading_at(reading, lines.number)};
        dx_span rest = line;
        dx_time day;
        if (!take_row(&fact.kb, &rest))
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
