/* verdicts.h - the verdicts on all connections of one capture, kept until something changes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_VERDICTS_H
#define DX_VERDICT_VERDICTS_H

#include "capture/capture.h"
#include "verdict/diagnose.h"

typedef struct dx_verdicts dx_verdicts;

/* dx_verdicts_new - an empty capture whose connections can be judged. `is_tls_port` and `user` as in
 * dx_capture_new. Preferences are read through the pointer whenever a verdict is asked for. Free with
 * dx_verdicts_free, which frees the capture as well. */
dx_verdicts *dx_verdicts_new(const dx_causes *causes, const dx_preferences *preferences,
                             bool (*is_tls_port)(uint16_t port, void *user), void *user);
void dx_verdicts_free(dx_verdicts *verdicts);

/* dx_verdicts_capture - the capture that is judged; owned by the verdicts. */
dx_capture *dx_verdicts_capture(const dx_verdicts *verdicts);

/* dx_verdicts_of - the verdict on a stream as of now. Kept until something changes it (new ledger
 * revision, new frame of this connection, time for a connection that waits); owned by the verdicts, a
 * failed connection's is valid until the next call that changes the capture, a healthy one's until the
 * next call of this function. NULL when the stream has no facts. */
const dx_verdict *dx_verdicts_of(dx_verdicts *verdicts, uint32_t index);

/* dx_verdicts_evidence - what the server's own files say; NULL without files. dx_verdicts_log_clock - how
 * their event log relates to UTC, as of now; NULL without files. */
const struct dx_evidence_store *dx_verdicts_evidence(const dx_verdicts *verdicts);
const struct dx_log_clock *dx_verdicts_log_clock(dx_verdicts *verdicts);

/* dx_verdicts_preferences_changed - drop what is kept. dx_verdicts_changes - how often that was. */
void dx_verdicts_preferences_changed(dx_verdicts *verdicts);
unsigned dx_verdicts_changes(const dx_verdicts *verdicts);

#endif
