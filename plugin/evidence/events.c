/* events.c - what the readers of event logs share
 *
 * Source: knowledge/events.def and its sources
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"
#include "knowledge/windows.h"

bool
dx_event_wanted(dx_log_event *event, uint32_t id)
{
    bool schannel = id >= 36869 && id <= 36889 && id != 36880; /* not loading, not success */
    bool http = id == 15005 || id == 15021 || id == 15300 || id == 15301;

    if ((!schannel && !http) || !dx_event_find((uint16_t)id))
        return false;
    event->id = (uint16_t)id;
    return true;
}

bool
dx_event_provider(dx_log_event *event, dx_span name)
{
    if (dx_span_equal(name, "Schannel") || dx_span_equal(name, "Microsoft-Windows-Schannel-Events")) {
        event->provider = DX_PROVIDER_SCHANNEL;
        return true;
    }
    if (dx_span_has(name, "HttpEvent") || dx_span_equal(name, "HTTP")) {
        event->provider = DX_PROVIDER_HTTP;
        return true;
    }
    return false;
}

static bool
tells_alert(const dx_log_event *event)
{
    return event->id == 36887 || event->id == 36888;
}

static void
find_endpoint(dx_log_event *event, dx_span text)
{
    for (size_t at = 0; at < text.len && !event->endpoint.address.family; at++)
        if ((at == 0 || g_ascii_isspace(text.at[at - 1])) &&
            dx_endpoint_parse(&event->endpoint, text.at + at, text.len - at))
            return;
}

void
dx_event_value(dx_log_event *event, dx_span name, dx_span value)
{
    uint32_t number;

    value = dx_span_trim(value);
    if (tells_alert(event) && !event->have_alert && (dx_span_equal(name, "AlertDesc") || !name.len) &&
        dx_span_decimal(&number, value) == value.len && value.len && number <= 255) {
        event->alert = (uint8_t)number;
        event->have_alert = true;
    }
    if (!event->have_code && dx_span_starts(value, "0x8") && dx_span_hex(&event->code, value) == value.len)
        event->have_code = true;
    if (dx_span_equal(value, "client") && (dx_span_equal(name, "Type") || !name.len))
        event->as_client = true;
    find_endpoint(event, value);
}

/* The alert's number is the first number of the sentence, in every language. */
static void
find_alert(dx_log_event *event, dx_span text)
{
    uint32_t number;

    for (size_t at = 0; at < text.len; at++) {
        if (!g_ascii_isdigit(text.at[at]))
            continue;
        dx_span rest = dx_span_from(text, at);
        size_t taken = dx_span_decimal(&number, rest);
        /* not the 1.2 of "TLS 1.2" */
        bool whole = taken && (taken >= rest.len || rest.at[taken] != '.' || taken + 1 >= rest.len ||
                               !g_ascii_isdigit(rest.at[taken + 1]));
        if (whole && number <= 255) {
            event->alert = (uint8_t)number;
            event->have_alert = true;
            return;
        }
        while (at + 1 < text.len && (g_ascii_isdigit(text.at[at + 1]) || text.at[at + 1] == '.'))
            at++;
    }
}

void
dx_event_message(dx_log_event *event, dx_span message)
{
    size_t code = dx_span_find(message, "0x8");

    if (tells_alert(event) && !event->have_alert)
        find_alert(event, message);
    if (code != SIZE_MAX && !event->have_code)
        event->have_code = dx_span_hex(&event->code, dx_span_from(message, code)) > 0;
    if (dx_span_has(message, "client credential"))
        event->as_client = true;
    find_endpoint(event, message);
}
