/* table.h - the rows of the tables in Wireshark's window, filled one connection after another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_TABLE_H
#define DX_PRESENT_TABLE_H

#include "verdict/verdict.h"

typedef enum { DX_TABLE_SCENARIOS, DX_TABLE_SERVERS, DX_TABLE_CONNECTIONS, DX_NUM_TABLES } dx_table_kind;

enum { DX_TABLE_MAX_COLUMNS = 12 };

typedef struct dx_table_column {
    const char *name;
    bool is_number;
} dx_table_column;

/* One value of a row; `text` is NULL for a number. */
typedef struct dx_table_cell {
    uint32_t number;
    const char *text; /* lives as long as the table */
} dx_table_cell;

typedef struct dx_table dx_table;

/* dx_table_columns - the columns of a kind of table; `num` gets how many, at most DX_TABLE_MAX_COLUMNS. */
const dx_table_column *dx_table_columns(unsigned *num, dx_table_kind kind);

/* dx_table_new - an empty table; free with dx_table_free. Its texts are its own; a row is added only while
 * the capture of the rows before is there (fold.h). */
dx_table *dx_table_new(dx_table_kind kind);
void dx_table_free(dx_table *table);

/* dx_table_add - takes a connection, each once. Returns the row that is new or has changed, -1 when none. */
int dx_table_add(dx_table *table, const dx_facts *facts, const dx_verdict *verdict);

/* dx_table_row - fills `cells`, one per column. */
void dx_table_row(dx_table_cell *cells, const dx_table *table, unsigned row);

/* dx_table_ranks - what comes first, worst first: a problem that many have before one of few, what succeeded
 * later at the end. A rank from 1 (GUINT_TO_POINTER) for each row's key, which is the same in every table of
 * the kind. g_hash_table_destroy. */
GHashTable *dx_table_ranks(const dx_table *table);

/* dx_table_rank - the rank of a row; behind all that have one when it has none. */
unsigned dx_table_rank(const dx_table *table, unsigned index, GHashTable *ranks);

#endif
