/* test_traces.c - every trace of tests/traces leads to the verdicts that it states, and every cause has
 * its trace
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "causes/causes.h"
#include "trace.h"
#include "verdict/judge.h"

#define TRACES DX_SOURCE_DIR "/tests/traces"

/* Causes that need readable certificates and have no trace: tests/captures and test_certs.c show them. */
static const char *const judged_from_certificates[] = {
    "certificate_inconsistent",
    "certificate_corrupt",
    "sni_wrong_certificate",
    "tls_interception_suspected",
    "certificate_key_usage_mismatch",
    "certificate_chain_misordered",
    NULL,
};

static const dx_cause *
find_cause(const char *id)
{
    const dx_causes *causes = dx_all_causes();

    for (unsigned i = 0; i < causes->num; i++)
        if (strcmp(causes->cause[i]->id, id) == 0)
            return causes->cause[i];
    return NULL;
}

static void
show_problems(const trace_report *report)
{
    for (unsigned i = 0; report->problems && i < report->problems->len; i++)
        g_test_message("%s", (const char *)report->problems->pdata[i]);
    if (report->problems && report->problems->len)
        g_test_fail();
}

/* The first line in which two texts differ; owned. */
static char *
first_difference(const char *wanted, const char *found)
{
    size_t at = 0, begin = 0;

    for (; wanted[at] && wanted[at] == found[at]; at++)
        if (wanted[at] == '\n')
            begin = at + 1;
    return g_strdup_printf("wanted \"%.*s\", found \"%.*s\"", (int)strcspn(wanted + begin, "\n"),
                           wanted + begin, (int)strcspn(found + begin, "\n"), found + begin);
}

/* With DX_ACCEPT in the environment what is said is written instead of compared. */
static void
check_said(const char *name, const char *said)
{
    char *path = g_strdup_printf(TRACES "/said/%s.txt", name), *wanted = NULL;

    if (g_getenv("DX_ACCEPT")) {
        g_assert_true(g_file_set_contents(path, said, -1, NULL));
    } else if (!g_file_get_contents(path, &wanted, NULL, NULL) || strcmp(wanted, said) != 0) {
        char *difference = first_difference(wanted ? wanted : "", said);
        g_test_message("said/%s.txt: %s", name, difference);
        g_test_message("If that is meant: DX_ACCEPT=1 build/unit/test_traces -k, and read git diff");
        g_test_fail();
        g_free(difference);
    }
    g_free(wanted);
    g_free(path);
}

static void
test_file(gconstpointer data)
{
    const char *name = data;
    char *path = g_strdup_printf(TRACES "/%s.txt", name), *text = NULL;
    trace_report report = {.said = g_string_new(NULL)};
    bool ok = g_str_has_prefix(name, "ok_");

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    trace_run(&report, dx_all_causes(), name, text);
    show_problems(&report);
    if (report.said->len || !ok)
        check_said(name, report.said->str);
    g_string_free(report.said, TRUE);
    if (!ok && !find_cause(name)) {
        g_test_message("%s is neither a cause nor ok_something", name);
        g_test_fail();
    } else if (!ok && (!report.num_hits || !report.num_misses || report.num_oks)) {
        g_test_message("%s has %u hits and %u near misses", name, report.num_hits, report.num_misses);
        g_test_fail();
    } else if (ok && (!report.num_oks || report.num_hits || report.num_misses)) {
        g_test_message("%s holds other cases than ok", name);
        g_test_fail();
    }
    trace_report_clear(&report);
    g_free(text);
    g_free(path);
}

static void
test_coverage(void)
{
    const dx_causes *causes = dx_all_causes();

    for (unsigned i = 0; i < causes->num; i++) {
        const dx_cause *cause = causes->cause[i];
        char *path = g_strdup_printf(TRACES "/%s.txt", cause->id);
        bool elsewhere = g_strv_contains(judged_from_certificates, cause->id);
        bool there = g_file_test(path, G_FILE_TEST_EXISTS);
        g_free(path);
        if (dx_cause_weighs(cause) ? there == elsewhere : there) {
            g_test_message("%s %s", cause->id, there ? "has a trace and needs none" : "has no trace");
            g_test_fail();
        }
    }
}

static bool
is_among(const GPtrArray *causes, const dx_cause *cause)
{
    return causes && g_ptr_array_find((GPtrArray *)causes, cause, NULL);
}

/* Every gate is open in one of the situations of tests/traces/gates/, and closed in another. */
static void
test_gates(void)
{
    const dx_causes *causes = dx_all_causes();
    trace_report report = {.problems = NULL};
    char *text;

    g_assert_true(g_file_get_contents(TRACES "/gates/situations.txt", &text, NULL, NULL));
    trace_run(&report, causes, "situations", text);
    show_problems(&report);
    for (unsigned i = 0; i < causes->num; i++) {
        const dx_cause *cause = causes->cause[i];
        if (!is_among(report.opened, cause) || !is_among(report.closed, cause)) {
            g_test_message("%s: no situation shows its gate %s", cause->id,
                           is_among(report.opened, cause) ? "closed" : "open");
            g_test_fail();
        }
    }
    trace_report_clear(&report);
    g_free(text);
}

/* What cannot be read must not pass for a trace. */
static void
test_malformed(void)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"connection\n", "port_closed.txt:1: a case begins with"},
        {"hit: x\n0 C SYN\n", ":2: no connection has begun"},
        {"hit: x\nconnection\nwhat\n", ":3: cannot read \"what\""},
        {"hit: x\nconnection 192.0.2.1 > 198.51.100.2:443\n", ":2: a connection is"},
        {"hit: x\nconnection\n0 X SYN\n", ":3: a line is"},
        {"hit: x\nconnection\n0s C SYN\n", ":3: \"0s\" is no time"},
        {"hit: x\nconnection\n0 C NYS\n", ":3: there is no item \"NYS\""},
        {"hit: x\nconnection\n0 C SYN ttl=256\n", ":3: \"256\" is no number up to 255"},
        {"hit: x\nconnection\n0 C SYN tll=64\n", ":3: SYN does not take \"tll=64\""},
        {"hit: x\nconnection\n0 C hello versions=1.4\n", ":3: \"1.4\" is no version"},
        {"hit: x\nconnection\n0 C hello ciphers=TLS_NONE\n", ":3: \"TLS_NONE\" is no code point"},
        {"hit: x\nconnection\n0 S alert fatal nonsense\n", ":3: \"nonsense\" is no number"},
        {"hit: x\nconnection\n0 S ccs;; finished\n", ":3: there is no item"},
        {"hit: x\nconnection\n0 S foreign klingon\n", ":3: \"klingon\" is no foreign"},
        {"hit: x\nconnection\n0 C SYN\n", ":2: nothing is expected"},
        {"hit: x\nconnection\n0 C SYN\nexpect incomplete\n",
         ":1: a hit of which port_closed is not expected"},
        {"hit: x\n", ":1: the case has no connection"},
        {"hit: x\nconnection\n0 C SYN\nexpect failed\n", ":4: another outcome"},
        {"hit: x\nconnection\n0 C SYN\n0.1 S RST\nexpect no_tcp no_such possible\n",
         "\"no_such\" is no cause"},
        {"hit: x\nconnection\n0 C SYN\n0.1 S RST\nexpect no_tcp port_closed likely\n", "another confidence"},
        {"hit: x\nconnection\n* 0 C SYN\n0.1 S RST\nexpect no_tcp port_closed confirmed\n",
         "not the marked one, 1"},
        {"hit: x\nconnection\n0 C SYN\n0.1 S RST\nexpect no_tcp port_closed confirmed "
         "candidate=encrypted_alert\n",
         "encrypted_alert is no candidate"},
        {"near miss: x\nconnection\n0 C SYN\n0.1 S RST\nexpect no_tcp port_closed confirmed\n",
         ":2: a near miss was taken for port_closed"},
        {"ok: x\nconnection\n0 C SYN\n0.1 S SYN+ACK\n0.2 C hello\n0.3 S RST\n"
         "expect failed server_reset_after_client_hello possible\n",
         "it counts as failed"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        trace_report report = {.problems = NULL};
        bool found = false;
        trace_run(&report, dx_all_causes(), "port_closed", cases[i].text);
        for (unsigned j = 0; j < report.problems->len; j++)
            found |= strstr(report.problems->pdata[j], cases[i].problem) != NULL;
        if (!found) {
            g_test_message("no \"%s\" for:\n%s", cases[i].problem, cases[i].text);
            for (unsigned j = 0; j < report.problems->len; j++)
                g_test_message("but %s", (const char *)report.problems->pdata[j]);
            g_test_fail();
        }
        trace_report_clear(&report);
    }
}

int
main(int argc, char **argv)
{
    GDir *dir = g_dir_open(TRACES, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *file;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traces/coverage", test_coverage);
    g_test_add_func("/traces/malformed", test_malformed);
    g_test_add_func("/traces/gates", test_gates);
    while (dir && (file = g_dir_read_name(dir)) != NULL) {
        if (!g_str_has_suffix(file, ".txt"))
            continue;
        char *name = g_strndup(file, strlen(file) - 4), *path = g_strdup_printf("/traces/file/%s", name);
        g_ptr_array_add(names, name);
        g_test_add_data_func(path, name, test_file);
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    int result = g_test_run();
    g_ptr_array_unref(names);
    return result;
}
