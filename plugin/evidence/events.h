/* events.h - what the readers of Windows' event logs share: a record is put together from its parts
 *
 * The parts may come in any order; what they mean is known at the end, when provider and id are.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_EVENTS_H
#define DX_EVIDENCE_EVENTS_H

#include "evidence/readers.h"

#define DX_MAX_EVENT_NAME 80

typedef struct dx_event_record {
    dx_log_event event;
    bool open, have_provider, have_id;
    bool ours;            /* one of the providers of knowledge/events.def */
    bool alert_is_number; /* the alert is a named value, not the first number of a sentence */
    bool need_time_of_day;
    uint32_t reason;    /* of Network Policy Server; 0: not told */
    dx_address station; /* the same: the client's link address */
    char provider[DX_MAX_EVENT_NAME];
} dx_event_record;

/* dx_event_record_begin - a new record, which begins in a line.
 * dx_event_record_end - keeps it when it is of a provider and with an id that are kept, counts it as
 * unreadable when it lacks one of both; nothing when none is open. `line`: where it ends. */
void dx_event_record_begin(const dx_reading *reading, dx_event_record *record, uint32_t line);
void dx_event_record_end(const dx_reading *reading, dx_event_record *record, uint32_t line);

/* dx_event_record_provider - takes a name when none is known yet; true when it is one of
 * knowledge/events.def's, whole or as Event Viewer's column Source has it. */
bool dx_event_record_provider(dx_event_record *record, dx_span name);
/* dx_event_record_id - takes an event id when none is known yet (an InstanceId: its low 16 bits). */
void dx_event_record_id(dx_event_record *record, uint32_t id);
/* dx_event_record_time - takes a date; a time of day of its own goes with a date that had none. `utc`:
 * without a zone it is UTC. Whether it is all of the value. */
bool dx_event_record_time(dx_event_record *record, dx_date_order order, bool utc, dx_span value);
/* dx_event_record_value - takes one value of an event's data: an alert's number, an error code, an endpoint,
 * the type; the name may be empty. dx_event_record_message - takes a piece of the description. */
void dx_event_record_value(dx_event_record *record, dx_span name, dx_span value);
void dx_event_record_message(dx_event_record *record, dx_span message);

/* dx_event_record_property - takes a part by the name that .NET, PowerShell or the XML schema has for it
 * ("TimeCreated", "ProviderName", "Id", "Message" ...), the same in every language;
 * false for another name. */
bool dx_event_record_property(dx_event_record *record, dx_date_order order, dx_span name, dx_span value);

/* dx_event_candidate - a number that is an id of knowledge/events.def; the provider as it is written there.
 * NULL when it is none. dx_event_provider_is - whether `name` is that provider's. */
const char *dx_event_candidate(uint32_t id);
bool dx_event_provider_is(const char *provider, dx_span name);

#endif
