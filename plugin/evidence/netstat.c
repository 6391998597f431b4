/* netstat.c - reads "netstat -ano" and "netstat -anob"
 *
 *   TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       4
 *  [svchost.exe]
 *
 * States are in the language of the system: a socket listens when its foreign address is 0.0.0.0:0 or
 * [::]:0. With -b the lines after a socket name its image. PID 4 is the kernel, where HTTP.sys lives.
 * Source: Microsoft Learn, "netstat"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

static bool
take_endpoint(dx_endpoint *out, dx_span *rest)
{
    dx_span word;
    return dx_span_word(rest, &word) && dx_endpoint_parse(out, word.at, word.len) == word.len;
}

/* A line of the table; true when it is one. `*listening` as above. */
static bool
take_row(const dx_reading *reading, dx_socket *out, bool *listening, dx_span line)
{
    dx_span rest = line, word, last = {NULL, 0};
    dx_endpoint foreign;

    *listening = false;
    if (!dx_span_word(&rest, &word))
        return false;
    bool datagram = dx_span_equal(word, "UDP");
    if (!datagram && !dx_span_equal(word, "TCP"))
        return false;
    if (datagram) { /* "*:*" */
        *listening = take_endpoint(&out->local, &rest);
        out->local.datagram = true;
    } else if (!take_endpoint(&out->local, &rest) || !take_endpoint(&foreign, &rest)) {
        dx_reading_skip(reading, out->where.line);
        return true;
    }
    dx_reading_empty(reading); /* it may be that nothing listens */
    dx_reading_own(reading, &out->local.address);
    if (!datagram)
        *listening = foreign.port == 0 && dx_address_is_any(&foreign.address);
    while (dx_span_word(&rest, &word))
        last = word;
    out->have_pid = last.len && dx_span_decimal(&out->pid, last) == last.len;
    return true;
}

static bool
is_image(dx_span line)
{
    return line.len > 2 && line.at[0] == '[' && line.at[line.len - 1] == ']';
}

dx_seeing
dx_see_netstat(const dx_look *look)
{
    dx_span rest = look->line, word;
    dx_endpoint endpoint;
    bool row = dx_span_word(&rest, &word) && (dx_span_equal(word, "TCP") || dx_span_equal(word, "UDP")) &&
               dx_span_word(&rest, &word) && dx_endpoint_parse(&endpoint, word.at, word.len) == word.len;

    return row ? DX_SEEN : DX_NOT_SEEN;
}

/* The line over a whole table: words, and no command that chose lines. */
static bool
is_heading(dx_span line)
{
    dx_span command, rest = line, word;
    unsigned num = 0;

    if (!line.len || dx_span_command(line, &command) || memchr(line.at, '|', line.len))
        return false;
    while (dx_span_word(&rest, &word))
        num++;
    return num >= 3;
}

/* What stands below a row with -b: the service, if it is one of several in a process, then the image. */
static void
take_owner(const dx_reading *reading, dx_span line, dx_span service)
{
    GArray *sockets = reading->store->sockets;
    dx_socket *last = &g_array_index(sockets, dx_socket, sockets->len - 1);

    last->image = dx_span_copy((dx_span){line.at + 1, line.len - 2});
    dx_process fact = {.where = dx_reading_at(reading, last->where.line),
                       .pid = last->pid,
                       .image = g_strdup(last->image),
                       .services = service.len ? dx_span_copy(service) : NULL};
    if (!last->have_pid || !dx_note(reading->store->processes, &fact)) {
        g_free(fact.image);
        g_free(fact.services);
    }
}

void
dx_read_netstat(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, before = {NULL, 0}, service = {NULL, 0};
    bool awaiting = false, rows = false, whole = false; /* awaiting: the last socket's image may come */

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_socket socket = {.where = dx_reading_at(reading, lines.number)};
        bool listening;
        line = dx_span_trim(line);
        if (take_row(reading, &socket, &listening, line)) {
            whole |= !rows && is_heading(before);
            rows = true;
            awaiting = listening && dx_reading_keep(reading, reading->store->sockets, &socket);
            service.len = 0;
        } else if (awaiting && is_image(line)) {
            take_owner(reading, line, service);
            awaiting = false;
        } else {
            service = line;
        }
        if (line.len)
            before = line;
    }
    dx_lines_end(&lines);
    if (!whole)
        dx_reading_part(reading);
    reading->store->own_all |= whole;
}
