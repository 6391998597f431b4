/* html_entry.c - one problem of the HTML page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_entry.h"

#include "facts/text.h"
#include "present/compare.h"
#include "present/details.h"
#include "present/entry.h"
#include "present/html_chain.h"
#include "present/html_ladder.h"
#include "present/html_layout.h"
#include "present/ladder.h"
#include "verdict/points.h"

/* Server, names and number of connections, in a line. New string; names are as on the wire. */
static char *
where_text(const dx_entry *entry)
{
    char *server = dx_endpoint_text(&entry->server->endpoint), *names = dx_entry_names(entry);
    char *count = dx_layout_count(entry->streams->len, "connection");
    char *text = *names ? g_strdup_printf("%s (%s), %s", server, names, count)
                        : g_strdup_printf("%s, %s", server, count);
    g_free(server);
    g_free(names);
    g_free(count);
    return text;
}

static void
add_summary(GString *out, const dx_entry *entry, unsigned number)
{
    char *status = dx_entry_status(entry), *where = where_text(entry);
    g_string_append_printf(out, "<summary><h3>%u. ", number);
    dx_html_text(out, entry->cause->title);
    g_string_append(out, "</h3> <span class=\"status\">");
    dx_html_text(out, status);
    g_string_append(out, "</span> <span class=\"what\">");
    dx_html_text(out, where);
    g_string_append(out, "</span></summary>\n");
    g_free(status);
    g_free(where);
}

/* "TCP stream 4 succeeded (frames 30 to 61)". New string. */
static char *
caption_text(const dx_facts *facts, const char *what)
{
    const char *field = dx_transport_field(facts->transport);
    return g_strdup_printf("%s: %s %u, frames %u to %u", what, field ? field : "number", facts->stream,
                           facts->first_frame, facts->last_frame);
}

/* The same handshake at one of its points; what the one that tells the story lacks is underlined. */
static void
add_point(GString *out, const dx_points *points, unsigned number, GArray *told)
{
    const dx_facts *facts = points->at[number];
    GArray *steps = number == points->base ? g_array_ref(told) : dx_ladder_new(facts, NULL, facts->last_us);
    char *point = dx_points_text(points, number), *what = g_strdup_printf("At %s", point);
    char *caption = caption_text(facts, what);
    dx_html_ladder(out, facts, steps, number == points->base ? 0 : dx_ladder_kinds(told), caption);
    g_free(caption);
    g_free(what);
    g_free(point);
    g_array_unref(steps);
}

static void
add_ladders(GString *out, const dx_capture *capture, const dx_facts *facts, const dx_verdict *verdict,
            const dx_facts *success)
{
    int64_t now_us = dx_capture_now(capture, facts->last_frame);
    const dx_points *points = dx_points_shown(verdict->points) ? verdict->points : NULL;
    const dx_facts *told = points ? points->at[points->base] : facts;
    GArray *failed = dx_ladder_new(told, verdict, now_us);
    GArray *succeeded = success ? dx_ladder_new(success, NULL, now_us) : NULL;
    char *caption = caption_text(told, "Failed");
    g_string_append(out, "<h4>The handshake</h4>\n<div class=\"ladders\">\n");
    for (unsigned i = 0; points && i < points->num; i++)
        add_point(out, points, i, failed);
    if (!points)
        dx_html_ladder(out, facts, failed, 0, caption);
    g_free(caption);
    if (success) {
        caption = caption_text(success, "Succeeded, same server (underlined: not in the failed one)");
        dx_html_ladder(out, success, succeeded, dx_ladder_kinds(failed), caption);
        g_free(caption);
        g_array_unref(succeeded);
    }
    g_string_append(out, "</div>\n");
    g_array_unref(failed);
}

static void
add_difference(GString *out, const dx_facts *facts, const dx_facts *success)
{
    GArray *rows = dx_compare_rows(facts, success);
    g_string_append(
        out, "<h4>What differed</h4>\n<div class=\"table\"><table class=\"differing\" aria-label=\"What "
             "differed\"><thead><tr><th "
             "scope=\"col\">"
             "</th><th scope=\"col\">Failed</th><th scope=\"col\">Succeeded</th></tr></thead>\n<tbody>\n");
    for (unsigned i = 0; i < rows->len; i++) {
        const dx_compare_row *row = &g_array_index(rows, dx_compare_row, i);
        g_string_append_printf(out, "<tr%s><th scope=\"row\">%s%s</th><td>",
                               row->differs ? " class=\"differs\"" : "", row->name,
                               row->differs ? " <span class=\"hidden\">(differs)</span>" : "");
        dx_html_text(out, row->failed);
        g_string_append(out, "</td><td>");
        dx_html_text(out, row->succeeded);
        g_string_append(out, "</td></tr>\n");
    }
    g_string_append(out, "</tbody></table></div>\n");
    g_array_unref(rows);
}

void
dx_html_entry(GString *out, dx_verdicts *verdicts, const dx_entry *entry, unsigned number, bool open)
{
    const dx_page on = {.out = out, .html = true}, *page = &on;
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_facts *facts = dx_capture_facts(capture, entry->example);
    const dx_facts *success = dx_compare_success(verdicts, facts);

    g_string_append_printf(out, "<details class=\"problem %s\" id=\"p%u\" data-cause=\"%s\"%s>\n",
                           dx_confidence_name(entry->best), number, entry->cause->id, open ? " open" : "");
    add_summary(out, entry, number);
    g_string_append(out, "<dl>\n");
    dx_entry_body(page, verdicts, entry);
    g_string_append(out, "</dl>\n");
    add_ladders(out, capture, facts, dx_verdicts_of(verdicts, entry->example), success);
    if (success)
        add_difference(out, facts, success);
    if (dx_chain_leaf(facts->chain))
        g_string_append(out, "<h4>The server's certificates</h4>\n");
    dx_html_chain(out, facts, dx_ledger_certs(dx_capture_ledger(capture)));
    g_string_append(out, "<details><summary>Details: offer, choice, certificate</summary>\n<dl>\n");
    dx_details_body(page, verdicts, entry);
    g_string_append(out, "</dl>\n</details>\n</details>\n");
}

void
dx_html_entry_row(GString *out, const dx_entry *entry, unsigned number)
{
    char *status = dx_entry_status(entry), *where = where_text(entry), *filter = dx_entry_filter(entry);
    g_string_append_printf(out, "<tr><td>%u</td><td>", number);
    dx_html_text(out, where);
    g_string_append(out, "</td><td>");
    dx_html_text(out, entry->cause->title);
    g_string_append(out, "</td><td>");
    dx_html_text(out, status);
    g_string_append(out, "</td><td><code>");
    dx_html_text(out, filter);
    g_string_append(out, "</code></td></tr>\n");
    g_free(status);
    g_free(where);
    g_free(filter);
}
