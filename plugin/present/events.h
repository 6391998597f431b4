/* events.h - the Windows events that belong to a verdict, each with the machine whose log it is in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_EVENTS_H
#define DX_PRESENT_EVENTS_H

#include "verdict/verdict.h"

/* One event to look for. */
typedef struct dx_event_row {
    dx_side side; /* of the machine in whose System log it is */
    uint16_t id;
    bool readable; /* it is of the alert that ended the connection, and anybody can read that */
} dx_event_row;

enum { DX_MAX_EVENT_ROWS = 8 };

/* dx_event_rows - fills `rows`, the server's events first; returns how many. An alert's events (36887
 * received, 36888 generated) are there when an alert ended it: on the machine that got it, and on the one
 * that sent it. */
unsigned dx_event_rows(dx_event_row rows[DX_MAX_EVENT_ROWS], const dx_verdict *verdict,
                       const dx_facts *facts);

/* dx_event_source - as Event Viewer's column Source shows it: "Schannel", "HttpEvent"; "" for an event that
 * is in no table. */
const char *dx_event_source(uint16_t id);

/* dx_event_row_text - what the event means here, with the alert's number (new string). `facts` as for
 * dx_event_rows. */
char *dx_event_row_text(const dx_event_row *row, const dx_facts *facts);

/* dx_event_heading - what stands before the events that the machines logged at a time, of a server's port.
 * New string. */
char *dx_event_heading(uint16_t port, int64_t time_us);

/* dx_event_has_log - whether a person should look there: a machine that is taken for no Windows has no such
 * log, and a program with TLS of its own (OpenVPN, PostgreSQL, Chrome) writes nothing of it there. */
bool dx_event_has_log(dx_side side, const dx_verdict *verdict, const dx_facts *facts);

#endif
