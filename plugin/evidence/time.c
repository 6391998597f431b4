/* time.c - dates as event logs and update lists write them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US    (86400 * SECOND_US)

/* Days from 1970-01-01; proleptic Gregorian calendar. */
static int64_t
days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = year / 400;
    unsigned of_era = (unsigned)(year - era * 400);
    unsigned of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
    return era * 146097 + (int64_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

static bool
to_us(int64_t *time_us, uint32_t year, uint32_t month, uint32_t day)
{
    if (year < 1990 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *time_us = days_from_civil(year, month, day) * DAY_US;
    return true;
}

/* Reads a number of at most `digits` digits, then one of the characters in `ends` if there are any. */
static bool
part(uint32_t *out, dx_span *span, size_t digits, const char *ends)
{
    size_t taken = dx_span_decimal(out, *span);

    if (!taken || taken > digits)
        return false;
    *span = dx_span_from(*span, taken);
    if (!*ends)
        return true;
    if (!span->len)
        return false;
    for (; *ends; ends++)
        if (span->at[0] == *ends) {
            *span = dx_span_from(*span, 1);
            return true;
        }
    return false;
}

static int64_t
fraction(dx_span *span)
{
    int64_t us = 0, unit = SECOND_US / 10;

    if (!span->len || (span->at[0] != '.' && span->at[0] != ','))
        return 0;
    for (*span = dx_span_from(*span, 1); span->len && g_ascii_isdigit(span->at[0]);
         *span = dx_span_from(*span, 1)) {
        us += (span->at[0] - '0') * unit;
        unit /= 10;
    }
    return us;
}

size_t
dx_time_of_day(int64_t *us, dx_span span)
{
    dx_span rest = span;
    uint32_t hour, minute, second = 0;

    if (!part(&hour, &rest, 2, ":.") || !part(&minute, &rest, 2, "") || hour > 23 || minute > 59)
        return 0;
    if (rest.len && (rest.at[0] == ':' || rest.at[0] == '.')) {
        dx_span with = dx_span_from(rest, 1);
        if (part(&second, &with, 2, ""))
            rest = with;
    }
    if (second > 60)
        return 0;
    *us = ((int64_t)hour * 3600 + minute * 60 + second) * SECOND_US + fraction(&rest);
    dx_span half = dx_span_trim((dx_span){rest.at, MIN(rest.len, 3)});
    if (hour >= 1 && hour <= 12 && (dx_span_starts(half, "AM") || dx_span_starts(half, "PM"))) {
        *us += (dx_span_starts(half, "PM") ? 12 : 0) * 3600 * SECOND_US -
               (hour == 12 ? 12 : 0) * 3600 * SECOND_US;
        rest = dx_span_from(half, 2);
    }
    return (size_t)(rest.at - span.at);
}

/* The time of day behind a date, if there is one. */
static size_t
add_time(int64_t *time_us, dx_span span, dx_span rest)
{
    int64_t of_day;
    dx_span time = rest;

    while (time.len && (time.at[0] == ' ' || time.at[0] == 'T' || time.at[0] == ','))
        time = dx_span_from(time, 1);
    size_t taken = dx_time_of_day(&of_day, time);
    if (taken) {
        *time_us += of_day;
        rest = dx_span_from(time, taken);
    }
    return (size_t)(rest.at - span.at);
}

size_t
dx_time_parse(int64_t *time_us, bool *utc, dx_span span)
{
    dx_span rest = span;
    uint32_t year, month, day;

    *utc = false;
    if (!part(&year, &rest, 4, "-") || !part(&month, &rest, 2, "-") || !part(&day, &rest, 2, "") ||
        !to_us(time_us, year, month, day))
        return 0;
    size_t taken = add_time(time_us, span, rest);
    if (taken < span.len && span.at[taken] == 'Z') {
        *utc = true;
        taken++;
    }
    return taken;
}

size_t
dx_time_parse_local(int64_t *time_us, dx_span span)
{
    dx_span rest = span;
    uint32_t first, second, year;

    if (!part(&first, &rest, 2, "/.-"))
        return 0;
    bool slash = rest.at[-1] == '/';
    if (!part(&second, &rest, 2, "/.-") || !part(&year, &rest, 4, ""))
        return 0;
    bool month_first = slash && first <= 12;
    if (!to_us(time_us, year, month_first ? first : second, month_first ? second : first))
        return 0;
    return add_time(time_us, span, rest);
}
