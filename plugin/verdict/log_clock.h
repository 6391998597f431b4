/* log_clock.h - events of the server's log against the time of the packets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_LOG_CLOCK_H
#define DX_VERDICT_LOG_CLOCK_H

#include "capture/ledger.h"
#include "evidence/evidence.h"

#define DX_LOG_TOLERANCE_US (5 * G_USEC_PER_SEC) /* between an event and what the packets show of it */

/* How a log without a time zone relates to UTC. */
typedef struct dx_log_clock {
    bool known;
    int64_t offset_us;    /* local time minus UTC */
    unsigned num_matches; /* meetings of an event and a failure that it rests on */
} dx_log_clock;

/* dx_log_clock_estimate - the offset, in quarters of an hour as time zones have them, at which most
 * failures have an event; unknown when there is none, or two are as good. */
void dx_log_clock_estimate(dx_log_clock *clock, const dx_evidence_store *store, const dx_ledger *ledger);

/* dx_log_clock_us - the time of an event in UTC; false when it cannot be known. */
bool dx_log_clock_us(const dx_log_clock *clock, const dx_log_event *event, int64_t *time_us);

/* dx_log_clock_text - "UTC+01:00". New string. */
char *dx_log_clock_text(const dx_log_clock *clock);

#endif
