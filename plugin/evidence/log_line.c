/* log_line.c - what stands around a program's line in logs that are collected elsewhere
 *
 *     {"__REALTIME_TIMESTAMP":"1795360609123456", ... "MESSAGE":"192.0.2.10:51234 [22/Nov/2026 ..."}
 *     {"level":"debug","ts":1795360609.123,"msg":"http: TLS handshake error from 192.0.2.10:51234: ..."}
 *     {"log":"2026/11/22 16:16:49 [info] ...","stream":"stderr","time":"2026-11-22T15:16:49.1Z"}
 *
 * Source: systemd's "Journal JSON Format"; go.uber.org/zap (Caddy); Docker's "JSON File logging driver";
 * FreeRADIUS' src/main/auth.c
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/readers.h"

/* What is behind the words; empty when the line has none. */
static dx_span
behind(dx_span line, const char *words)
{
    size_t at = dx_span_find(line, words);

    return dx_span_from(line, at == SIZE_MAX ? line.len : at + strlen(words));
}

/* Seconds since 1970 with digits behind the point, or microseconds. */
static bool
take_epoch(dx_time *out, dx_span digits, bool micro)
{
    char text[24] = "";
    size_t len = 0;

    while (len < digits.len && len < sizeof text - 1 &&
           (g_ascii_isdigit(digits.at[len]) || digits.at[len] == '.')) {
        text[len] = digits.at[len];
        len++;
    }
    double value = g_ascii_strtod(text, NULL);
    if (micro)
        value /= G_USEC_PER_SEC;
    if (value < 1e9 || value > 1e10) /* 2001 to 2286 */
        return false;
    *out = (dx_time){.us = (int64_t)(value * G_USEC_PER_SEC), .utc = true};
    return true;
}

bool
dx_line_time(dx_time *out, dx_span line)
{
    if (!line.len || line.at[0] != '{')
        return false;
    if (take_epoch(out, behind(line, "\"__REALTIME_TIMESTAMP\":\""), true) ||
        take_epoch(out, behind(line, "\"ts\":"), false))
        return true;
    dx_span docker = dx_span_starts(line, "{\"log\":") ? behind(line, "\"time\":\"") : (dx_span){NULL, 0};
    return docker.len && dx_time_parse(out, DX_DATES_OPEN, docker) && out->utc;
}

dx_span
dx_line_message(dx_span line)
{
    dx_span message = line.len && line.at[0] == '{' ? behind(line, "\"MESSAGE\":\"") : line;

    return message.len ? message : line;
}

/* "(from client ap01 port 0 cli 02-00-5E-00-53-01)" */
bool
dx_line_station(dx_address *out, dx_span line)
{
    dx_span station = dx_span_has(line, "(from client ") ? behind(line, " cli ") : (dx_span){NULL, 0};

    return station.len && dx_link_parse(out, station.at, station.len) > 0;
}
