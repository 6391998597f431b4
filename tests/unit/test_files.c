/* test_files.c - what the server's files say of a connection: every folder of samples, every kind of end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tape.h"
#include "whole.h"

#include "causes/causes.h"
#include "evidence/evidence.h"
#include "verdict/file_finding.h"

/* 2026-11-22T15:16:40Z: the files tell of what happened nine seconds later. */
#define TIME_US (INT64_C(1795360600) * G_USEC_PER_SEC)
#define SERVER  20

enum { NUM_STREAMS = 8 };

static void
put_line(GString *out, const dx_evidence_store *store, const dx_file_line *line)
{
    g_string_append_printf(out, "      %s:%u: %s\n",
                           g_array_index(store->files, dx_evidence_file, line->where.file).name,
                           line->where.line, line->text);
}

/* What is told of each stream: the verdict, and what the files say. */
typedef struct told {
    char *verdict[NUM_STREAMS], *files[NUM_STREAMS];
    const dx_cause *cause[NUM_STREAMS];
    const struct told *without; /* files; NULL: these are */
} told;

static void
told_clear(told *all)
{
    for (unsigned i = 0; i < NUM_STREAMS; i++) {
        g_free(all->verdict[i]);
        g_free(all->files[i]);
    }
}

static char *
verdict_text(const dx_verdict *verdict)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "    %s %s", verdict->cause ? verdict->cause->id : "-",
                           verdict->cause ? dx_confidence_name(verdict->confidence) : "");
    for (unsigned i = 1; i < verdict->candidates->len; i++)
        g_string_append_printf(out, ", %s", ((const dx_cause *)verdict->candidates->pdata[i])->id);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

static bool
says_why(const dx_verdict *verdict, const dx_cause *excluded)
{
    for (unsigned i = 0; verdict->file_findings && i < verdict->file_findings->len; i++) {
        const dx_file_finding *finding = verdict->file_findings->pdata[i];
        if (finding->cause == excluded && finding->answer == DX_FILES_EXCLUDE)
            return true;
    }
    return false;
}

static char *
files_text(const dx_evidence_store *store, const dx_verdict *verdict)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; verdict->excluded && i < verdict->excluded->len; i++)
        if (!says_why(verdict, verdict->excluded->pdata[i]))
            g_string_append_printf(out, "    %s: excluded, without a word\n",
                                   ((const dx_cause *)verdict->excluded->pdata[i])->id);
    for (unsigned i = 0; verdict->file_findings && i < verdict->file_findings->len; i++) {
        const dx_file_finding *finding = verdict->file_findings->pdata[i];
        g_string_append_printf(out, "    %s: %s\n", finding->cause->id,
                               dx_files_answer_name(finding->answer));
        for (unsigned j = 0; j < finding->lines->len; j++)
            put_line(out, store, &g_array_index(finding->lines, dx_file_line, j));
    }
    for (unsigned i = 0; verdict->logged && i < verdict->logged->len; i++)
        put_line(out, store, &g_array_index(verdict->logged, dx_file_line, i));
    return g_string_free(out, FALSE);
}

/* Alerts, closes and silences at the ClientHello, a client that leaves at the certificate, a closed port. */
static void
play(tape *t)
{
    static const uint8_t alerts[] = {40, 70, 80, 112};

    for (unsigned i = 0; i < sizeof alerts; i++)
        tape_refused(t, 10, SERVER, "www.example.com", alerts[i]);
    for (unsigned i = 0; i < 2; i++) {
        tape_connect(t, 10, SERVER, 443);
        tape_syn(t);
        tape_send(t, true, client_hello(i ? NULL : "www.example.com"));
        t->time_us += 4 * G_USEC_PER_SEC;
        tape_packet(t, false, i ? DX_TCP_FIN | DX_TCP_ACK : DX_TCP_RST | DX_TCP_ACK, NULL);
    }
    tape_closed(t, 10, SERVER);
    tape_handshake(t, 10, SERVER, "www.example.com");
    tape_bytes(t, true, "\x15\3\3\0\2\2\x2a", 7);
    tape_packet(t, true, DX_TCP_FIN | DX_TCP_ACK, NULL);
}

typedef void (*put_one)(void *out, const dx_evidence_store *store, uint32_t stream,
                        const dx_verdict *verdict);

/* What becomes of the connections with these files (taken). */
static void
put_connections(void *out, dx_evidence_store *store, put_one put)
{
    const dx_preferences with_files = {.silence_us = 10 * G_USEC_PER_SEC,
                                       .syn_silence_us = 3 * G_USEC_PER_SEC,
                                       .trust_store = "none",
                                       .evidence = store};
    dx_verdicts *verdicts = dx_verdicts_new(dx_all_causes(), &with_files, is_tls_port, NULL);
    tape t = {.verdicts = verdicts,
              .capture = dx_verdicts_capture(verdicts),
              .time_us = TIME_US,
              .stream = UINT32_MAX,
              .ttl = 127};

    play(&t);
    for (uint32_t stream = 0; stream <= t.stream; stream++) {
        put(out, store, stream, dx_verdicts_of(verdicts, stream));
    }
    dx_verdicts_free(verdicts);
    dx_evidence_free(store);
}

/* By the files, whose cause has checks, clients and events of its own. */
static bool
is_settled(const dx_verdict *verdict)
{
    const dx_file_finding *files =
        verdict->file_findings ? dx_file_finding_of(verdict->file_findings, verdict->cause) : NULL;

    return files && files->answer == DX_FILES_CONFIRM;
}

static void
tell(void *all, const dx_evidence_store *store, uint32_t stream, const dx_verdict *verdict)
{
    told *at = all;

    g_assert_cmpuint(stream, <, NUM_STREAMS);
    at->verdict[stream] = verdict_text(verdict);
    at->files[stream] = files_text(store, verdict);
    at->cause[stream] = verdict->cause;
    if (at->without && at->without->cause[stream] != verdict->cause && is_settled(verdict)) {
        g_assert_null(verdict->own_checks);
        g_assert_null(verdict->own_clients);
        g_assert_null(verdict->own_events);
    }
}

/* Of each stream what the files change or say; once what they say of several. */
static void
put_folder(GString *out, const char *name, const told *without)
{
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", name, NULL);
    told all = {.without = without};

    g_string_append_printf(out, "\n%s\n", name);
    put_connections(&all, dx_evidence_read_folder(path), tell);
    for (unsigned i = 0; i < NUM_STREAMS; i++) {
        bool changed = strcmp(all.verdict[i], without->verdict[i]) != 0;
        unsigned same = 0;
        while (strcmp(all.files[same], all.files[i]) != 0)
            same++;
        if (!changed && !*all.files[i])
            continue;
        g_string_append_printf(out, "  stream %u\n%s", i, changed ? all.verdict[i] : "");
        if (same < i && *all.files[i])
            g_string_append_printf(out, "    files as of stream %u\n", same);
        else
            g_string_append(out, all.files[i]);
    }
    told_clear(&all);
    g_free(path);
}

/* The verdict, and what the log says of which cause; nothing where it says nothing. */
static void
put_short(void *text, const dx_evidence_store *store, uint32_t stream, const dx_verdict *verdict)
{
    GString *out = text;

    (void)store;
    if (!verdict->file_findings || !verdict->file_findings->len)
        return;
    g_string_append_printf(out, "  stream %u %s %s", stream, verdict->cause ? verdict->cause->id : "-",
                           verdict->cause ? dx_confidence_name(verdict->confidence) : "");
    for (unsigned i = 0; verdict->file_findings && i < verdict->file_findings->len; i++) {
        const dx_file_finding *finding = verdict->file_findings->pdata[i];
        g_string_append_printf(out, "; %s %s", finding->cause->id, dx_files_answer_name(finding->answer));
    }
    g_string_append_c(out, '\n');
}

/* One line of a server's log or of what a client says, for each row of the tables. */
static void
put_words(GString *out, const char *before, const char *words, const char *after)
{
    char **parts = g_strsplit(words, " ... ", -1), *joined = g_strjoinv(" x ", parts),
         *line = g_strconcat(before, joined, after, NULL);
    dx_evidence_store *store = dx_evidence_new();

    dx_evidence_read(store, "log", (const uint8_t *)line, strlen(line));
    g_string_append_printf(out, "\n%s\n", words);
    put_connections(out, store, put_short);
    g_free(line);
    g_free(joined);
    g_strfreev(parts);
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void
test_folders(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GString *out =
        g_string_new("What files say of what happened, and verdicts that are others than without them\n");
    told without = {.without = NULL};
    GDir *dir = g_dir_open(DX_SOURCE_DIR "/tests/evidence", 0, NULL);

    for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
        if (!strchr(name, '.') && strcmp(name, "evtx") != 0) /* that needs a library */
            g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    put_connections(&without, dx_evidence_new(), tell);
    g_string_append(out, "\nwithout files\n");
    for (unsigned i = 0; i < NUM_STREAMS; i++)
        g_string_append_printf(out, "  stream %u\n%s", i, without.verdict[i]);
    for (unsigned i = 0; i < names->len; i++)
        put_folder(out, names->pdata[i], &without);
    told_clear(&without);
    check_whole("files.txt", out->str);
    g_ptr_array_free(names, TRUE);
    g_string_free(out, TRUE);
}

static void
test_lines(void)
{
    static const char *const logs[] = {
#define L(reason, number, words, meaning) words,
#define C(...)
#include "knowledge/logs.def"
#undef L
#undef C
    };
    static const char *const clients[] = {
#define L(...)
#define C(reason, words, meaning) words,
#include "knowledge/logs.def"
#undef L
#undef C
    };
    GString *out = g_string_new("What a line of a log says of what happened\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(logs); i++)
        put_words(out, "2026/11/22 15:16:42 [info] 7#7: *1 SSL_do_handshake() failed (SSL: ", logs[i],
                  ") while SSL handshaking, client: 192.0.2.10, server: 0.0.0.0:443\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++)
        put_words(out, "* Connected to www.example.com (198.51.100.20) port 443 (#0)\ncurl: (60) ",
                  clients[i], "\n");
    check_whole("logs.txt", out->str);
    g_string_free(out, TRUE);
}

#define NGINX(words, client)                                                                                 \
    "2026/11/22 15:16:42 [info] 7#7: *1 SSL_do_handshake() failed (SSL: " words                              \
    ") while SSL handshaking, client: 192.0.2." client ", server: 0.0.0.0:443\n"
#define HAPROXY(words)                                                                                       \
    "Nov 22 15:16:40 lb01 haproxy[7]: 192.0.2.10:50000 [22/Nov/2026:15:16:40.010] fe/1: SSL handshake "      \
    "failure (error:0A000000:SSL routines::" words ")\n"

typedef struct {
    const char *log;
    uint8_t alert, second; /* to the first client, 192.0.2.10:50000; another that fails; 0: none */
    const char *verdict;
} own_line;

/* What becomes of the first of up to two connections that fail within a second, with this log. */
static void
check_own(const own_line *row)
{
    GString *out = g_string_new(NULL);
    dx_evidence_store *store = dx_evidence_new();
    const dx_preferences with_log = {.silence_us = 10 * G_USEC_PER_SEC,
                                     .syn_silence_us = 3 * G_USEC_PER_SEC,
                                     .trust_store = "none",
                                     .evidence = store};
    dx_verdicts *verdicts = dx_verdicts_new(dx_all_causes(), &with_log, is_tls_port, NULL);
    tape t = {.verdicts = verdicts,
              .capture = dx_verdicts_capture(verdicts),
              .time_us = TIME_US,
              .stream = UINT32_MAX};

    dx_evidence_read(store, "log", (const uint8_t *)row->log, strlen(row->log));
    tape_refused(&t, 10, SERVER, "www.example.com", row->alert);
    if (row->second)
        tape_refused(&t, row->second, SERVER, "www.example.com", 40);
    put_short(out, store, 0, dx_verdicts_of(verdicts, 0));
    g_assert_cmpstr(g_strstrip(out->str), ==, row->verdict);
    g_string_free(out, TRUE);
    dx_verdicts_free(verdicts);
    dx_evidence_free(store);
}

/* A line without a port confirms while there is one for every failure that it may be of; none confirms
 * anything against an alert that says another thing. */
static void
test_own_lines(void)
{
    static const own_line rows[] = {
        {NGINX("no shared cipher", "10"), 40, 0,
         "stream 0 cipher_mismatch confirmed; cipher_mismatch confirmed"},
        {NGINX("no shared cipher", "10"), 40, 10,
         "stream 0 group_mismatch likely; cipher_mismatch suggested"},
        {NGINX("no shared cipher", "10") NGINX("no shared cipher", "10"), 40, 10,
         "stream 0 cipher_mismatch confirmed; cipher_mismatch confirmed"},
        {NGINX("no shared cipher", "10") NGINX("no suitable groups", "10"), 40, 10,
         "stream 0 group_mismatch likely; cipher_mismatch suggested"},
        {NGINX("no shared cipher", "10"), 40, 11,
         "stream 0 cipher_mismatch confirmed; cipher_mismatch confirmed"},
        {HAPROXY("no shared cipher"), 40, 10,
         "stream 0 cipher_mismatch confirmed; cipher_mismatch confirmed"},
        {NGINX("callback failed", "10"), 70, 0,
         "stream 0 protocol_version_mismatch confirmed; sni_unrecognized contradicted by the packets"},
        {HAPROXY("callback failed"), 70, 10,
         "stream 0 protocol_version_mismatch confirmed; sni_unrecognized contradicted by the packets"},
        {HAPROXY("no certificate assigned"), 112, 10,
         "stream 0 sni_unrecognized confirmed; server_certificate_missing contradicted by the packets"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        check_own(&rows[i]);
}

/* A log with thousands of lines in the minute before hides no line of the connection's own. */
static void
test_busy_log(void)
{
    GString *log = g_string_new(NULL);

    for (unsigned i = 0; i < 700; i++)
        g_string_append_printf(
            log,
            "Nov 22 15:15:50 lb01 haproxy[7]: 192.0.2.77:%u [22/Nov/2026:15:15:50.010] fe/1: "
            "SSL handshake failure (error:0A000000:SSL routines::no suitable groups)\n",
            40000 + i);
    g_string_append(log, HAPROXY("no shared cipher"));
    const own_line row = {log->str, 40, 10, "stream 0 cipher_mismatch confirmed; cipher_mismatch confirmed"};
    check_own(&row);
    g_string_free(log, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/files/folders", test_folders);
    g_test_add_func("/files/lines", test_lines);
    g_test_add_func("/files/own_lines", test_own_lines);
    g_test_add_func("/files/busy_log", test_busy_log);
    return g_test_run();
}
