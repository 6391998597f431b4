/* tree.c - the table of failures: scenario, cause, server
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "facts/text.h"
#include "present/fold.h"
#include "present/layout.h"
#include "present/present.h"

#define NUMBER_COLUMNS 36 /* of the three numbers behind a name */

typedef struct row {
    unsigned num, num_recovered;
    uint32_t first_frame;
} row;

static void
add_row(const dx_page *page, unsigned depth, const char *name, const row *total)
{
    char *indented = g_strdup_printf("%*s%s", (int)depth, "", name);
    g_string_append_printf(page->out, "%-*s %10u %10u", (int)page->width - NUMBER_COLUMNS, indented,
                           total->num, total->num_recovered);
    if (total->num)
        g_string_append_printf(page->out, " %11u", total->first_frame);
    g_string_append_c(page->out, '\n');
    g_free(indented);
}

/* Adds up the entries of `entries` from `at` on that are the `same` as the one there. */
static row
sum(const GPtrArray *entries, unsigned at, bool (*same)(const dx_entry *a, const dx_entry *b))
{
    row total = {0};
    const dx_entry *first = entries->len > at ? entries->pdata[at] : NULL;
    for (unsigned i = at; i < entries->len && same(first, entries->pdata[i]); i++) {
        const dx_entry *entry = entries->pdata[i];
        total.num += entry->streams->len;
        total.num_recovered += entry->num_recovered;
        if (!total.first_frame || entry->first_frame < total.first_frame)
            total.first_frame = entry->first_frame;
    }
    return total;
}

static bool
same_all(const dx_entry *a, const dx_entry *b)
{
    return a && b;
}

static bool
same_scenario(const dx_entry *a, const dx_entry *b)
{
    return a->cause->scenario == b->cause->scenario;
}

static bool
same_cause(const dx_entry *a, const dx_entry *b)
{
    return a->cause == b->cause;
}

/* By scenario and cause; servers stay in the order of the fold, worst first. */
static int
compare_rows(gconstpointer a, gconstpointer b)
{
    const dx_entry *x = *(const dx_entry *const *)a, *y = *(const dx_entry *const *)b;
    if (x->cause->scenario != y->cause->scenario)
        return x->cause->scenario < y->cause->scenario ? -1 : 1;
    if (x->cause != y->cause)
        return g_strcmp0(x->id, y->id);
    if (x->streams->len != y->streams->len)
        return x->streams->len > y->streams->len ? -1 : 1;
    return (x->example > y->example) - (x->example < y->example);
}

static void
add_entries(const dx_page *page, const GPtrArray *entries)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const dx_entry *entry = entries->pdata[i], *before = i ? entries->pdata[i - 1] : NULL;
        row total;
        if (!before || !same_scenario(before, entry)) {
            char *name = g_strdup_printf("Scenario %d: %s", (int)entry->cause->scenario,
                                         dx_scenario_name(entry->cause->scenario));
            total = sum(entries, i, same_scenario);
            add_row(page, 1, name, &total);
            g_free(name);
        }
        if (!before || !same_cause(before, entry)) {
            total = sum(entries, i, same_cause);
            add_row(page, 2, entry->cause->title, &total);
        }
        char *server = dx_endpoint_text(&entry->server->endpoint);
        total = (row){.num = entry->streams->len,
                      .num_recovered = entry->num_recovered,
                      .first_frame = entry->first_frame};
        add_row(page, 3, server, &total);
        g_free(server);
    }
}

void
dx_report_tree(GString *out, dx_verdicts *verdicts, const dx_report *report)
{
    const dx_page on = {.out = out, .width = dx_report_width(report)}, *page = &on;
    dx_fold *fold = dx_fold_new(verdicts, report);
    if (!fold)
        return;
    g_ptr_array_sort(fold->entries, compare_rows);
    g_string_append_c(page->out, '\n');
    dx_layout_rule(page, '=');
    g_string_append(page->out, "SSL Troubleshooter: failed connections by scenario, cause and server\n");
    g_string_append_printf(page->out, "%-*s %10s %10s %11s\n", (int)page->width - NUMBER_COLUMNS,
                           "Topic / Item", "Count", "Recovered", "First frame");
    dx_layout_rule(page, '-');
    row total = sum(fold->entries, 0, same_all);
    add_row(page, 0, "Failed connections", &total);
    add_entries(page, fold->entries);
    dx_layout_rule(page, '=');
    dx_fold_free(fold);
}
