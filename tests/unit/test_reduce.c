/* test_reduce.c - lines of JSON become problems: what is read, what is folded, what is bounded
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tape.h"
#include "whole.h"

#include "reduce/input.h"
#include "reduce/report.h"

/* A line as the plugin writes it: a connection of a tape. */
static char *
line_of(bool fails, const char *file)
{
    tape t = tape_new();
    dx_report report = plain_report;
    report.file = file;
    if (fails)
        tape_refused(&t, 1, 1, "one.example", 40);
    else
        tape_established(&t, 2, 1, "one.example");
    return g_strchomp(report_of(&t, dx_report_json, &report));
}

static dx_line_state
read_line(dx_line *line, const char *text)
{
    static dx_line_reader *reader;
    static char *kept;
    if (!reader)
        reader = dx_line_reader_new();
    g_free(kept); /* the line before points into it */
    kept = g_strdup(text);
    return dx_line_read(reader, line, kept, strlen(kept));
}

static void
test_line(void)
{
    dx_line line;
    char *text = line_of(true, "a.pcapng");
    g_assert_cmpint(read_line(&line, text), ==, DX_LINE_GOOD);
    g_assert_cmpstr(line.file, ==, "a.pcapng");
    g_assert_cmpstr(line.server, ==, "198.51.100.1:443");
    g_assert_cmpstr(line.client, ==, "192.0.2.1");
    g_assert_cmpstr(line.cause, ==, "test_refused");
    g_assert_cmpint(line.confidence, ==, DX_LIKELY);
    g_assert_cmpint(line.outcome, ==, DX_FAILED);
    g_assert_cmpint(line.time_us, ==, G_GINT64_CONSTANT(1328921095001000));
    GPtrArray *checks = dx_line_texts(&line, "checks", 1);
    g_assert_cmpuint(checks->len, ==, 1);
    g_assert_cmpstr(checks->pdata[0], ==, "Look at 198.51.100.1 port 443");
    g_ptr_array_unref(checks);
    static const char *const tags[][2] = {{"captures/a.pcapng", "captures/a.pcapng"},
                                          {"web1", "web1: a.pcapng"}};
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
        char *tagged = g_strdup_printf("%s\t%s", tags[i][0], text);
        g_assert_cmpint(read_line(&line, tagged), ==, DX_LINE_GOOD);
        g_assert_cmpstr(line.file, ==, tags[i][1]);
        g_free(tagged);
    }
    g_free(text);
}

/* With and without what json-glib reads of it, and written by another program. */
static void
test_healthy(void)
{
    dx_line line;
    char *text = line_of(false, "a.pcapng"), *nameless = line_of(false, NULL),
         *quoted = line_of(false, "a\"b.pcapng");
    g_assert_cmpint(read_line(&line, text), ==, DX_LINE_GOOD);
    g_assert_cmpint(line.outcome, ==, DX_ESTABLISHED);
    g_assert_cmpstr(line.file, ==, "a.pcapng");
    g_assert_cmpstr(line.server, ==, "198.51.100.1:443");
    g_assert_cmpint(line.time_us, ==, G_GINT64_CONSTANT(1328921095001000));
    g_assert_null(line.object);
    g_assert_cmpint(read_line(&line, nameless), ==, DX_LINE_GOOD);
    g_assert_null(line.file);
    g_assert_cmpint(read_line(&line, quoted), ==, DX_LINE_GOOD);
    g_assert_cmpstr(line.file, ==, "a\"b.pcapng");
    g_assert_cmpint(
        read_line(&line, "{ \"outcome\" : \"established\", \"cause\" : null, \"server\" : \"192.0.2.9:443\", "
                         "\"time\" : \"2026-01-02T03:04:05.000006Z\" }"),
        ==, DX_LINE_GOOD);
    g_assert_cmpstr(line.server, ==, "192.0.2.9:443");
    g_assert_cmpint(/* 802.1X */
                    read_line(&line,
                              "{\"server\":\"00-00-5e-00-53-20\",\"outcome\":\"failed\",\"cause\":\"x\","
                              "\"time\":\"2026-01-02T03:04:05.000006Z\"}"),
                    ==, DX_LINE_GOOD);
    g_assert_cmpstr(line.server, ==, "00-00-5e-00-53-20");
    /* how sure it is, in a word of a later version */
    g_assert_cmpint(read_line(&line, "{\"server\":\"192.0.2.9:443\",\"outcome\":\"failed\",\"cause\":\"x\","
                                     "\"confidence\":\"certain\",\"time\":\"2026-01-02T03:04:05.000006Z\"}"),
                    ==, DX_LINE_GOOD);
    g_assert_cmpint(line.confidence, ==, DX_POSSIBLE);
    g_free(text);
    g_free(nameless);
    g_free(quoted);
}

static void
test_damaged(void)
{
    dx_line line;
    char *text = line_of(true, "a.pcapng"), *healthy = line_of(false, "a.pcapng");
    for (size_t len = 1; len < strlen(text); len++) {
        char *cut = g_strndup(text, len);
        g_assert_cmpint(read_line(&line, cut), !=, DX_LINE_GOOD);
        g_free(cut);
    }
    for (size_t len = 1; len < strlen(healthy); len++) {
        char *cut = g_strndup(healthy, len), *glued = g_strdup_printf("%.*s%s", (int)len, healthy, healthy);
        g_assert_cmpint(read_line(&line, cut), !=, DX_LINE_GOOD);
        g_assert_cmpint(read_line(&line, glued), !=, DX_LINE_GOOD);
        g_free(cut);
        g_free(glued);
    }
    static const struct {
        const char *text;
        dx_line_state state;
    } cases[] = {
        {"", DX_LINE_EMPTY},
        {"{\"file\":", DX_LINE_CUT},
        {"tshark: not a capture", DX_LINE_NO_JSON},
        {"{\"a\":\xff}", DX_LINE_NO_JSON},
        {"{}", DX_LINE_FOREIGN},
        {"[1]", DX_LINE_FOREIGN},
        {"{\"server\":\"<b>\",\"outcome\":\"established\",\"time\":\"2026-12-02T03:04:05.000006Z\"}",
         DX_LINE_FOREIGN},
        {"{\"server\":\"00-00-5e-00-53-2\",\"outcome\":\"established\",\"time\":\"2026-12-02T03:04:05."
         "000006Z\"}",
         DX_LINE_FOREIGN},
        {"{\"server\":1,\"outcome\":[],\"time\":{}}", DX_LINE_FOREIGN},
        {"{\"server\":\"a\",\"outcome\":\"established\",\"time\":\"2026-13-02T03:04:05.000006Z\"}",
         DX_LINE_FOREIGN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(read_line(&line, cases[i].text), ==, cases[i].state);
    char *deep = g_strnfill(100000, '[');
    g_assert_cmpint(read_line(&line, deep), ==, DX_LINE_NO_JSON);
    g_free(deep);
    g_free(text);
    g_free(healthy);
}

static void
add(dx_reduction *reduction, const char *text)
{
    dx_line line;
    dx_line_state state = read_line(&line, text);
    dx_reduction_line(reduction, state, &line);
}

/* The report on what was reduced, ten problems at most; frees that. */
static GString *
finish(dx_reduction *reduction, bool html)
{
    GString *out = g_string_new(NULL);
    if (html)
        dx_reduce_html(out, reduction, 10);
    else
        dx_reduce_text(out, reduction, 10);
    dx_reduction_free(reduction);
    return out;
}

/* The report on one failure that has these members besides. */
static GString *
report_on(const char *members, bool html)
{
    dx_reduction *reduction = dx_reduction_new();
    char *line = g_strdup_printf("{\"server\":\"192.0.2.9:443\",\"outcome\":\"failed\","
                                 "\"time\":\"2026-01-02T03:04:05.000006Z\",\"confidence\":\"likely\",%s}",
                                 members);
    add(reduction, line);
    g_free(line);
    return finish(reduction, html);
}

/* No command with a name that a shell would not take as it stands. */
static void
test_hostile_file(void)
{
    static const char *const files[] = {"x;reboot.pcapng", "-x.pcapng", "a b.pcapng", "$(id).pcapng"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        dx_reduction *reduction = dx_reduction_new();
        char *text = line_of(true, files[i]);
        add(reduction, text);
        GString *out = finish(reduction, false);
        check_has(out->str, "Example       ");
        check_lacks(out->str, "Picture");
        g_string_free(out, TRUE);
        g_free(text);
    }
}

/* Of more candidates than five the rest is counted; the cause itself is none. */
static void
test_candidates(void)
{
    static const char *const lists[][2] = {
        {"\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"", "Other causes  b; c; d; e; f\n"},
        {"\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"", "Other causes  b; c; d; e; f; and 2 more\n"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        char *members = g_strdup_printf("\"cause\":\"a\",\"candidates\":[%s]", lists[i][0]);
        GString *out = report_on(members, false);
        check_has(out->str, lists[i][1]);
        g_string_free(out, TRUE);
        g_free(members);
    }
}

/* The same server's failures over files and days are one problem. */
static void
test_fold(void)
{
    static const struct {
        const char *day, *file;
        bool fails;
    } rows[] = {{"2026-11-02", "b.pcapng", true},
                {"2026-11-01", "a.pcapng", false},
                {"2026-11-03", "c.pcapng", true},
                {"2026-11-03", "c.pcapng", false},
                {"2026-11-01", "a.pcapng", false}};
    dx_reduction *reduction = dx_reduction_new();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = line_of(rows[i].fails, rows[i].file), **parts = g_strsplit(text, "2012-02-11", 2);
        char *dated = g_strjoinv(rows[i].day, parts);
        add(reduction, dated);
        g_free(text);
        g_strfreev(parts);
        g_free(dated);
    }
    add(reduction, "{\"file\":\"c.pcapng\",\"stre");
    GString *out = g_string_new(NULL);
    dx_reduce_text(out, reduction, 10);
    check_page(out->str);
    check_has(out->str, "6 lines, connections: 5, to 1 server");
    check_has(out->str, "lines: 1 cut short or too long; the first is line 6 of all that was read");
    check_has(out->str, "   1.        2  198.51.100.1:443      Nothing in common (LIKELY)\n");
    check_has(out->str, "\n1. Nothing in common ");
    check_has(out->str, "Server        198.51.100.1:443 (one.example), HTTPS\n");
    check_has(out->str, "                2. Ask for one.example\n    ask one.example\n");
    check_has(out->str, "Since         2026-11-02 00:44:55.001 UTC, in b.pcapng\n");
    check_has(out->str, "Last          2026-11-03 00:44:55.001 UTC, in c.pcapng\n");
    check_has(out->str, "Success       first 2026-11-01 00:44:55.001 UTC, before it began; last 2026-11-03");
    check_has(out->str, "Days          2026-11-02  1 failed, 0 succeeded at this server\n");
    check_has(out->str, "                2026-11-03  1 failed, 1 succeeded at this server\n");
    check_has(out->str, "Affected      2 of 5 connections to this server; 3 succeeded; client 192.0.2.1\n");
    check_has(out->str, "Files         b.pcapng, c.pcapng\n");
    check_has(out->str, "Example       b.pcapng, tcp.stream 0, one of 2\n");
    check_has(out->str, "    tshark -q -r b.pcapng -z ssltrouble,html,tcp.stream==0 > ticket.html\n");
    g_string_truncate(out, 0);
    dx_reduce_text(out, reduction, 0); /* the list alone */
    check_has(out->str, "   1.        2  198.51.100.1:443      Nothing in common (LIKELY)\n");
    check_lacks(out->str, "\n1. Nothing in common ");
    g_string_truncate(out, 0);
    dx_reduce_html(out, reduction, 10);
    check_has(out->str, "<b>2</b> failed</li>");
    check_has(out->str, "<h3>1. Nothing in common</h3>");
    check_has(out->str, "aria-label=\"2 failed and 3 established connections over time\"");
    g_string_free(out, TRUE);
    dx_reduction_free(reduction);
}

/* Adds each connection of a tape, as of a file and a day. */
static void
add_tape(dx_reduction *reduction, tape *t, const char *file, const char *day)
{
    dx_report report = plain_report;
    report.file = file;
    char *text = report_of(t, dx_report_json, &report), **lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        char **parts = g_strsplit(lines[i], "2012-02-11", -1), *dated = g_strjoinv(day, parts);
        add(reduction, dated);
        g_strfreev(parts);
        g_free(dated);
    }
    g_strfreev(lines);
    g_free(text);
}

/* Both reports whole: five problems of which two are told, in the order of what still fails, how sure it is,
 * how often it failed at all, and the server. */
static void
test_whole(void)
{
    dx_reduction *reduction = dx_reduction_new();
    tape t = tape_new();
    for (uint8_t client = 1; client <= 3; client++)
        tape_refused(&t, client, 1, client == 2 ? "two.example" : "one.example", 40);
    tape_established(&t, 3, 1, "one.example"); /* the last of the three */
    for (unsigned i = 0; i < 2; i++) {
        tape_refused(&t, 1, 7, "seven.example", 40); /* likely */
        tape_refused(&t, 1, 4, "four.example", 70);  /* confirmed */
        tape_closed(&t, 5, 3);                       /* so is this */
    }
    tape_refused(&t, 1, 2, NULL, 40);
    tape_established(&t, 1, 2, NULL);
    add_tape(reduction, &t, "a.pcapng", "2026-11-01");
    t = tape_new();
    tape_established(&t, 9, 4, "four.example");
    tape_refused(&t, 8, 4, "four.example", 70);
    add_tape(reduction, &t, "b.pcapng", "2026-11-03");
    add(reduction, "{\"file\":\"c.pcapng\",\"stre");
    add(reduction, "tshark: The file is cut.");
    add(reduction, "{}");
    GString *out = g_string_new(NULL);
    dx_reduce_text(out, reduction, 2);
    check_page(out->str);
    check_whole("reduced.txt", out->str);
    g_string_truncate(out, 0);
    dx_reduce_html(out, reduction, 2);
    check_whole("reduced.html", out->str);
    g_string_free(out, TRUE);
    dx_reduction_free(reduction);
}

/* The last days are listed, and those before them counted; of files, names and clients the first. */
static void
test_lists(void)
{
    dx_reduction *reduction = dx_reduction_new();
    for (unsigned day = 1; day <= 16; day++) {
        char *file = g_strdup_printf("a%02u.pcapng", day), *client = g_strdup_printf("192.0.2.%u", day),
             *name = g_strdup_printf("n%02u.example", day);
        const dx_line line = {.server = "198.51.100.1:443",
                              .client = client,
                              .file = file,
                              .sni = name,
                              .outcome = DX_FAILED,
                              .cause = "test_refused",
                              .confidence = DX_LIKELY,
                              .time_us = (int64_t)day * 86400 * G_USEC_PER_SEC};
        dx_reduction_line(reduction, DX_LINE_GOOD, &line);
        g_free(file);
        g_free(client);
        g_free(name);
    }
    GString *out = finish(reduction, false);
    check_has(out->str, "Days          1970-01-04  1 failed, 0 succeeded at this server\n");
    check_has(out->str, "                1970-01-17  1 failed, 0 succeeded at this server\n"
                        "                and 2 days before\n");
    check_whole("reduced_lists.txt", out->str);
    g_string_free(out, TRUE);
}

static void
test_hostile(void)
{
    dx_reduction *reduction = dx_reduction_new();
    add(reduction, "</main><script>x</"
                   "script>\t{\"server\":\"[2001:db8::1]:443\",\"sni\":\"<b>\\u001b[31m\\u202e\",\"outcome\":"
                   "\"failed\",\"time\":"
                   "\"2026-01-02T03:04:05.000006Z\",\"cause\":\"x\",\"fix\":\"</"
                   "dd><i>\",\"title\":\"<u>\\n\",\"checks\":[1,{},"
                   "\"<s>\"],\"evidence\":[{\"frame\":-1,\"text\":\"<q>\"},{\"frame\":4}],\"candidates\":7}");
    GString *out = g_string_new(NULL);
    dx_reduce_html(out, reduction, 10);
    g_assert_true(g_utf8_validate(out->str, -1, NULL));
    static const char *const lacks[] = {"<b>\\x1b", "<i>",       "<u>",  "<s>",
                                        "<q>",      "<script>x", "\x1b", "\xe2\x80\xae"};
    for (size_t i = 0; i < G_N_ELEMENTS(lacks); i++)
        check_lacks(out->str, lacks[i]);
    check_has(out->str, "&lt;script&gt;x&lt;/script&gt;");
    g_string_truncate(out, 0);
    dx_reduce_text(out, reduction, 10);
    check_lacks(out->str, "\x1b");
    g_string_free(out, TRUE);
    dx_reduction_free(reduction);
}

/* As the plugin's own report would say it: evidence in order, as sure as it is, what users see. */
static void
test_words(void)
{
    GString *out = report_on(
        "\"cause\":\"port_closed\",\"title\":\"T\",\"why\":\"It is so.\","
        "\"candidates\":[\"port_closed\",\"host_unreachable\",\"new_cause\"],\"evidence\":[{\"frame\":null,"
        "\"text\":\"file\"},{\"frame\":10,\"text\":\"ten\"},{\"frame\":9,\"text\":\"nine\"}],"
        "\"fix\":\"Say. do it Then this.\",\"fix_steps\":[\"Say. do it\",\"Then this.\"],\"commands\":[\"do "
        "it\"],"
        "\"users_see\":\"Node 20: ECONNREFUSED; curl 7.88: (7)\",\"events\":[36888,36887],"
        "\"event_logs\":[\"server\",\"client\"],\"event_texts\":[null,\"Fatal alert received: 70\"]",
        false);
    check_has(out->str, "Problem       Probably: It is so.\n");
    check_has(out->str, "Other causes  A router reports the server as unreachable; new_cause\n");
    check_has(out->str,
              "Evidence      frame 9     nine\n                frame 10    ten\n  Server files  file\n");
    check_has(out->str, "Fix           1. Say.\n    do it\n                2. Then this.\n");
    check_has(out->str, "Users see     curl 7.88: (7); Node 20: ECONNREFUSED\n");
    check_has(out->str, "client  Schannel 36887   Fatal alert received: 70\n");
    check_has(out->str, "Success       never seen at this server\n");
    g_string_free(out, TRUE);
}

/* What is kept does not grow with lines, and what is not kept is said. */
static void
test_bounded(void)
{
    dx_reduction *reduction = dx_reduction_new();
    for (unsigned i = 0; i < DX_MAX_REDUCED_SERVERS + 5; i++) {
        char *server = g_strdup_printf("10.%u.%u.%u:443", i >> 16, i >> 8 & 255, i & 255);
        char *client = g_strdup_printf("192.0.%u.%u", i >> 8 & 255, i & 255);
        const dx_line line = {.server = server,
                              .client = client,
                              .file = client,
                              .sni = client,
                              .outcome = DX_FAILED,
                              .cause = i % 4 ? NULL : "test_refused",
                              .confidence = DX_LIKELY,
                              .time_us = (int64_t)i * 86400 * G_USEC_PER_SEC};
        dx_reduction_line(reduction, DX_LINE_GOOD, &line);
        g_free(server);
        g_free(client);
    }
    g_assert_cmpuint(g_hash_table_size(reduction->servers), ==, DX_MAX_REDUCED_SERVERS);
    g_assert_cmpuint(reduction->num_problems, ==, DX_MAX_REDUCED_PROBLEMS);
    g_assert_cmpuint(reduction->files.values->len, ==, DX_MAX_SEEN);
    g_assert_true(reduction->files.more);
    g_assert_cmpuint(reduction->hours->len, ==, DX_MAX_HOURS);
    g_assert_cmpuint(reduction->num_unkept, ==, DX_MAX_REDUCED_SERVERS / 4 - DX_MAX_REDUCED_PROBLEMS + 2);
    g_assert_cmpuint(reduction->num_unseen, ==, 3);
    dx_reduction_free(reduction);
}

static void
test_input(void)
{
    FILE *file = tmpfile();
    g_assert_nonnull(file);
    char *wide = g_strnfill(DX_MAX_LINE + 10, 'x');
    fprintf(file, "one\r\n\n%s\nlast", wide);
    rewind(file);
    g_free(wide);
    static const struct {
        const char *text; /* NULL: only its length counts */
        size_t len;
        bool too_long;
    } lines[] = {{"one", 3, false}, {"", 0, false}, {NULL, DX_MAX_LINE, true}, {"last", 4, false}};
    dx_input input;
    dx_input_begin(&input, file);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        size_t len;
        bool too_long;
        const char *text = dx_input_line(&input, &len, &too_long);
        g_assert_nonnull(text);
        g_assert_cmpuint(len, ==, lines[i].len);
        g_assert_cmpint(too_long, ==, lines[i].too_long);
        if (lines[i].text)
            g_assert_cmpstr(text, ==, lines[i].text);
    }
    size_t len;
    bool too_long;
    g_assert_null(dx_input_line(&input, &len, &too_long));
    dx_input_end(&input);
    fclose(file);
}

/* What users see is as long as the programs are many, whoever wrote the line. */
static void
test_users(void)
{
    GString *members = g_string_new("\"cause\":\"cipher_mismatch\",\"users_see\":\"");
    for (unsigned i = 0; i < 100; i++)
        g_string_append_printf(members, "Go 1.%u: \\\"words\\\"; ", i);
    g_string_append(members, "Go 1.1: \\\"words\\\"\"");
    GString *out = report_on(members->str, false);
    check_has(out->str, "Users see     Go 1.0: \"words\"; Go 1.1: \"words\"; Go 1.2:");
    check_lacks(out->str, "Go 1.32:");
    g_string_free(out, TRUE);
    g_string_free(members, TRUE);
}

/* A command is whole on a line of its own, also before the next step and where another begins like it. */
static void
test_steps(void)
{
    GString *out = report_on(
        "\"cause\":\"cipher_mismatch\",\"checks\":[\"Which one? In cmd: show all "
        "name=a show all\"],\"fix\":\"Add it, or in cmd: add it Error 183? Then delete it. In cmd: delete "
        "it add it Restart it.\",\"commands\":[\"show all\",\"show all name=a\",\"add it\",\"delete it\"]",
        false);
    check_has(out->str, "1. Add it, or in cmd:\n    add it\n");
    check_has(out->str, "2. Error 183? Then delete it. In cmd:\n    delete it\n    add it\n");
    check_has(out->str, "3. Restart it.\n");
    check_has(out->str, "Which one? In cmd:\n    show all name=a\n    show all\n");
    g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reduce/line", test_line);
    g_test_add_func("/reduce/healthy", test_healthy);
    g_test_add_func("/reduce/damaged", test_damaged);
    g_test_add_func("/reduce/fold", test_fold);
    g_test_add_func("/reduce/candidates", test_candidates);
    g_test_add_func("/reduce/hostile-file", test_hostile_file);
    g_test_add_func("/reduce/whole", test_whole);
    g_test_add_func("/reduce/lists", test_lists);
    g_test_add_func("/reduce/hostile", test_hostile);
    g_test_add_func("/reduce/words", test_words);
    g_test_add_func("/reduce/users", test_users);
    g_test_add_func("/reduce/steps", test_steps);
    g_test_add_func("/reduce/bounded", test_bounded);
    g_test_add_func("/reduce/input", test_input);
    return g_test_run();
}
