/* table.c - the rows of the tables in Wireshark's window, filled one connection after another
 *
 * Counts are those of the report (fold.c).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/table.h"

#include <string.h>

#include "facts/text.h"
#include "knowledge/names.h"
#include "present/fold.h"
#include "present/layout.h"

#define MAX_NAMES 4 /* server names of a row */

typedef struct row {
    dx_table_cell cells[DX_TABLE_MAX_COLUMNS];
    const char *key;        /* the same for the same thing in every table */
    unsigned num_open, num; /* failed connections, without those that succeeded later, and all */
    dx_confidence best;
    uint32_t order; /* of rows that are as bad: the frame of the first failure, or the first server */
} row;

struct dx_table {
    dx_table_kind kind;
    dx_fold *fold;
    GArray *rows; /* of row */
    GStringChunk *texts;
};

/* Wireshark opens these windows some 70 characters wide, sorted by the first column: what failed, why and
 * in which frame to look comes first, names and times follow. The spaces are room for the arrow that marks
 * the column sorted by. */
static const dx_table_column scenario_columns[] = {
    {"Rank   ", true},     {"First frame", true},    {"Cause", false},
    {"Connections", true}, {"Recovered", true},      {"Servers", true},
    {"Scenario", true},    {"Scenario name", false}, {"ssltrouble.cause", false}};
static const dx_table_column server_columns[] = {
    {"Rank   ", true},         {"Server", false},        {"Failed", true},
    {"Top cause", false},      {"First failure", false}, {"Recovered", true},
    {"Connections", true},     {"Confidence", false},    {"Server name (SNI)", false},
    {"Versions chosen", false}};
static const dx_table_column connection_columns[] = {
    {"Rank   ", true}, {"Frame", true},      {"Cause", false},     {"Confidence", false},
    {"Server", false}, {"Recovered", false}, {"Client", false},    {"Server name (SNI)", false},
    {"Stream", true},  {"Scenario", true},   {"Time (UTC)", false}};

const dx_table_column *
dx_table_columns(unsigned *num, dx_table_kind kind)
{
    switch (kind) {
    case DX_TABLE_SCENARIOS:
        *num = G_N_ELEMENTS(scenario_columns);
        return scenario_columns;
    case DX_TABLE_SERVERS:
        *num = G_N_ELEMENTS(server_columns);
        return server_columns;
    default:
        *num = G_N_ELEMENTS(connection_columns);
        return connection_columns;
    }
}

dx_table *
dx_table_new(dx_table_kind kind)
{
    dx_table *table = g_new0(dx_table, 1);
    table->kind = kind;
    table->fold = dx_fold_begin();
    table->rows = g_array_new(FALSE, TRUE, sizeof(row));
    table->texts = g_string_chunk_new(1024);
    return table;
}

void
dx_table_free(dx_table *table)
{
    if (!table)
        return;
    dx_fold_free(table->fold);
    g_array_free(table->rows, TRUE);
    g_string_chunk_free(table->texts);
    g_free(table);
}

void
dx_table_row(dx_table_cell *cells, const dx_table *table, unsigned index)
{
    unsigned num;
    const row *r = &g_array_index(table->rows, row, index);
    dx_table_columns(&num, table->kind);
    memcpy(cells, r->cells, num * sizeof *cells);
}

/* Takes over `text`; NULL becomes an empty cell. */
static const char *
keep(dx_table *table, char *text)
{
    const char *kept = g_string_chunk_insert_const(table->texts, text ? text : "");
    g_free(text);
    return kept;
}

static void
set_text(dx_table *table, row *r, unsigned column, char *text)
{
    r->cells[column].text = keep(table, text);
}

static void
set_constant(row *r, unsigned column, const char *text)
{
    r->cells[column].text = text;
}

static void
set_number(row *r, unsigned column, uint32_t number)
{
    r->cells[column] = (dx_table_cell){number, NULL};
}

/* A row by its number, which is the next one when it is new. */
static row *
row_at(dx_table *table, unsigned index)
{
    if (index >= table->rows->len)
        g_array_set_size(table->rows, index + 1);
    return &g_array_index(table->rows, row, index);
}

static int
add_scenario(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    (void)facts;
    if (!verdict->cause)
        return -1;
    const dx_cause_tally *tally = dx_fold_cause(table->fold, verdict->cause);
    row *r = row_at(table, tally->index);
    r->key = tally->cause->id;
    r->num_open = tally->num - tally->num_recovered;
    r->num = tally->num;
    r->order = tally->first_frame;
    set_number(r, 1, tally->first_frame);
    set_constant(r, 2, tally->cause->title);
    set_number(r, 3, tally->num);
    set_number(r, 4, tally->num_recovered);
    set_number(r, 5, tally->num_servers);
    set_number(r, 6, tally->cause->scenario);
    set_constant(r, 7, dx_scenario_name(tally->cause->scenario));
    set_constant(r, 8, tally->cause->id);
    return (int)tally->index;
}

static char *
names_text(const dx_tally *server)
{
    GString *out = g_string_new(NULL);
    unsigned num = server->names.values->len;
    for (unsigned i = 0; i < num && i < MAX_NAMES; i++) {
        char *name = dx_safe(server->names.values->pdata[i], 0);
        g_string_append_printf(out, "%s%s", i ? ", " : "", name);
        g_free(name);
    }
    if (num > MAX_NAMES)
        g_string_append_printf(out, " and %u more", num - MAX_NAMES);
    return g_string_free(out, FALSE);
}

static char *
versions_text(const dx_tally *server)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < server->num_versions; i++) {
        char *version = dx_code_text(server->versions[i], dx_version_name);
        g_string_append_printf(out, "%s%s", i ? ", " : "", version);
        g_free(version);
    }
    return g_string_free(out, FALSE);
}

static int
add_server(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    (void)verdict;
    const dx_tally *server = dx_fold_server(table->fold, &facts->server_endpoint);
    const dx_entry *top = server->top;
    row *r = row_at(table, server->index);
    set_text(table, r, 1, dx_endpoint_text(&server->endpoint));
    set_number(r, 2, server->num_failed);
    set_constant(r, 3, top ? top->cause->title : "");
    set_text(table, r, 4, top ? g_strdup_printf("frame %u", top->first_frame) : NULL);
    set_number(r, 5, server->num_failed - server->num_unrecovered);
    set_number(r, 6, server->num_connections);
    set_constant(r, 7, top ? dx_confidence_name(top->best) : "");
    set_text(table, r, 8, names_text(server));
    set_text(table, r, 9, versions_text(server));
    r->key = r->cells[1].text;
    r->num_open = server->num_unrecovered;
    r->num = server->num_failed;
    r->best = server->best;
    r->order = server->index;
    return (int)server->index;
}

static int
add_connection(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    if (!verdict->cause)
        return -1;
    row *r = row_at(table, table->rows->len);
    char *time = dx_layout_time(facts->first_us), *zone = strstr(time, " UTC");
    if (zone)
        *zone = '\0';
    r->num = 1;
    r->num_open = verdict->recovered_by == 0;
    r->best = verdict->confidence;
    r->order = verdict->frame ? verdict->frame : facts->last_frame;
    r->key = keep(table, g_strdup_printf("%p", (const void *)facts));
    set_number(r, 1, r->order);
    set_constant(r, 2, verdict->cause->title);
    set_constant(r, 3, dx_confidence_name(verdict->confidence));
    set_text(table, r, 4, dx_endpoint_text(&facts->server_endpoint));
    set_text(table, r, 5, verdict->recovered_by ? g_strdup_printf("frame %u", verdict->recovered_by) : NULL);
    set_text(table, r, 6, dx_endpoint_text(&facts->client_endpoint));
    set_text(table, r, 7, dx_safe(facts->sni, 0));
    set_number(r, 8, facts->stream);
    set_number(r, 9, verdict->cause->scenario);
    set_text(table, r, 10, time);
    return (int)table->rows->len - 1;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    const row *x = *(const row *const *)a, *y = *(const row *const *)b;
    if (x->num_open != y->num_open)
        return x->num_open > y->num_open ? -1 : 1;
    if (x->num != y->num)
        return x->num > y->num ? -1 : 1;
    if (x->best != y->best)
        return x->best > y->best ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

GHashTable *
dx_table_ranks(const dx_table *table)
{
    GHashTable *ranks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *order = g_ptr_array_sized_new(table->rows->len);
    for (unsigned i = 0; i < table->rows->len; i++)
        g_ptr_array_add(order, &g_array_index(table->rows, row, i));
    g_ptr_array_sort(order, compare_rows);
    for (unsigned i = 0; i < order->len; i++)
        g_hash_table_insert(ranks, g_strdup(((const row *)order->pdata[i])->key), GUINT_TO_POINTER(i + 1));
    g_ptr_array_free(order, TRUE);
    return ranks;
}

unsigned
dx_table_rank(const dx_table *table, unsigned index, GHashTable *ranks)
{
    unsigned rank = GPOINTER_TO_UINT(g_hash_table_lookup(ranks, g_array_index(table->rows, row, index).key));
    return rank ? rank : g_hash_table_size(ranks) + index + 1;
}

int
dx_table_add(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    static int (*const add[DX_NUM_TABLES])(dx_table *, const dx_facts *, const dx_verdict *) = {
        [DX_TABLE_SCENARIOS] = add_scenario,
        [DX_TABLE_SERVERS] = add_server,
        [DX_TABLE_CONNECTIONS] = add_connection,
    };
    dx_fold_add(table->fold, facts->stream, facts, verdict);
    return add[table->kind](table, facts, verdict);
}
