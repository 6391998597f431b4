/* ss.c - reads "ss -ltnp" and the "netstat -ltnp" of Linux: who listens
 *
 *     State   Recv-Q  Send-Q   Local Address:Port    Peer Address:Port  Process
 *     LISTEN  0       511            0.0.0.0:443          0.0.0.0:*      users:(("nginx",pid=811,fd=6))
 *
 *     tcp        0      0 0.0.0.0:443             0.0.0.0:*               LISTEN      811/nginx: master
 *
 * "*" is any address of both families.
 * Source: ss(8), netstat(8) of net-tools
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

/* "0.0.0.0:443", "[::]:443", "*:443", ":::443", "127.0.0.53%lo:53" */
static bool
take_local(dx_endpoint *out, dx_span word)
{
    size_t colon = word.len;
    uint32_t port;

    while (colon > 0 && word.at[colon - 1] != ':')
        colon--;
    dx_span address = {word.at, colon ? colon - 1 : 0}, digits = dx_span_from(word, colon);
    if (!colon || !digits.len || dx_span_decimal(&port, digits) != digits.len || port > 65535)
        return false;
    size_t zone = dx_span_find(address, "%");
    address.len = MIN(zone, address.len);
    if (address.len >= 2 && address.at[0] == '[') {
        address = dx_span_from(address, 1);
        address.len -= address.len && address.at[address.len - 1] == ']';
    }
    if (dx_span_equal(address, "*"))
        address = (dx_span){"::", 2};
    out->port = (uint16_t)port;
    return address.len && dx_address_parse(&out->address, address.at, address.len) == address.len;
}

/* users:(("nginx",pid=811,fd=6)) or 811/nginx: master */
static void
take_process(dx_socket *socket, dx_span rest)
{
    size_t quote = dx_span_find(rest, "((\""), slash = dx_span_find(rest, "/");
    dx_span name = dx_span_from(rest, quote == SIZE_MAX ? slash + 1 : quote + 3);
    size_t len = 0;

    if (quote == SIZE_MAX && slash == SIZE_MAX)
        return;
    while (len < name.len && name.at[len] != '"' && name.at[len] != ':' && !g_ascii_isspace(name.at[len]))
        len++;
    size_t pid = quote == SIZE_MAX ? 0 : dx_span_find(rest, "pid=");
    dx_span digits = dx_span_trim(dx_span_from(rest, quote == SIZE_MAX ? 0
                                                     : pid == SIZE_MAX ? rest.len
                                                                       : pid + 4));
    socket->have_pid = dx_span_decimal(&socket->pid, digits) > 0;
    socket->image = len ? dx_span_copy((dx_span){name.at, len}) : NULL;
}

/* A row of either program, behind its first word; false when it is none. */
static bool
take_row(dx_socket *socket, dx_span line)
{
    dx_span rest = line, word;
    bool tool = false;

    if (!dx_span_word(&rest, &word))
        return false;
    if (dx_span_equal(word, "tcp") || dx_span_equal(word, "tcp6")) {
        dx_span more = rest, state;
        tool = !dx_span_word(&more, &state) || !dx_span_equal(state, "LISTEN"); /* ss -tunlp has it here */
        if (!tool)
            rest = more;
    } else if (!dx_span_equal(word, "LISTEN") && !dx_span_equal(word, "UNCONN")) {
        return false;
    }
    socket->local.datagram = dx_span_equal(word, "UNCONN");
    bool row = dx_span_word(&rest, &word) && dx_span_word(&rest, &word) && dx_span_word(&rest, &word) &&
               take_local(&socket->local, word) && dx_span_word(&rest, &word); /* queues, local, peer */
    if (row && tool && (!dx_span_word(&rest, &word) || !dx_span_equal(word, "LISTEN")))
        return false;
    if (row)
        take_process(socket, rest);
    return row;
}

dx_seeing
dx_see_ss(const dx_look *look)
{
    dx_socket socket = {.pid = 0};
    bool row = take_row(&socket, look->line);

    g_free(socket.image);
    return row ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_ss(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, command;
    bool whole = false, rows = false, asked = false;
    dx_span before = {NULL, 0};

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_socket socket = {.where = dx_reading_at(reading, lines.number)};
        line = dx_span_trim(line);
        if (dx_span_command(line, &command)) /* a filter, or grep */
            asked |= dx_span_has(command, "port") || memchr(command.at, '|', command.len);
        if (take_row(&socket, line)) {
            whole |= !rows && (dx_span_starts(before, "State") || dx_span_starts(before, "Netid") ||
                               dx_span_starts(before, "Proto"));
            rows = true;
            dx_reading_own(reading, &socket.local.address);
            if (!dx_reading_keep(reading, reading->store->sockets, &socket))
                g_free(socket.image);
        }
        before = line.len ? line : before;
    }
    dx_lines_end(&lines);
    /* ss prints its heading over a filtered list, too */
    if (!whole || asked || reading->store->sockets->len < 2)
        dx_reading_part(reading);
}
