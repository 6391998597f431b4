/* file_finding.h - what the server's own files say of a cause
 *
 * One mechanism for all causes: a cause that files can prove or disprove has a function `weigh_files`
 * besides `weigh`; it says where it stands and which lines say so. Nothing here knows any single cause.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_FILE_FINDING_H
#define DX_VERDICT_FILE_FINDING_H

#include "verdict/cause.h"
#include "evidence/evidence.h"

typedef struct dx_file_line {
    dx_where where;
    char *text; /* owned, safe to show; without the name of the file */
} dx_file_line;

struct dx_file_finding {
    const dx_cause *cause;
    dx_files_answer answer;
    bool by_log;         /* a line of a log says so, not a setting */
    GArray *lines;       /* of dx_file_line */
    char thumbprint[41]; /* of the certificate that it is about; "" when none */
};

struct dx_causes;

/* dx_file_findings_collect - one for each cause about which the files are not silent, those that confirm
 * first, in the order of the document's scenarios (a key that is missing matters more than a protocol that is
 * off); of dx_file_finding *. NULL when there are no files. Files of a machine without this server's address
 * only suggest. */
GPtrArray *dx_file_findings_collect(const struct dx_causes *causes, const dx_facts *facts,
                                    const dx_context *context);

/* dx_file_finding_of - what the files say of a cause; NULL when they are silent. `all` may be NULL. */
dx_file_finding *dx_file_finding_of(const GPtrArray *all, const dx_cause *cause);

/* dx_file_lines_logged - new: what the logs have near the connection (context->near) besides the lines of
 * `findings` and `cited` (may be NULL), as dx_file_line with their meaning; NULL when nothing. */
GArray *dx_file_lines_logged(const GPtrArray *findings, const dx_context *context, const dx_log_event *cited);

/* dx_file_say - adds a line; file text in the arguments must have been made safe (dx_safe). */
void dx_file_say(dx_file_finding *files, dx_where where, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* dx_say_event - adds a line about an event: id, meaning, time, how its time was understood. */
void dx_say_event(dx_file_finding *files, const dx_context *context, const dx_log_event *event);

/* dx_files_answer_name - "confirmed", "excluded", "suggested", "contradicted by the packets". */
const char *dx_files_answer_name(dx_files_answer answer);

/* dx_file_line_text - "sslcert.txt line 5: ...", safe to show. New string. */
char *dx_file_line_text(const dx_evidence_store *store, const dx_file_line *line);

/* How sure it is that the files are of this connection's server. */
typedef enum {
    DX_FILES_HERE,      /* they name its address, or there is no other server in the capture */
    DX_FILES_ELSEWHERE, /* they show their machine's addresses, and its is not among them */
    DX_FILES_ANYWHERE   /* they name no address, and the capture holds several servers */
} dx_files_place;
dx_files_place dx_files_place_of(const dx_facts *facts, const dx_context *context);

#endif
