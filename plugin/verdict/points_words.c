/* points_words.c - the points of a connection, and what they prove, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/points.h"

#include <stdlib.h>

#include "facts/text.h"

/* So long an answer may take without a word. */
#define SLOW_US G_USEC_PER_SEC

char *
dx_points_text(const dx_points *points, unsigned number)
{
    char *name = points->name[number] ? dx_safe(points->name[number], 40) : NULL;
    const char *side = number == 0                 ? "the client's side"
                       : number + 1 == points->num ? "the server's side"
                                                   : "between";
    char *text = g_strdup_printf("point %u (%s%s%s)", number + 1, name ? name : "", name ? ", " : "", side);

    g_free(name);
    return text;
}

/* From the client's first bytes to the server's, as seen here; -1: one of the two is missing. */
static int64_t
waited_us(const dx_facts *facts)
{
    if (!facts->client.first_payload_frame || !facts->server.first_payload_frame)
        return -1;
    return facts->server.first_payload_us - facts->client.first_payload_us;
}

char *
dx_points_summary(const dx_points *points)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < points->num; i++) {
        char *one = dx_points_text(points, i);
        int64_t ahead = points->ahead_us[i];
        g_string_append_printf(text, "%s%s", i ? "; " : "", one);
        if (i && llabs((long long)ahead) >= DX_ONE_CLOCK_US)
            g_string_append_printf(text, ", its clock %.3f s %s",
                                   (double)llabs((long long)ahead) / G_USEC_PER_SEC,
                                   ahead > 0 ? "ahead" : "behind");
        g_free(one);
    }
    if (points->apart_us >= 0)
        g_string_append_printf(text, "; %.2f ms there and back between them",
                               (double)points->apart_us / 1000);
    int64_t near_us = waited_us(points->at[0]), far_us = waited_us(points->at[points->num - 1]);
    if (near_us >= SLOW_US && far_us >= 0)
        g_string_append_printf(
            text, "; the first answer took %.2f s, %.2f s of them behind the last point and %.2f s between",
            (double)near_us / G_USEC_PER_SEC, (double)far_us / G_USEC_PER_SEC,
            (double)MAX(near_us - far_us, 0) / G_USEC_PER_SEC);
    return g_string_free(text, FALSE);
}

/* What the far point shows of a reset that its sender never sent. */
static void
say_reset(const dx_points *points, dx_finding *finding, const char *near_text, const char *far_text)
{
    const dx_facts *near = points->at[points->near], *far = points->at[points->near + 1];

    if (points->base > points->near) { /* in the client's name */
        dx_finding_say(finding, near->last_frame, "At %s the client sends no reset%s", near_text,
                       near->client.last_us > far->end.time_us - points->ahead_us[points->near + 1]
                           ? " and goes on"
                           : "");
        return;
    }
    if (near->hello_frame && !far->hello_frame) {
        dx_finding_say(finding, far->last_frame,
                       "The ClientHello does not come to %s, and the server sends no reset there", far_text);
        return;
    }
    if (far->server.payload_bytes > near->server.payload_bytes)
        dx_finding_say(finding, far->server.first_payload_frame, "At %s the server answers", far_text);
    if (far->client.rst_frame && !near->client.rst_frame)
        dx_finding_say(finding, far->client.rst_frame,
                       "At %s the server gets a reset that the client never sent", far_text);
    dx_finding_say(finding, far->last_frame, "At %s the server sends no reset", far_text);
}

static void
say_what_differs(const dx_points *points, dx_finding *finding, const char *near_text, const char *far_text)
{
    const dx_facts *near = points->at[points->near], *far = points->at[points->near + 1];

    switch (points->between) {
    case DX_BETWEEN_RESET:
        say_reset(points, finding, near_text, far_text);
        break;
    case DX_BETWEEN_ANSWER:
        dx_finding_say(finding, far->last_frame, "At %s the server sends no such answer", far_text);
        break;
    case DX_BETWEEN_HELLO_LOST:
        if (far->client.payload_bytes)
            dx_finding_say(finding, far->client.first_payload_frame,
                           "To %s come only %u of the %u bytes that the client sent", far_text,
                           far->client.payload_bytes, near->client.payload_bytes);
        else
            dx_finding_say(finding, far->last_frame, "Nothing of it comes to %s", far_text);
        break;
    case DX_BETWEEN_FLIGHT_LOST:
        dx_finding_say(finding, far->server.first_payload_frame,
                       "At %s the server sends %u bytes, some of them %u times more; %u come to %s", far_text,
                       far->server.payload_bytes, far->server.num_retransmissions, near->server.payload_bytes,
                       near_text);
        break;
    case DX_BETWEEN_CHAIN:
        dx_finding_say(finding, far->certificate_frame, "At %s the server sends another certificate",
                       far_text);
        break;
    default:
        break;
    }
}

dx_confidence
dx_points_found(const dx_context *context, dx_between between, dx_finding *finding)
{
    static const struct {
        const char *before, *behind;
    } why[] = {
        [DX_BETWEEN_RESET] = {"A device between",
                              "resets the connection in the name of the other side, which sent no reset."},
        [DX_BETWEEN_ANSWER] = {"A device between", "answers in the server's name, and not with TLS."},
        [DX_BETWEEN_HELLO_LOST] = {"The ClientHello is lost between", "every time that it is sent."},
        [DX_BETWEEN_FLIGHT_LOST] = {"The server's answer is lost between", "every time that it is sent."},
        [DX_BETWEEN_CHAIN] = {"A device between",
                              "opens TLS: the client gets another certificate than the server sends."},
    };
    const dx_points *points = context->points;

    if (!points || points->between != between)
        return DX_NONE;
    char *near = dx_points_text(points, points->near), *far = dx_points_text(points, points->near + 1);
    say_what_differs(points, finding, near, far);
    if (points->confidence == DX_CONFIRMED)
        dx_finding_why(finding, "%s %s and %s %s", why[between].before, near, far, why[between].behind);
    g_free(near);
    g_free(far);
    return points->confidence;
}

void
dx_points_say(const dx_points *points, dx_finding *finding)
{
    if (points->rewritten) {
        char *far = dx_points_text(points, points->near_rewritten + 1);
        const dx_facts *changed = points->at[points->near_rewritten + 1];
        dx_finding_say(finding, changed->hello_frame,
                       "To %s comes another ClientHello than the client sent: a device "
                       "between rewrites it",
                       far);
        g_free(far);
    }
    if (points->same) {
        char *rest = finding->contrast;
        int64_t between_us = waited_us(points->at[0]) - waited_us(points->at[points->num - 1]);
        finding->contrast =
            g_strdup_printf("%s%sAll %u points show the same packets: what is between them %s.",
                            rest ? rest : "", rest ? " " : "", points->num,
                            between_us >= SLOW_US ? "delays them and changes nothing" : "changes nothing");
        g_free(rest);
    }
    if (points->passed_on) {
        char *near = dx_points_text(points, 0);
        dx_finding_say(finding, points->at[0]->end.frame,
                       "At %s a reset comes in its place: a device between passes it on so", near);
        g_free(near);
    }
}
