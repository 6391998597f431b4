/* report.c - the report that an administrator reads
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "certs/judge.h"
#include "facts/text.h"
#include "present/details.h"
#include "present/entry.h"
#include "present/files.h"
#include "present/fold.h"
#include "present/layout.h"
#include "present/present.h"
#include "present/report.h"

#define MAX_WHOLE 50 /* problems told whole when nothing else is asked for: some 1,000 lines */
#define MAX_FIRST 12 /* problems up to which the list at the top says what to do first */

/* The kinds from `first` to before `end`. */
static void
add_unjudged(const dx_page *page, const dx_report *report, unsigned first, unsigned end, const char *why)
{
    static const char *const names[] = {
#define X(id, key, name) name,
        DX_UNJUDGED_LIST(X)
#undef X
    };
    GString *unjudged = g_string_new(NULL);
    uint64_t sum = 0;
    unsigned last = end;

    while (last > first && !report->num_unjudged[last - 1])
        last--;
    for (unsigned i = first; i < last; i++) {
        if (report->num_unjudged[i])
            g_string_append_printf(unjudged, "%s%u %s",
                                   !unjudged->len  ? ""
                                   : i == last - 1 ? " and "
                                                   : ", ",
                                   report->num_unjudged[i], names[i]);
        sum += report->num_unjudged[i];
    }
    if (sum)
        dx_layout_line(page, NULL, "%s %s: %s", unjudged->str, sum == 1 ? "flow" : "flows", why);
    g_string_free(unjudged, TRUE);
}

/* "2012-02-11 00:44:55.001 to 00:45:07.046 UTC": of one day, so that it stands on a line of 80 columns. New
 * string. */
static char *
from_to_text(int64_t first_us, int64_t last_us)
{
    static const char zone[] = " UTC";
    enum { DATE = sizeof "2012-02-11 " - 1, ZONE = sizeof zone - 1 };
    char *first = dx_layout_time(first_us), *last = dx_layout_time(last_us);
    bool one_day =
        g_str_has_suffix(first, zone) && g_str_has_suffix(last, zone) && strncmp(first, last, DATE) == 0;
    char *out = one_day ? g_strdup_printf("%.*s to %s", (int)strlen(first) - ZONE, first, last + DATE)
                        : g_strdup_printf("%s to %s", first, last);

    g_free(first);
    g_free(last);
    return out;
}

void
dx_report_head(const dx_page *page, const dx_capture *capture, const dx_report *report, const dx_fold *fold)
{
    dx_layout_text(page, "File", report->file);
    uint32_t num_frames = dx_capture_last_frame(capture);
    if (num_frames) {
        int64_t first_us = dx_capture_first_us(capture), last_us = dx_capture_last_us(capture);
        char *from_to = from_to_text(first_us, last_us), *duration = dx_duration_text(last_us - first_us);
        dx_layout_line(page, "Time", "%s (%s)", from_to, duration);
        g_free(from_to);
        g_free(duration);
    }
    char *frames = dx_layout_count(num_frames, "frame"),
         *servers = dx_layout_count(fold->num_servers, "server");
    char *connections = dx_layout_count(fold->num_connections, "connection");
    dx_layout_line(page, "Analyzed", "%s, %s to %s%s", frames, connections, servers,
                   report->selected ? " (those that the filter selects)" : "");
    g_free(frames);
    g_free(servers);
    g_free(connections);
    if (report->num_cut) {
        char *cut = dx_layout_count(report->num_cut, "frame");
        dx_layout_line(page, "Cut short",
                       "%s, by the snapshot length: what is missing there is not judged, and TLS may not be "
                       "found. Capture whole packets.",
                       cut);
        g_free(cut);
    }
    dx_certs *certs = dx_ledger_certs(dx_capture_ledger(capture));
    if (dx_certs_count(certs))
        dx_layout_line(page, "Trusted roots", "the reporting computer's: %s", dx_certs_trust_text(certs));
    add_unjudged(page, report, 0, DX_UNJUDGED_SSH, "not judged");
    add_unjudged(page, report, DX_UNJUDGED_SSH, DX_NUM_UNJUDGED, "no TLS, not judged");
}

static void
add_title(const dx_page *page, const dx_report *report)
{
    char *title = g_strdup_printf("SSL Troubleshooter %s: why TLS handshakes failed", report->version);
    dx_layout_rule(page, '=');
    dx_layout_wrap(page, title, 0, "");
    dx_layout_rule(page, '=');
    g_free(title);
}

static void
add_outcome(const dx_page *page, const char *name, unsigned num, const char *meaning)
{
    if (num)
        g_string_append_printf(page->out, "  %-25s%6u%s%s\n", name, num, *meaning ? "  " : "", meaning);
}

/* Of connections that are there, and of which the filter selects none. New string; NULL: there are none. */
static char *
none_selected(dx_verdicts *verdicts, const dx_report *report)
{
    dx_report whole = *report;
    whole.selected = NULL;
    whole.turn = NULL;
    dx_fold *fold = dx_fold_new(verdicts, &whole);
    unsigned num = fold->num_connections;
    dx_fold_free(fold);
    if (num == 0)
        return NULL;
    char *count = dx_layout_count(num, "connection");
    char *text = g_strdup_printf("The filter selects none of %s.", count);
    g_free(count);
    return text;
}

char *
dx_report_nothing(dx_verdicts *verdicts, const dx_report *report, const dx_fold *fold)
{
    if (fold->num_connections == 0) {
        char *text = report->selected ? none_selected(verdicts, report) : NULL;
        return text ? text
                    : g_strdup("No TLS connection was found. TLS on an unusual port is found when its "
                               "ClientHello is in the capture; name ports that must speak TLS in the "
                               "preference ssltrouble.tls_ports.");
    }
    if (fold->entries->len)
        return NULL;
    return g_strdup(fold->num_by_outcome[DX_INCOMPLETE] ? "Nothing failed as far as the capture shows."
                                                        : "Nothing failed.");
}

/* Some of those that did not come about were to use no TCP. */
static bool
has_unanswered_udp(const dx_fold *fold)
{
    for (unsigned i = 0; i < fold->entries->len; i++) {
        const dx_entry *entry = fold->entries->pdata[i];
        if (entry->cause->outcome == DX_NO_TCP && entry->transport != DX_TRANSPORT_TCP)
            return true;
    }
    return false;
}

static void
add_summary(const dx_page *page, dx_verdicts *verdicts, const dx_report *report, const dx_fold *fold)
{
    const unsigned *num = fold->num_by_outcome;
    g_string_append(page->out, "\nSummary\n");
    char *nothing = dx_report_nothing(verdicts, report, fold);
    if (nothing)
        dx_layout_wrap(page, " ", 2, nothing);
    g_free(nothing);
    add_outcome(page, "Failed", num[DX_FAILED], "");
    add_outcome(page, has_unanswered_udp(fold) ? "No connection" : "No TCP connection", num[DX_NO_TCP], "");
    add_outcome(page, "Failed, later succeeded", fold->num_recovered,
                "same program at the same address, within seconds");
    add_outcome(page, "Established", num[DX_ESTABLISHED], "");
    add_outcome(page, "No TLS attempted", num[DX_NOT_TLS], "");
    add_outcome(page, "Incomplete", num[DX_INCOMPLETE], "the capture cannot tell");
}

char *
dx_report_first_step(const dx_verdict *verdict)
{
    bool open = verdict->confidence == DX_POSSIBLE || !verdict->fix;
    const char *step = !open ? verdict->fix : verdict->checks->len ? verdict->checks->pdata[0] : NULL;
    if (!step)
        return NULL;
    char *first = g_strndup(step, strcspn(step, "\t\n"));
    for (char *at = first; *at; at++)
        if ((*at == '.' || *at == '?') && at[1] == ' ')
            at[1] = '\0'; /* what follows: an explanation, or the shell of the command */
    return first;
}

static void
add_line(const dx_page *page, unsigned number, const dx_entry *entry)
{
    char *server = dx_endpoint_text(&entry->server->endpoint);
    char *prefix = g_strdup_printf("%4u. %5u  %-21s ", number, entry->streams->len, server);
    GString *text = g_string_new(entry->cause->title);
    if (entry->best != DX_CONFIRMED)
        g_string_append(text, entry->best == DX_LIKELY ? " (likely)" : " (cause open)");
    if (entry->num_recovered == entry->streams->len)
        g_string_append(text, ", later succeeded");
    dx_layout_wrap(page, prefix, 36, text->str);
    g_string_free(text, TRUE);
    g_free(server);
    g_free(prefix);
}

/* The problems that are told whole, in a line each, for those who want to know where to look first. */
static void
add_index(const dx_page *page, dx_verdicts *verdicts, const dx_fold *fold, unsigned max_whole)
{
    unsigned num = MIN(fold->entries->len, max_whole);
    if (fold->entries->len < 2)
        return;
    g_string_append(page->out, "\nProblems, worst first: number of connections, server, problem\n");
    for (unsigned i = 0; i < num; i++) {
        const dx_entry *entry = fold->entries->pdata[i];
        add_line(page, i + 1, entry);
        char *first =
            num <= MAX_FIRST ? dx_report_first_step(dx_verdicts_of(verdicts, entry->example)) : NULL;
        if (first)
            dx_layout_wrap(page, "              first:", 21, first);
        g_free(first);
    }
    if (fold->entries->len > num)
        g_string_append_printf(page->out, "      and %u more, in a line each behind these\n",
                               fold->entries->len - num);
}

/* The problems for which there is no room. */
static void
add_rest(const dx_page *page, const dx_fold *fold, unsigned max_whole)
{
    if (fold->entries->len <= max_whole)
        return;
    const dx_entry *next = fold->entries->pdata[max_whole];
    char *server = dx_server_filter(&next->server->endpoint, next->transport);
    char *title = g_strdup_printf("The other %u problems, in a line each", fold->entries->len - max_whole);
    dx_layout_heading(page, title, "");
    for (unsigned i = max_whole; i < fold->entries->len; i++)
        add_line(page, i + 1, fold->entries->pdata[i]);
    dx_layout_text(page, NULL, "To read those of one server whole, here the first:");
    g_string_append_printf(page->out, "    tshark -q -r FILE -z \"ssltrouble,report,%s\"\n", server);
    dx_layout_text(page, NULL, "To read all (preference \"Problems told whole\"):");
    g_string_append(page->out,
                    "    tshark -q -r FILE -o ssltrouble.report_problems:0 -z ssltrouble,report\n");
    g_free(server);
    g_free(title);
}

void
dx_report_notes(const dx_page *page, const dx_fold *fold)
{
    for (unsigned i = 0; i < fold->advices->len; i++) {
        const dx_entry *entry = fold->advices->pdata[i];
        char *server = dx_endpoint_text(&entry->server->endpoint), *filter = dx_entry_filter(entry);
        char *count = dx_layout_count(entry->streams->len, "connection");
        if (i && !page->html)
            g_string_append_c(page->out, '\n');
        dx_layout_bullet(page, entry->title);
        dx_layout_line(page, "Server", "%s, %s, first in frame %u", server, count, entry->first_frame);
        dx_layout_text(page, "Note", entry->text);
        dx_layout_whole(page, "Filter", filter);
        g_free(server);
        g_free(filter);
        g_free(count);
    }
}

char *
dx_report_closing(const dx_fold *fold)
{
    unsigned num = fold->num_by_outcome[DX_INCOMPLETE];
    if (num == 0)
        return NULL;
    char *count = dx_layout_count(num, "connection");
    char *text = g_strdup_printf("%s not judged: the capture is missing part of the handshake. To see %s: "
                                 "ssltrouble.outcome == \"incomplete\"",
                                 count, num == 1 ? "it" : "them");
    g_free(count);
    return text;
}

static void
add_closing(const dx_page *page, const dx_fold *fold)
{
    char *text = dx_report_closing(fold);
    if (!text)
        return;
    g_string_append_c(page->out, '\n');
    dx_layout_wrap(page, "", 0, text);
    g_free(text);
}

void
dx_report_text(GString *out, dx_verdicts *verdicts, const dx_report *report)
{
    const dx_page on = {.out = out, .width = dx_report_width(report)}, *page = &on;
    dx_fold *fold = dx_fold_new(verdicts, report);
    if (!fold)
        return;
    add_title(page, report);
    dx_report_head(page, dx_verdicts_capture(verdicts), report, fold);
    dx_files_header(page, verdicts);
    add_summary(page, verdicts, report, fold);
    unsigned max_whole = report->max_whole ? report->max_whole : MAX_WHOLE;
    unsigned num_whole = MIN(fold->entries->len, max_whole);
    add_index(page, verdicts, fold, max_whole);
    for (unsigned i = 0; i < num_whole; i++)
        dx_entry_report(page, verdicts, fold->entries->pdata[i], i + 1);
    add_rest(page, fold, max_whole);
    for (unsigned i = 0; i < num_whole; i++)
        dx_details_report(page, verdicts, fold->entries->pdata[i], i + 1);
    if (dx_verdicts_evidence(verdicts))
        dx_layout_heading(page, DX_FILES_TITLE, "");
    dx_files_list(page, verdicts);
    if (fold->advices->len)
        dx_layout_heading(page, DX_NOTES_TITLE, "");
    dx_report_notes(page, fold);
    add_closing(page, fold);
    dx_layout_rule(page, '=');
    dx_fold_free(fold);
}

void
dx_report_one(GString *out, dx_verdicts *verdicts, uint32_t index)
{
    const dx_page page = {.out = out, .width = DX_LAYOUT_WIDTH};
    const dx_verdict *verdict = dx_verdicts_of(verdicts, index);
    dx_fold *fold = dx_fold_begin();
    if (verdict)
        dx_fold_add(fold, index, dx_capture_facts(dx_verdicts_capture(verdicts), index), verdict);
    if (fold->entries->len) {
        dx_entry_report(&page, verdicts, fold->entries->pdata[0], 1);
        dx_details_report(&page, verdicts, fold->entries->pdata[0], 1);
    }
    dx_fold_free(fold);
}
