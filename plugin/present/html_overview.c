/* html_overview.c - the top of the HTML page: numbers and a timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_overview.h"

#include "present/html_layout.h"
#include "present/layout.h"

enum { WIDTH = 1000, HEIGHT = 150, LEFT = 46, BOTTOM = 24, TOP = 10 };

void
dx_html_tile(GString *out, const char *style, uint64_t number, const char *name)
{
    g_string_append_printf(out, "<li class=\"%s\"><b>%" G_GUINT64_FORMAT "</b> ", style, number);
    dx_html_text(out, name);
    g_string_append(out, "</li>\n");
}

static unsigned
highest(const dx_timeline *timeline)
{
    unsigned max = 0;
    for (unsigned i = 0; i < DX_TIMELINE_PARTS; i++)
        max = MAX(max, timeline->num_failed[i] + timeline->num_established[i]);
    return max;
}

/* One part: the established ones on the axis, the failed ones above them. */
static void
add_part(GString *out, const dx_timeline *timeline, unsigned part, unsigned max)
{
    unsigned failed = timeline->num_failed[part], established = timeline->num_established[part];
    const int room = HEIGHT - BOTTOM - TOP;
    double width = (double)(WIDTH - LEFT) / DX_TIMELINE_PARTS;
    int x = LEFT + (int)(part * width), w = (int)((part + 1) * width) - (int)(part * width) - 2;
    int low = (int)((double)established / max * room), high = (int)((double)failed / max * room);
    if (!failed && !established)
        return;
    low = established ? MAX(low, 2) : 0; /* one of thousands is seen, too */
    high = failed ? MAX(high, 3) : 0;
    int64_t span = timeline->to_us - timeline->from_us;
    char *time = dx_layout_time(timeline->from_us + span / DX_TIMELINE_PARTS * part);
    g_string_append_printf(out, "<g><title>from %s: %u failed, %u established</title>", time, failed,
                           established);
    if (established)
        g_string_append_printf(out,
                               "<rect class=\"established\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                               x, HEIGHT - BOTTOM - low, w, low);
    if (failed)
        g_string_append_printf(out, "<rect class=\"failed\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                               x, HEIGHT - BOTTOM - low - high, w, high);
    g_string_append(out, "</g>\n");
    g_free(time);
}

static void
add_axis(GString *out, const dx_timeline *timeline, unsigned max)
{
    const int y = HEIGHT - BOTTOM;
    char *first = dx_layout_time(timeline->from_us), *last = dx_layout_time(timeline->to_us);
    g_string_append_printf(
        out,
        "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
        "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
        "<text class=\"end\" x=\"%d\" y=\"%d\">%u</text>"
        "<text class=\"end\" x=\"%d\" y=\"%d\">0</text>"
        "<text x=\"%d\" y=\"%d\">%s</text><text class=\"end\" x=\"%d\" y=\"%d\">%s</text>\n",
        LEFT, y, WIDTH, y, LEFT - 3, TOP, LEFT - 3, y, LEFT - 8, TOP + 8, max, LEFT - 8, y, LEFT, HEIGHT - 6,
        first, WIDTH - 2, HEIGHT - 6, last);
    g_free(first);
    g_free(last);
}

void
dx_html_timeline(GString *out, const dx_timeline *timeline)
{
    unsigned max = highest(timeline), failed = 0, established = 0;
    if (max == 0)
        return;
    for (unsigned i = 0; i < DX_TIMELINE_PARTS; i++) {
        failed += timeline->num_failed[i];
        established += timeline->num_established[i];
    }
    g_string_append_printf(
        out,
        "<figure class=\"timeline\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%u "
        "failed and %u established connections over time\">\n",
        WIDTH, HEIGHT, failed, established);
    add_axis(out, timeline, max);
    for (unsigned i = 0; i < DX_TIMELINE_PARTS; i++)
        add_part(out, timeline, i, max);
    g_string_append(out, "</svg>\n<figcaption>Connections by the time they began: failed (red, above) and "
                         "established (green)</figcaption></figure>\n");
}

void
dx_html_overview(GString *out, const dx_fold *fold)
{
    static const struct {
        dx_outcome outcome;
        const char *style, *name;
    } tiles[] = {
        {DX_FAILED, "bad", "failed"},
        {DX_NO_TCP, "bad", "no connection"},
        {DX_ESTABLISHED, "good", "established"},
        {DX_NOT_TLS, "", "no TLS attempted"},
        {DX_INCOMPLETE, "", "incomplete: the capture cannot tell"},
    };
    g_string_append(out, "<ul class=\"tiles\" aria-label=\"Connections\">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(tiles); i++)
        if (fold->num_by_outcome[tiles[i].outcome] || i == 0 || tiles[i].outcome == DX_ESTABLISHED)
            dx_html_tile(out, fold->num_by_outcome[tiles[i].outcome] ? tiles[i].style : "",
                         fold->num_by_outcome[tiles[i].outcome], tiles[i].name);
    if (fold->num_recovered)
        dx_html_tile(out, "warn", fold->num_recovered, "failed, later succeeded");
    dx_html_tile(out, fold->entries->len ? "warn" : "", fold->entries->len,
                 fold->entries->len == 1 ? "problem" : "problems");
    dx_html_tile(out, "", fold->num_servers, fold->num_servers == 1 ? "server" : "servers");
    g_string_append(out, "</ul>\n");
    dx_html_timeline(out, &fold->timeline);
}
