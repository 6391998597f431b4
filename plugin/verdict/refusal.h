/* refusal.h - what a server can have minded in a ClientHello that it turned away
 *
 * One row for each thing in which ClientHellos differ: whether the answer can mean it, whether few servers
 * have what is offered, and whether it tells this ClientHello from those that the same server accepted.
 * Computed once for a verdict; the causes read their rows, so that they agree with each other.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_REFUSAL_H
#define DX_VERDICT_REFUSAL_H

#include "capture/mangled.h"
#include "verdict/cause.h"

typedef struct dx_refusal_row {
    bool meant;               /* what came from the server can be about it */
    bool unusual;             /* few servers have what is offered, or it is what somebody narrowed down */
    bool shared;              /* a success had what this client offers as well: refuted */
    bool alone;               /* `differs` differs in nothing else that a server looks at */
    bool nearly;              /* ... or in what proves little beside it */
    const dx_sample *differs; /* a success that differs in it, when all do; NULL */
    dx_confidence confidence; /* of the cause that says so */
} dx_refusal_row;

typedef struct dx_refusal {
    bool refused;  /* a ClientHello that can be read was turned away or left without an answer */
    bool wordless; /* ... without an alert */
    bool unread;   /* the server closed before the ClientHello came: nothing in that is the reason */
    dx_refusal_row row[DX_NUM_DIMENSIONS];
    dx_dimension rank[DX_NUM_DIMENSIONS]; /* the rows that are left, likeliest first */
    unsigned num_ranked;
    GArray *answered; /* of dx_sample: other ClientHellos that got a ServerHello, whatever came of it; owned;
                         NULL: this one was not refused */
    const dx_cause *const *cause; /* that reads the row; NULL when none does */
    bool by_shape; /* a success had all that a server chooses by: only the rest of the hello differs */
    bool
        lacks; /* a success offered all of this client's versions and got an older one: the server has none */
    bool newer; /* every success got a newer version than this client has; the server may have both */
    unsigned
        num_elsewhere; /* other servers at which the same client's large hello failed, a small one worked */
    const dx_mangled *elsewhere; /* the first of them */
    const dx_sample *same;       /* a success with an equal offer and name; NULL */
    const dx_sample *nearest;    /* the success that differs in the fewest rows; NULL when there is none */
    unsigned nearest_bits;       /* 1 << dimension */
} dx_refusal;

/* dx_refusal_make - fills the table from a connection and what its server accepted, or at least answered,
 * otherwise. Points into the ledger; dx_refusal_clear frees what it owns. */
void dx_refusal_make(dx_refusal *refusal, const dx_facts *facts, const dx_context *context);
void dx_refusal_clear(dx_refusal *refusal);

/* dx_refusal_mark - fills meant and unusual; `unusual`: dx_offer_unusual of the offer. */
void dx_refusal_mark(dx_refusal *refusal, const dx_facts *facts, unsigned unusual);

/* dx_refusal_weigh - marks the rows and fills confidence and rank; dx_refusal_make calls it. One row is the
 * best; the others are less sure. */
void dx_refusal_weigh(dx_refusal *refusal, const dx_facts *facts, const dx_context *context);

/* dx_refusal_by_library - the server's TLS library read the ClientHello and turned it away, and no alert says
 * so: it ends with a goodbye (close_notify), or its program keeps the library's alerts to itself. */
bool dx_refusal_by_library(const dx_facts *facts);

/* dx_refusal_candidates - names the causes of the rows that are left, likeliest first; `suspects`: only those
 * for which something speaks. */
void dx_refusal_candidates(dx_finding *finding, const dx_refusal *refusal, bool suspects);

/* dx_refusal_say_hello - the ClientHello as evidence, with its size when that may matter. */
void dx_refusal_say_hello(dx_finding *finding, const dx_facts *facts);
/* dx_refusal_say_end - the end as evidence; where the server said nothing, the ClientHello is the verdict's
 * frame. */
void dx_refusal_say_end(dx_finding *finding, const dx_facts *facts);

/* dx_refusal_unread - the ClientHello could not be read (a short snap length), and the alert can and is this
 * one: both as evidence. */
bool dx_refusal_unread(dx_finding *finding, const dx_facts *facts, uint8_t alert);

/* dx_refusal_say_why - the sentence of a ClientHello that nothing in it explains: unread, or by_shape. */
void dx_refusal_say_why(dx_finding *finding, const dx_refusal *refusal, const dx_facts *facts);

/* dx_refusal_say_suites, dx_refusal_say_groups - two or three of them in words, which say more than "none of
 * those that it offers"; a client with none of the groups that nearly every server has is the one to change
 * first. `offered`: their names. */
void dx_refusal_say_suites(dx_finding *finding, const dx_facts *facts, const char *offered);
void dx_refusal_say_groups(dx_finding *finding, const dx_facts *facts, const char *offered);

/* dx_refusal_checks - what to look at first when the server said nothing, by what is suspected most; NULL:
 * what the cause itself says. */
const char *dx_refusal_checks(const dx_refusal *refusal, const dx_facts *facts);

/* dx_refusal_compare - sets the contrast: a success of the same server and all in which it differs. Nothing
 * when nobody got through, or a contrast is set. */
void dx_refusal_compare(dx_finding *finding, const dx_refusal *refusal, const dx_facts *facts);

/* dx_refusal_say_better - a success that differs in one dimension alone: the contrast with `difference`, and
 * the fix, in which the client takes what was chosen there; `name`: NULL when that is not known. */
void dx_refusal_say_better(dx_finding *finding, const dx_sample *success, const char *what, const char *name,
                           const char *difference);

/* dx_refusal_fix_version - which side lacks which version, by what the client offers. */
void dx_refusal_fix_version(dx_finding *finding, const dx_facts *facts);

/* dx_refusal_by_header - what answers the ClientHello may be about a header of the PROXY protocol: a page
 * with an error behind one, or Postfix's words where it lacks one; says those, with what to look at and what
 * to do. */
bool dx_refusal_by_header(dx_finding *finding, const dx_facts *facts);

#endif
