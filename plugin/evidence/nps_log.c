/* nps_log.c - reads the log files of Network Policy Server (IN2611.log), DTS format
 *
 *     <Event><Timestamp data_type="4">11/26/2026 09:00:01.120</Timestamp> ...
 *     <Packet-Type data_type="0">3</Packet-Type><Reason-Code data_type="0">22</Reason-Code></Event>
 *
 * An event a line, in the server's local time. Packet type 3 is Access-Reject: what event 6273 says, too.
 * Source: Microsoft Learn, "Interpret NPS Database Format Log Files", "NPS Reason Codes"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define REJECT   3
#define EVENT_ID 6273

/* What stands in an element of the line; empty when it has none. */
static dx_span
element(dx_span line, const char *name)
{
    char *open = g_strdup_printf("<%s data_type=", name);
    size_t at = dx_span_find(line, open);
    dx_span rest = dx_span_from(line, at == SIZE_MAX ? line.len : at);

    g_free(open);
    size_t begin = dx_span_find(rest, ">");
    rest = dx_span_from(rest, begin == SIZE_MAX ? rest.len : begin + 1);
    size_t end = dx_span_find(rest, "</");
    return (dx_span){rest.at, end == SIZE_MAX ? 0 : end};
}

dx_seeing
dx_see_nps_log(const dx_look *look)
{
    bool seen = dx_span_starts(look->line, "<Event>") && dx_span_has(look->line, "<Packet-Type data_type=");

    return seen ? DX_SEEN_ALONE : DX_NOT_SEEN;
}

void
dx_read_nps_log(const dx_reading *reading)
{
    dx_date_order order = dx_date_order_of(reading->text);
    dx_lines lines;
    dx_span line;
    uint32_t type;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        if (!dx_span_starts(line, "<Event>"))
            continue;
        if (!dx_span_decimal(&type, element(line, "Packet-Type"))) {
            dx_reading_skip(reading, lines.number);
            continue;
        }
        dx_reading_empty(reading); /* a log without a rejection */
        if (type != REJECT)
            continue;
        dx_event_record record;
        dx_event_record_begin(reading, &record, lines.number);
        dx_event_record_provider(&record, (dx_span){"Microsoft-Windows-Security-Auditing", 35});
        dx_event_record_id(&record, EVENT_ID);
        dx_event_record_time(&record, order, false, element(line, "Timestamp"));
        dx_event_record_value(&record, (dx_span){"ReasonCode", 10}, element(line, "Reason-Code"));
        dx_event_record_value(&record, (dx_span){"CallingStationID", 16},
                              element(line, "Calling-Station-Id"));
        dx_event_record_end(reading, &record, lines.number);
    }
    dx_lines_end(&lines);
}
