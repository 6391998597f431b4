/* objects.c - PowerShell's objects in every form in which it prints them
 *
 *     Thumbprint    : 1A1F948B21A2993677A88EB23F428C7E47E3D133        Thumbprint        Subject
 *     Subject       : CN=www.example.com, O=Example,                  ----------        -------
 *                     C=DE                                            1A1F948B21A2...   CN=www.example.com
 *
 * Source: Microsoft Learn, "Using format commands to change output view", "Format-List", "Format-Table"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

/* A text while its lines come. */
typedef struct reading {
    dx_objects objects;
    dx_columns table;
    size_t colon;   /* column of a list's colons; 0: no list */
    dx_span before; /* the last line that is not blank, and the one before it */
    dx_span group;
    bool blank;
} reading;

void
dx_object_start(dx_objects *objects)
{
    objects->object.num = 0;
    objects->object.line = objects->object.last_line = 0;
}

dx_property *
dx_object_add(dx_objects *objects, dx_span name, dx_span value, uint32_t line)
{
    dx_object *object = &objects->object;

    if (object->num >= DX_MAX_PROPERTIES)
        return NULL;
    dx_property *property = &object->property[object->num++];
    name.len = MIN(name.len, sizeof property->name - 1);
    if (name.len)
        memcpy(property->name, name.at, name.len);
    property->name[name.len] = '\0';
    property->line = line;
    if (!property->value)
        property->value = g_string_new(NULL);
    value = dx_span_trim(value);
    g_string_truncate(property->value, 0);
    g_string_append_len(property->value, value.at, (gssize)value.len);
    property->cut = dx_span_ends(value, "...") || dx_span_ends(value, "\xe2\x80\xa6");
    if (!object->line)
        object->line = line;
    object->last_line = line;
    return property;
}

void
dx_object_done(dx_objects *objects)
{
    if (objects->object.num)
        objects->use(&objects->object, objects->user);
    dx_object_start(objects);
}

const dx_property *
dx_object_get(const dx_object *object, const char *name)
{
    for (unsigned i = 0; i < object->num; i++)
        if (g_ascii_strcasecmp(object->property[i].name, name) == 0)
            return &object->property[i];
    return NULL;
}

dx_span
dx_object_span(const dx_object *object, const char *name)
{
    const dx_property *property = dx_object_get(object, name);
    return property ? (dx_span){property->value->str, property->value->len} : (dx_span){NULL, 0};
}

static bool
is_name(dx_span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!g_ascii_isalnum(name.at[i]) && !strchr("_ .-()/", name.at[i]))
            return false;
    return name.len > 0 && name.len < 64;
}

/* "Name : value" with its colon at a column; 0 when there is none. */
static size_t
colon_of(dx_span line)
{
    for (size_t at = 1; at < line.len && at < 64; at++)
        if (line.at[at] == ':' && line.at[at - 1] == ' ' && (at + 1 == line.len || line.at[at + 1] == ' '))
            return is_name(dx_span_trim((dx_span){line.at, at})) ? at : 0;
    return 0;
}

static bool
is_blank(dx_span line, size_t len)
{
    for (size_t i = 0; i < len && i < line.len; i++)
        if (line.at[i] != ' ')
            return false;
    return true;
}

/* The rest of a value that did not fit into its line. */
static void
go_on(reading *now, dx_span line, uint32_t number)
{
    dx_object *object = &now->objects.object;
    dx_property *last = &object->property[object->num - 1];

    line = dx_span_trim(line);
    if (last->value->len > DX_MAX_EVIDENCE_BYTES / 256)
        return;
    if (last->value->len && now->blank)
        g_string_append_c(last->value, '\n');
    else if (last->value->len)
        g_string_append_c(last->value, ' ');
    g_string_append_len(last->value, line.at, (gssize)line.len);
    object->last_line = number;
}

/* A line of a list; true when it is one. */
static bool
take_list(reading *now, dx_span line, uint32_t number)
{
    size_t colon = colon_of(line);
    bool inside = now->colon && now->objects.object.num;

    if (inside && line.len > now->colon + 2 && is_blank(line, now->colon + 2)) {
        go_on(now, line, number);
        return true;
    }
    if (inside && (now->blank || (colon && colon != now->colon)))
        dx_object_done(&now->objects);
    if (!colon)
        return false;
    now->colon = colon;
    now->objects.object.group = now->group;
    dx_object_add(&now->objects, dx_span_trim((dx_span){line.at, colon}), dx_span_from(line, colon + 1),
                  number);
    return true;
}

/* "Name=Value" of wmic /format:list */
static bool
take_wmic(reading *now, dx_span line, uint32_t number)
{
    const char *equals = memchr(line.at, '=', MIN(line.len, 64));
    dx_span name = {line.at, equals ? (size_t)(equals - line.at) : 0};

    for (size_t i = 0; i < name.len; i++)
        if (!g_ascii_isalnum(name.at[i]) && name.at[i] != '_')
            return false;
    if (!name.len || !g_ascii_isalpha(name.at[0]))
        return false;
    if (now->blank || (now->objects.object.num &&
                       dx_object_get(&now->objects.object, now->objects.object.property[0].name) &&
                       dx_span_equal(name, now->objects.object.property[0].name)))
        dx_object_done(&now->objects);
    now->colon = 0;
    dx_object_add(&now->objects, name, dx_span_from(line, name.len + 1), number);
    return true;
}

static void
take_line(reading *now, dx_span line, uint32_t number)
{
    dx_columns table;

    while (line.len && g_ascii_isspace(line.at[line.len - 1]))
        line.len--;
    if (!line.len) {
        if (now->table.num)
            dx_object_done(&now->objects);
        now->table.num = 0;
        now->blank = true;
        return;
    }
    if (dx_columns_start(&table, now->before, line)) {
        dx_object_start(&now->objects); /* the names are no object */
        now->table = table;
        now->colon = 0;
        now->objects.object.group = now->group;
    } else if (now->table.num) {
        dx_columns_row(&now->table, &now->objects, line, number);
    } else if (!take_list(now, line, number) && !take_wmic(now, line, number)) {
        dx_object_done(&now->objects);
        now->colon = 0;
        if (dx_span_find(line, ": ") != SIZE_MAX)
            now->group = line;
    }
    now->before = line;
    now->blank = false;
}

void
dx_objects_each(dx_span text, dx_object_use use, void *user)
{
    reading *now = g_new0(reading, 1);
    dx_lines lines;
    dx_span line;

    now->objects.use = use;
    now->objects.user = user;
    if (!dx_objects_json(&now->objects, text) && !dx_objects_csv(&now->objects, text)) {
        dx_lines_start(&lines, text, false);
        while (dx_lines_next(&lines, &line))
            take_line(now, line, lines.number);
        dx_lines_end(&lines);
        dx_object_done(&now->objects);
    }
    for (unsigned i = 0; i < DX_MAX_PROPERTIES; i++)
        if (now->objects.object.property[i].value)
            g_string_free(now->objects.object.property[i].value, TRUE);
    g_free(now);
}

/* A word of the line, with nothing of a name beside it. */
static bool
has_name(dx_span line, const char *name)
{
    size_t len = strlen(name);

    for (size_t from = 0, at; (at = dx_span_find(dx_span_from(line, from), name)) != SIZE_MAX;
         from += at + len) {
        dx_span rest = dx_span_from(line, from + at + len);
        bool begins = from + at == 0 || !g_ascii_isalnum(line.at[from + at - 1]);
        if (begins && (!rest.len || !g_ascii_isalnum(rest.at[0])))
            return true;
    }
    return false;
}

bool
dx_look_property(const dx_look *look, const char *name)
{
    dx_columns table;
    size_t len = strlen(name);

    if ((look->split && dx_span_equal(look->caption, name)) ||
        (dx_span_starts(look->line, name) && look->line.len > len && look->line.at[len] == '='))
        return true;
    if (look->line.len && look->line.at[0] == '-')
        return has_name(look->before, name) && dx_columns_start(&table, look->before, look->line);
    bool quoted = memchr(look->line.at, '"', look->line.len) != NULL;
    bool first = !look->before.len || dx_span_starts(look->before, "#TYPE");
    bool csv =
        first && (memchr(look->line.at, ',', look->line.len) || memchr(look->line.at, ';', look->line.len));
    return (quoted || csv) && has_name(look->line, name);
}
