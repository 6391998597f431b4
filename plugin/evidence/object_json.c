/* object_json.c - what ConvertTo-Json writes: every object of it, the inner ones first
 *
 * A value that is an array of plain values becomes one, with blanks between; what is no JSON ends the
 * reading.
 * Source: Microsoft Learn, "ConvertTo-Json"; json.org
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

#define MAX_DEPTH 12

typedef struct json {
    dx_span text;
    size_t at;
    uint32_t line;
    unsigned depth;
    GString *string;
    dx_objects *objects;
} json;

static bool read_value(json *now, GString *out, bool *plain);

static char
peek(json *now)
{
    for (; now->at < now->text.len && g_ascii_isspace(now->text.at[now->at]); now->at++)
        now->line += now->text.at[now->at] == '\n';
    return now->at < now->text.len ? now->text.at[now->at] : '\0';
}

static bool
take(json *now, char c)
{
    bool is = c && peek(now) == c;
    now->at += is;
    return is;
}

/* The character behind a backslash. */
static bool
read_escape(json *now, GString *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = now->at < now->text.len ? now->text.at[now->at++] : '\0';
    const char *found = c ? strchr(from, c) : NULL;
    uint32_t code;

    if (found) {
        g_string_append_c(out, to[found - from]);
        return true;
    }
    dx_span digits = {now->text.at + now->at, MIN(now->text.len - now->at, 4)};
    if (c != 'u' || dx_span_hex(&code, digits) != 4)
        return false;
    now->at += 4;
    g_string_append_unichar(out, code && (code < 0xd800 || code > 0xdfff) ? code : '?');
    return true;
}

static bool
read_string(json *now, GString *out)
{
    if (!take(now, '"'))
        return false;
    while (now->at < now->text.len) {
        char c = now->text.at[now->at++];
        if (c == '"')
            return true;
        now->line += c == '\n';
        if (c == '\\' && !read_escape(now, out))
            return false;
        if (c != '\\' && out->len < DX_MAX_EVIDENCE_BYTES / 256)
            g_string_append_c(out, c);
    }
    return false;
}

static bool
read_word(json *now, GString *out)
{
    size_t from = now->at;

    while (now->at < now->text.len &&
           (g_ascii_isalnum(now->text.at[now->at]) || strchr("+-.", now->text.at[now->at])))
        now->at++;
    g_string_append_len(out, now->text.at + from, (gssize)(now->at - from));
    return now->at > from;
}

static bool
read_array(json *now, GString *out, bool *plain)
{
    bool inner, any = false;

    for (now->at++; !take(now, ']'); any = true) {
        if (any && !take(now, ','))
            return false;
        if (out->len)
            g_string_append_c(out, ' ');
        if (!read_value(now, out, &inner))
            return false;
        *plain &= inner;
    }
    return true;
}

/* Members are kept until the object ends: those of objects within it come before. */
static bool
read_object(json *now)
{
    GPtrArray *members = g_ptr_array_new_with_free_func(g_free); /* name, value, name ... */
    uint32_t first = now->line;
    bool good = true, any = false;

    for (now->at++; good && !take(now, '}'); any = true) {
        GString *name = g_string_new(NULL), *value = g_string_new(NULL);
        bool plain = true;
        good = !any || take(now, ',');
        good =
            good && peek(now) && read_string(now, name) && take(now, ':') && read_value(now, value, &plain);
        if (good && plain && members->len < 2 * DX_MAX_PROPERTIES) {
            g_ptr_array_add(members, g_strdup(name->str));
            g_ptr_array_add(members, g_strdup(value->str));
        }
        g_string_free(name, TRUE);
        g_string_free(value, TRUE);
    }
    for (unsigned i = 0; good && i + 1 < members->len; i += 2)
        dx_object_add(now->objects, (dx_span){members->pdata[i], strlen(members->pdata[i])},
                      (dx_span){members->pdata[i + 1], strlen(members->pdata[i + 1])}, first);
    dx_object_done(now->objects);
    g_ptr_array_unref(members);
    return good;
}

static bool
read_value(json *now, GString *out, bool *plain)
{
    char c = peek(now);
    bool good;

    *plain = c != '{';
    if (now->depth >= MAX_DEPTH)
        return false;
    now->depth++;
    good = c == '{'   ? read_object(now)
           : c == '[' ? read_array(now, out, plain)
           : c == '"' ? read_string(now, out)
                      : read_word(now, out);
    now->depth--;
    return good;
}

bool
dx_objects_json(dx_objects *objects, dx_span text)
{
    json now = {.text = text, .line = 1, .objects = objects};
    GString *value = g_string_new(NULL);
    char c = peek(&now);
    bool plain = true, is = false;

    if (c == '{' || c == '[') {
        size_t from = now.at;
        now.at++;
        char next = peek(&now);
        now.at = from;
        now.line = 1;
        is = c == '{' ? next == '"' : next == '{' || next == '[';
    }
    if (is)
        (void)read_value(&now, value, &plain);
    g_string_free(value, TRUE);
    return is;
}
