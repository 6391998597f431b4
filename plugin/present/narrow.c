/* narrow.c - the report on a narrower page
 *
 * Wireshark opens its text window some 73 characters wide and offers no way to ask for more; a report of
 * 100 columns would be wrapped twice. Lines that layout.c has wrapped are joined and wrapped again: a line
 * continues the one before when it begins at or little behind that one's text and its first word had no room
 * there.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/narrow.h"

#include <stdbool.h>
#include <string.h>

#include "present/layout.h"

enum {
    MIN_TEXT = 30, /* columns left for the text, however far in it begins */
    MAX_HANG = 6   /* of further lines against the first */
};

static bool
is_rule(const char *line)
{
    size_t len = strlen(line);
    return len >= 20 && (*line == '=' || *line == '-') && strspn(line, (char[]){*line, '\0'}) == len;
}

/* Where the text of a line begins: behind its last gap of two or more spaces and an item's number. */
static size_t
text_column(const char *line)
{
    size_t column = strspn(line, " ");
    for (const char *gap = strstr(line + column, "  "); gap; gap = strstr(line + column, "  "))
        column = (size_t)(gap - line) + strspn(gap, " ");
    size_t digits = strspn(line + column, "0123456789");
    if (digits > 0 && strncmp(line + column + digits, ". ", 2) == 0)
        column += digits + 2;
    return column;
}

/* Values hang a little behind their name, texts behind a frame or event number. */
static bool
continues(const char *line, const char *last, size_t column)
{
    size_t indent = strspn(line, " "), word = strcspn(line + indent, " ");
    return column > 0 && indent >= column && indent <= column + MAX_HANG && line[indent] != '\0' &&
           text_column(line) == indent &&
           (size_t)g_utf8_strlen(last, -1) + 1 + (size_t)g_utf8_strlen(line + indent, (gssize)word) >
               DX_LAYOUT_WIDTH;
}

static void
wrap(GString *out, const char *line, size_t column, size_t hang, size_t width)
{
    hang = hang + MIN_TEXT <= width ? hang : DX_LAYOUT_TEXT;
    size_t used = column;
    g_string_append_len(out, line, (gssize)column);
    for (const char *word = line + column; *word != '\0';) {
        size_t len = strcspn(word, " "), shown = (size_t)g_utf8_strlen(word, (gssize)len);
        bool first = word == line + column;
        if (!first && used + 1 + shown > width) {
            g_string_append_printf(out, "\n%*s", (int)hang, "");
            used = hang;
        } else if (!first) {
            g_string_append_c(out, ' ');
            used++;
        }
        g_string_append_len(out, word, (gssize)len);
        used += shown;
        word += len + strspn(word + len, " ");
    }
    g_string_append_c(out, '\n');
}

char *
dx_narrow(const char *text, unsigned width)
{
    GString *out = g_string_new(NULL);
    char **lines = g_strsplit(text, "\n", -1);
    width = MAX(width, 40);
    for (unsigned i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'); i++) {
        if (is_rule(lines[i])) {
            g_string_append_printf(out, "%.*s\n", (int)width, lines[i]);
            continue;
        }
        if (g_str_has_prefix(lines[i], "  Filter ")) {
            g_string_append_printf(out, "%s\n", lines[i]);
            continue;
        }
        size_t column = text_column(lines[i]), hang = column;
        GString *paragraph = g_string_new(lines[i]);
        while (lines[i + 1] != NULL && continues(lines[i + 1], lines[i], column)) {
            hang = strspn(lines[++i], " ");
            g_string_append_printf(paragraph, " %s", lines[i] + hang);
        }
        wrap(out, paragraph->str, column, hang, width);
        g_string_free(paragraph, TRUE);
    }
    g_strfreev(lines);
    return g_string_free(out, FALSE);
}
