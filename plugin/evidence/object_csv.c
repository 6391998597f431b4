/* object_csv.c - what Export-Csv and ConvertTo-Csv write, and lists that MMC exports
 *
 *     #TYPE System.Diagnostics.Eventing.Reader.EventLogRecord
 *     "Id","ProviderName","Message"
 *
 * The delimiter is a comma, with -UseCulture a semicolon in many languages, a tab in MMC's text.
 * Source: Microsoft Learn, "Export-Csv"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

typedef struct csv {
    dx_span rest;
    char delimiter;
    uint32_t line;
    GString *value;
} csv;

/* Takes one value off the text; true while the row goes on. */
static bool
take_value(csv *now)
{
    bool quoted = now->rest.len && now->rest.at[0] == '"';

    g_string_truncate(now->value, 0);
    for (size_t at = quoted ? 1 : 0; at < now->rest.len; at++) {
        char c = now->rest.at[at];
        if (quoted && c == '"') {
            quoted = at + 1 < now->rest.len && now->rest.at[at + 1] == '"';
            at += quoted;
            if (!quoted)
                continue;
        } else if (!quoted && (c == now->delimiter || c == '\n')) {
            now->line += c == '\n';
            now->rest = dx_span_from(now->rest, at + 1);
            return c == now->delimiter;
        }
        now->line += c == '\n';
        if (now->value->len < DX_MAX_EVIDENCE_BYTES / 256)
            g_string_append_c(now->value, c);
    }
    now->rest.len = 0;
    return false;
}

/* The delimiter of a line of names; 0 when it is none. */
static char
delimiter_of(dx_span line)
{
    static const char delimiters[] = ",;\t";
    bool quoted = line.len && line.at[0] == '"';

    if (!line.len)
        return '\0';
    for (const char *delimiter = delimiters; *delimiter; delimiter++) {
        const char *at = line.len ? memchr(line.at, *delimiter, line.len) : NULL;
        if (!at)
            continue;
        if (quoted && (at == line.at || at[-1] != '"'))
            continue;
        return *delimiter;
    }
    return quoted && line.len > 2 && line.at[line.len - 1] == '"' ? ',' : '\0'; /* a single column */
}

/* No colon, no bracket; blanks only in quotes or between tabs: the first line may as well be a sentence. */
static bool
are_names(const GPtrArray *names, bool blanks)
{
    for (unsigned i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        if (!*name || strlen(name) > 60 || strpbrk(name, ":={}[]<>\\") || g_ascii_isdigit(*name) ||
            (!blanks && strchr(name, ' ')))
            return false;
    }
    return names->len > 0;
}

static dx_span
first_line(dx_span text, uint32_t *number)
{
    dx_lines lines;
    dx_span line = {NULL, 0};

    dx_lines_start(&lines, text, false);
    while (dx_lines_next(&lines, &line) && (!dx_span_trim(line).len || dx_span_starts(line, "#TYPE")))
        ;
    *number = lines.number;
    dx_lines_end(&lines);
    return line;
}

static void
read_rows(csv *now, dx_objects *objects, const GPtrArray *names)
{
    while (now->rest.len) {
        bool more = true;
        uint32_t line = now->line;
        for (unsigned i = 0; more; i++) {
            more = take_value(now);
            if (i < names->len)
                dx_object_add(objects, (dx_span){names->pdata[i], strlen(names->pdata[i])},
                              (dx_span){now->value->str, now->value->len}, line);
        }
        if (objects->object.num == names->len)
            dx_object_done(objects);
        else
            dx_object_start(objects); /* an empty line, or a row that is cut */
    }
}

bool
dx_objects_csv(dx_objects *objects, dx_span text)
{
    csv now = {.line = 1};
    dx_span line = first_line(text, &now.line);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    now.delimiter = delimiter_of(line);
    now.value = g_string_new(NULL);
    bool is = line.len && now.delimiter;
    if (is) {
        now.rest = dx_span_from(text, (size_t)(line.at - text.at));
        bool more = true;
        while (more && names->len < DX_MAX_PROPERTIES) {
            more = take_value(&now);
            g_ptr_array_add(names, g_strndup(now.value->str, now.value->len));
        }
        is = !more && are_names(names, line.at[0] == '"' || now.delimiter == '\t') &&
             (names->len > 1 || line.at[0] == '"');
    }
    if (is)
        read_rows(&now, objects, names);
    g_ptr_array_unref(names);
    g_string_free(now.value, TRUE);
    return is;
}
