/* near.h - events and lines of the server's logs that belong to a connection, or to its time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_NEAR_H
#define DX_VERDICT_NEAR_H

#include "verdict/cause.h"
#include "evidence/evidence.h"

/* How well a line fits: it names the client's address and port, its address, or nothing but the time. */
typedef enum { DX_NEAR_TIME, DX_NEAR_ADDRESS, DX_NEAR_PORT } dx_nearness;

typedef struct dx_near {
    const dx_log_event *event;
    int64_t time_us;
    dx_nearness how;
    bool doubtful; /* it may as well be of another connection to this server */
} dx_near;

/* dx_near_find - new: the events and lines within DX_LOG_TOLERANCE_US of the connection's failure, and those
 * within a minute that name its client's port; in order of time, without those that name another client or
 * tell of the server as a client. Lines without a time are among them, and clients' own words about this
 * server. NULL when there are no logs. `*left_out`: the logs have more lines of that time than are looked
 * at. */
GArray *dx_near_find(const dx_facts *facts, const dx_context *context, bool *left_out);

/* What those lines say together of why the handshake failed. */
typedef struct dx_near_sum {
    const dx_near *first; /* of those that fit best, all of one nearness; NULL: none says why */
    dx_logged reason;     /* DX_LOGGED_NOTHING when they disagree */
    unsigned num;         /* lines of its file that fit as well and give a reason */
    const dx_near *named; /* the first line of a server that names the client; NULL: none */
    bool left_out;        /* as dx_near_find says; dx_near_sum_up leaves it false */
} dx_near_sum;

/* dx_near_sum_up - looks through them once; `near` may be NULL. */
dx_near_sum dx_near_sum_up(const GArray *near);

/* dx_near_tell_alert - an alert that the packets hide and the log has: facts->end becomes that of a readable
 * alert. The line that tells; NULL when there is none, or nothing is hidden. */
const dx_log_event *dx_near_tell_alert(dx_facts *facts, const dx_context *context);

/* dx_near_weigh - what the log says of a cause, by its `logged`: `*event` is the line,
 * `*how` how well it fits. A line without the client's port confirms while no more connections failed that it
 * may be of than there are such lines. Against an alert in clear that says another thing none does:
 * DX_FILES_CONTRADICTED when it would otherwise. */
dx_files_answer dx_near_weigh(const dx_cause *cause, const dx_facts *facts, const dx_context *context,
                              const dx_log_event **event, dx_nearness *how);

#endif
