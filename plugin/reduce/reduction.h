/* reduction.h - the failures of any number of lines, folded by server and cause
 *
 * Memory grows with problems and with servers, both bounded, not with lines.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_REDUCE_REDUCTION_H
#define DX_REDUCE_REDUCTION_H

#include <glib.h>

#include "reduce/line.h"

enum {
    DX_MAX_REDUCED_SERVERS = 100000,
    DX_MAX_REDUCED_PROBLEMS = 20000,
    DX_MAX_SERVER_PROBLEMS = 128, /* more than there are causes */
    DX_MAX_DAYS = 400,            /* of a server, of a problem */
    DX_MAX_SEEN = 64,             /* distinct values kept of a kind */
    DX_MAX_HOURS = 50000,
    DX_MAX_USERS_TEXTS = 8, /* more than there are libraries of clients that a problem has */
    DX_MAX_USERS = 32
};

/* A few distinct values, in order of first sight. */
typedef struct dx_seen {
    GHashTable *set;
    GPtrArray *values; /* of char *, owned */
    bool more;         /* there were others */
} dx_seen;

/* Connections that began on a day (since 1970, UTC), or in an hour. */
typedef struct dx_count {
    int64_t when;
    uint64_t num_failed, num_established;
} dx_count;

typedef struct dx_reduced_server {
    char *endpoint;
    uint64_t num_connections, num_established, num_failed; /* failed: for which there is a cause */
    int64_t first_success_us, last_success_us;
    GArray *days;        /* of dx_count, ascending, at most DX_MAX_DAYS */
    GPtrArray *problems; /* of dx_problem *, owned, at most DX_MAX_SERVER_PROBLEMS */
} dx_reduced_server;

/* The same cause at the same server, over files and days. Texts are of the example: the first of the
 * surest. */
typedef struct dx_problem {
    const dx_reduced_server *server;
    char *cause, *why_key; /* see dx_cause.by_reason */
    uint64_t num, num_recovered, num_by_confidence[DX_CONFIRMED + 1];
    dx_confidence best;
    int64_t first_us, last_us;
    char *first_file, *last_file; /* NULL: not known */
    GArray *days;                 /* of dx_count */
    dx_seen names, clients, files;
    char *title, *why, *compare, *fix, *service, *transport, *file, *supplicant;
    uint32_t stream;
    int64_t time_us;
    GPtrArray *checks, *candidates, *evidence, *commands, *events, *fix_steps; /* of char * */
    GPtrArray *users; /* what users see, "program: words" each, of all connections */
    unsigned users_hash[DX_MAX_USERS_TEXTS], num_users_texts; /* whose words are in it */
} dx_problem;

typedef struct dx_reduction {
    uint64_t num_lines, num_by_line[DX_NUM_LINES];
    uint64_t first_bad; /* number of the first line that could not be read; 0: none */
    uint64_t num_by_outcome[DX_NUM_OUTCOMES], num_recovered; /* by outcome: without the recovered ones */
    uint64_t num_unkept; /* connections of problems for which there is no room */
    uint64_t num_unseen; /* connections without a cause to servers for which there is no room */
    int64_t first_us, last_us;
    unsigned num_problems;
    GHashTable *servers; /* endpoint: dx_reduced_server */
    GArray *hours;       /* of dx_count */
    dx_seen files;
} dx_reduction;

/* dx_reduction_new - empty; free with dx_reduction_free. */
dx_reduction *dx_reduction_new(void);
void dx_reduction_free(dx_reduction *reduction);

/* dx_reduction_line - counts a line, and takes the record of a good one. */
void dx_reduction_line(dx_reduction *reduction, dx_line_state line, const dx_line *record);

/* dx_reduction_problems - all problems, worst first, as dx_problem *; they belong to the reduction. Free the
 * array. */
GPtrArray *dx_reduction_problems(const dx_reduction *reduction);

#endif
