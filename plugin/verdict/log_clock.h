/* log_clock.h - events of the server's log against the time of the packets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_LOG_CLOCK_H
#define DX_VERDICT_LOG_CLOCK_H

#include "capture/ledger.h"
#include "evidence/evidence.h"
#include "evidence/time.h"

#define DX_LOG_TOLERANCE_US (5 * G_USEC_PER_SEC) /* between an event and what the packets show of it */

#define DX_LOG_QUARTERS 56 /* UTC-12:00 to UTC+14:00, with summer time */

/* How a log without a time zone relates to UTC. All zero at first. */
typedef struct dx_log_clock {
    bool known;
    int64_t offset_us;    /* local time minus UTC */
    unsigned num_matches; /* events that meet a failure, which it rests on */
    int64_t near_us; /* a failure of the capture: the year of times without one is that which is nearest */
    /* what it was estimated from so far; log_clock.c's */
    GArray *events;        /* of the failures in the log, in order of time; NULL: not looked for yet */
    unsigned num_refusals; /* of the capture */
    unsigned num_clients;  /* of the capture, when `events` was made */
    int64_t last_us;       /* of them */
    unsigned histogram[2 * DX_LOG_QUARTERS + 1];
} dx_log_clock;

/* dx_log_clock_estimate - the offset, in quarters of an hour as time zones have them, at which most events of
 * failures meet a failure of the capture; unknown when there is none, or two are as good. Called again it
 * takes in what the ledger has learnt since. dx_log_clock_clear - forgets it all. */
void dx_log_clock_estimate(dx_log_clock *clock, const dx_evidence_store *store, const dx_ledger *ledger);
void dx_log_clock_clear(dx_log_clock *clock);

/* dx_log_clock_between - appends the events from one time (UTC) to another, until `out` has `most`. */
void dx_log_clock_between(const dx_log_clock *clock, const dx_evidence_store *store, int64_t from_us,
                          int64_t to_us, GPtrArray *out, unsigned most);

/* dx_log_clock_us - the time of an event in UTC; false when it cannot be known. */
bool dx_log_clock_us(const dx_log_clock *clock, const dx_log_event *event, int64_t *time_us);

/* dx_log_clock_text - "UTC+01:00". New string. */
char *dx_log_clock_text(const dx_log_clock *clock);

#endif
