/* report.c - one report of all that was reduced
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reduce/report.h"

#include "present/html_layout.h"
#include "present/html_overview.h"
#include "present/html_style.h"
#include "present/layout.h"
#include "reduce/problem.h"

#define TITLE     "SSL Troubleshooter: why TLS handshakes failed, over all files"
#define MAX_FILES 6
#define HOUR_US   (INT64_C(3600) * G_USEC_PER_SEC)

/* What could not be read. */
static void
add_bad(const dx_page *page, const dx_reduction *reduction)
{
    static const char *const words[] = {[DX_LINE_CUT] = "cut short or too long",
                                        [DX_LINE_NO_JSON] = "not JSON",
                                        [DX_LINE_FOREIGN] = "JSON, but not of -z ssltrouble,json"};
    GString *text = g_string_new(NULL);
    for (int i = DX_LINE_CUT; i < DX_NUM_LINES; i++)
        if (reduction->num_by_line[i])
            g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " %s", text->len ? ", " : "",
                                   reduction->num_by_line[i], words[i]);
    if (text->len)
        dx_layout_line(page, "Not read",
                       "lines: %s; the first is line %" G_GUINT64_FORMAT " of all that was read", text->str,
                       reduction->first_bad);
    g_string_free(text, TRUE);
}

static void
add_left_out(const dx_page *page, const dx_reduction *reduction)
{
    if (reduction->num_unkept)
        dx_layout_line(
            page, "Left out",
            "%" G_GUINT64_FORMAT " failed connections, for which there was no room: %d problems, %d of "
            "a server and %d servers are kept apart",
            reduction->num_unkept, DX_MAX_REDUCED_PROBLEMS, DX_MAX_SERVER_PROBLEMS, DX_MAX_REDUCED_SERVERS);
    if (reduction->num_unseen)
        dx_layout_line(page, "Left out",
                       "%" G_GUINT64_FORMAT
                       " connections that did not fail, to more than %d servers: they are "
                       "counted in the sums only",
                       reduction->num_unseen, DX_MAX_REDUCED_SERVERS);
}

static void
add_head(const dx_page *page, const dx_reduction *reduction)
{
    char *files = dx_seen_text(&reduction->files, MAX_FILES);
    char *first = dx_layout_time(reduction->first_us), *last = dx_layout_time(reduction->last_us);
    uint64_t num = reduction->num_by_line[DX_LINE_GOOD];
    char *servers = dx_layout_count(g_hash_table_size(reduction->servers), "server");
    dx_layout_line(page, "Read", "%" G_GUINT64_FORMAT " lines, connections: %" G_GUINT64_FORMAT ", to %s",
                   reduction->num_lines, num, servers);
    g_free(servers);
    dx_layout_text(page, "Files", files);
    if (num)
        dx_layout_line(page, "Time", "%s to %s", first, last);
    add_bad(page, reduction);
    add_left_out(page, reduction);
    g_free(files);
    g_free(first);
    g_free(last);
}

static const struct {
    dx_outcome outcome;
    const char *style, *name;
} outcomes[] = {
    {DX_FAILED, "bad", "failed"},
    {DX_NO_TCP, "bad", "no connection"},
    {DX_ESTABLISHED, "good", "established"},
    {DX_NOT_TLS, "", "no TLS attempted"},
    {DX_INCOMPLETE, "", "incomplete: the capture cannot tell"},
};

static void
add_summary(const dx_page *page, const dx_reduction *reduction, const GPtrArray *problems)
{
    g_string_append(page->out, "\nSummary\n");
    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++)
        if (reduction->num_by_outcome[outcomes[i].outcome])
            g_string_append_printf(page->out, "  %12" G_GUINT64_FORMAT "  %s\n",
                                   reduction->num_by_outcome[outcomes[i].outcome], outcomes[i].name);
    if (reduction->num_recovered)
        g_string_append_printf(page->out, "  %12" G_GUINT64_FORMAT "  failed, later succeeded\n",
                               reduction->num_recovered);
    if (problems->len == 0)
        g_string_append(page->out, "  Nothing failed.\n");
}

static void
add_line(const dx_page *page, const dx_problem *problem, unsigned number)
{
    char *prefix = g_strdup_printf("%4u. %8" G_GUINT64_FORMAT "  %-21s ", number, problem->num,
                                   problem->server->endpoint);
    char *status = dx_problem_status(problem), *text = g_strdup_printf("%s (%s)", problem->title, status);
    dx_layout_wrap(page, prefix, 39, text);
    g_free(prefix);
    g_free(status);
    g_free(text);
}

void
dx_reduce_text(GString *out, const dx_reduction *reduction, unsigned max_whole)
{
    const dx_page on = {.out = out, .width = DX_LAYOUT_WIDTH}, *page = &on;
    GPtrArray *problems = dx_reduction_problems(reduction);
    dx_layout_rule(page, '=');
    dx_layout_wrap(page, TITLE, 0, "");
    dx_layout_rule(page, '=');
    add_head(page, reduction);
    add_summary(page, reduction, problems);
    if (problems->len)
        g_string_append(out, "\nProblems, worst first: number of connections, server, problem\n");
    for (unsigned i = 0; i < problems->len; i++)
        add_line(page, problems->pdata[i], i + 1);
    for (unsigned i = 0; i < problems->len && i < max_whole; i++) {
        const dx_problem *problem = problems->pdata[i];
        char *title = g_strdup_printf("%u. %.60s", i + 1, problem->title),
             *status = dx_problem_status(problem);
        dx_layout_heading(page, title, status);
        dx_problem_body(page, problem);
        g_free(title);
        g_free(status);
    }
    dx_layout_rule(page, '=');
    g_ptr_array_unref(problems);
}

/* The hours in the parts of a timeline. */
static dx_timeline
timeline_of(const dx_reduction *reduction)
{
    dx_timeline timeline = {.from_us = reduction->first_us, .to_us = reduction->last_us};
    for (unsigned i = 0; i < reduction->hours->len; i++) {
        const dx_count *hour = &g_array_index(reduction->hours, dx_count, i);
        unsigned part = dx_timeline_part(&timeline, hour->when * HOUR_US + HOUR_US / 2);
        timeline.num_failed[part] += (unsigned)MIN(hour->num_failed, G_MAXUINT32 / 2);
        timeline.num_established[part] += (unsigned)MIN(hour->num_established, G_MAXUINT32 / 2);
    }
    return timeline;
}

static void
add_tiles(GString *out, const dx_reduction *reduction, const GPtrArray *problems)
{
    g_string_append(out, "<ul class=\"tiles\" aria-label=\"Connections\">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++)
        if (reduction->num_by_outcome[outcomes[i].outcome])
            dx_html_tile(out, outcomes[i].style, reduction->num_by_outcome[outcomes[i].outcome],
                         outcomes[i].name);
    if (reduction->num_recovered)
        dx_html_tile(out, "warn", reduction->num_recovered, "failed, later succeeded");
    dx_html_tile(out, problems->len ? "warn" : "", problems->len,
                 problems->len == 1 ? "problem" : "problems");
    dx_html_tile(out, "", g_hash_table_size(reduction->servers), "servers");
    g_string_append(out, "</ul>\n");
}

static void
add_problem(const dx_page *page, const dx_problem *problem, unsigned number)
{
    char *status = dx_problem_status(problem), *where = dx_problem_where(problem);
    g_string_append_printf(page->out, "<details class=\"problem %s\" id=\"p%u\"%s>\n<summary><h3>%u. ",
                           dx_confidence_name(problem->best), number, number == 1 ? " open" : "", number);
    dx_html_text(page->out, problem->title);
    g_string_append(page->out, "</h3> <span class=\"status\">");
    dx_html_text(page->out, status);
    g_string_append(page->out, "</span> <span class=\"what\">");
    dx_html_text(page->out, where);
    g_string_append(page->out, "</span></summary>\n<dl>\n");
    dx_problem_body(page, problem);
    g_string_append(page->out, "</dl>\n</details>\n");
    g_free(status);
    g_free(where);
}

static void
add_rest(GString *out, const GPtrArray *problems, unsigned max_whole)
{
    if (problems->len <= max_whole)
        return;
    g_string_append_printf(
        out,
        "<h2>The other %u problems</h2>\n<details class=\"rest\"><summary>Show them, in a row "
        "each</summary>\n<div class=\"table\"><table><tbody>\n",
        problems->len - max_whole);
    for (unsigned i = max_whole; i < problems->len; i++) {
        const dx_problem *problem = problems->pdata[i];
        char *where = dx_problem_where(problem), *status = dx_problem_status(problem);
        const char *const cells[] = {where, problem->title, status};
        g_string_append_printf(out, "<tr><td>%u</td>", i + 1);
        for (size_t cell = 0; cell < G_N_ELEMENTS(cells); cell++) {
            g_string_append(out, "<td>");
            dx_html_text(out, cells[cell]);
            g_string_append(out, "</td>");
        }
        g_string_append(out, "</tr>\n");
        g_free(where);
        g_free(status);
    }
    g_string_append(out, "</tbody></table></div></details>\n");
}

void
dx_reduce_html(GString *out, const dx_reduction *reduction, unsigned max_whole)
{
    const dx_page on = {.out = out, .html = true}, *page = &on;
    GPtrArray *problems = dx_reduction_problems(reduction);
    dx_timeline timeline = timeline_of(reduction);
    dx_html_open(out, TITLE);
    g_string_append(out, "<dl>\n");
    add_head(page, reduction);
    g_string_append(out, "</dl>\n");
    add_tiles(out, reduction, problems);
    dx_html_timeline(out, &timeline);
    if (problems->len) {
        g_string_append(out, "<h2>Problems, worst first</h2>\n");
        dx_html_controls(out);
    } else {
        g_string_append(out, "<p>Nothing failed.</p>\n");
    }
    for (unsigned i = 0; i < problems->len && i < max_whole; i++)
        add_problem(page, problems->pdata[i], i + 1);
    add_rest(out, problems, max_whole);
    dx_html_close(out);
    g_ptr_array_unref(problems);
}
