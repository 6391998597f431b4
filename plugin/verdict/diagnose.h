/* diagnose.h - from facts to a verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_DIAGNOSE_H
#define DX_VERDICT_DIAGNOSE_H

#include "knowledge/services.h"
#include "verdict/cause.h"

/* Something worth saying of a connection that is no cause of failure. */
typedef struct dx_advice {
    const char *id; /* "closed_after_handshake": stable */
    const char *title;
    uint32_t frame; /* 0: none */
    char *text;     /* owned */
} dx_advice;

/* The ids and titles of all advices; `num` gets how many. */
typedef struct dx_advice_kind {
    const char *id, *title;
} dx_advice_kind;
const dx_advice_kind *dx_advice_kinds(unsigned *num);

/* dx_advice_collect - appends the advices that the facts give to `advice` (of dx_advice). */
void dx_advice_collect(GArray *advice, const dx_facts *facts, const dx_context *context, dx_outcome outcome);

/* A verdict: what became of a connection, why, and what to do. */
typedef struct dx_verdict {
    dx_outcome outcome;
    const dx_cause *cause; /* NULL when the outcome needs none */
    dx_confidence confidence;
    uint32_t frame;        /* verdict frame; 0 when there is no cause */
    GPtrArray *candidates; /* of const dx_cause *, ranked, the cause first; one element when confirmed */
    GArray *lines;         /* of dx_packet_line: what the packets show */
    char *why, *contrast;
    char *fix;                 /* steps as in cause.h, filled in */
    const dx_service *service; /* what the server is taken for; NULL when it is not known */
    dx_platform platform;      /* what it runs on */
    GPtrArray *checks;         /* of char *, a step each, in order, filled in */
    GArray *advice;            /* of dx_advice */
    uint32_t recovered_by;     /* frame; 0 when not */
    GPtrArray *file_findings;  /* of dx_file_finding *, what the server's files say; NULL without files */
    GPtrArray
        *excluded; /* of const dx_cause *, excluded by the files: in no other list; NULL without files */
} dx_verdict;

/* The table of all causes, in ranking order; `causes/causes.c` owns it. */
typedef struct dx_causes {
    const dx_cause *const *cause;
    unsigned num;
    const dx_cause *reader[DX_NUM_DIMENSIONS]; /* of a refusal's rows; NULL: nobody */
} dx_causes;

/* dx_diagnose - a new verdict from facts and context; free with dx_verdict_free. Pure: same input, same
 * verdict. */
dx_verdict *dx_diagnose(const dx_causes *causes, const dx_facts *facts, const dx_context *context);
void dx_verdict_free(dx_verdict *verdict);

/* dx_diagnose_settled - the facts as they are judged: what came last and may not have been answered is the
 * end once enough time has passed. Owns nothing. */
dx_facts dx_diagnose_settled(const dx_facts *facts, int64_t now_us);

/* dx_diagnose_is_healthy - both sides finished and nothing shows that one refused it: there is nothing to
 * diagnose but advice. Cheap. */
bool dx_diagnose_is_healthy(const dx_facts *facts);

#endif
