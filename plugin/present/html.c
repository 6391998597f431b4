/* html.c - the report as one HTML page, to attach to a ticket
 *
 * The same fold, the same lines as the text report has; html_layout.c is the one place where text becomes
 * HTML.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/judge.h"
#include "present/files.h"
#include "present/html_entry.h"
#include "present/html_layout.h"
#include "present/html_matrix.h"
#include "present/html_overview.h"
#include "present/html_style.h"
#include "present/report.h"

#define MAX_WHOLE 200 /* problems with all there is to say of them: some 4 MB */
#define MAX_OPEN  3   /* problems up to which all are unfolded; of more, the first */

static void
add_paragraph(GString *out, const char *text)
{
    if (!text)
        return;
    g_string_append(out, "<p>");
    dx_html_text(out, text);
    g_string_append(out, "</p>\n");
}

static void
add_problems(GString *out, dx_verdicts *verdicts, const dx_report *report, const dx_fold *fold)
{
    unsigned num = MIN(fold->entries->len, MAX_WHOLE);
    if (fold->entries->len == 0)
        return;
    g_string_append(out, "<h2>Problems, worst first</h2>\n");
    dx_html_controls(out);
    for (unsigned i = 0; i < num; i++) {
        dx_html_entry(out, verdicts, fold->entries->pdata[i], i + 1,
                      i == 0 || fold->entries->len <= MAX_OPEN);
        if (report->flush)
            report->flush(out);
    }
}

/* The problems for which there is no room. */
static void
add_rest(GString *out, const dx_report *report, const dx_fold *fold)
{
    if (fold->entries->len <= MAX_WHOLE)
        return;
    g_string_append_printf(
        out,
        "<h2>The other %u problems</h2>\n<p>The first %d problems are told whole, with a picture "
        "of the handshake. To see others so, give one of the filters below: "
        "<code>tshark -q -r FILE -z \"ssltrouble,html,FILTER\" &gt; ticket.html</code></p>\n"
        "<details class=\"rest\"><summary>Show them, in a row each</summary>\n"
        "<div class=\"table\"><table aria-label=\"The other problems\"><thead><tr><th "
        "scope=\"col\">No.</th><th "
        "scope=\"col\">Server</th>"
        "<th scope=\"col\">Problem</th><th scope=\"col\">Confidence</th><th "
        "scope=\"col\">Filter</th></tr></thead>\n<tbody>\n",
        fold->entries->len - MAX_WHOLE, MAX_WHOLE);
    for (unsigned i = MAX_WHOLE; i < fold->entries->len; i++) {
        dx_html_entry_row(out, fold->entries->pdata[i], i + 1);
        if (report->flush)
            report->flush(out);
    }
    g_string_append(out, "</tbody></table></div></details>\n");
}

static void
add_notes(const dx_page *page, const dx_fold *fold)
{
    if (fold->advices->len == 0)
        return;
    g_string_append(page->out, "<h2>" DX_NOTES_TITLE "</h2>\n<dl>\n");
    dx_report_notes(page, fold);
    g_string_append(page->out, "</dl>\n");
}

static void
add_files(const dx_page *page, dx_verdicts *verdicts)
{
    if (!dx_verdicts_evidence(verdicts))
        return;
    g_string_append(page->out, "<h2>");
    dx_html_text(page->out, DX_FILES_TITLE);
    g_string_append(page->out, "</h2>\n<dl>\n");
    dx_files_list(page, verdicts);
    g_string_append(page->out, "</dl>\n");
}

void
dx_report_html(GString *out, dx_verdicts *verdicts, const dx_report *report)
{
    const dx_page on = {.out = out, .html = true}, *page = &on;
    dx_fold *fold = dx_fold_new(verdicts, report);
    if (!fold)
        return;
    char *nothing = dx_report_nothing(verdicts, report, fold), *closing = dx_report_closing(fold);

    dx_html_open(out, "SSL Troubleshooter: why TLS handshakes failed");
    g_string_append(out, "<dl>\n");
    dx_report_head(page, dx_verdicts_capture(verdicts), report, fold);
    dx_files_header(page, verdicts);
    g_string_append(out, "</dl>\n");
    dx_html_overview(out, fold);
    add_paragraph(out, nothing);
    dx_html_matrix(out, fold, MAX_WHOLE);
    add_problems(out, verdicts, report, fold);
    add_rest(out, report, fold);
    add_files(page, verdicts);
    add_notes(page, fold);
    add_paragraph(out, closing);
    g_string_append(out, "<p class=\"faint\">SSL Troubleshooter ");
    dx_html_text(out, report->version);
    g_string_append(out, "</p>\n");
    dx_html_close(out);
    g_free(nothing);
    g_free(closing);
    dx_fold_free(fold);
}
