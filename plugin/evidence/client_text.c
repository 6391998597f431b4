/* client_text.c - reads what clients say of a failure: curl -v, wget, openssl s_client, browsers, Go, Python
 *
 *     * Connected to www.example.com (198.51.100.20) port 443 (#0)
 *     * SSL certificate problem: certificate has expired
 *     curl: (60) SSL certificate problem: certificate has expired
 *
 * Such a text has no time; it is of a connection to the server that it names by address and port, or by name.
 * Source: knowledge/logs.def
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/readers.h"
#include "knowledge/logs.h"

#define MAX_LOOK 4096 /* bytes of a line; of a text's beginning */

bool
dx_client_transcript(dx_span text)
{
    static const char *const words[] = {"CONNECTED(",  "curl: (",        "* Connected to ",
                                        "*   Trying ", "connect:errno=", "openssl s_client"};
    dx_span begin = {text.at, MIN(text.len, MAX_LOOK)};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(begin, words[i]))
            return true;
    return false;
}

/* The name or address behind an option of openssl s_client */
static dx_span
behind(dx_span line, const char *option)
{
    size_t at = dx_span_find(line, option);
    return dx_span_from(line, at == SIZE_MAX ? line.len : at + strlen(option));
}

/* "Connected to NAME (ADDRESS) port PORT", "Trying ADDRESS:PORT...", "Connecting to NAME
 * (NAME)|ADDRESS|:PORT" */
static bool
take_server(dx_endpoint *server, dx_span line)
{
    size_t open = dx_span_find(line, "("), pipe = dx_span_find(line, "|"),
           trying = dx_span_find(line, "Trying ");
    dx_span connect = behind(line, "-connect ");
    dx_endpoint found;
    uint32_t port;

    if (dx_endpoint_parse(&found, connect.at, connect.len)) {
        *server = found;
        return true;
    }
    if (trying != SIZE_MAX && dx_endpoint_parse(&found, line.at + trying + 7, line.len - trying - 7)) {
        *server = found;
        return true;
    }
    bool wget = pipe != SIZE_MAX && dx_span_starts(line, "Connecting to ");
    bool curl =
        open != SIZE_MAX && (dx_span_has(line, "Connected to ") || dx_span_has(line, "connection to "));
    if (!wget && !curl)
        return false;
    dx_span rest = dx_span_from(line, (wget ? pipe : open) + 1);
    size_t taken = dx_address_parse(&found.address, rest.at, rest.len);
    const char *before = wget ? ":" : "port ";
    size_t at = dx_span_find(dx_span_from(rest, taken), before);
    if (!taken || at == SIZE_MAX ||
        !dx_span_decimal(&port, dx_span_from(rest, taken + at + strlen(before))) || port > UINT16_MAX)
        return false;
    found.port = (uint16_t)port;
    *server = found;
    return true;
}

/* The name of the server in "https://NAME/", "host name 'NAME'", "connecting to NAME",
 * "Connected to NAME". */
static void
take_name(const dx_reading *reading, const char **name, dx_span line)
{
    static const char *const words[] = {
        "https://",  "target host name '",          "connecting to ",      "Connected to ", "cannot verify ",
        "Hostname:", "could not prove that it is ", "valid certificate: ", "for the name ", "-servername ",
        "-connect "};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t at = dx_span_find(line, words[i]), len = 0;
        if (at == SIZE_MAX)
            continue;
        dx_span rest = dx_span_trim(dx_span_from(line, at + strlen(words[i])));
        while (len < rest.len && len < 253 &&
               (g_ascii_isalnum(rest.at[len]) || rest.at[len] == '-' || rest.at[len] == '.'))
            len++;
        if (len > 3 && memchr(rest.at, '.', len)) {
            char *lower = g_ascii_strdown(rest.at, (gssize)len);
            if (lower[len - 1] == '.')
                lower[len - 1] = '\0';
            *name = g_string_chunk_insert_const(reading->store->names, lower);
            g_free(lower);
            return;
        }
    }
}

/* The row of a line that is no server's: those begin with a time, and have a row of their own. An alert is
 * the server's where the whole text is the client's. */
static const dx_log_row *
find_row(bool transcript, dx_span line, uint8_t *alert)
{
    const dx_log_row *row = dx_client_row_find(line.at, line.len);
    dx_time time;

    bool open = row ? row->reason == DX_LOGGED_OTHER : dx_span_has(line, "alert");
    if (open && !transcript)
        return NULL;
    if (!row && open)
        row = dx_client_alert_find(line.at, line.len, alert);
    bool timed = row && (dx_time_parse(&time, DX_DATES_OPEN, line) ||
                         dx_time_parse(&time, DX_DATES_OPEN, dx_span_from(line, 1)));
    return timed && dx_log_row_find(line.at, line.len, alert) ? NULL : row;
}

/* openssl s_client says so of a chain that it accepts */
static bool
is_good(dx_span line)
{
    return dx_span_has(line, "Verify return code: 0 (ok)") || dx_span_has(line, "Verification: OK");
}

dx_seeing
dx_see_client_text(const dx_look *look)
{
    dx_span line = {look->line.at, MIN(look->line.len, MAX_LOOK)};
    uint8_t alert;

    return is_good(line) || find_row(look->transcript, line, &alert) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_client_text(const dx_reading *reading)
{
    dx_endpoint server = {.port = 0};
    const char *name = NULL;
    const dx_log_row *last = NULL;
    bool transcript = dx_client_transcript(reading->text);
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line.len = MIN(line.len, MAX_LOOK);
        if (take_server(&server, line))
            last = NULL;
        take_name(reading, &name, line);
        dx_log_event event = {.where = dx_reading_at(reading, lines.number), .provider = DX_PROVIDER_PROGRAM};
        event.row = find_row(transcript, line, &event.alert);
        if (is_good(line))
            dx_reading_empty(reading);
        if (!event.row || event.row == last) /* curl says it twice */
            continue;
        last = event.row;
        event.have_alert = event.row->reason == DX_LOGGED_SERVER_ALERT;
        event.of_client = true;
        event.endpoint = server;
        event.server_name = name;
        dx_reading_keep(reading, reading->store->events, &event);
    }
    dx_lines_end(&lines);
}
