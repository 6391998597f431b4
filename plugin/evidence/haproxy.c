/* haproxy.c - reads haproxy.cfg: where HAProxy listens with TLS, and in which versions
 *
 *     global
 *         ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
 *     frontend www
 *         bind :443,[::]:443 ssl crt /etc/haproxy/certs/ ssl-min-ver TLSv1.3
 *
 * A bind without "ssl" may hand TLS on (mode tcp): that it is without TLS is not told. Names are in the
 * certificates.
 * Source: HAProxy's configuration manual, "bind", "ssl-min-ver", "no-tlsv12", "ssl-default-bind-options"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/listeners.h"

#include <string.h>

#include "knowledge/names.h"

static const struct {
    const char *off, *only;
    uint16_t version;
} known[] = {{"no-sslv3", "force-sslv3", DX_SSL3},
             {"no-tlsv10", "force-tlsv10", DX_TLS10},
             {"no-tlsv11", "force-tlsv11", DX_TLS11},
             {"no-tlsv12", "force-tlsv12", DX_TLS12},
             {"no-tlsv13", "force-tlsv13", DX_TLS13}};

/* The versions that a line leaves of `all`; true when it says something of them. A line without a lower end
 * says nothing: that depends on HAProxy's release. */
static bool
take_versions(uint8_t *versions, dx_span words)
{
    uint16_t min = 0, max = DX_TLS13;
    uint8_t off = 0;
    dx_span word;

    while (dx_span_word(&words, &word)) {
        bool lower = dx_span_equal(word, "ssl-min-ver"), upper = dx_span_equal(word, "ssl-max-ver");
        if ((lower || upper) && !dx_span_word(&words, &word))
            break;
        uint16_t end = lower || upper ? dx_listener_version(word) : 0;
        if (end)
            *(lower ? &min : &max) = end;
        for (unsigned i = 0; i < G_N_ELEMENTS(known); i++) {
            if (dx_span_equal(word, known[i].off))
                off |= (uint8_t)DX_LISTENER_SPEAKS(known[i].version);
            if (dx_span_equal(word, known[i].only))
                min = max = known[i].version;
        }
    }
    if (!min)
        return false;
    *versions = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].version >= min && known[i].version <= max)
            *versions |= (uint8_t)(DX_LISTENER_SPEAKS(known[i].version) & ~(unsigned)off);
    return true;
}

static bool
has_word(dx_span words, const char *wanted)
{
    dx_span word;

    while (dx_span_word(&words, &word))
        if (dx_span_equal(word, wanted))
            return true;
    return false;
}

/* The line behind "bind": addresses, then settings. */
static void
take_bind(const dx_reading *reading, dx_span rest, const dx_listener *standard, uint32_t line)
{
    dx_listener fact = *standard;
    dx_span addresses;

    if (!dx_span_word(&rest, &addresses))
        return;
    fact.where = dx_reading_at(reading, line);
    fact.tls = fact.tls_told = has_word(rest, "ssl");
    if (take_versions(&fact.versions, rest))
        fact.versions_where = fact.where;
    while (addresses.len) {
        const char *comma = memchr(addresses.at, ',', addresses.len);
        size_t len = comma ? (size_t)(comma - addresses.at) : addresses.len;
        if (dx_listener_at(&fact.endpoint, (dx_span){addresses.at, len}))
            dx_listener_keep(reading, &fact, NULL);
        addresses = dx_span_from(addresses, len + 1);
    }
}

dx_seeing
dx_see_haproxy(const dx_look *look)
{
    bool bind = dx_span_starts(look->line, "bind ") &&
                (dx_span_has(look->line, " ssl ") || dx_span_starts(look->before, "frontend "));

    return bind || dx_span_starts(look->line, "ssl-default-bind-options ") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_haproxy(const dx_reading *reading)
{
    dx_listener standard = {.program = "HAProxy"};
    dx_lines lines;
    dx_span line, word;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_span rest = line;
        if (!dx_span_word(&rest, &word))
            continue;
        if (dx_span_equal(word, "bind"))
            take_bind(reading, rest, &standard, lines.number);
        else if (dx_span_equal(word, "ssl-default-bind-options") && take_versions(&standard.versions, rest))
            standard.versions_where = dx_reading_at(reading, lines.number);
    }
    dx_lines_end(&lines);
    dx_reading_empty(reading);
}
