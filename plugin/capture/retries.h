/* retries.h - which later success may have made a failure good: the same client came back and got through
 *
 * Only collects who comes into question; whether that connection worked is asked of its verdict, later.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_RETRIES_H
#define DX_CAPTURE_RETRIES_H

#include "facts/facts.h"

#define DX_RECOVERY_US (30 * INT64_C(1000000)) /* so long after a failure a success counts as its recovery */
#define DX_MAX_RETRIES 4

/* A later connection of the same client whose handshake was complete, and when. */
typedef struct dx_retry {
    const dx_facts *facts;
    uint32_t frame;
    int64_t time_us;
} dx_retry;

/* The first ones and the latest, in order of time. */
typedef struct dx_retry_list {
    unsigned num;
    dx_retry retry[DX_MAX_RETRIES];
} dx_retry_list;

typedef struct dx_retries dx_retries;

dx_retries *dx_retries_new(void);
void dx_retries_free(dx_retries *retries);

/* dx_retries_begin - a client starts (SYN, or a ClientHello without one). dx_retries_named - its ClientHello
 * has told the name. dx_retries_success - its handshake is complete. dx_retries_healthy - data has flowed
 * both ways: it needs no recovery. Each once per connection. */
void dx_retries_begin(dx_retries *retries, const dx_facts *facts);
void dx_retries_named(dx_retries *retries, const dx_facts *facts);
void dx_retries_success(dx_retries *retries, const dx_facts *facts);
void dx_retries_healthy(dx_retries *retries, const dx_facts *facts);
/* dx_retries_forget - facts, of a connection without success, are about to be freed. */
void dx_retries_forget(dx_retries *retries, const dx_facts *facts);

/* dx_retries_of - what comes into question for a connection; NULL when nothing does. */
const dx_retry_list *dx_retries_of(const dx_retries *retries, const dx_facts *facts);

/* dx_retries_unanswered - a connection of this client to a port, begun between two times, whose SYN nobody
 * answered; NULL when none is among the latest. */
const dx_facts *dx_retries_unanswered(const dx_retries *retries, const dx_address *client, uint16_t port,
                                      int64_t from_us, int64_t until_us);

#endif
