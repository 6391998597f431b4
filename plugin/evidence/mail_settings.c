/* mail_settings.c - reads which versions of TLS Postfix and Dovecot are set to: postconf -n, doveconf -n
 *
 *     smtpd_tls_security_level = may                        ssl = required
 *     smtpd_tls_protocols = >=TLSv1.2                       ssl_min_protocol = TLSv1.2
 *     smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1
 *
 * Postfix takes the mandatory ones where TLS is demanded: with security level "encrypt", and in master.cf's
 * submission and submissions. What is not set depends on the release, and is not told.
 * Source: postconf(5); Dovecot's documentation, "SSL configuration"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/listeners.h"
#include "knowledge/names.h"

/* "!SSLv2, !SSLv3", ">=TLSv1.2 <=TLSv1.3", "TLSv1.2": as DX_LISTENER_SPEAKS; 0 when it is not understood. */
static uint8_t
versions_of(dx_span value)
{
    uint16_t min = DX_SSL3, max = DX_TLS13;
    uint8_t off = 0, only = 0, all = 0;
    const char *at = value.at, *end = value.at + value.len;

    while (at < end) {
        size_t len = 0;
        while (at < end && strchr(", :\t", *at))
            at++;
        while (at + len < end && !strchr(", :\t", at[len]))
            len++;
        dx_span word = {at, len};
        bool below = dx_span_starts(word, "<="), above = dx_span_starts(word, ">="),
             without = dx_span_starts(word, "!");
        dx_span name = dx_span_from(word, below || above ? 2 : without ? 1 : 0);
        uint16_t version = dx_listener_version(name);
        at += len;
        if (!len || dx_span_equal(name, "SSLv2"))
            continue;
        if (!version)
            return 0;
        if (below)
            max = version;
        else if (above)
            min = version;
        else
            *(without ? &off : &only) |= (uint8_t)DX_LISTENER_SPEAKS(version);
    }
    for (uint16_t version = min; version <= max; version++)
        all |= (uint8_t)DX_LISTENER_SPEAKS(version);
    return (uint8_t)((only ? only : all) & ~(unsigned)off);
}

/* Any address, one of the program's ports. */
static void
keep(const dx_reading *reading, const dx_listener *program, uint16_t port)
{
    dx_listener fact = *program;

    fact.endpoint = (dx_endpoint){.address = {.family = 6}, .port = port}; /* [::] takes IPv4, too */
    if (fact.versions)
        dx_listener_keep(reading, &fact, NULL);
}

dx_seeing
dx_see_postfix(const dx_look *look)
{
    return dx_span_starts(look->line, "smtpd_tls_") && dx_span_has(look->line, "=") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_postfix(const dx_reading *reading)
{
    dx_listener may = {.program = "Postfix"}, must = may;
    bool encrypt = false;
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        size_t equals = dx_span_find(line, "=");
        dx_span name = dx_span_trim((dx_span){line.at, equals == SIZE_MAX ? 0 : equals});
        dx_span value = dx_span_trim(dx_span_from(line, equals == SIZE_MAX ? line.len : equals + 1));
        bool mandatory = dx_span_equal(name, "smtpd_tls_mandatory_protocols");
        if (mandatory || dx_span_equal(name, "smtpd_tls_protocols")) {
            dx_listener *of = mandatory ? &must : &may;
            of->versions = versions_of(value);
            of->where = of->versions_where = dx_reading_at(reading, lines.number);
        }
        if (dx_span_equal(name, "smtpd_tls_security_level"))
            encrypt = dx_span_equal(value, "encrypt");
    }
    dx_lines_end(&lines);
    keep(reading, encrypt ? &must : &may, 25);
    keep(reading, &must, 465);
    keep(reading, &must, 587);
    dx_reading_empty(reading); /* settings that leave the versions open */
}

dx_seeing
dx_see_dovecot(const dx_look *look)
{
    static const char *const words[] = {"ssl_min_protocol =", "ssl_protocols =", "ssl_cert = <",
                                        "ssl_key = "};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_starts(look->line, words[i]))
            return DX_SEEN;
    return DX_NOT_SEEN;
}

void
dx_read_dovecot(const dx_reading *reading)
{
    static const uint16_t ports[] = {110, 143, 993, 995};
    dx_listener fact = {.program = "Dovecot"};
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        static const char *const names[] = {"ssl_min_protocol =", "ssl_protocols ="};
        line = dx_span_trim(line);
        for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
            dx_span value = dx_span_trim(dx_span_from(line, strlen(names[i])));
            if (!dx_span_starts(line, names[i]))
                continue;
            char *least = g_strdup_printf("%s%.*s", i == 0 ? ">=" : "", (int)value.len, value.at);
            fact.versions = versions_of((dx_span){least, strlen(least)});
            fact.where = fact.versions_where = dx_reading_at(reading, lines.number);
            g_free(least);
        }
    }
    dx_lines_end(&lines);
    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++)
        keep(reading, &fact, ports[i]);
    dx_reading_empty(reading);
}
