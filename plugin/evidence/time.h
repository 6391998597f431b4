/* time.h - dates as logs and lists of updates write them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_TIME_H
#define DX_EVIDENCE_TIME_H

#include "evidence/span.h"

/* In which order a date with slashes has month and day, where its numbers leave it open: a matter of the
 * server's language, so the same in a whole file. */
typedef enum { DX_DATES_OPEN, DX_DATES_MONTH_FIRST, DX_DATES_DAY_FIRST } dx_date_order;

typedef struct dx_time {
    int64_t us;    /* since 1970; of the server's clock unless `utc` */
    bool utc;      /* it names its zone */
    bool yearless; /* "Feb 11 00:44:55": the year is that of the log's reader (dx_time_set_year) */
    bool minutes;  /* no seconds are given */
} dx_time;

/* dx_time_parse - a date, and the time of day behind it if there is one (midnight otherwise):
 *     2012-02-11T00:44:55.123Z  2012-02-11 00:44:55,123 +0100  2012/02/11 0:44:55  2012.02.11 00:44:55
 *     2/11/2012 12:44:55 AM     11.02.2012 00:44:55            11/02/2012 0:44:55  11/Feb/2012:00:44:55 +0100
 *     Feb 11 00:44:55           Sat Feb 11 00:44:55.123456 2012                    Feb 11, 2012 12:44:55 AM
 * Bytes taken; 0 when there is no date. */
size_t dx_time_parse(dx_time *out, dx_date_order order, dx_span span);

/* dx_time_latest - the same; of a date that can be read in either order, the later one. */
size_t dx_time_latest(dx_time *out, dx_date_order order, dx_span span);

/* dx_time_of_day - "12:44:55 AM", "00:44:55.123"; microseconds since midnight. */
size_t dx_time_of_day(int64_t *us, bool *minutes, dx_span span);

/* dx_time_json - "/Date(1328921095123)/", milliseconds since 1970, as PowerShell 5 writes them. */
bool dx_time_json(dx_time *out, dx_span span);

/* dx_time_set_year - gives a time without a year the one that puts it nearest to `near_us`. */
int64_t dx_time_set_year(int64_t time_us, int64_t near_us);

/* dx_date_order_of - what the dates with slashes of a text say of their order. */
dx_date_order dx_date_order_of(dx_span text);

#endif
