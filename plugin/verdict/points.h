/* points.h - what several captures of one connection prove about what is between them
 *
 * What one point shows and the other never sent, or sent and the other never got, was made or lost between
 * the two: no guess by a TTL, unless a capture itself missed packets,
 * which acknowledgments and repetitions tell.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_POINTS_H
#define DX_VERDICT_POINTS_H

#include "capture/capture.h"
#include "verdict/cause.h"

/* Clocks of different machines differ by more, and packets need longer from one to the other. */
#define DX_ONE_CLOCK_US 1000

typedef enum {
    DX_BETWEEN_NOTHING,
    DX_BETWEEN_RESET,       /* a RST that its sender never sent */
    DX_BETWEEN_ANSWER,      /* bytes that are no TLS and that the server never sent */
    DX_BETWEEN_HELLO_LOST,  /* the ClientHello, or part of it */
    DX_BETWEEN_FLIGHT_LOST, /* the server's flight */
    DX_BETWEEN_CHAIN        /* the client gets another certificate than the server sends */
} dx_between;

typedef struct dx_points {
    unsigned num;
    const dx_facts *at[DX_MAX_POINTS]; /* from the client's side to the server's */
    const dx_facts *known;             /* those of them that the ledger knows */
    const char *name[DX_MAX_POINTS];   /* of the interface; NULL where it tells nothing */
    int64_t ahead_us[DX_MAX_POINTS];   /* what its clock shows when the first point's shows 0 */
    int64_t apart_us;                  /* there and back between the first and the last; -1: not known */
    unsigned base;                     /* the point whose facts tell the story */
    dx_between between;                /* happened between at[near] and at[near + 1] */
    unsigned near;
    dx_confidence confidence; /* that it did */
    bool rewritten;           /* the ClientHello is another behind at[near_rewritten] */
    unsigned near_rewritten;
    bool passed_on; /* the refusal of at[base] reaches the client as something else: a proxy passes it on */
    bool same;      /* all points show the same */
} dx_points;

/* dx_points_compare - compares the points of a connection as of `now_us`. False when it was captured at one
 * point only: then `points` is not to be read. */
bool dx_points_compare(dx_points *points, const dx_capture *capture, uint32_t stream, int64_t now_us);

/* dx_points_now - what the clock of the base shows at `now_us`, a time of the capture's latest clock. */
int64_t dx_points_now(const dx_points *points, int64_t now_us);

/* dx_points_found - this happened to the connection between two points: what the other point shows, and how
 * sure it is; DX_NONE when it did not, or nothing was compared.
 * The sentence `why` is set when it is certain. */
dx_confidence dx_points_found(const dx_context *context, dx_between between, dx_finding *finding);

/* dx_points_say - what else differs between the points, as lines of any verdict. */
void dx_points_say(const dx_points *points, dx_finding *finding);

/* dx_points_shown - whether there is something to say of the points: not of two interfaces of one machine
 * that saw the same. NULL has nothing. */
bool dx_points_shown(const dx_points *points);

/* dx_points_facts_of - the facts that the verdict tells of: those of `facts`, or of another point of its
 * connection. */
const dx_facts *dx_points_facts_of(const dx_points *points, const dx_facts *facts);

/* dx_points_ahead - by how much the clock of those facts is ahead of that of the client's side;
 * 0 for NULL. */
int64_t dx_points_ahead(const dx_points *points);

/* dx_points_text - where point `number` (from 0) is: "point 1 (eth0, the client's side)". dx_points_summary -
 * all of them and their clocks. To be freed. */
char *dx_points_text(const dx_points *points, unsigned number);
char *dx_points_summary(const dx_points *points);

#endif
