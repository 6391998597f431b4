/* points.c - what several captures of one connection prove about what is between them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/points.h"

#include <stdlib.h>

#include "facts/path.h"
#include "facts/text.h"
#include "verdict/outcome.h"

/* Clocks of different machines differ by more, and packets need longer from one to the other. */
#define ONE_CLOCK_US 1000
/* So long an answer may take without a word. */
#define SLOW_US G_USEC_PER_SEC

/* Two points of one TCP connection, whoever translates its addresses; otherwise somebody between them ends
 * the connection and makes another one. */
static bool
is_one_connection(const dx_facts *near, const dx_facts *far)
{
    return near->client.have_isn && far->client.have_isn && near->client.isn == far->client.isn;
}

static bool
is_one_hello(const dx_facts *near, const dx_facts *far)
{
    return near->hello_random && near->hello_random == far->hello_random;
}

/* The capture at this point missed packets that were there. */
static bool
missed_packets(const dx_facts *facts)
{
    return dx_path_bytes_missing(facts) || dx_path_lacks(&facts->client) || dx_path_lacks(&facts->server);
}

static bool
has_other_ttl(const dx_peer *peer)
{
    return peer->rst_ttl && peer->num_ttl && (peer->rst_ttl < peer->ttl_min || peer->rst_ttl > peer->ttl_max);
}

/* What happened later, or not at all, at the far point shows that the server did not reset. */
static bool
server_went_on(const dx_facts *near, const dx_facts *far)
{
    bool answered = far->server.payload_bytes > near->server.payload_bytes;
    bool never_asked = near->hello_frame && !far->hello_frame && !missed_packets(far);
    bool client_too = far->client.rst_frame && !near->client.rst_frame;

    return answered || never_asked || client_too || has_other_ttl(&near->server) ||
           dx_path_stray_reset(&near->server);
}

static void
find_server_reset(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    if (near->end.kind != DX_END_RST || near->end.by != DX_SERVER || far->server.rst_frame)
        return;
    bool refused = far->end.by == DX_SERVER && far->end.kind != DX_END_NONE;
    if (refused && !is_one_connection(near, far)) {
        points->base = i + 1;
        points->passed_on = true;
        return;
    }
    points->between = DX_BETWEEN_RESET;
    points->near = i;
    points->confidence = server_went_on(near, far) ? DX_CONFIRMED : DX_POSSIBLE;
}

static void
find_client_reset(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    int64_t shift = points->ahead_us[i + 1] - points->ahead_us[i];

    if (far->end.kind != DX_END_RST || far->end.by != DX_CLIENT || !is_one_connection(near, far))
        return;
    bool client_lives = near->client.last_us + shift > far->end.time_us + 10 * ONE_CLOCK_US;
    bool client_left = near->close.by == DX_CLIENT && near->close.time_us + shift <= far->end.time_us;
    if (near->client.rst_frame || client_left)
        return;
    points->between = DX_BETWEEN_RESET;
    points->near = i;
    points->base = i + 1;
    points->confidence = client_lives || has_other_ttl(&far->client) ? DX_CONFIRMED : DX_POSSIBLE;
}

static void
find_answer(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    if (near->end.kind != DX_END_FOREIGN || near->end.by != DX_SERVER || far->server_foreign_frame)
        return;
    points->between = DX_BETWEEN_ANSWER;
    points->near = i;
    points->confidence = server_went_on(near, far) ? DX_CONFIRMED : DX_LIKELY;
}

static void
find_lost_hello(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    bool sent = near->hello_frame || near->partial_frame;

    if (!sent || far->hello_frame || near->server.payload_bytes || dx_path_bytes_missing(far) ||
        dx_path_hello_acked(near))
        return;
    points->between = DX_BETWEEN_HELLO_LOST;
    points->near = i;
    points->confidence = near->client.num_retransmissions ? DX_CONFIRMED : DX_POSSIBLE;
}

static void
find_lost_flight(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    bool lacks = far->server.payload_bytes > near->server.payload_bytes;
    bool arrived = near->server.have_acked && far->server.have_seq && is_one_connection(near, far) &&
                   (int32_t)(near->server.acked - far->server.next_seq) >= 0;

    if (!lacks || arrived || near->established_frame || !far->server.num_retransmissions)
        return;
    points->between = DX_BETWEEN_FLIGHT_LOST;
    points->near = i;
    points->confidence = DX_CONFIRMED;
}

static void
find_chain(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    if (!near->chain || !far->chain || near->chain == far->chain || missed_packets(near) ||
        missed_packets(far))
        return;
    points->between = DX_BETWEEN_CHAIN;
    points->near = i;
    points->confidence = DX_CONFIRMED;
}

static void
compare_hello(dx_points *points, unsigned i, const dx_facts *near, const dx_facts *far)
{
    bool both =
        near->hello_frame && far->hello_frame && (is_one_hello(near, far) || is_one_connection(near, far));

    if (!both || points->rewritten || (near->offer == far->offer && near->hello_len == far->hello_len))
        return;
    points->rewritten = true;
    points->near_rewritten = i;
}

/* Sent once, so that both points saw the same packet. */
static bool
has_one_syn(const dx_facts *first, const dx_facts *other)
{
    return is_one_connection(first, other) && first->client.num_syn == 1 && other->client.num_syn == 1 &&
           first->server.num_syn == 1 && other->server.num_syn == 1;
}

/* By how much the clock of a point is ahead: packets that both saw, one each way, where there are two. */
static int64_t
estimate_clock(const dx_facts *first, const dx_facts *other, int64_t *apart_us)
{
    int64_t there = other->first_us - first->first_us, back;

    *apart_us = -1;
    if (has_one_syn(first, other)) {
        there = other->client.last_syn_us - first->client.last_syn_us;
        back = other->server.last_syn_us - first->server.last_syn_us;
    } else {
        if (first->client.first_payload_frame && other->client.first_payload_frame)
            there = other->client.first_payload_us - first->client.first_payload_us;
        if (!first->server.first_payload_frame || !other->server.first_payload_frame)
            return there;
        back = other->server.first_payload_us - first->server.first_payload_us;
    }
    *apart_us = MAX(there - back, 0);
    return there - (there - back) / 2;
}

/* Two interfaces of one machine: the same clock, and no way between them. */
static bool
is_one_machine(const dx_points *points)
{
    for (unsigned i = 1; i < points->num; i++)
        if (llabs((long long)points->ahead_us[i]) >= ONE_CLOCK_US)
            return false;
    return points->apart_us >= 0 && points->apart_us < ONE_CLOCK_US;
}

static bool
are_alike(const dx_facts *near, const dx_facts *far)
{
    return near->end.kind == far->end.kind && near->end.by == far->end.by &&
           near->end.alert == far->end.alert && near->chosen.version == far->chosen.version &&
           !missed_packets(near) && !missed_packets(far);
}

static void
name_points(dx_points *points, const dx_capture *capture)
{
    bool differ = false;

    for (unsigned i = 0; i < points->num; i++) {
        points->name[i] = dx_capture_interface_name(capture, dx_capture_point_interface(points->at[i]));
        if (points->name[i] && !*points->name[i])
            points->name[i] = NULL;
        differ |= g_strcmp0(points->name[i], points->name[0]) != 0;
    }
    for (unsigned i = 0; i < points->num && !differ; i++)
        points->name[i] = NULL;
}

/* A point that missed packets tells the story worse than one that did not. */
static void
choose_base(dx_points *points)
{
    for (unsigned i = 0; i < points->num; i++)
        if (!missed_packets(points->at[i])) {
            points->base = i;
            return;
        }
}

bool
dx_points_compare(dx_points *points, const dx_capture *capture, uint32_t stream, int64_t now_us)
{
    static void (*const find[])(dx_points *, unsigned, const dx_facts *, const dx_facts *) = {
        find_server_reset, find_client_reset, find_answer, find_lost_hello, find_lost_flight, find_chain};
    dx_facts settled[DX_MAX_POINTS];

    *points = (dx_points){.apart_us = -1};
    points->num = dx_capture_points(capture, stream, points->at);
    if (points->num < 2)
        return false;
    points->known = dx_capture_known_facts(capture, points->at[0]->stream);
    for (unsigned i = 0; i < points->num; i++) {
        settled[i] = dx_outcome_settled(points->at[i], now_us);
        points->ahead_us[i] = i ? estimate_clock(points->at[0], points->at[i], &points->apart_us) : 0;
    }
    name_points(points, capture);
    choose_base(points);
    points->same = true;
    for (unsigned i = 0; i + 1 < points->num; i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(find) && !points->between && !points->passed_on; j++)
            find[j](points, i, &settled[i], &settled[i + 1]);
        compare_hello(points, i, &settled[i], &settled[i + 1]);
        points->same &= are_alike(&settled[i], &settled[i + 1]);
    }
    points->same &= !points->between && !points->rewritten && !points->passed_on && !is_one_machine(points);
    return true;
}

int64_t
dx_points_now(const dx_points *points, int64_t now_us)
{
    int64_t latest = points->ahead_us[0];

    for (unsigned i = 1; i < points->num; i++)
        latest = MAX(latest, points->ahead_us[i]);
    return MAX(now_us - (latest - points->ahead_us[points->base]), points->at[points->base]->last_us);
}

bool
dx_points_shown(const dx_points *points)
{
    return points && (points->between || points->rewritten || points->passed_on || !is_one_machine(points));
}

const dx_facts *
dx_points_facts_of(const dx_points *points, const dx_facts *facts)
{
    return points ? points->at[points->base] : facts;
}

int64_t
dx_points_ahead(const dx_points *points)
{
    return points ? points->ahead_us[points->base] : 0;
}

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
        if (i && llabs((long long)ahead) >= ONE_CLOCK_US)
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
