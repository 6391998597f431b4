/* server_log.c - reads the logs of nginx, Apache, HAProxy, Postfix, Dovecot, OpenLDAP, PostgreSQL, MySQL,
 * stunnel, Java, Go and FreeRADIUS
 *
 *     2026/11/22 16:16:49 [info] 21#21: *3 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1
 *     alert unknown ca:SSL alert number 48) while SSL handshaking, client: 192.0.2.10, server: 0.0.0.0:443
 *
 * Programs differ in where they have the time and the client's address, and agree in how they word them: both
 * are looked for in the whole line. A line without an address belongs to the connection that its process,
 * thread or connection number had one for before. What the line means is knowledge/logs.def.
 * Source: knowledge/logs.def
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/readers.h"
#include "knowledge/logs.h"

#define MAX_LOOK     4096  /* bytes of a line */
#define MAX_SESSIONS 20000 /* whose address is remembered */
#define MAX_KEY      40
#define TIME_WITHIN  200 /* bytes of a line in which its time stands */
#define STAYS        20  /* lines for which a time goes on: those of a Java exception */

typedef struct reader {
    const dx_reading *reading;
    dx_date_order order;
    GHashTable *sessions; /* key -> dx_endpoint */
    dx_time time;
    dx_endpoint client; /* of the line with the time */
    bool have_time, have_client, transcript;
    uint32_t time_line;
} reader;

/* Not the server's own clients: its connections to others behind it. */
static bool
is_upstream(dx_span line)
{
    static const char *const words[] = {
        "to upstream", "SSL_connect", "upstream:", "SSL Proxy", " is DOWN", "tls_process_server_certificate"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(line, words[i]))
            return true;
    return false;
}

/* The time of a line; one with a year, if it has two (syslog's and the program's). */
static bool
find_time(dx_time *out, dx_date_order order, dx_span line)
{
    size_t end = MIN(line.len, TIME_WITHIN);
    bool found = false;
    dx_time time;

    for (size_t at = 0; at < end; at++) {
        char before = at ? line.at[at - 1] : '[';
        if ((before != '[' && before != '|' && before != ' ' && before != '"') ||
            !g_ascii_isalnum(line.at[at]))
            continue;
        if (before == ' ' && !g_ascii_isdigit(line.at[at]) && found)
            continue;
        size_t taken = dx_time_parse(&time, order, dx_span_from(line, at));
        if (!taken || time.minutes)
            continue;
        if (!found || !time.yearless)
            *out = time;
        if (!time.yearless)
            return true;
        found = true;
        at += taken - 1;
    }
    return found;
}

/* "192.0.2.10:51234" or "192.0.2.10", and what is allowed behind it. */
static bool
take_address(dx_endpoint *out, dx_span span)
{
    size_t taken = dx_endpoint_parse(out, span.at, span.len);

    if (!taken) {
        out->datagram = false;
        taken = dx_address_parse(&out->address, span.at, MIN(span.len, 46));
        out->port = 0;
    }
    return taken && (taken == span.len || !g_ascii_isalnum(span.at[taken]));
}

/* " port=51234", " port [51234]" behind an address without one */
static void
take_port(dx_endpoint *out, dx_span rest)
{
    static const char *const words[] = {" port=", " port ["};
    uint32_t port;

    for (unsigned i = 0; !out->port && i < G_N_ELEMENTS(words); i++) {
        size_t at = dx_span_find(rest, words[i]);
        if (at != SIZE_MAX && dx_span_decimal(&port, dx_span_from(rest, at + strlen(words[i]))) &&
            port < 65536)
            out->port = (uint16_t)port;
    }
}

/* The client's address, by the words that stand before it. */
static bool
find_client(dx_endpoint *out, dx_span line)
{
    static const char *const words[] = {
        "client: ",    "[client ",    "rip=",    "IP=",       "connection from ",
        "error from ", "host=",       "host: '", "from ",     "peer=",
        "addr=",       "remote\":\"", "with /",  "Client \"", "remote address:"};
    dx_span rest;

    if (dx_line_station(&out->address, line)) {
        out->port = 0;
        return true;
    }

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t at = dx_span_find(line, words[i]);
        if (at == SIZE_MAX)
            continue;
        rest = dx_span_from(line, at + strlen(words[i]));
        size_t bracket =
            dx_span_find((dx_span){rest.at, MIN(rest.len, 256)}, "["); /* Postfix: name[address] */
        if (take_address(out, rest) ||
            (bracket != SIZE_MAX && take_address(out, dx_span_from(rest, bracket + 1)))) {
            take_port(out, rest);
            return true;
        }
    }
    /* HAProxy: at the beginning, or behind "haproxy[123]: " */
    size_t at = dx_span_find(line, "]: ");
    rest = dx_line_message(line);
    return dx_endpoint_parse(out, rest.at, rest.len) > 0 ||
           (at != SIZE_MAX && dx_endpoint_parse(out, line.at + at + 3, line.len - at - 3) > 0);
}

/* The length of digits from `at` on. */
static size_t
digits_at(dx_span line, size_t at)
{
    size_t len = 0;

    while (at + len < line.len && g_ascii_isdigit(line.at[at + len]))
        len++;
    return len;
}

/* What tells one connection's lines from another's: "conn=1000", "[pid 1:tid 2]", "[1234]", "(12)". */
static bool
find_key(char key[MAX_KEY], dx_span line)
{
    size_t at = dx_span_find(line, "conn="), len = 0;

    if (at != SIZE_MAX) {
        len = 5 + digits_at(line, at + 5);
    } else if ((at = dx_span_find(line, "[pid ")) != SIZE_MAX) {
        const char *end = memchr(line.at + at, ']', line.len - at);
        len = end ? (size_t)(end - line.at) - at : 0;
    } else {
        for (at = 0; at < MIN(line.len, TIME_WITHIN) && !len; at++) {
            size_t digits = line.at[at] == '[' || line.at[at] == '(' ? digits_at(line, at + 1) : 0;
            char end = digits && at + 1 + digits < line.len ? line.at[at + 1 + digits] : '\0';
            len = end == ']' || end == ')' ? digits + 1 : 0;
        }
        at -= len > 0;
    }
    if (!len)
        return false;
    len = MIN(len, MAX_KEY - 1);
    memcpy(key, line.at + at, len);
    key[len] = '\0';
    return true;
}

/* The line's client: its own, or the one that its connection had before. */
static bool
client_of(reader *now, dx_endpoint *client, dx_span line)
{
    char key[MAX_KEY];
    bool have_key = find_key(key, line), found = find_client(client, line);

    if (found && have_key && g_hash_table_size(now->sessions) < MAX_SESSIONS) {
        dx_endpoint *kept = g_new(dx_endpoint, 1);
        *kept = *client;
        g_hash_table_replace(now->sessions, g_strdup(key), kept);
    }
    const dx_endpoint *known = found || !have_key ? NULL : g_hash_table_lookup(now->sessions, key);
    if (known)
        *client = *known;
    return found || known;
}

/* Most lines of a log are about something else. */
static bool
may_matter(dx_span line)
{
    static const char *const words[] = {"SSL",       "TLS",        "HTTPS",    "tls",      "ssl",
                                        "handshake", "ertificate", "error:",   "alert",    "no_suitable",
                                        "0x16",      "\\x16",      "Keystore", "keystore", "key entry"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_strstr_len(line.at, (gssize)line.len, words[i]))
            return true;
    return false;
}

static void
take_line(reader *now, dx_span line, uint32_t number)
{
    dx_log_event event = {.where = dx_reading_at(now->reading, number), .provider = DX_PROVIDER_PROGRAM};
    dx_time time;

    bool timed = dx_line_time(&time, line) || find_time(&time, now->order, line);
    event.have_client = client_of(now, &event.endpoint, line);
    if (timed) {
        now->time = time;
        now->client = event.endpoint;
        now->have_client = event.have_client;
        now->have_time = true;
        now->time_line = number;
    } else if (now->have_client && !event.have_client && number - now->time_line <= STAYS) {
        event.endpoint = now->client; /* the line before goes on */
        event.have_client = true;
    }
    if (!event.have_client)
        event.endpoint = (dx_endpoint){.port = 0};
    if (!may_matter(line) || is_upstream(line) || (now->transcript && !now->have_time))
        return;
    event.row = dx_log_row_find(line.at, line.len, &event.alert);
    if (!event.row)
        return;
    event.have_alert = event.row->reason == DX_LOGGED_ALERT;
    event.have_time = now->have_time && number - now->time_line <= STAYS;
    event.time_us = now->time.us;
    event.utc = now->time.utc;
    event.yearless = now->time.yearless;
    dx_evidence_file *file = &g_array_index(now->reading->store->files, dx_evidence_file, now->reading->file);
    if (dx_reading_keep(now->reading, now->reading->store->events, &event) &&
        file->log_service == DX_SERVICE_UNKNOWN)
        file->log_service = dx_log_service(line.at, line.len);
}

/* Lines without a time that no other text has: OpenSSL's errors, exceptions of Java and .NET. */
static bool
says_itself(dx_span line)
{
    static const char *const words[] = {"error:0A",
                                        "error:14",
                                        "HTTPS connection.",
                                        "method name [0x16",
                                        "java.io.IOException",
                                        "AuthenticationException",
                                        "NotSupportedException"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(line, words[i]))
            return true;
    return false;
}

dx_seeing
dx_see_server_log(const dx_look *look)
{
    dx_span line = {look->line.at, MIN(look->line.len, MAX_LOOK)};
    uint8_t alert;
    dx_time time;

    if (!may_matter(line) || !dx_log_row_find(line.at, line.len, &alert))
        return DX_NOT_SEEN;
    if (dx_line_time(&time, line) || find_time(&time, DX_DATES_OPEN, line))
        return DX_SEEN;
    bool ours = dx_log_service(line.at, line.len) || says_itself(line);
    return ours && !look->transcript ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_server_log(const dx_reading *reading)
{
    reader now = {.reading = reading,
                  .order = dx_date_order_of(reading->text),
                  .transcript = dx_client_transcript(reading->text),
                  .sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line))
        take_line(&now, (dx_span){line.at, MIN(line.len, MAX_LOOK)}, lines.number);
    dx_lines_end(&lines);
    g_hash_table_destroy(now.sessions);
}
