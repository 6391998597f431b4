/* fold.h - the verdicts of a capture, folded by server and cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_FOLD_H
#define DX_PRESENT_FOLD_H

#include <glib.h>

#include "present/present.h"

/* Distinct values in order of first sight. */
typedef struct dx_distinct {
    GHashTable *seen;
    GPtrArray *values; /* borrowed: names from the ledger, addresses from the facts */
} dx_distinct;

enum { DX_MAX_TALLY_VERSIONS = 6 };

/* What happened at one server. */
typedef struct dx_tally {
    dx_endpoint endpoint;
    unsigned index;                                        /* in order of first sight */
    unsigned num_connections, num_established, num_failed; /* failed: for which there is a cause */
    unsigned num_unrecovered;                              /* of num_failed */
    dx_confidence best;                                    /* of its verdicts */
    GPtrArray *entries; /* of dx_entry, borrowed: its causes in order of first sight */
    const struct dx_entry
        *top;          /* of them: most connections that did not succeed later, then the surest; NULL: none */
    dx_distinct names; /* of char * (SNI) */
    uint16_t versions[DX_MAX_TALLY_VERSIONS]; /* chosen ones, in order of first sight */
    unsigned num_versions;
} dx_tally;

/* What happened with one cause. */
typedef struct dx_cause_tally {
    const dx_cause *cause;
    unsigned index; /* in order of first sight */
    unsigned num, num_recovered, num_servers;
    uint32_t first_frame; /* verdict frame */
} dx_cause_tally;

/* Connections with the same cause, or the same advice, at the same server. */
typedef struct dx_entry {
    const dx_tally *server;
    unsigned index;        /* of a cause, in the server's order of first sight */
    const char *id;        /* of the cause or advice */
    const dx_cause *cause; /* NULL for advice */
    const char *title;     /* of the advice; NULL for a cause */
    char *text;            /* of the example's advice; NULL for a cause */
    char *why;             /* of a cause with `by_reason`: others make another entry; else "" */
    GArray *streams;       /* of uint32_t, ascending */
    GArray *also; /* of uint32_t: numbers that the same connections have at other points; NULL: none */
    unsigned num_recovered, num_nameless;
    unsigned libraries; /* of the clients, bits of dx_library */
    unsigned num_by_confidence[DX_CONFIRMED + 1];
    dx_confidence best;
    dx_transport transport;           /* of its streams: others make another entry */
    uint32_t example;                 /* the first connection with the best confidence, by index */
    dx_distinct names, clients;       /* of char * (SNI), of dx_address * */
    uint32_t first_frame, last_frame; /* verdict frames of the first and last failure by time */
    int64_t first_us, last_us;
} dx_entry;

#define DX_TIMELINE_PARTS 60

/* How many connections began in each part of a time, in equal parts; to_us 0: not counted. */
typedef struct dx_timeline {
    int64_t from_us, to_us;
    unsigned num_failed[DX_TIMELINE_PARTS]; /* those for which there is a cause */
    unsigned num_established[DX_TIMELINE_PARTS];
} dx_timeline;

typedef struct dx_fold {
    GPtrArray *entries; /* of dx_entry: causes, worst server first, then worst cause */
    GPtrArray *advices; /* of dx_entry, in order of first sight */
    unsigned num_connections, num_servers;
    unsigned num_by_outcome[DX_NUM_OUTCOMES]; /* without the recovered ones */
    unsigned num_recovered;
    dx_timeline timeline; /* of the capture's time; dx_fold_new */
    GHashTable *tallies, *causes, *by_key;
} dx_fold;

/* dx_timeline_part - the part that holds a time. */
unsigned dx_timeline_part(const dx_timeline *timeline, int64_t time_us);

/* dx_fold_begin, dx_fold_add - an empty fold, and one more connection, each once. Borrows the facts'
 * names and addresses. Free with dx_fold_free. */
dx_fold *dx_fold_begin(void);
void dx_fold_add(dx_fold *fold, uint32_t index, const dx_facts *facts, const dx_verdict *verdict);

/* dx_fold_server, dx_fold_cause - what was added of a server, of a cause; NULL when nothing. */
const dx_tally *dx_fold_server(const dx_fold *fold, const dx_endpoint *server);
const dx_cause_tally *dx_fold_cause(const dx_fold *fold, const dx_cause *cause);

/* dx_fold_new - folds the selected, reportable connections. Borrows from the capture: use it before that
 * changes. Free with dx_fold_free. NULL: nobody wants the report any more. */
dx_fold *dx_fold_new(dx_verdicts *verdicts, const dx_report *report);
void dx_fold_free(dx_fold *fold);

#endif
