/* cause.h - what a cause of failure is, and how sure one can be of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CAUSE_H
#define DX_VERDICT_CAUSE_H

#include <glib.h>

#include "facts/facts.h"
#include "capture/ledger.h"
#include "knowledge/logs.h"
#include "knowledge/windows.h"
#include "verdict/gate.h"

typedef enum { DX_NONE, DX_POSSIBLE, DX_LIKELY, DX_CONFIRMED } dx_confidence;

typedef enum {
    DX_SCENARIO_0, /* preliminary */
    DX_SCENARIO_1, /* private key */
    DX_SCENARIO_2, /* certificate */
    DX_SCENARIO_3, /* port and bindings */
    DX_SCENARIO_4, /* HTTP.sys listener */
    DX_SCENARIO_5, /* protocol and ciphers */
    DX_SCENARIO_6, /* update, record split */
    DX_SCENARIO_7, /* client certificates */
    DX_SCENARIO_8, /* network path and the rest */
    DX_NUM_SCENARIOS
} dx_scenario;

typedef enum { DX_ESTABLISHED, DX_FAILED, DX_INCOMPLETE, DX_NOT_TLS, DX_NO_TCP, DX_NUM_OUTCOMES } dx_outcome;

const char *dx_confidence_name(dx_confidence confidence); /* "possible" */
const char *dx_outcome_name(dx_outcome outcome);          /* "not_tls" */
const char *dx_scenario_name(dx_scenario scenario);       /* "Protocol versions and ciphers" */
const char *dx_side_name(dx_side side);                   /* "client"; NULL for DX_NOBODY */
const char *dx_phase_name(dx_phase phase);                /* "before the ServerHello" */

typedef struct dx_preferences {
    int64_t silence_us;     /* without an answer to a ClientHello */
    int64_t syn_silence_us; /* without an answer to a SYN */
    dx_os server_os;
    const char *trust_store; /* "" or "system", "none", a PEM file or a directory; NULL: system */
    const struct dx_evidence_store *evidence; /* what the server's own files say; NULL when there are none */
} dx_preferences;

struct dx_refusal; /* refusal.h */
struct dx_points;  /* points.h */

/* What a cause may look at besides the facts. */
struct dx_context {
    const dx_ledger *ledger;
    const dx_server *server; /* row of this server in the ledger; NULL when none */
    const GArray *accepted;  /* of dx_sample: what worked at this server (dx_success_rows); NULL: nothing */
    const dx_retry_list *retries; /* what may have made this failure good; NULL: nothing */
    GHashTable *worked;           /* answers kept by dx_success_rows and the like; NULL: none are kept */
    GHashTable *remedies;         /* steps kept by dx_remedy_fill; NULL: none are kept */
    const dx_host *host;          /* row of its address; NULL when none */
    const dx_preferences *preferences;
    int64_t now_us;                           /* time of the last frame seen so far */
    const struct dx_evidence_store *evidence; /* NULL when there are no files */
    const struct dx_refusal *refusal;         /* how the ClientHello compares; set by dx_judge */
    const GArray *near; /* of dx_near: what the logs have of this connection, or of its time; may be NULL */
    const struct dx_near_sum *near_sum;   /* what they say together; NULL with `near` */
    const struct dx_log_clock *log_clock; /* of the files' event log; NULL when there are no files */
    const struct dx_points *points; /* where it was captured, when that was at several points; or NULL */
    struct dx_looked *seen;         /* sights that were asked for, of these very facts; NULL: none are kept */
};

typedef struct dx_packet_line {
    uint32_t frame; /* 0: no frame */
    char *text;     /* owned */
} dx_packet_line;

/* A client that leaves after this long gave up waiting; sooner, it changed its mind. */
#define DX_PATIENCE_US (2 * G_USEC_PER_SEC)

#define DX_MAX_FINDING_CANDIDATES 12

/* What a cause has to say once it weighs itself. */
typedef struct dx_finding {
    bool quiet;              /* only the confidence is asked for: nothing is put into words */
    GArray *lines;           /* of dx_packet_line, what the packets show, in the order to be shown */
    char *contrast;          /* what worked meanwhile and why that matters; owned, NULL when nothing */
    uint32_t contrast_frame; /* of the success that the contrast is about; 0: none */
    char *why;               /* replaces the cause's own sentence when set; owned */
    char *fix;               /* a step of its own, before the cause's; owned */
    const char *checks;      /* instead of the cause's, in their form; NULL: those */
    const char *steps;   /* instead of the cause's fix, in its form, while no file settles it; NULL: that */
    const char *clients; /* what clients show, instead of the cause's; NULL: that */
    const uint16_t *events; /* Windows events, 0 ends, instead of the cause's; NULL: those */
    uint32_t frame;         /* verdict frame when it is not the end's */
    const dx_cause *candidates[DX_MAX_FINDING_CANDIDATES]; /* what could lie behind it, likeliest first */
    unsigned num_candidates;
} dx_finding;

/* dx_packet_lines_new - an empty list of dx_packet_line that owns their texts. */
GArray *dx_packet_lines_new(void);

/* dx_finding_say - adds a line of evidence; wire text in the arguments must have been made safe (dx_safe). */
void dx_finding_say(dx_finding *finding, uint32_t frame, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* dx_finding_contrast, dx_finding_why, dx_finding_fix - set (replace) the contrast, the sentence, the
 * step. */
#define dx_finding_contrast(finding, ...) dx_finding_set(finding, &(finding)->contrast, __VA_ARGS__)
#define dx_finding_why(finding, ...)      dx_finding_set(finding, &(finding)->why, __VA_ARGS__)
#define dx_finding_fix(finding, ...)      dx_finding_set(finding, &(finding)->fix, __VA_ARGS__)
void dx_finding_set(dx_finding *finding, char **text, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* dx_finding_candidates - appends causes (const dx_cause *), NULL-terminated, in order; repeated ones are
 * dropped. */
void dx_finding_candidates(dx_finding *finding, ...) G_GNUC_NULL_TERMINATED;
void dx_finding_clear(dx_finding *finding);

/* What the server's own files say of a cause for a connection. SUGGEST: possible at most.
 * CONTRADICTED: they say it is so (or not so), and the packets prove otherwise. */
typedef enum {
    DX_FILES_SILENT,
    DX_FILES_SUGGEST,
    DX_FILES_CONFIRM,
    DX_FILES_EXCLUDE,
    DX_FILES_CONTRADICTED
} dx_files_answer;
typedef struct dx_file_finding dx_file_finding; /* file_finding.h */

/* A line of evidence that is said when something was seen; `frame` is the offset in dx_facts of its frame. */
typedef struct dx_gate_line {
    dx_sight when;
    size_t frame;
    const char *text; /* NULL: no line */
} dx_gate_line;

/* In what ClientHellos differ: a row of the refusal's table each (refusal.h). */
typedef enum {
    DX_DIMENSION_NONE,
    DX_DIMENSION_VERSION,
    DX_DIMENSION_CIPHER,
    DX_DIMENSION_GROUP,
    DX_DIMENSION_SIGNATURE,
    DX_DIMENSION_NAME,
    DX_DIMENSION_NO_NAME, /* none is sent */
    DX_DIMENSION_ALPN,
    DX_DIMENSION_SIZE,
    DX_DIMENSION_PROXY_HEADER,
    DX_DIMENSION_SHAPE, /* the rest: extensions, lists and their order */
    DX_NUM_DIMENSIONS
} dx_dimension;

struct dx_cause {
    const char *id;
    dx_scenario scenario;
    dx_outcome outcome;
    const char *title; /* up to 60 characters, no full stop */
    const char *why;   /* one sentence */
    /* What to look at next and what removes the cause: steps in order, one a line. A step is a sentence (or
     * more), and behind each tab a whole command, which is shown on a line of its own and never wrapped:
     * "Is there a binding?\tnetsh http show sslcert". {server} {port} {sni} ... are filled in (dx_fill). */
    const char *checks, *fix;
    dx_gate gate;        /* when it can be at all */
    bool fallback;       /* a verdict only when no other cause applies, never a candidate */
    bool by_reason;      /* another `why` is another problem: reports do not fold the two */
    bool symptom;        /* the title is what was seen: what is behind it stands among the candidates */
    const char *clients; /* what clients show, comma separated; NULL when nothing typical */
    uint16_t events[6];  /* Windows events to look for, 0 ends */
    /* A cause without `weigh` whose open gate is enough, once the connection has ended: how sure it is then,
     * what is said between the ClientHello and the end, and what it may be as well. DX_NONE and no `weigh`:
     * never a verdict, only a candidate that other causes name. */
    dx_confidence stated;
    dx_gate_line says;
    const dx_cause *rivals[2];
    /* weigh - how sure the facts make this cause behind its open gate; DX_NONE when it does not apply. */
    dx_confidence (*weigh)(const dx_facts *facts, const dx_context *context, dx_finding *finding);
    /* weigh_files - where the server's own files stand; called for failed connections only, with files
     * (context->evidence). Confirms only what fits the packets. NULL: files cannot tell. */
    dx_files_answer (*weigh_files)(const dx_facts *facts, const dx_context *context, dx_file_finding *files);
    /* What a server program's log says of this cause (dx_logged), 0 ends: such a line of this connection
     * confirms it. */
    uint8_t logged[3];
};

#endif
