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

/* One word with the marks of an address, no prompt: without it the list is not whole. */
static bool
is_like_address(dx_span line)
{
    return (dx_span_has(line, ".") || dx_span_has(line, ":")) && !dx_span_has(line, " ") &&
           !dx_span_has(line, "\\") && !dx_span_has(line, ">");
}

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
        else if (!captions) {
            if (is_like_address(line))
                dx_reading_skip(reading, lines.number);
            else
                inside = false; /* another command's output */
        }
    }
    dx_lines_end(&lines);
    dx_reading_empty(reading); /* the list may be */
}

dx_seeing
dx_see_netsh_iplisten(const dx_look *look)
{
    /* "IP addresses present in the IP listen list:" has IP in it in every language */
    bool heading = dx_span_heading(look->before) && dx_span_rule(look->line) &&
                   dx_span_has(look->before, "IP") && !dx_span_has(look->before, "SSL");

    return heading ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_netsh_iplisten(const dx_reading *reading)
{
    read_list(reading, false);
}

dx_seeing
dx_see_httpcfg_iplisten(const dx_look *look)
{
    dx_address address;
    bool listed = look->split && dx_span_equal(look->caption, "IP") && look->value.len &&
                  dx_address_parse(&address, look->value.at, look->value.len) == look->value.len;

    return listed || dx_span_has(look->line, "HttpQueryServiceConfiguration completed with 1168")
               ? DX_SEEN
               : DX_NOT_SEEN;
}

void
dx_read_httpcfg_iplisten(const dx_reading *reading)
{
    read_list(reading, true);
}
