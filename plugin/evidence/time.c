/* time.c - dates as logs and lists of updates write them
 *
 * Source: Microsoft Learn, "Standard date and time format strings" (short date, long time of a culture;
 *         Windows' cultures en-US, de-DE, fr-FR, es-ES, ja-JP); RFC 3339; RFC 5424 and RFC 3164 section
 *         4.1.2; asctime(3); httpd.apache.org, "Log Files"; nginx, src/core/ngx_times.c; GLib, GDateTime
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/time.h"

#include <string.h>

#define SECOND_US INT64_C(1000000)

static bool
to_us(int64_t *time_us, uint32_t year, uint32_t month, uint32_t day)
{
    if (year < 1990 || year > 2200 || month > 12 || day > 31)
        return false;
    GDateTime *date = g_date_time_new_utc((gint)year, (gint)month, (gint)day, 0, 0, 0);
    if (!date)
        return false;
    *time_us = g_date_time_to_unix(date) * SECOND_US;
    g_date_time_unref(date);
    return true;
}

/* Reads a number of at most `digits` digits, then one of the characters in `ends` if there are any. */
static bool
part(uint32_t *out, dx_span *span, size_t digits, const char *ends)
{
    size_t taken = dx_span_decimal(out, *span);

    if (!taken || taken > digits)
        return false;
    if (*ends && (taken >= span->len || !strchr(ends, span->at[taken]) || !span->at[taken]))
        return false;
    *span = dx_span_from(*span, taken + (*ends != '\0'));
    return true;
}

static int64_t
fraction(dx_span *span)
{
    int64_t us = 0, unit = SECOND_US / 10;

    if (span->len < 2 || (span->at[0] != '.' && span->at[0] != ',') || !g_ascii_isdigit(span->at[1]))
        return 0;
    for (*span = dx_span_from(*span, 1); span->len && g_ascii_isdigit(span->at[0]);
         *span = dx_span_from(*span, 1)) {
        us += (span->at[0] - '0') * unit;
        unit /= 10;
    }
    return us;
}

static void
skip_blanks(dx_span *span)
{
    static const char *const blanks[] = {" ", "\t", "\xc2\xa0",
                                         "\xe2\x80\xaf"}; /* the last two do not break */

    for (bool again = true; again;) {
        again = false;
        for (unsigned i = 0; i < G_N_ELEMENTS(blanks); i++)
            if (dx_span_starts(*span, blanks[i])) {
                *span = dx_span_from(*span, strlen(blanks[i]));
                again = true;
            }
    }
}

/* Takes "AM", "p. m.", "午後" ...: 1 and 2 for the halves of the day, 0 for neither. */
static unsigned
take_half(dx_span *span)
{
    static const struct {
        const char *word;
        unsigned half;
    } words[] = {{"AM", 1},    {"PM", 2},           {"a.m.", 1},         {"p.m.", 2}, {"a. m.", 1},
                 {"p. m.", 2}, {"a.\xc2\xa0m.", 1}, {"p.\xc2\xa0m.", 2}, {"午前", 1}, {"午後", 2},
                 {"上午", 1},  {"下午", 2},         {"오전", 1},         {"오후", 2}};
    dx_span rest = *span;

    skip_blanks(&rest);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_starts(rest, words[i].word)) {
            *span = dx_span_from(rest, strlen(words[i].word));
            return words[i].half;
        }
    return 0;
}

size_t
dx_time_of_day(int64_t *us, bool *minutes, dx_span span)
{
    dx_span rest = span;
    uint32_t hour, minute, second = 0;
    unsigned half = take_half(&rest); /* before the time in East Asia */

    skip_blanks(&rest);
    if (!part(&hour, &rest, 2, ":.") || !part(&minute, &rest, 2, "") || hour > 23 || minute > 59)
        return 0;
    *minutes = true;
    if (rest.len && (rest.at[0] == ':' || rest.at[0] == '.')) {
        dx_span with = dx_span_from(rest, 1);
        if (part(&second, &with, 2, "")) {
            rest = with;
            *minutes = false;
        }
    }
    if (second > 60)
        return 0;
    *us = ((int64_t)hour * 3600 + minute * 60 + second) * SECOND_US + fraction(&rest);
    if (!half)
        half = take_half(&rest);
    if (half && hour >= 1 && hour <= 12)
        *us += ((half == 2 ? 12 : 0) - (hour == 12 ? 12 : 0)) * 3600 * SECOND_US;
    return (size_t)(rest.at - span.at);
}

/* "Z", "UTC", "+01:00", " +0100": the offset in microseconds. */
static bool
take_zone(int64_t *offset_us, dx_span *span)
{
    static const char *const names[] = {"UTC", "GMT", "Z"};
    dx_span rest = *span;
    uint32_t hours, minutes = 0;

    *offset_us = 0;
    skip_blanks(&rest);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (dx_span_starts(rest, names[i])) {
            *span = dx_span_from(rest, strlen(names[i]));
            return true;
        }
    if (rest.len < 5 || (rest.at[0] != '+' && rest.at[0] != '-'))
        return false;
    int64_t sign = rest.at[0] == '-' ? -1 : 1;
    dx_span digits = dx_span_from(rest, 1), four = {digits.at, MIN(digits.len, 4)};
    if (dx_span_decimal(&hours, four) == 4) {
        minutes = hours % 100;
        hours /= 100;
        *span = dx_span_from(digits, 4);
    } else {
        if (!part(&hours, &digits, 2, ":") || !part(&minutes, &digits, 2, ""))
            return false;
        *span = digits;
    }
    *offset_us = sign * ((int64_t)hours * 3600 + minutes * 60) * SECOND_US;
    return hours <= 14 && minutes < 60;
}

/* The time of day and the zone behind a date, if they are there. */
static void
add_time(dx_time *out, dx_span *rest)
{
    int64_t of_day, offset_us;
    dx_span time = *rest;

    out->minutes = true;
    if (time.len && (time.at[0] == 'T' || time.at[0] == ',' || time.at[0] == ':'))
        time = dx_span_from(time, 1);
    skip_blanks(&time);
    size_t taken = dx_time_of_day(&of_day, &out->minutes, time);
    if (!taken)
        return;
    out->us += of_day;
    *rest = dx_span_from(time, taken);
    if (take_zone(&offset_us, rest)) {
        out->us -= offset_us;
        out->utc = true;
    }
}

/* 2012-02-11, 2012/02/11, 2012.02.11 */
static bool
take_year_first(dx_time *out, dx_span *rest)
{
    dx_span span = *rest;
    uint32_t year, month, day;

    if (!part(&year, &span, 4, "-/.") || year < 1000 || !part(&month, &span, 2, "-/.") ||
        !part(&day, &span, 2, "") || !to_us(&out->us, year, month, day))
        return false;
    *rest = span;
    return true;
}

/* 2/11/2012, 11.02.2012, 11/02/2012 */
static bool
take_year_last(dx_time *out, dx_date_order order, dx_span *rest)
{
    dx_span span = *rest;
    uint32_t first, second, year;

    if (!part(&first, &span, 2, "/.-"))
        return false;
    bool slash = span.at[-1] == '/', padded = rest->at[0] == '0';
    if (!part(&second, &span, 2, "/.-") || !part(&year, &span, 4, ""))
        return false;
    bool month_first = slash && first <= 12 &&
                       (second > 12 || order == DX_DATES_MONTH_FIRST || (order == DX_DATES_OPEN && !padded));
    if (!to_us(&out->us, year, month_first ? first : second, month_first ? second : first))
        return false;
    *rest = span;
    return true;
}

/* English ones, and those that differ in the German, French and Spanish lists of Get-EventLog. */
static bool
take_month(uint32_t *month, dx_span *rest)
{
    static const struct {
        const char *name;
        uint32_t month;
    } names[] = {{"Jan", 1},  {"Feb", 2},  {"Mar", 3},  {"Apr", 4},  {"May", 5},  {"Jun", 6},  {"Jul", 7},
                 {"Aug", 8},  {"Sep", 9},  {"Oct", 10}, {"Nov", 11}, {"Dec", 12}, {"Mrz", 3},  {"Mär", 3},
                 {"Mai", 5},  {"Okt", 10}, {"Dez", 12}, {"févr", 2}, {"avr", 4},  {"juin", 6}, {"juil", 7},
                 {"août", 8}, {"déc", 12}, {"ene", 1},  {"abr", 4},  {"ago", 8},  {"dic", 12}};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (dx_span_starts(*rest, names[i].name)) {
            size_t len = strlen(names[i].name);
            while (len < rest->len && (g_ascii_isalpha(rest->at[len]) || rest->at[len] == '.'))
                len++;
            *month = names[i].month;
            *rest = dx_span_from(*rest, len);
            return true;
        }
    return false;
}

/* 11/Feb/2012, 11-Feb-2012, 11 Feb 2012 */
static bool
take_day_name(dx_time *out, dx_span *rest)
{
    dx_span span = *rest;
    uint32_t day, month, year;

    if (!part(&day, &span, 2, "/- ") || !take_month(&month, &span) || span.len < 5 ||
        !strchr("/- ", span.at[0]))
        return false;
    span = dx_span_from(span, 1);
    if (!part(&year, &span, 4, "") || !to_us(&out->us, year, month, day))
        return false;
    *rest = span;
    return true;
}

/* Feb 11 [...], with the weekday before it, and the year behind the day or behind the time,
 * which is `timed` then */
static bool
take_name_day(dx_time *out, bool *timed, dx_span *rest)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    dx_span span = *rest;
    uint32_t day, month, year = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(days); i++)
        if (dx_span_starts(span, days[i]) && span.len > 4 && (span.at[3] == ' ' || span.at[3] == ',')) {
            span = dx_span_from(span, span.at[3] == ',' ? 5 : 4);
            break;
        }
    if (!take_month(&month, &span))
        return false;
    skip_blanks(&span);
    if (!part(&day, &span, 2, ""))
        return false;
    dx_span behind = span;
    if (behind.len && behind.at[0] == ',')
        behind = dx_span_from(behind, 1);
    skip_blanks(&behind);
    if (part(&year, &behind, 4, "") && year >= 1990 && to_us(&out->us, year, month, day)) {
        *rest = behind;
        return true;
    }
    if (!to_us(&out->us, 2000, month, day)) /* a leap year */
        return false;
    int64_t midnight_us = out->us, year_us;
    add_time(out, &span);
    *timed = true;
    behind = span;
    skip_blanks(&behind);
    out->yearless = true;
    if (part(&year, &behind, 4, "") && to_us(&year_us, year, month, day)) {
        out->us += year_us - midnight_us;
        out->yearless = false;
        span = behind;
    }
    *rest = span;
    return true;
}

size_t
dx_time_parse(dx_time *out, dx_date_order order, dx_span span)
{
    dx_span rest = span;
    bool timed = false;

    *out = (dx_time){.us = 0};
    bool digit = span.len && g_ascii_isdigit(span.at[0]);
    bool found =
        digit ? take_year_first(out, &rest) || take_year_last(out, order, &rest) || take_day_name(out, &rest)
              : span.len && take_name_day(out, &timed, &rest);
    if (!found)
        return 0;
    if (!timed)
        add_time(out, &rest);
    return (size_t)(rest.at - span.at);
}

size_t
dx_time_latest(dx_time *out, dx_date_order order, dx_span span)
{
    dx_time other;
    size_t taken = dx_time_parse(out, order == DX_DATES_OPEN ? DX_DATES_DAY_FIRST : order, span);

    if (order == DX_DATES_OPEN && dx_time_parse(&other, DX_DATES_MONTH_FIRST, span) && other.us > out->us)
        *out = other;
    return taken;
}

bool
dx_time_json(dx_time *out, dx_span span)
{
    *out = (dx_time){.utc = true};
    if (!dx_span_starts(span, "/Date("))
        return false;
    for (size_t i = 6; i < span.len && i < 20 && g_ascii_isdigit(span.at[i]); i++)
        out->us = out->us * 10 + (span.at[i] - '0');
    out->us *= 1000;
    return out->us > 0;
}

int64_t
dx_time_set_year(int64_t time_us, int64_t near_us)
{
    GDateTime *time = g_date_time_new_from_unix_utc(time_us / SECOND_US);
    GDateTime *near = g_date_time_new_from_unix_utc(near_us / SECOND_US);
    int64_t best_us = time_us;

    for (int off = -1; time && near && off <= 1; off++) {
        GDateTime *moved =
            g_date_time_add_years(time, g_date_time_get_year(near) + off - g_date_time_get_year(time));
        int64_t us = moved ? g_date_time_to_unix(moved) * SECOND_US + time_us % SECOND_US : best_us;
        if (ABS(us - near_us) < ABS(best_us - near_us))
            best_us = us;
        if (moved)
            g_date_time_unref(moved);
    }
    if (time)
        g_date_time_unref(time);
    if (near)
        g_date_time_unref(near);
    return best_us;
}

dx_date_order
dx_date_order_of(dx_span text)
{
    uint32_t first, second, year;

    for (size_t at = 0; at < text.len;) {
        const char *slash = memchr(text.at + at, '/', text.len - at);
        if (!slash)
            break;
        size_t from = (size_t)(slash - text.at), start = from;
        at = from + 1;
        while (start > 0 && from - start < 2 && g_ascii_isdigit(text.at[start - 1]))
            start--;
        dx_span rest = dx_span_from(text, start);
        if (!part(&first, &rest, 2, "/") || !part(&second, &rest, 2, "/") || !part(&year, &rest, 4, "") ||
            year < 1990)
            continue;
        if (first > 12 || second > 12)
            return first > 12 ? DX_DATES_DAY_FIRST : DX_DATES_MONTH_FIRST;
    }
    return DX_DATES_OPEN;
}
