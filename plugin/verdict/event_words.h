/* event_words.h - an event or a line of a log in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_EVENT_WORDS_H
#define DX_VERDICT_EVENT_WORDS_H

#include "verdict/cause.h"
#include "evidence/evidence.h"

/* dx_event_text - what an event or a line of a log means, with its time and how that was understood. New,
 * safe to show. */
char *dx_event_text(const dx_context *context, const dx_log_event *event);

#endif
