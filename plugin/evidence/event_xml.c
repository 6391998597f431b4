/* event_xml.c - reads events in XML: wevtutil's, Event Viewer's, those of a binary log
 *
 *     <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider
 *     Name='Schannel' .../>
 *     <EventID>36888</EventID>...<TimeCreated SystemTime='2012-02-11T00:44:55.000000000Z'/>...</System>
 *     <EventData><Data Name='AlertDesc'>40</Data>...</EventData></Event>
 *
 * Each <Event> is parsed by itself, so that a broken one costs no other and wevtutil's many roots do no harm.
 * Times are UTC.
 * Source: Microsoft Learn, "Event Schema"; GLib, "Simple XML Subset Parser"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/event_xml.h"

#include <string.h>

#define MAX_EVENT  65536 /* bytes of one event */
#define MAX_VALUES 64    /* Data elements of one event */
#define TAG_LEN    6     /* of "<Event" */
#define END        "</Event>"

/* The element whose text is taken next. */
typedef enum { OTHER, EVENT_ID, DATA, MESSAGE } element;

typedef struct parse {
    dx_event_record *record;
    element now;
    char name[DX_MAX_EVENT_NAME]; /* of a Data element */
    unsigned num_values;
} parse;

/* Names come with a prefix where the namespace has one. */
static bool
is_named(const char *name, const char *wanted)
{
    const char *colon = strchr(name, ':');
    return strcmp(colon ? colon + 1 : name, wanted) == 0;
}

static dx_span
attribute(const char **names, const char **values, const char *wanted)
{
    for (unsigned i = 0; names[i]; i++)
        if (strcmp(names[i], wanted) == 0)
            return (dx_span){values[i], strlen(values[i])};
    return (dx_span){"", 0};
}

static void
start_element(GMarkupParseContext *context, const char *name, const char **names, const char **values,
              gpointer user, GError **error)
{
    parse *to = user;

    (void)context;
    (void)error;
    to->now = OTHER;
    if (is_named(name, "Provider")) {
        dx_event_record_provider(to->record, attribute(names, values, "Name"));
    } else if (is_named(name, "TimeCreated")) {
        dx_event_record_time(to->record, DX_DATES_OPEN, true, attribute(names, values, "SystemTime"));
    } else if (is_named(name, "EventID")) {
        to->now = EVENT_ID;
    } else if (is_named(name, "Message")) {
        to->now = MESSAGE;
    } else if (strcmp(name, "Data") == 0 && to->num_values++ < MAX_VALUES) {
        to->now = DATA;
        g_strlcpy(to->name, attribute(names, values, "Name").at, sizeof to->name);
    } else if (!is_named(name, "EventData") &&
               to->record->have_id) { /* UserData: elements named for values */
        to->now = DATA;
        g_strlcpy(to->name, name, sizeof to->name);
    }
}

static void
end_element(GMarkupParseContext *context, const char *name, gpointer user, GError **error)
{
    (void)context;
    (void)name;
    (void)error;
    ((parse *)user)->now = OTHER;
}

static void
take_text(GMarkupParseContext *context, const char *text, gsize len, gpointer user, GError **error)
{
    parse *to = user;
    dx_span span = dx_span_trim((dx_span){text, len});
    uint32_t id;

    (void)context;
    (void)error;
    if (to->now == EVENT_ID && span.len && dx_span_decimal(&id, span) == span.len)
        dx_event_record_id(to->record, id);
    else if (to->now == MESSAGE)
        dx_event_record_message(to->record, span);
    else if (to->now == DATA)
        dx_event_record_value(to->record, (dx_span){to->name, strlen(to->name)}, span);
}

bool
dx_event_xml_parse(dx_event_record *record, dx_span xml)
{
    static const GMarkupParser parser = {
        .start_element = start_element, .end_element = end_element, .text = take_text};
    parse to = {.record = record};
    char *valid = g_utf8_make_valid(xml.at, (gssize)xml.len);
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &to, NULL);
    bool whole = g_markup_parse_context_parse(context, valid, -1, NULL) &&
                 g_markup_parse_context_end_parse(context, NULL);

    g_markup_parse_context_free(context);
    g_free(valid);
    return whole && record->have_provider && record->have_id;
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

dx_seeing
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
    dx_event_record record;

    for (size_t start = find_event(rest); start != SIZE_MAX;) {
        line += count_lines(rest.at, rest.at + start);
        rest = dx_span_from(rest, start);
        /* the next one's begin bounds this one: an end that is missing is not looked for behind it */
        size_t next = find_event(dx_span_from(rest, TAG_LEN));
        size_t until = MIN(MIN(rest.len, MAX_EVENT), next == SIZE_MAX ? SIZE_MAX : next + TAG_LEN);
        size_t end = dx_span_find((dx_span){rest.at, until}, END);
        dx_event_record_begin(reading, &record, line);
        if (end == SIZE_MAX && until == rest.len)
            dx_reading_cut(reading);
        else if (end == SIZE_MAX || !dx_event_xml_parse(&record, (dx_span){rest.at, end + strlen(END)}))
            dx_reading_skip(reading, line);
        else
            dx_event_record_end(reading, &record, line);
        start = next == SIZE_MAX ? SIZE_MAX : next + TAG_LEN;
    }
}
