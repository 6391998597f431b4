/* events.h - what the readers of event logs share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_EVENTS_H
#define DX_EVIDENCE_EVENTS_H

#include "evidence/readers.h"

/* dx_event_wanted - whether an event id of Schannel or HTTP.sys is worth keeping; sets the provider. */
bool dx_event_wanted(dx_log_event *event, uint32_t id);

/* dx_event_provider - whether a name is that of a provider; sets it. */
bool dx_event_provider(dx_log_event *event, dx_span name);

/* dx_event_value - takes one value of an event's data: an alert's number, an error code, an endpoint, the
 * type. */
void dx_event_value(dx_log_event *event, dx_span name, dx_span value);

/* dx_event_message - takes a piece of an event's description. */
void dx_event_message(dx_log_event *event, dx_span message);

#endif
