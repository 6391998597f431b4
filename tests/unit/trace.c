/* trace.c - reads and runs the cases of a file of traces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs/judge.h"
#include "facts/apply.h"
#include "knowledge/names.h"
#include "knowledge/services.h"
#include "trace_reader.h"

#define START_US (G_GINT64_CONSTANT(1748779200) * G_USEC_PER_SEC) /* 2025-06-01 12:00 UTC */

static void
end_case(trace_reader *reader)
{
    if (reader->kind != CASE_NONE) {
        for (unsigned i = 0; i < reader->expectations->len; i++)
            trace_compare(reader, &g_array_index(reader->expectations, expectation, i));
        trace_check_case(reader);
        reader->report->num_hits += reader->kind == CASE_HIT;
        reader->report->num_misses += reader->kind == CASE_MISS;
        reader->report->num_oks += reader->kind == CASE_OK;
    }
    for (unsigned i = 0; i < reader->expectations->len; i++)
        g_free(g_array_index(reader->expectations, expectation, i).text);
    g_array_set_size(reader->expectations, 0);
    for (unsigned i = 0; i < reader->connections->len; i++) {
        trace_connection *connection = reader->connections->pdata[i];
        dx_facts_clear(&connection->base.facts);
        g_free(connection);
    }
    g_ptr_array_set_size(reader->connections, 0);
    dx_ledger_free(reader->ledger);
    reader->ledger = NULL;
    reader->kind = CASE_NONE;
}

static void
begin_case(trace_reader *reader, case_kind kind)
{
    end_case(reader);
    reader->kind = kind;
    reader->case_line = reader->line;
    reader->shown = false;
    reader->frame = 0;
    reader->now_us = START_US;
    reader->ledger = dx_ledger_new();
    dx_certs_trust(dx_ledger_certs(reader->ledger), "none");
    reader->preferences =
        (dx_preferences){.silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC};
}

/* The default of ssltrouble.tls_ports. */
static bool
is_tls_port(uint16_t port)
{
    const char *at = dx_tls_ports;

    for (char *end; *at; at = *end ? end + 1 : end)
        if (g_ascii_strtoull(at, &end, 10) == port)
            return true;
    return false;
}

/* "connection [dtls|quic|eap] [CLIENT:PORT > SERVER:PORT] [ttl=CLIENT/SERVER]" */
static void
begin_connection(trace_reader *reader, const char *text)
{
    trace_connection *connection = g_new0(trace_connection, 1);
    dx_facts *facts = &connection->base.facts;
    char client[64] = "192.0.2.1:50000", server[64] = "198.51.100.2:443";
    unsigned client_ttl = 64, server_ttl = 64;
    if (g_str_has_prefix(text, "dtls"))
        facts->transport = DX_TRANSPORT_DTLS;
    else if (g_str_has_prefix(text, "quic"))
        facts->transport = DX_TRANSPORT_QUIC;
    else if (g_str_has_prefix(text, "eap"))
        facts->transport = DX_TRANSPORT_EAP;
    text += facts->transport == DX_TRANSPORT_TCP ? 0 : facts->transport == DX_TRANSPORT_EAP ? 3 : 4;
    char **word = g_strsplit(text + strspn(text, " "), " ", -1);
    bool good = true;

    for (unsigned i = 0; word[i]; i++) {
        if (strcmp(word[i], ">") == 0 && i == 1 && word[2]) {
            g_strlcpy(client, word[0], sizeof client);
            g_strlcpy(server, word[2], sizeof server);
        } else if (g_str_has_prefix(word[i], "ttl=")) {
            good &= sscanf(word[i], "ttl=%3u/%3u", &client_ttl, &server_ttl) == 2;
        } else {
            good &= !*word[i] || (word[1] && strcmp(word[1], ">") == 0 && (i == 0 || i == 2));
        }
    }
    good &= dx_endpoint_parse(&facts->client_endpoint, client, strlen(client)) == strlen(client) &&
            dx_endpoint_parse(&facts->server_endpoint, server, strlen(server)) == strlen(server);
    g_strfreev(word);
    if (!good)
        trace_complain(reader, reader->line, "a connection is CLIENT:PORT > SERVER:PORT [ttl=CLIENT/SERVER]");
    facts->client_endpoint.datagram = facts->server_endpoint.datagram = facts->transport != DX_TRANSPORT_TCP;
    facts->stream = reader->connections->len;
    connection->base.server = dx_ledger_server(reader->ledger, &facts->server_endpoint);
    facts->expected = is_tls_port(facts->server_endpoint.port);
    connection->line = reader->line;
    connection->client = (trace_side){.isn = 1000000, .next = 1000001, .ttl = (uint8_t)client_ttl};
    connection->server = (trace_side){.isn = 5000000, .next = 5000001, .ttl = (uint8_t)server_ttl};
    g_ptr_array_add(reader->connections, connection);
}

/* "1.5": seconds since the case began. */
static bool
read_time(trace_reader *reader, const char *text, int64_t *time_us)
{
    char *end = NULL;
    double seconds = g_ascii_strtod(text, &end);

    if (end == text || *end || !(seconds >= 0 && seconds < 100000)) {
        trace_complain(reader, reader->line, "\"%s\" is no time in seconds", text);
        return false;
    }
    *time_us = START_US + (int64_t)(seconds * 1000000 + 0.5);
    return true;
}

/* A frame of a connection: "0.02 C hello; FIN". */
static void
read_frame(trace_reader *reader, const char *line)
{
    bool marked = *line == '*';
    char *rest = g_strstrip(g_strdup(line + marked)), **part = g_strsplit(rest, " ", 3);
    trace_frame frame = {.ledger = reader->ledger, .number = reader->frame + 1};

    if (g_strv_length(part) < 3 || (strcmp(part[1], "C") != 0 && strcmp(part[1], "S") != 0)) {
        trace_complain(reader, reader->line, "a line is TIME C|S ITEM...");
    } else if (read_time(reader, part[0], &frame.time_us)) {
        frame.connection = reader->connections->pdata[reader->connections->len - 1];
        frame.from = *part[1] == 'C' ? DX_CLIENT : DX_SERVER;
        char *error = trace_frame_apply(&frame, part[2]);
        reader->frame += !frame.nothing;
        if (marked)
            frame.connection->marked = reader->frame;
        reader->now_us = MAX(reader->now_us, frame.time_us);
        if (error)
            trace_complain(reader, reader->line, "%s", error);
        else
            trace_check_verdict(reader, frame.connection);
        g_free(error);
    }
    g_strfreev(part);
    g_free(rest);
}

static void
read_frames(trace_reader *reader, const char *lines)
{
    char **line = g_strsplit(lines, "\n", -1);

    for (unsigned i = 0; line[i]; i++)
        read_frame(reader, line[i]);
    g_strfreev(line);
}

/* "0 open": the TCP handshake. */
static void
read_open(trace_reader *reader, const char *time)
{
    char *lines = g_strdup_printf("%s C SYN\n%s S SYN+ACK\n%s C ACK", time, time, time);

    read_frames(reader, lines);
    g_free(lines);
}

/* "0 works 1.2 c02f ...; sni=...": a whole connection that succeeds, with what ServerHello and ClientHello
 * say. */
static void
read_works(trace_reader *reader, const char *time, const char *answer)
{
    char **half = g_strsplit(answer, ";", 2);
    char *cipher = strchr(answer, ' ');
    const dx_cipher *row = cipher ? dx_cipher_find((uint16_t)strtoul(cipher, NULL, 16)) : NULL;
    unsigned finished = TRACE_MESSAGE_HEADER + (row ? row->hash_bytes : 32) + TRACE_TAG;
    const char *hello = half[0] && half[1] ? half[1] : "";
    char *lines;

    read_open(reader, time);
    if (g_str_has_prefix(answer, "1.3"))
        lines = g_strdup_printf("%s C hello %s\n"
                                "%s S server_hello %s; ccs; data 27; data 2000; data 281; data %u\n"
                                "%s C ccs; data %u; data 100\n"
                                "%s S data 250; data 600",
                                time, hello, time, half[0], finished, time, finished, time);
    else
        lines =
            g_strdup_printf("%s C hello %s\n"
                            "%s S server_hello %s; certificate; %sserver_done\n"
                            "%s C client_key_exchange; ccs; handshake_record 40\n"
                            "%s S ccs; handshake_record 40\n"
                            "%s C data 100\n"
                            "%s S data 600",
                            time, hello, time, half[0],
                            row && row->exchange == DX_EXCHANGE_ECDHE ? "key_exchange ecdhe x25519; " : "",
                            time, time, time, time);
    read_frames(reader, lines);
    g_free(lines);
    lines = g_strdup_printf("%s C FIN\n%s S FIN", time, time);
    read_frames(reader, lines);
    g_free(lines);
    g_strfreev(half);
    expectation expected = {.connection = reader->connections->pdata[reader->connections->len - 1],
                            .line = reader->line,
                            .text = g_strdup("established")};
    g_array_append_val(reader->expectations, expected);
}

/* A line that begins with a time, or with the asterisk of the verdict's frame. */
static void
read_event(trace_reader *reader, const char *line)
{
    char **part = g_strsplit(line, " ", 3);
    unsigned num = g_strv_length(part);

    if (!reader->connections->len)
        trace_complain(reader, reader->line, "no connection has begun");
    else if (num == 2 && strcmp(part[1], "open") == 0)
        read_open(reader, part[0]);
    else if (num == 3 && strcmp(part[1], "works") == 0)
        read_works(reader, part[0], part[2]);
    else
        read_frame(reader, line);
    g_strfreev(part);
}

/* "end TIME", "os RELEASE", "http ADDRESS STATUS SERVER..." */
static bool
read_setting(trace_reader *reader, const char *line)
{
    char **part = g_strsplit(line, " ", 4);
    unsigned num = g_strv_length(part);
    bool known = true;
    dx_address address;

    if (strcmp(part[0], "end") == 0 && num == 2) {
        read_time(reader, part[1], &reader->now_us);
    } else if (strcmp(part[0], "os") == 0 && num == 2) {
        for (int os = DX_OS_UNKNOWN + 1; os < DX_NUM_OS; os++)
            if (strcmp(dx_windows_find((dx_os)os)->token, part[1]) == 0)
                reader->preferences.server_os = (dx_os)os;
        known = reader->preferences.server_os != DX_OS_UNKNOWN;
    } else if (strcmp(part[0], "http") == 0 && num == 4 &&
               dx_address_parse(&address, part[1], strlen(part[1])) == strlen(part[1])) {
        dx_ledger_http(reader->ledger, &address, ++reader->frame, (uint16_t)strtoul(part[2], NULL, 10),
                       part[3]);
    } else {
        known = false;
    }
    g_strfreev(part);
    return known;
}

static void
read_line(trace_reader *reader, const char *line)
{
    static const struct {
        const char *prefix;
        case_kind kind;
    } kinds[] = {{"hit: ", CASE_HIT}, {"near miss: ", CASE_MISS}, {"ok: ", CASE_OK}};

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_str_has_prefix(line, kinds[i].prefix))
            continue;
        begin_case(reader, kinds[i].kind);
        reader->title = line;
        return;
    }
    if (reader->kind == CASE_NONE) {
        trace_complain(reader, reader->line, "a case begins with \"hit: \", \"near miss: \" or \"ok: \"");
    } else if (g_str_has_prefix(line, "connection") && (line[10] == ' ' || !line[10])) {
        begin_connection(reader, line[10] ? line + 11 : "");
    } else if (g_str_has_prefix(line, "expect ") && reader->connections->len) {
        expectation expected = {.connection = reader->connections->pdata[reader->connections->len - 1],
                                .line = reader->line,
                                .text = g_strdup(line + 7)};
        g_array_append_val(reader->expectations, expected);
    } else if (g_ascii_isdigit(*line) || *line == '*') {
        read_event(reader, line);
    } else if (!read_setting(reader, line)) {
        trace_complain(reader, reader->line, "cannot read \"%s\"", line);
    }
}

void
trace_run(trace_report *report, const dx_causes *causes, const char *name, const char *text)
{
    trace_reader reader = {.report = report, .causes = causes, .name = name};
    char **lines = g_strsplit(text, "\n", -1);

    if (!report->problems)
        report->problems = g_ptr_array_new_with_free_func(g_free);
    reader.connections = g_ptr_array_new();
    reader.expectations = g_array_new(FALSE, FALSE, sizeof(expectation));
    for (; lines[reader.line];) {
        char *line = g_strstrip(lines[reader.line++]);
        if (*line && *line != '#')
            read_line(&reader, line);
    }
    end_case(&reader);
    g_ptr_array_unref(reader.connections);
    g_array_unref(reader.expectations);
    g_strfreev(lines);
}

void
trace_report_clear(trace_report *report)
{
    if (report->problems)
        g_ptr_array_unref(report->problems);
    if (report->opened)
        g_ptr_array_unref(report->opened);
    if (report->closed)
        g_ptr_array_unref(report->closed);
    memset(report, 0, sizeof *report);
}
