/* table.c - the rows of the tables in Wireshark's window, filled one connection after another
 *
 * Counts are those of the report (fold.c): a failure is a connection whose verdict has a cause.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/table.h"

#include <string.h>

#include "facts/text.h"
#include "knowledge/names.h"
#include "present/layout.h"

#define MAX_NAMES    4 /* server names of a row */
#define MAX_VERSIONS 6

/* Failures with one cause at one server. */
typedef struct share {
    const dx_cause *cause;
    unsigned num, num_unrecovered;
    dx_confidence best;
} share;

/* A row while it is counted; each kind of table uses what it shows. */
typedef struct row {
    dx_endpoint endpoint;
    const dx_cause *cause;
    unsigned num_connections, num_failed, num_recovered;
    uint32_t first_frame;
    GHashTable *servers; /* scenarios: set of dx_endpoint, owned */
    GArray *shares;      /* servers: of share */
    unsigned num_names;
    const char *names[MAX_NAMES]; /* servers: in the table's chunk */
    GHashTable *seen_names;       /* servers: set of names in the chunk */
    uint16_t versions[MAX_VERSIONS];
    unsigned num_versions;
    dx_table_cell cells[DX_TABLE_MAX_COLUMNS];
} row;

struct dx_table {
    dx_table_kind kind;
    GPtrArray *rows;
    GHashTable *by_key; /* dx_endpoint or dx_cause -> index + 1 */
    GStringChunk *texts;
};

/* Wireshark opens these windows some 70 characters wide: what failed and why comes first, names and times
 * follow. The spaces are room for the arrow that marks the column sorted by. */
static const dx_table_column scenario_columns[] = {{"Scenario   ", true},   {"Cause", false},
                                                   {"Connections", true},   {"Servers", true},
                                                   {"First frame", true},   {"ssltrouble.cause", false},
                                                   {"Scenario name", false}};
static const dx_table_column server_columns[] = {{"Server", false},
                                                 {"Connections", true},
                                                 {"Failed", true},
                                                 {"Recovered", true},
                                                 {"Top cause", false},
                                                 {"Confidence", false},
                                                 {"Server name (SNI)", false},
                                                 {"Versions chosen", false}};
static const dx_table_column connection_columns[] = {
    {"Stream   ", true},   {"Scenario   ", true},   {"Cause", false},
    {"Confidence", false}, {"Verdict frame", true}, {"Time (UTC)", false},
    {"Client", false},     {"Server", false},       {"Server name (SNI)", false}};

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

static void
row_free(gpointer data)
{
    row *r = data;
    if (r->servers)
        g_hash_table_destroy(r->servers);
    if (r->shares)
        g_array_free(r->shares, TRUE);
    if (r->seen_names)
        g_hash_table_destroy(r->seen_names);
    g_free(r);
}

dx_table *
dx_table_new(dx_table_kind kind)
{
    dx_table *table = g_new0(dx_table, 1);
    table->kind = kind;
    table->rows = g_ptr_array_new_with_free_func(row_free);
    table->by_key = kind == DX_TABLE_SERVERS ? g_hash_table_new(dx_endpoint_hash, dx_endpoint_same)
                                             : g_hash_table_new(NULL, NULL);
    table->texts = g_string_chunk_new(1024);
    return table;
}

void
dx_table_free(dx_table *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->by_key);
    g_ptr_array_free(table->rows, TRUE);
    g_string_chunk_free(table->texts);
    g_free(table);
}

void
dx_table_row(dx_table_cell *cells, const dx_table *table, unsigned index)
{
    unsigned num;
    const row *r = table->rows->pdata[index];
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

static row *
row_add(dx_table *table)
{
    row *r = g_new0(row, 1);
    g_ptr_array_add(table->rows, r);
    return r;
}

static uint32_t
frame_of(const dx_facts *facts, const dx_verdict *verdict)
{
    return verdict->frame ? verdict->frame : facts->last_frame;
}

static int
add_scenario(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    if (!verdict->cause)
        return -1;
    unsigned index = GPOINTER_TO_UINT(g_hash_table_lookup(table->by_key, verdict->cause));
    row *r = index ? table->rows->pdata[index - 1] : row_add(table);
    uint32_t frame = frame_of(facts, verdict);
    if (!index) {
        index = table->rows->len;
        g_hash_table_insert(table->by_key, (gpointer)verdict->cause, GUINT_TO_POINTER(index));
        r->servers = g_hash_table_new_full(dx_endpoint_hash, dx_endpoint_same, g_free, NULL);
        r->first_frame = frame;
        set_number(r, 0, verdict->cause->scenario);
        set_constant(r, 1, verdict->cause->title);
        set_constant(r, 5, verdict->cause->id);
        set_constant(r, 6, dx_scenario_name(verdict->cause->scenario));
    }
    if (!g_hash_table_contains(r->servers, &facts->server_endpoint)) {
        dx_endpoint *server = g_new(dx_endpoint, 1);
        *server = facts->server_endpoint;
        g_hash_table_add(r->servers, server);
    }
    r->first_frame = MIN(r->first_frame, frame);
    set_number(r, 2, ++r->num_connections);
    set_number(r, 3, g_hash_table_size(r->servers));
    set_number(r, 4, r->first_frame);
    return (int)index - 1;
}

static void
count_name(dx_table *table, row *r, const char *sni)
{
    if (!sni || !*sni)
        return;
    const char *name = keep(table, dx_safe(sni, 0));
    if (g_hash_table_add(r->seen_names, (gpointer)name) && r->num_names++ < MAX_NAMES)
        r->names[r->num_names - 1] = name;
}

static void
count_version(row *r, uint16_t version)
{
    for (unsigned i = 0; i < r->num_versions; i++)
        if (r->versions[i] == version)
            return;
    if (version && r->num_versions < MAX_VERSIONS)
        r->versions[r->num_versions++] = version;
}

static void
count_failure(row *r, const dx_verdict *verdict)
{
    unsigned i = 0;
    while (i < r->shares->len && g_array_index(r->shares, share, i).cause != verdict->cause)
        i++;
    if (i == r->shares->len) {
        share new_share = {.cause = verdict->cause};
        g_array_append_val(r->shares, new_share);
    }
    share *counted = &g_array_index(r->shares, share, i);
    counted->num++;
    counted->num_unrecovered += verdict->recovered_by == 0;
    counted->best = MAX(counted->best, verdict->confidence);
    r->num_failed++;
    r->num_recovered += verdict->recovered_by != 0;
}

/* The cause that the report puts first for this server; NULL when nothing failed. */
static const share *
top_share(const row *r)
{
    const share *top = NULL;
    for (unsigned i = 0; i < r->shares->len; i++) {
        const share *other = &g_array_index(r->shares, share, i);
        if (!top || other->num_unrecovered > top->num_unrecovered ||
            (other->num_unrecovered == top->num_unrecovered && other->best > top->best))
            top = other;
    }
    return top;
}

static char *
names_text(const row *r)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < r->num_names && i < MAX_NAMES; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", r->names[i]);
    if (r->num_names > MAX_NAMES)
        g_string_append_printf(out, " and %u more", r->num_names - MAX_NAMES);
    return g_string_free(out, FALSE);
}

static char *
versions_text(const row *r)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < r->num_versions; i++) {
        char *version = dx_code_text(r->versions[i], dx_version_name);
        g_string_append_printf(out, "%s%s", i ? ", " : "", version);
        g_free(version);
    }
    return g_string_free(out, FALSE);
}

static int
add_server(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    unsigned index = GPOINTER_TO_UINT(g_hash_table_lookup(table->by_key, &facts->server_endpoint));
    row *r = index ? table->rows->pdata[index - 1] : row_add(table);
    if (!index) {
        index = table->rows->len;
        r->endpoint = facts->server_endpoint;
        g_hash_table_insert(table->by_key, &r->endpoint, GUINT_TO_POINTER(index));
        r->shares = g_array_new(FALSE, FALSE, sizeof(share));
        r->seen_names = g_hash_table_new(NULL, NULL); /* the chunk holds each name once */
        set_text(table, r, 0, dx_endpoint_text(&r->endpoint));
    }
    count_name(table, r, facts->sni);
    count_version(r, facts->chosen.version);
    if (verdict->cause)
        count_failure(r, verdict);
    const share *top = top_share(r);
    set_number(r, 1, ++r->num_connections);
    set_number(r, 2, r->num_failed);
    set_number(r, 3, r->num_recovered);
    set_constant(r, 4, top ? top->cause->title : "");
    set_constant(r, 5, top ? dx_confidence_name(top->best) : "");
    set_text(table, r, 6, names_text(r));
    set_text(table, r, 7, versions_text(r));
    return (int)index - 1;
}

static int
add_connection(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    if (!verdict->cause)
        return -1;
    row *r = row_add(table);
    char *time = dx_layout_time(facts->first_us), *zone = strstr(time, " UTC");
    if (zone)
        *zone = '\0';
    set_number(r, 0, facts->stream);
    set_number(r, 1, verdict->cause->scenario);
    set_constant(r, 2, verdict->cause->title);
    set_constant(r, 3, dx_confidence_name(verdict->confidence));
    set_number(r, 4, frame_of(facts, verdict));
    set_text(table, r, 5, time);
    set_text(table, r, 6, dx_endpoint_text(&facts->client_endpoint));
    set_text(table, r, 7, dx_endpoint_text(&facts->server_endpoint));
    set_text(table, r, 8, dx_safe(facts->sni, 0));
    return (int)table->rows->len - 1;
}

int
dx_table_add(dx_table *table, const dx_facts *facts, const dx_verdict *verdict)
{
    static int (*const add[DX_NUM_TABLES])(dx_table *, const dx_facts *, const dx_verdict *) = {
        [DX_TABLE_SCENARIOS] = add_scenario,
        [DX_TABLE_SERVERS] = add_server,
        [DX_TABLE_CONNECTIONS] = add_connection,
    };
    return add[table->kind](table, facts, verdict);
}
