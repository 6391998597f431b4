/* iplisten.c - reads "netsh http show iplisten" and "httpcfg query iplisten"
 *
 *     IP addresses present in the IP listen list:
 *     -------------------------------------------
 *
 *         192.0.2.1
 *
 * httpcfg writes "IP : 192.0.2.1", or says that it completed with 1168 when the list is empty. An empty
 * list is read as a file without addresses: HTTP.sys then listens on all.
 * Source: Microsoft Learn, "netsh http show iplisten"; Microsoft's troubleshooter for IIS, scenario 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

static void
read_list(const dx_reading *reading, bool captions)
{
    dx_lines lines;
    dx_span line, caption, value;
    bool inside = false;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (!line.len)
            continue;
        if (dx_span_starts(line, "--------")) {
            inside = true;
            continue;
        }
        if (captions ? !dx_span_value(line, &caption, &value) || !dx_span_equal(caption, "IP") : !inside)
            continue;
        if (!captions)
            value = line;
        dx_listen_address fact = {.where = dx_reading_at(reading, lines.number)};
        size_t taken = dx_address_parse(&fact.address, value.at, value.len);
        if (taken && taken == value.len)
            dx_reading_keep(reading, reading->store->listen_addresses, &fact);
        else if (!captions)
            inside = false; /* another command's output */
    }
    dx_lines_end(&lines);
}

void
dx_read_netsh_iplisten(const dx_reading *reading)
{
    read_list(reading, false);
}

void
dx_read_httpcfg_iplisten(const dx_reading *reading)
{
    read_list(reading, true);
}
