/* event_xml.c - reads "wevtutil qe System /f:xml"
 *
 *     <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider
 *     Name='Schannel' .../>
 *     <EventID>36888</EventID>...<TimeCreated SystemTime='2012-02-11T00:44:55.000000000Z'/>...</System>
 *     <EventData><Data Name='AlertDesc'>40</Data>...</EventData></Event>
 *
 * No XML parser: the elements that are wanted are found by their tags, within the bounds of one event.
 * Times are UTC.
 * Source: Microsoft Learn, "Event Schema"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/events.h"

#include <string.h>

#define MAX_EVENT  65536 /* bytes of one event */
#define MAX_VALUES 64    /* Data elements of one event */
#define TAG_LEN    6     /* of "<Event" */

/* The element `tag` at or behind the start of `text`: its attributes and its content, up to the next '<'.
 * The rest is left in `*rest`. */
static bool
find_element(dx_span text, const char *tag, dx_span *attributes, dx_span *content, dx_span *rest)
{
    size_t tag_len = strlen(tag);

    for (;;) {
        size_t at = dx_span_find(text, tag);
        if (at == SIZE_MAX)
            return false;
        text = dx_span_from(text, at + tag_len);
        if (text.len && (text.at[0] == '>' || text.at[0] == '/' || g_ascii_isspace(text.at[0])))
            break;
    }
    const char *end = memchr(text.at, '>', text.len);
    if (!end)
        return false;
    *attributes = (dx_span){text.at, (size_t)(end - text.at)};
    text = dx_span_from(text, attributes->len + 1);
    const char *next = text.len ? memchr(text.at, '<', text.len) : NULL;
    *content = (dx_span){text.at, next ? (size_t)(next - text.at) : text.len};
    *rest = dx_span_from(text, content->len);
    return true;
}

/* name='value' or name="value" */
static dx_span
attribute(dx_span attributes, const char *name)
{
    size_t at = dx_span_find(attributes, name), name_len = strlen(name);
    dx_span rest = dx_span_from(attributes, at == SIZE_MAX ? attributes.len : at + name_len);

    if (rest.len < 2 || rest.at[0] != '=' || (rest.at[1] != '\'' && rest.at[1] != '"'))
        return (dx_span){attributes.at, 0};
    const char *end = memchr(rest.at + 2, rest.at[1], rest.len - 2);
    return end ? (dx_span){rest.at + 2, (size_t)(end - rest.at) - 2} : (dx_span){attributes.at, 0};
}

/* One event; false when it lacks what makes it one. `*wanted`: of a provider and with an id that are kept. */
static bool
take_event(dx_log_event *event, bool *wanted, dx_span text)
{
    dx_span attributes, content, rest;
    uint32_t id;

    *wanted = false;
    if (!find_element(text, "<Provider", &attributes, &content, &rest))
        return false;
    bool ours = dx_event_provider(event, attribute(attributes, "Name"));
    if (!find_element(text, "<EventID", &attributes, &content, &rest) ||
        !dx_span_decimal(&id, dx_span_trim(content)))
        return false;
    if (!ours || !dx_event_wanted(event, id))
        return true;
    *wanted = true;
    if (find_element(text, "<TimeCreated", &attributes, &content, &rest)) {
        bool utc;
        event->have_time = dx_time_parse(&event->time_us, &utc, attribute(attributes, "SystemTime")) > 0;
        event->utc = true; /* SystemTime is UTC with or without the letter */
    }
    rest = text;
    for (unsigned i = 0; i < MAX_VALUES && find_element(rest, "<Data", &attributes, &content, &rest); i++)
        dx_event_value(event, attribute(attributes, "Name"), content);
    if (find_element(text, "<Message", &attributes, &content, &rest))
        dx_event_message(event, content);
    return true;
}

static uint32_t
count_lines(const char *from, const char *to)
{
    uint32_t num = 0;

    for (; from < to; from++)
        num += *from == '\n';
    return num;
}

/* Where the next event begins ("<Event " or "<Event>", not "<Events>" or "<EventID>"). */
static size_t
find_event(dx_span text)
{
    for (size_t at = 0;;) {
        size_t found = dx_span_find(dx_span_from(text, at), "<Event");
        if (found == SIZE_MAX)
            return SIZE_MAX;
        at += found + TAG_LEN;
        if (at < text.len && (text.at[at] == '>' || g_ascii_isspace(text.at[at])))
            return at - TAG_LEN;
    }
}

dx_sight
dx_see_event_xml(const dx_look *look)
{
    dx_span start = {look->text.at, MIN(look->text.len, 65536)};

    if (look->before.len || !dx_span_starts(look->line, "<")) /* the first line tells */
        return DX_NOT_SEEN;
    return dx_span_has(start, "<Event ") || dx_span_has(start, "<Event>") ? DX_SEEN_ALONE : DX_NOT_SEEN;
}

void
dx_read_event_xml(const dx_reading *reading)
{
    dx_span rest = reading->text;
    uint32_t line = 1;

    for (size_t start = find_event(rest); start != SIZE_MAX;) {
        line += count_lines(rest.at, rest.at + start);
        rest = dx_span_from(rest, start);
        /* the next one's begin bounds this one: an end that is missing is not looked for behind it */
        size_t next = find_event(dx_span_from(rest, TAG_LEN));
        size_t until = MIN(MIN(rest.len, MAX_EVENT), next == SIZE_MAX ? SIZE_MAX : next + TAG_LEN);
        size_t end = dx_span_find((dx_span){rest.at, until}, "</Event>");
        dx_log_event event = {.where = dx_reading_at(reading, line)};
        bool wanted;
        if (end == SIZE_MAX && until == rest.len)
            dx_reading_cut(reading);
        else if (end == SIZE_MAX || !take_event(&event, &wanted, (dx_span){rest.at, end}))
            dx_reading_skip(reading, line);
        else if (wanted)
            dx_reading_keep(reading, reading->store->events, &event);
        else
            dx_reading_empty(reading); /* of these it has none */
        start = next == SIZE_MAX ? SIZE_MAX : next + TAG_LEN;
    }
}
