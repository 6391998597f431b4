/* html_ladder.c - the messages of a handshake between client and server as an SVG picture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_ladder.h"

#include <string.h>

#include "facts/text.h"
#include "present/html_layout.h"
#include "present/ladder.h"

enum {
    WIDTH = 660,
    CLIENT_X = 110,
    DEVICE_X = 375,
    SERVER_X = 640,
    TOP = 56,
    LINE_HEIGHT = 16,
    ROW_GAP = 22,
    LINE_CHARACTERS = 72, /* of a text between two lifelines */
    MAX_LINES = 3,
    HEAD = 7 /* an arrow's */
};

/* The text of a step in lines of their own, at the commas between messages or at blanks. New vector. */
static char **
lines_of(const char *text)
{
    GPtrArray *lines = g_ptr_array_new();
    char *safe = dx_safe(text, LINE_CHARACTERS * MAX_LINES);
    for (char *at = safe; *at;) {
        glong len = g_utf8_strlen(at, -1);
        char *end = len <= LINE_CHARACTERS ? at + strlen(at) : g_utf8_offset_to_pointer(at, LINE_CHARACTERS);
        for (char *back = end; *end && back > at; back--)
            if (*back == ' ') {
                end = back;
                break;
            }
        g_ptr_array_add(lines, g_strndup(at, (size_t)(end - at)));
        at = end + (*end == ' ');
    }
    g_ptr_array_add(lines, NULL);
    g_free(safe);
    return (char **)g_ptr_array_free(lines, FALSE);
}

static void
add_line(GString *out, const char *style, int x1, int y1, int x2, int y2)
{
    g_string_append_printf(out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", style, x1, y1,
                           x2, y2);
}

static void
add_text(GString *out, const char *style, int x, int y, const char *text)
{
    g_string_append_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", style, x, y);
    dx_html_text(out, text);
    g_string_append(out, "</text>");
}

static void
add_head(GString *out, int x, int y, bool to_the_right)
{
    int back = to_the_right ? x - HEAD : x + HEAD;
    g_string_append_printf(out, "<polygon points=\"%d,%d %d,%d %d,%d\"/>", x, y, back, y - 4, back, y + 4);
}

static void
add_arrow(GString *out, const dx_step *step, int y)
{
    bool right = step->from == DX_CLIENT, device = step->kind == DX_STEP_DEVICE;
    int from = device ? DEVICE_X : right ? CLIENT_X : SERVER_X, to = right ? SERVER_X : CLIENT_X;
    add_line(out, "arrow", from, y, to, y);
    add_head(out, to, y, right);
    if (step->kind == DX_STEP_CLOSE && strstr(step->text, "RST")) { /* a cross where it ends */
        add_line(out, "arrow", from - 5, y - 5, from + 5, y + 5);
        add_line(out, "arrow", from - 5, y + 5, from + 5, y - 5);
    }
}

static void
add_margin(GString *out, const dx_facts *facts, const dx_step *step, int y)
{
    char text[40];
    if (step->frame) {
        g_snprintf(text, sizeof text, "frame %u", step->frame);
        add_text(out, "frame", 4, y - 6, text);
    }
    if (!step->time_us)
        return;
    char *after = dx_duration_text(MAX(step->time_us - facts->first_us, 0));
    g_snprintf(text, sizeof text, "+%s", after);
    g_free(after);
    add_text(out, "time", 4, y + 8, text);
}

/* Returns how high it is. */
static int
add_step(GString *out, const dx_facts *facts, const dx_step *step, uint32_t others, int top)
{
    static const char *const kinds[] = {"message", "alert", "close", "device", "note"};
    char **lines = lines_of(step->text);
    int num = (int)g_strv_length(lines), y = top + num * LINE_HEIGHT + 4;
    bool only = others && (step->what & ~others);
    g_string_append_printf(out, "<g class=\"%s%s%s\">", kinds[step->kind], step->abnormal ? " abnormal" : "",
                           only ? " only" : "");
    if (step->abnormal)
        g_string_append_printf(out, "<rect class=\"mark\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                               top - 2, WIDTH, y - top + 14);
    for (int i = 0; i < num; i++)
        add_text(out, "label", DEVICE_X, top + (i + 1) * LINE_HEIGHT - 3, lines[i]);
    if (step->from == DX_NOBODY)
        add_line(out, "arrow", CLIENT_X, y, SERVER_X, y);
    else
        add_arrow(out, step, y);
    add_margin(out, facts, step, y);
    g_string_append(out, "</g>\n");
    g_strfreev(lines);
    return y - top + ROW_GAP;
}

static int
height_of(const GArray *steps)
{
    int height = TOP + 8;
    for (unsigned i = 0; i < steps->len; i++) {
        char **lines = lines_of(g_array_index(steps, dx_step, i).text);
        height += (int)g_strv_length(lines) * LINE_HEIGHT + 4 + ROW_GAP;
        g_strfreev(lines);
    }
    return height;
}

static void
add_lifeline(GString *out, const char *style, const char *name, const char *address, int x, int height)
{
    char text[80];
    g_snprintf(text, sizeof text, "%s%s", style, x == SERVER_X ? " end" : "");
    add_text(out, text, x, 16, name);
    if (address)
        add_text(out, text, x, 34, address);
    add_line(out, "life", x, TOP - 12, x, height - 4);
}

/* What a screen reader says instead of the picture. */
static void
add_description(GString *out, const GArray *steps)
{
    g_string_append(out, "<desc>");
    for (unsigned i = 0; i < steps->len; i++) {
        const dx_step *step = &g_array_index(steps, dx_step, i);
        if (step->frame)
            g_string_append_printf(out, "Frame %u: ", step->frame);
        if (step->kind == DX_STEP_DEVICE)
            g_string_append(out, "a device on the path: ");
        else if (step->from != DX_NOBODY)
            g_string_append_printf(out, "%s: ", dx_side_name(step->from));
        dx_html_text(out, step->text);
        g_string_append(out, step->abnormal ? " (the first abnormal event). " : ". ");
    }
    g_string_append(out, "</desc>\n");
}

void
dx_html_ladder(GString *out, const dx_facts *facts, const GArray *steps, uint32_t others, const char *caption)
{
    int height = height_of(steps), y = TOP;
    char *client = dx_endpoint_text(&facts->client_endpoint),
         *server = dx_endpoint_text(&facts->server_endpoint);
    bool device = false;
    for (unsigned i = 0; i < steps->len; i++)
        device |= g_array_index(steps, dx_step, i).kind == DX_STEP_DEVICE;
    g_string_append_printf(out,
                           "<figure class=\"ladder\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
                           WIDTH + 10, height);
    dx_html_text(out, caption);
    g_string_append(out, "\">\n");
    add_description(out, steps);
    add_lifeline(out, "side", "Client", client, CLIENT_X, height);
    if (device)
        add_lifeline(out, "middle", "Device between", NULL, DEVICE_X, height);
    add_lifeline(out, "side", "Server", server, SERVER_X, height);
    for (unsigned i = 0; i < steps->len; i++)
        y += add_step(out, facts, &g_array_index(steps, dx_step, i), others, y);
    g_string_append(out, "</svg>\n<figcaption>");
    dx_html_text(out, caption);
    g_string_append(out, "</figcaption></figure>\n");
    g_free(client);
    g_free(server);
}
