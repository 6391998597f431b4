/* report.c - the report that an administrator reads
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "certs/judge.h"
#include "facts/text.h"
#include "present/entry.h"
#include "present/files.h"
#include "present/fold.h"
#include "present/layout.h"
#include "present/present.h"

#define MAX_INDEX 40 /* problems listed by title before they are told in full */

static void
add_header(const dx_page *page, const dx_capture *capture, const dx_report *report, const dx_fold *fold)
{
    char *title = g_strdup_printf("SSL Troubleshooter %s: why TLS handshakes failed", report->version);
    dx_layout_rule(page, '=');
    dx_layout_wrap(page, title, 0, "");
    dx_layout_rule(page, '=');
    g_free(title);
    dx_layout_text(page, "File", report->file);
    uint32_t num_frames = dx_capture_last_frame(capture);
    if (num_frames) {
        int64_t first_us = dx_capture_first_us(capture), last_us = dx_capture_last_us(capture);
        char *first = dx_layout_time(first_us), *last = dx_layout_time(last_us);
        char *duration = dx_duration_text(last_us - first_us);
        dx_layout_line(page, "Time", "%s to %s (%s)", first, last, duration);
        g_free(first);
        g_free(last);
        g_free(duration);
    }
    char *frames = dx_layout_count(num_frames, "frame"),
         *servers = dx_layout_count(fold->num_servers, "TLS server");
    char *connections = dx_layout_count(fold->num_connections, "connection");
    dx_layout_line(page, "Looked at", "%s, %s to %s%s", frames, connections, servers,
                   report->selected ? " (those that the filter selects)" : "");
    g_free(frames);
    g_free(servers);
    g_free(connections);
    dx_certs *certs = dx_ledger_certs(dx_capture_ledger(capture));
    if (dx_certs_count(certs))
        dx_layout_text(page, "Trust store", dx_certs_trust_text(certs));
    GString *unjudged = g_string_new(NULL);
    if (report->num_quic_flows)
        g_string_append_printf(unjudged, "%u QUIC", report->num_quic_flows);
    if (report->num_dtls_flows)
        g_string_append_printf(unjudged, "%s%u DTLS", unjudged->len ? " and " : "", report->num_dtls_flows);
    if (unjudged->len)
        dx_layout_line(page, NULL, "%s %s: not judged", unjudged->str,
                       report->num_quic_flows + report->num_dtls_flows == 1 ? "flow" : "flows");
    g_string_free(unjudged, TRUE);
}

static void
add_outcome(const dx_page *page, const char *name, unsigned num, const char *meaning)
{
    if (num)
        g_string_append_printf(page->out, "  %-25s%6u%s%s\n", name, num, *meaning ? "  " : "", meaning);
}

static void
add_summary(const dx_page *page, const dx_fold *fold)
{
    const unsigned *num = fold->num_by_outcome;
    g_string_append(page->out, "\nSummary\n");
    if (fold->num_connections == 0) {
        dx_layout_wrap(page, "", 2,
                       "  No TLS connection was found. TLS on an unusual port is found when its ClientHello is in "
                       "the capture; ports that are known to be TLS ports: preference ssltrouble.tls_ports.");
        return;
    }
    if (fold->entries->len == 0)
        g_string_append(page->out, num[DX_INCOMPLETE] ? "  Nothing failed as far as the capture shows.\n"
                                                : "  Nothing failed.\n");
    add_outcome(page, "Failed", num[DX_FAILED], "");
    add_outcome(page, "No TCP connection", num[DX_NO_TCP], "");
    add_outcome(page, "Failed, then recovered", fold->num_recovered,
                "the same client got through within seconds");
    add_outcome(page, "Established", num[DX_ESTABLISHED], "");
    add_outcome(page, "No TLS attempted", num[DX_NOT_TLS], "");
    add_outcome(page, "Incomplete", num[DX_INCOMPLETE], "the capture cannot tell");
}

/* The problems in a line each, for those who want to know where to look first. */
static void
add_index(const dx_page *page, const dx_fold *fold)
{
    if (fold->entries->len < 2)
        return;
    g_string_append(page->out, "\nProblems, worst first: number of connections, server, cause\n");
    for (unsigned i = 0; i < fold->entries->len && i < MAX_INDEX; i++) {
        const dx_entry *entry = fold->entries->pdata[i];
        char *server = dx_endpoint_text(&entry->server->endpoint);
        char *prefix = g_strdup_printf("%4u. %5u  %-21s ", i + 1, entry->streams->len, server);
        GString *text = g_string_new(entry->cause->title);
        if (entry->best != DX_CONFIRMED)
            g_string_append_printf(text, " (%s)", dx_confidence_name(entry->best));
        if (entry->num_recovered == entry->streams->len)
            g_string_append(text, ", recovered");
        dx_layout_wrap(page, prefix, 36, text->str);
        g_string_free(text, TRUE);
        g_free(server);
        g_free(prefix);
    }
    if (fold->entries->len > MAX_INDEX)
        g_string_append_printf(page->out, "      and %u more\n", fold->entries->len - MAX_INDEX);
}

static void
add_advice(const dx_page *page, const dx_fold *fold)
{
    if (fold->advices->len == 0)
        return;
    g_string_append_c(page->out, '\n');
    dx_layout_rule(page, '-');
    g_string_append(page->out, "Advice: no failures, but worth a look\n");
    dx_layout_rule(page, '-');
    for (unsigned i = 0; i < fold->advices->len; i++) {
        const dx_entry *entry = fold->advices->pdata[i];
        char *server = dx_endpoint_text(&entry->server->endpoint), *filter = dx_entry_filter(entry);
        char *count = dx_layout_count(entry->streams->len, "connection");
        if (i)
            g_string_append_c(page->out, '\n');
        dx_layout_wrap(page, "  *", 4, entry->title);
        dx_layout_line(page, "Server", "%s, %s, first in frame %u", server, count, entry->first_frame);
        dx_layout_text(page, "Details", entry->text);
        dx_layout_whole(page, "Filter", filter);
        g_free(server);
        g_free(filter);
        g_free(count);
    }
}

static void
add_closing(const dx_page *page, const dx_fold *fold)
{
    unsigned num = fold->num_by_outcome[DX_INCOMPLETE];
    if (num == 0)
        return;
    char *count = dx_layout_count(num, "connection");
    char *text =
        g_strdup_printf("%s cannot be judged: the capture starts or ends inside the handshake, or misses "
                        "packets of it. To see %s: ssltrouble.outcome == \"incomplete\"",
                        count, num == 1 ? "it" : "them");
    g_string_append_c(page->out, '\n');
    dx_layout_wrap(page, "", 0, text);
    g_free(count);
    g_free(text);
}

void
dx_report_text(GString *out, dx_verdicts *verdicts, const dx_report *report)
{
    const dx_page on = {out, dx_report_width(report)}, *page = &on;
    dx_fold *fold = dx_fold_new(verdicts, report);
    add_header(page, dx_verdicts_capture(verdicts), report, fold);
    add_summary(page, fold);
    add_index(page, fold);
    for (unsigned i = 0; i < fold->entries->len; i++)
        dx_entry_report(page, verdicts, fold->entries->pdata[i], i + 1);
    dx_files_list(page, verdicts);
    add_advice(page, fold);
    add_closing(page, fold);
    dx_layout_rule(page, '=');
    dx_fold_free(fold);
}
