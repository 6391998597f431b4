/* layout.c - labels and what they say, as plain text; html_layout.c has the other half
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/layout.h"

#include <stdarg.h>
#include <string.h>

#include "facts/text.h"
#include "present/html_layout.h"

#define MAX_TEXT_CHARACTERS 4000

static void
append_spaces(GString *out, unsigned num)
{
    for (unsigned i = 0; i < num; i++)
        g_string_append_c(out, ' ');
}

/* Bytes of `text` that go on a line of `width` characters; `*next` is where the next line begins. */
static size_t
line_bytes(const char *text, glong width, const char **next)
{
    if (g_utf8_strlen(text, -1) <= width) {
        *next = text + strlen(text);
        return strlen(text);
    }
    const char *limit = g_utf8_offset_to_pointer(text, width);
    const char *space = limit;
    while (space > text && *space != ' ')
        space--;
    if (space == text) {
        *next = limit;
        return (size_t)(limit - text);
    }
    *next = space;
    while (**next == ' ')
        ++*next;
    return (size_t)(space - text);
}

void
dx_layout_wrap(const dx_page *page, const char *prefix, unsigned indent, const char *text)
{
    char *safe = dx_safe(text, MAX_TEXT_CHARACTERS);
    glong start = g_utf8_strlen(prefix, -1);
    g_string_append(page->out, prefix);
    if (*safe) {
        unsigned gap = start < (glong)indent ? indent - (unsigned)start : start > 0;
        append_spaces(page->out, gap);
        start += gap;
    }
    glong width = (glong)page->width - start;
    for (const char *at = safe, *next; *at; at = next) {
        if (at != safe) {
            append_spaces(page->out, indent);
            width = (glong)page->width - (glong)indent;
        }
        g_string_append_len(page->out, at, (gssize)line_bytes(at, width, &next));
        g_string_append_c(page->out, '\n');
    }
    if (!*safe)
        g_string_append_c(page->out, '\n');
    g_free(safe);
}

void
dx_layout_text(const dx_page *page, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    if (page->html) {
        dx_html_item(page->out, label, NULL, text);
        return;
    }
    char *prefix = g_strdup_printf("  %s", label ? label : "");
    dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT, text);
    g_free(prefix);
}

void
dx_layout_line(const dx_page *page, const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    dx_layout_text(page, label, text);
    g_free(text);
}

void
dx_layout_item(const dx_page *page, const char *label, unsigned columns, const char *key, const char *text)
{
    if (page->html) {
        dx_html_item(page->out, label, key, text);
        return;
    }
    char *prefix = g_strdup_printf("  %-*s%s", DX_LAYOUT_TEXT - 2, label ? label : "", key);
    dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT + columns, text);
    g_free(prefix);
}

void
dx_layout_bullet(const dx_page *page, const char *text)
{
    if (page->html)
        dx_html_item(page->out, NULL, "*", text);
    else
        dx_layout_wrap(page, "  *", 4, text);
}

/* A command, whole, on a line of its own. */
static void
put_command(const dx_page *page, const char *command)
{
    if (page->html) {
        dx_html_command(page->out, NULL, command);
        return;
    }
    char *safe = dx_safe(command, MAX_TEXT_CHARACTERS);
    g_string_append_printf(page->out, "    %s\n", safe);
    g_free(safe);
}

void
dx_layout_step(const dx_page *page, const char *label, unsigned number, const char *step)
{
    char **parts = g_strsplit(step, "\t", -1);
    char *key = number ? g_strdup_printf("%u.", number) : g_strdup("");
    if (parts[0] && number)
        dx_layout_item(page, label, 3, key, parts[0]);
    else
        dx_layout_text(page, label, parts[0]);
    for (unsigned i = 1; parts[0] && parts[i]; i++)
        put_command(page, parts[i]);
    g_free(key);
    g_strfreev(parts);
}

void
dx_layout_heading(const dx_page *page, const char *title, const char *status)
{
    size_t used = (size_t)g_utf8_strlen(title, -1) + strlen(status);
    g_string_append_c(page->out, '\n');
    if (*status && used + 2 <= page->width) {
        g_string_append_printf(page->out, "%s%*s%s\n", title, (int)(page->width - used), "", status);
    } else {
        dx_layout_wrap(page, title, 0, "");
        if (*status)
            g_string_append_printf(page->out, "%*s\n", (int)page->width, status);
    }
    dx_layout_rule(page, '-');
}

void
dx_layout_whole(const dx_page *page, const char *label, const char *text)
{
    if (page->html) {
        dx_html_command(page->out, label, text);
        return;
    }
    char *safe = dx_safe(text, MAX_TEXT_CHARACTERS);
    g_string_append_printf(page->out, "  %-*s%s\n", DX_LAYOUT_TEXT - 2, label, safe);
    g_free(safe);
}

void
dx_layout_rule(const dx_page *page, char c)
{
    for (unsigned i = 0; i < page->width; i++)
        g_string_append_c(page->out, c);
    g_string_append_c(page->out, '\n');
}

char *
dx_layout_count(unsigned num, const char *noun)
{
    return g_strdup_printf(num == 1 ? "%u %s" : "%u %ss", num, noun);
}

char *
dx_layout_time(int64_t time_us)
{
    char *iso = dx_time_text(time_us);
    if (strlen(iso) < strlen("2012-02-11T00:44:55.123"))
        return iso;
    iso[10] = ' ';
    char *out = g_strdup_printf("%.23s UTC", iso);
    g_free(iso);
    return out;
}
