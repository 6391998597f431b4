/* present.h - reports: rendering only, all decisions are in the verdicts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_PRESENT_H
#define DX_PRESENT_PRESENT_H

#include "verdict/verdicts.h"

/* What is seen and not judged: TLS that cannot be read, and from DX_UNJUDGED_SSH on what is no TLS; its key
 * in JSON, its name in the report. */
#define DX_UNJUDGED_LIST(X)                                                                                  \
    X(QUIC, "quic", "QUIC")                                                                                  \
    X(OPENVPN, "openvpn", "unreadable OpenVPN")                                                              \
    X(SSH, "ssh", "SSH")                                                                                     \
    X(WIREGUARD, "wireguard", "WireGuard")                                                                   \
    X(IKE, "ike", "IKE")                                                                                     \
    X(RDP, "rdp", "RDP")

typedef enum {
#define X(id, key, name) DX_UNJUDGED_##id,
    DX_UNJUDGED_LIST(X)
#undef X
        DX_NUM_UNJUDGED
} dx_unjudged;

/* What a report needs to know besides the capture. */
typedef struct dx_report {
    const char *file;                       /* shown name of the capture file; NULL for a live capture */
    const char *version;                    /* of the plugin */
    unsigned max_whole;                     /* problems that the text tells whole; 0: 50 */
    unsigned width;                         /* columns of a line of text; 0: 100 */
    uint32_t num_unjudged[DX_NUM_UNJUDGED]; /* flows of each kind */
    uint32_t num_cut;                       /* frames cut by a short snapshot length */
    bool (*selected)(uint32_t index, void *user); /* the FILTER's choice; NULL: all */
    void *user;
    /* NULL, or writes out what is there and empties it: called between lines of JSON, which would be large
     * for a large capture */
    void (*flush)(GString *out);
    /* NULL, or called for each connection, so that a window has its turn meanwhile; false: nobody wants the
     * report any more, the capture may even be gone, and nothing is appended. Not for JSON. */
    bool (*turn)(uint32_t num, void *turns);
    void *turns;
} dx_report;

/* dx_report_text - appends what an administrator reads (`-z ssltrouble,report`). */
void dx_report_text(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* dx_report_one - appends the report's problem of one connection that failed; nothing when it did not. */
void dx_report_one(GString *out, dx_verdicts *verdicts, uint32_t index);

/* dx_report_html - appends the same as one HTML page that needs nothing from elsewhere
 * (`-z ssltrouble,html`). */
void dx_report_html(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* dx_report_tree - appends scenario > cause > server with counts (`-z ssltrouble,tree`). */
void dx_report_tree(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* dx_report_json - appends one JSON object per line per connection (`-z ssltrouble,json`). */
void dx_report_json(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* dx_report_width - the columns of a line of a report. */
unsigned dx_report_width(const dx_report *report);

/* dx_verdict_title - "No protocol version in common (confirmed)". New string. */
char *dx_verdict_title(const dx_verdict *verdict);

/* dx_verdict_problem - why, as sure as it is: a cause that fits among others is "One explanation: ...". New
 * string. dx_problem_text - the same without a verdict; `cause` may be NULL, `num_candidates` has it too. */
char *dx_verdict_problem(const dx_verdict *verdict);
char *dx_problem_text(const dx_cause *cause, dx_confidence confidence, const char *why,
                      unsigned num_candidates);

/* dx_evidence_in_order - the verdict's evidence (const dx_packet_line *, borrowed) in the order of the
 * frames; the first `num_files` are without a frame, from the server's files. Free the array. */
GPtrArray *dx_evidence_in_order(const dx_verdict *verdict, unsigned *num_files);

/* dx_offer_lines, dx_choice_lines - what the two sides offered and chose, as "name: values" strings for tree
 * and report. Each returns a new GPtrArray of char * with a free function; empty when nothing is known. */
GPtrArray *dx_offer_lines(const dx_facts *facts);
GPtrArray *dx_choice_lines(const dx_facts *facts);

/* dx_streams_filter - a display filter for exactly the given streams (ascending) of a transport to paste. New
 * string. */
char *dx_streams_filter(dx_transport transport, const uint32_t *streams, unsigned num);

/* dx_server_filter - a display filter for what a server sends and gets over a transport. dx_connection_filter
 * - one for the connection alone. New strings. */
char *dx_server_filter(const dx_endpoint *server, dx_transport transport);
char *dx_connection_filter(const dx_facts *facts);

#endif
