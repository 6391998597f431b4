/* line.c - one line of -z ssltrouble,json
 *
 * Of ten million lines nearly all tell of healthy connections. json-glib needs 100 microseconds for one of
 * those; what is wanted of it is found without, as nothing but a key of the line itself is written as
 * ,"key": - within a text the quotes have a backslash before them.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reduce/line.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "facts/text.h"
#include "present/events.h"

#define MAX_TEXT  2000 /* characters of an element of an array */
#define MAX_DEPTH 16   /* of arrays and objects; the plugin's have four. json-glib's stack is not endless */

struct dx_line_reader {
    JsonParser *parser;
    GString *file; /* of the last line: the tag before it and its own */
};

dx_line_reader *
dx_line_reader_new(void)
{
    dx_line_reader *reader = g_new0(dx_line_reader, 1);
    reader->parser = json_parser_new_immutable();
    reader->file = g_string_new(NULL);
    return reader;
}

void
dx_line_reader_free(dx_line_reader *reader)
{
    g_object_unref(reader->parser);
    g_string_free(reader->file, TRUE);
    g_free(reader);
}

/* `digits` digits at `text`; -1 when they are none. */
static int
number_at(const char *text, unsigned digits)
{
    int number = 0;
    for (unsigned i = 0; i < digits; i++) {
        if (!g_ascii_isdigit(text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* "2026-11-22T15:15:54.191478Z"; false when it is none. */
static bool
read_time(int64_t *time_us, const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000000Z";
    if (!text || strlen(text) != sizeof form - 1)
        return false;
    for (unsigned i = 0; i < sizeof form - 1; i++)
        if (form[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
            return false;
    int year = number_at(text, 4), month = number_at(text + 5, 2), day = number_at(text + 8, 2);
    if (year < 1 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    GDate date = {.julian = 0}, epoch = date; /* what g_date_clear makes of them */
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    g_date_set_dmy(&epoch, 1, G_DATE_JANUARY, 1970);
    int64_t days = g_date_days_between(&epoch, &date);
    int64_t seconds = days * 86400 + number_at(text + 11, 2) * 3600 + number_at(text + 14, 2) * 60 +
                      number_at(text + 17, 2);
    *time_us = seconds * G_USEC_PER_SEC + number_at(text + 20, 6);
    return true;
}

static bool
read_outcome(dx_outcome *outcome, const char *text)
{
    for (int i = 0; i < DX_NUM_OUTCOMES; i++)
        if (g_strcmp0(text, dx_outcome_name((dx_outcome)i)) == 0) {
            *outcome = (dx_outcome)i;
            return true;
        }
    return false;
}

/* "00-00-5e-00-53-20": in 802.1X neither side has an IP address or a port. */
static bool
is_link_address(const char *text)
{
    for (unsigned i = 0; i < 17; i++)
        if (i % 3 == 2 ? text[i] != '-' : !g_ascii_isxdigit(text[i]))
            return false;
    return text[17] == '\0';
}

/* "192.0.2.1:443" or a link address, and nothing else. */
static bool
is_endpoint(const char *text)
{
    dx_endpoint endpoint;
    return text &&
           (dx_endpoint_parse(&endpoint, text, strlen(text)) == strlen(text) || is_link_address(text));
}

/* The id of a cause: small letters, digits and "_". */
static bool
is_id(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* The text behind `key`, which gets a NUL for its quote; NULL when there is none, or one with a backslash. */
static char *
plain_text(char *line, const char *key)
{
    char *text = strstr(line, key);
    if (!text)
        return NULL;
    text += strlen(key);
    size_t len = strcspn(text, "\"\\");
    return text[len] == '"' ? text : NULL;
}

/* A connection without a cause as the plugin writes it; DX_NUM_LINES: it is another one, or written
 * otherwise. */
static dx_line_state
read_healthy(dx_line *record, char *line)
{
    if (!strstr(line, ",\"cause\":null,") || strstr(line + 1, "{\"file\":") ||
        !strstr(line, ",\"excluded\":["))
        return DX_NUM_LINES;
    bool named = g_str_has_prefix(line, "{\"file\":\""), nameless = g_str_has_prefix(line, "{\"file\":null");
    char *file = named ? plain_text(line, "{\"file\":\"") : NULL,
         *server = plain_text(line, ",\"server\":\""), *outcome = plain_text(line, ",\"outcome\":\""),
         *time = plain_text(line, ",\"time\":\"");
    if (!(file || nameless) || !server || !outcome || !time)
        return DX_NUM_LINES;
    char *const texts[] = {file, server, outcome, time};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i])
            texts[i][strcspn(texts[i], "\"")] = '\0';
    *record = (dx_line){.file = file, .server = server};
    bool good =
        is_endpoint(server) && read_outcome(&record->outcome, outcome) && read_time(&record->time_us, time);
    return good ? DX_LINE_GOOD : DX_LINE_FOREIGN;
}

static bool
is_shallow(const char *line, size_t len)
{
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = line[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH)
                return false;
        } else if (c == ']' || c == '}') {
            depth -= depth > 0;
        }
    }
    return true;
}

static const char *
text_of(JsonNode *node)
{
    if (!node || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
        return NULL;
    const char *text = json_node_get_string(node);
    return text && *text ? text : NULL;
}

static const char *
member(JsonObject *object, const char *key)
{
    return text_of(json_object_get_member(object, key));
}

static gint64
number(JsonObject *object, const char *key)
{
    JsonNode *node = json_object_get_member(object, key);
    bool is_number = node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64;
    return is_number ? json_node_get_int(node) : 0;
}

static dx_confidence
confidence_of(const char *name)
{
    for (int i = DX_POSSIBLE; i <= DX_CONFIRMED; i++)
        if (g_strcmp0(name, dx_confidence_name((dx_confidence)i)) == 0)
            return (dx_confidence)i;
    return DX_POSSIBLE;
}

static dx_line_state
read_object(dx_line *record, JsonObject *object)
{
    *record = (dx_line){
        .file = member(object, "file"),
        .server = member(object, "server"),
        .client = member(object, "client_ip"),
        .sni = member(object, "sni"),
        .service = member(object, "service"),
        .transport = member(object, "transport"),
        .cause = member(object, "cause"),
        .title = member(object, "title"),
        .why = member(object, "why"),
        .compare = member(object, "compare"),
        .fix = member(object, "fix"),
        .confidence = confidence_of(member(object, "confidence")),
        .supplicant = member(object, "supplicant"),
        .users_see = member(object, "users_see"),
        .recovered = number(object, "recovered_by") > 0,
        .stream = (uint32_t)CLAMP(number(object, "stream"), 0, G_MAXUINT32),
        .object = object,
    };
    bool good = is_endpoint(record->server) && (!record->cause || is_id(record->cause)) &&
                read_outcome(&record->outcome, member(object, "outcome")) &&
                read_time(&record->time_us, member(object, "time"));
    return good ? DX_LINE_GOOD : DX_LINE_FOREIGN;
}

static dx_line_state
read_json(dx_line_reader *reader, dx_line *record, char *line, size_t len)
{
    if (*line == '{' && line[len - 1] != '}')
        return DX_LINE_CUT;
    if (memchr(line, '\0', len))
        return DX_LINE_NO_JSON;
    dx_line_state healthy = read_healthy(record, line);
    if (healthy != DX_NUM_LINES)
        return healthy;
    if (!is_shallow(line, len) || !g_utf8_validate(line, (gssize)len, NULL))
        return DX_LINE_NO_JSON;
    if (!json_parser_load_from_data(reader->parser, line, (gssize)len, NULL))
        return DX_LINE_NO_JSON;
    JsonNode *root = json_parser_get_root(reader->parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root))
        return DX_LINE_FOREIGN;
    return read_object(record, json_node_get_object(root));
}

/* A tag that is the file's path says more than its name; another one (a host) stands before it. */
static const char *
file_of(dx_line_reader *reader, const char *tag, const char *file)
{
    if (!file || g_str_has_suffix(tag, file))
        return tag;
    g_string_printf(reader->file, "%s: %s", tag, file);
    return reader->file->str;
}

dx_line_state
dx_line_read(dx_line_reader *reader, dx_line *record, char *line, size_t len)
{
    char *brace = memchr(line, '{', len);
    bool tagged = brace && brace > line && brace[-1] == '\t'; /* by `parallel --tag` */
    char *tag = tagged ? line : NULL;
    *record = (dx_line){.file = NULL};
    if (len == 0)
        return DX_LINE_EMPTY;
    if (tagged) {
        brace[-1] = '\0';
        len -= (size_t)(brace - line);
        line = brace;
    }
    dx_line_state state = read_json(reader, record, line, len);
    if (tagged && state == DX_LINE_GOOD)
        record->file = file_of(reader, tag, record->file);
    return state;
}

/* An element of an array, made safe: a text, or evidence with its frame. New string; NULL: neither. */
static char *
element_text(JsonNode *node)
{
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return dx_safe(text_of(node), MAX_TEXT);
    JsonObject *object = json_node_get_object(node);
    char *text = dx_safe(member(object, "text"), MAX_TEXT);
    gint64 frame = number(object, "frame");
    if (!text || frame <= 0)
        return text;
    char *line = g_strdup_printf("frame %" G_GINT64_FORMAT "\t%s", frame, text);
    g_free(text);
    return line;
}

static JsonArray *
array_of(const dx_line *record, const char *key)
{
    JsonNode *node = record->object ? json_object_get_member(record->object, key) : NULL;

    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

GPtrArray *
dx_line_texts(const dx_line *record, const char *key, unsigned max)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    JsonArray *array = array_of(record, key);
    guint num = array ? json_array_get_length(array) : 0;
    for (guint i = 0; i < num && texts->len < max; i++) {
        char *text = element_text(json_array_get_element(array, i));
        if (text)
            g_ptr_array_add(texts, text);
    }
    return texts;
}

GPtrArray *
dx_line_events(const dx_line *record, unsigned max)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(g_free);
    JsonArray *ids = array_of(record, "events"), *logs = array_of(record, "event_logs"),
              *texts = array_of(record, "event_texts");
    guint num = ids && logs && texts ? json_array_get_length(ids) : 0;

    if (num && (json_array_get_length(logs) < num || json_array_get_length(texts) < num))
        num = 0;
    for (guint i = 0; i < num && events->len < max; i++) {
        JsonNode *id = json_array_get_element(ids, i);
        bool whole = JSON_NODE_HOLDS_VALUE(id) && json_node_get_value_type(id) == G_TYPE_INT64;
        const char *log = text_of(json_array_get_element(logs, i));
        char *text = dx_safe(text_of(json_array_get_element(texts, i)), MAX_TEXT);
        gint64 number = whole ? json_node_get_int(id) : 0;
        if (text && number > 0 && number <= UINT16_MAX && log && is_id(log))
            g_ptr_array_add(events, g_strdup_printf("%.8s  %s %u\t%s", log, dx_event_source((uint16_t)number),
                                                    (unsigned)number, text));
        g_free(text);
    }
    return events;
}
