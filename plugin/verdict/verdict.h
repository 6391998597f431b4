/* verdict.h - what became of a connection, why, and what to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_VERDICT_H
#define DX_VERDICT_VERDICT_H

#include "knowledge/services.h"
#include "verdict/cause.h"

/* Something worth saying of a connection that is no cause of failure. */
typedef struct dx_advice {
    const char *id; /* "closed_after_handshake": stable */
    const char *title;
    uint32_t frame; /* 0: none */
    char *text;     /* owned */
} dx_advice;

/* A verdict: what became of a connection, why, and what to do. */
struct dx_points; /* points.h */

typedef struct dx_verdict {
    dx_outcome outcome;
    const dx_cause *cause; /* NULL when the outcome needs none */
    dx_confidence confidence;
    uint32_t frame;        /* verdict frame; 0 when there is no cause */
    GPtrArray *candidates; /* of const dx_cause *, ranked, the cause first; one element when confirmed */
    GArray *lines;         /* of dx_packet_line: what the packets show */
    char *why, *contrast;
    uint32_t contrast_frame;   /* dx_finding.contrast_frame */
    char *fix;                 /* steps as in cause.h, filled in; a GRefString, NULL: none */
    char *said_fix;            /* dx_finding.fix, until `fix` has it */
    const char *own_checks;    /* dx_finding.checks; NULL: the cause's */
    const char *own_fix;       /* dx_finding.steps; NULL: the cause's */
    const dx_service *service; /* what the server is taken for; NULL when it is not known */
    dx_platform platform;      /* what it runs on */
    dx_platform client_platform;
    const char *own_clients;    /* dx_finding.clients; NULL: the cause's */
    const uint16_t *own_events; /* dx_finding.events; NULL: the cause's */
    const char *also_checks;  /* of the cause that the server's files suggest while it is open; NULL: none */
    GPtrArray *checks;        /* of GRefString, a step each, in order, filled in */
    GArray *advice;           /* of dx_advice */
    uint32_t recovered_by;    /* frame; 0 when not */
    struct dx_points *points; /* where it was captured, and what that proves; NULL: at one point */
    GPtrArray *file_findings; /* of dx_file_finding *, what the server's files say; NULL without files */
    GArray *logged; /* of dx_file_line: the other events and lines of the server's logs at that time;
                   NULL: none */
    GPtrArray
        *excluded; /* of const dx_cause *, excluded by the files: in no other list; NULL without files */
} dx_verdict;

/* The table of all causes, in ranking order; `causes/causes.c` owns it. */
typedef struct dx_causes {
    const dx_cause *const *cause;
    unsigned num;
    const dx_cause *reader[DX_NUM_DIMENSIONS]; /* of a refusal's rows; NULL: nobody */
} dx_causes;

/* dx_verdict_new - an empty one. dx_verdict_free - frees it, or nothing for NULL. */
dx_verdict *dx_verdict_new(void);
void dx_verdict_free(dx_verdict *verdict);

#endif
