/* html_layout.c - labels and what they say, as rows of a <dl>; the one place where text becomes HTML
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_layout.h"

#include <string.h>

#include "facts/text.h"

#define MAX_TEXT_CHARACTERS 4000

static const char *
entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "&#39;";
    }
}

void
dx_html_text(GString *out, const char *text)
{
    char *safe = dx_safe(text, MAX_TEXT_CHARACTERS);
    for (const char *at = safe; at && *at;) {
        size_t len = strcspn(at, "&<>\"'");
        g_string_append_len(out, at, (gssize)len);
        at += len;
        if (*at)
            g_string_append(out, entity_of(*at++));
    }
    g_free(safe);
}

static void
add_label(GString *out, const char *label)
{
    if (!label || !*label)
        return;
    g_string_append(out, "<dt>");
    dx_html_text(out, label);
    g_string_append(out, "</dt>\n");
}

void
dx_html_item(GString *out, const char *label, const char *key, const char *text)
{
    char *bare = g_strstrip(g_strdup(key ? key : ""));
    add_label(out, label);
    g_string_append(out, "<dd>");
    if (*bare) {
        g_string_append(out, "<span class=\"key\">");
        dx_html_text(out, bare);
        g_string_append(out, "</span> ");
    }
    dx_html_text(out, text);
    g_string_append(out, "</dd>\n");
    g_free(bare);
}

void
dx_html_command(GString *out, const char *label, const char *command)
{
    add_label(out, label);
    g_string_append(out, "<dd class=\"command\"><pre tabindex=\"0\"><code>");
    dx_html_text(out, command);
    g_string_append(out, "</code></pre></dd>\n");
}
