/* testimony.h - what the server's own files say of a cause
 *
 * One mechanism for all causes: a cause that files can prove or disprove has a function `testify` besides
 * `weigh`; it says where it stands and which lines say so. Nothing here knows any single cause.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_TESTIMONY_H
#define DX_VERDICT_TESTIMONY_H

#include "verdict/cause.h"
#include "evidence/evidence.h"

typedef struct dx_statement {
    dx_where where;
    char *text; /* owned, safe to show; without the name of the file */
} dx_statement;

struct dx_testimony {
    const dx_cause *cause;
    dx_stance stance;
    GArray *statements;  /* of dx_statement */
    char thumbprint[41]; /* of the certificate that it is about; "" when none */
};

struct dx_causes;

/* dx_testimony_collect - the testimonies that are not silent, those that confirm first, in the order of the
 * document's scenarios (a key that is missing matters more than a protocol that is off); of dx_testimony *.
 * NULL when there are no files. Files of a machine without this server's address only suggest. */
GPtrArray *dx_testimony_collect(const struct dx_causes *causes, const dx_facts *facts,
                                const dx_context *context);

/* dx_testimony_of - the testimony about a cause; NULL when the files are silent. `all` may be NULL. */
dx_testimony *dx_testimony_of(const GPtrArray *all, const dx_cause *cause);

/* dx_testimony_say - adds a line; file text in the arguments must have been made safe (dx_safe). */
void dx_testimony_say(dx_testimony *testimony, dx_where where, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* dx_stance_name - "confirmed", "excluded", "suggested", "contradicted by the packets". */
const char *dx_stance_name(dx_stance stance);

/* dx_statement_text - "sslcert.txt line 5: ...", safe to show. New string. */
char *dx_statement_text(const dx_evidence_store *store, const dx_statement *statement);

/* How sure it is that the files are of this connection's server. */
typedef enum {
    DX_FILES_HERE,      /* they name its address, or there is no other server in the capture */
    DX_FILES_ELSEWHERE, /* they show their machine's addresses, and its is not among them */
    DX_FILES_ANYWHERE   /* they name no address, and the capture holds several servers */
} dx_files_place;
dx_files_place dx_testimony_place(const dx_facts *facts, const dx_context *context);

#endif
