/* html_matrix.c - which server has which problem, as a table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_matrix.h"

#include "facts/text.h"
#include "present/html_layout.h"
#include "present/layout.h"

#define MAX_ROWS    40
#define MAX_COLUMNS 16
#define MAX_LOOKED  4000 /* problems, worst first, whose servers and causes are rows and columns */

/* Servers (dx_tally) and causes in the order of their worst problem; of each cell the number of connections
 * and the problem that comes first. */
typedef struct matrix {
    GPtrArray *servers, *causes;
    unsigned num[MAX_ROWS][MAX_COLUMNS], problem[MAX_ROWS][MAX_COLUMNS];
    unsigned num_left_out; /* problems */
} matrix;

/* The place of a value in a list, which takes it in while it has fewer than `max`; `max` when it is not
 * in. */
static unsigned
place_of(GPtrArray *list, gconstpointer value, unsigned max)
{
    for (unsigned i = 0; i < list->len; i++)
        if (list->pdata[i] == value)
            return i;
    if (list->len < max)
        g_ptr_array_add(list, (gpointer)value);
    else
        return max;
    return list->len - 1;
}

static void
fill(matrix *m, const dx_fold *fold)
{
    for (unsigned i = 0; i < fold->entries->len; i++) {
        const dx_entry *entry = fold->entries->pdata[i];
        unsigned row = i < MAX_LOOKED ? place_of(m->servers, entry->server, MAX_ROWS) : MAX_ROWS;
        unsigned column = row < MAX_ROWS ? place_of(m->causes, entry->cause, MAX_COLUMNS) : MAX_COLUMNS;
        if (column == MAX_COLUMNS) {
            m->num_left_out++;
            continue;
        }
        m->num[row][column] += entry->streams->len;
        if (!m->problem[row][column])
            m->problem[row][column] = i + 1;
    }
}

static void
add_cell(GString *out, const matrix *m, unsigned row, unsigned column, unsigned num_linked)
{
    unsigned num = m->num[row][column], problem = m->problem[row][column];
    if (!num) {
        g_string_append(out, "<td></td>");
        return;
    }
    if (problem > num_linked) {
        g_string_append_printf(out, "<td>%u</td>", num);
        return;
    }
    char *connections = dx_layout_count(num, "connection");
    g_string_append_printf(out, "<td><a href=\"#p%u\" aria-label=\"%s, problem %u\">%u</a></td>", problem,
                           connections, problem, num);
    g_free(connections);
}

static void
add_row(GString *out, const matrix *m, unsigned row, unsigned num_linked)
{
    const dx_tally *server = m->servers->pdata[row];
    char *endpoint = dx_endpoint_text(&server->endpoint);
    g_string_append(out, "<tr><th scope=\"row\">");
    dx_html_text(out, endpoint);
    if (server->endpoint.datagram) /* the same port of TCP has a row of its own */
        g_string_append(out, " (UDP)");
    if (server->names.values->len) {
        char *name = dx_safe(server->names.values->pdata[0], 60);
        g_string_append(out, "<br><span class=\"faint\">");
        dx_html_text(out, name);
        g_string_append(out, server->names.values->len > 1 ? " ...</span>" : "</span>");
        g_free(name);
    }
    g_string_append(out, "</th>");
    for (unsigned column = 0; column < m->causes->len; column++)
        add_cell(out, m, row, column, num_linked);
    g_string_append_printf(out, "<td>%u</td></tr>\n", server->num_established);
    g_free(endpoint);
}

void
dx_html_matrix(GString *out, const dx_fold *fold, unsigned num_linked)
{
    if (fold->entries->len < 2)
        return;
    matrix *m = g_new0(matrix, 1);
    m->servers = g_ptr_array_new();
    m->causes = g_ptr_array_new();
    fill(m, fold);
    g_string_append(out,
                    "<h2>Servers and problems</h2>\n<div class=\"table\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"Servers and problems\"><table class=\"matrix\"><caption class=\"faint\">"
                    "Number of connections; a number leads to its problem</caption>\n"
                    "<thead><tr><th scope=\"col\">Server</th>");
    for (unsigned i = 0; i < m->causes->len; i++) {
        g_string_append(out, "<th scope=\"col\">");
        dx_html_text(out, ((const dx_cause *)m->causes->pdata[i])->title);
        g_string_append(out, "</th>");
    }
    g_string_append(out, "<th scope=\"col\">established</th></tr></thead>\n<tbody>\n");
    for (unsigned row = 0; row < m->servers->len; row++)
        add_row(out, m, row, num_linked);
    g_string_append(out, "</tbody></table></div>\n");
    if (m->num_left_out)
        g_string_append_printf(
            out,
            "<p class=\"faint\">%u more problems of other servers or causes have no room in "
            "this table; they are in the list.</p>\n",
            m->num_left_out);
    g_ptr_array_unref(m->servers);
    g_ptr_array_unref(m->causes);
    g_free(m);
}
