/* apache.c - reads "apachectl -S": for which names Apache's virtual hosts are, and which answers for others
 *
 *     VirtualHost configuration:
 *     *:443                  is a NameVirtualHost
 *              default server www.example.com (/etc/apache2/sites-enabled/www.conf:2)
 *              port 443 namevhost www.example.com (/etc/apache2/sites-enabled/www.conf:2)
 *                      alias example.com
 *                      wild alias *.example.org
 *     192.0.2.1:80           www.example.com (/etc/apache2/sites-enabled/plain.conf:1)
 *
 * Whether one speaks TLS is not told.
 * Source: httpd.apache.org, "An In-Depth Discussion of Virtual Host Matching"; server/vhost.c prints it
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/listeners.h"

#define HEADING "VirtualHost configuration:"

typedef struct hosts {
    const dx_reading *reading;
    dx_endpoint endpoint; /* of the rows below */
    dx_listener now;
    bool open;
    GString *names;
} hosts;

static void
finish(hosts *h)
{
    if (h->open)
        dx_listener_keep(h->reading, &h->now, h->names->str);
    h->open = false;
    g_string_truncate(h->names, 0);
}

static void
start(hosts *h, dx_span name, bool first, uint32_t line)
{
    finish(h);
    h->now = (dx_listener){.where = dx_reading_at(h->reading, line),
                           .program = "Apache",
                           .endpoint = h->endpoint,
                           .first = first};
    h->open = true;
    dx_listener_name(h->names, name);
}

/* A row below the heading; false where the list ends. */
static bool
take_row(hosts *h, dx_span line, bool indented, bool *first, uint32_t number)
{
    dx_span rest = line, word, name;

    if (!dx_span_word(&rest, &word))
        return true;
    if (!indented) {
        if (!dx_listener_at(&h->endpoint, word))
            return false;
        if (!dx_span_has(rest, "is a NameVirtualHost") && dx_span_word(&rest, &name))
            start(h, name, true, number);
        return true;
    }
    if (dx_span_equal(word, "default")) {
        *first = true; /* the next host is it */
    } else if (dx_span_equal(word, "port")) {
        if (dx_span_word(&rest, &word) && dx_span_word(&rest, &word) && dx_span_word(&rest, &name))
            start(h, name, *first, number);
        *first = false;
    } else if (dx_span_equal(word, "alias") || dx_span_equal(word, "wild")) {
        while (dx_span_word(&rest, &name))
            if (!dx_span_equal(name, "alias"))
                dx_listener_name(h->names, name);
    }
    return true;
}

dx_seeing
dx_see_apache(const dx_look *look)
{
    return dx_span_equal(look->line, HEADING) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_apache(const dx_reading *reading)
{
    hosts h = {.reading = reading, .names = g_string_new(NULL)};
    dx_lines lines;
    dx_span line;
    bool inside = false, first = false;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_span trimmed = dx_span_trim(line);
        if (dx_span_equal(trimmed, HEADING))
            inside = true;
        else if (inside)
            inside = take_row(&h, trimmed, line.len && g_ascii_isspace(line.at[0]), &first, lines.number);
    }
    dx_lines_end(&lines);
    finish(&h);
    dx_reading_empty(reading);
    g_string_free(h.names, TRUE);
}
