/* points.c - what several captures of one connection prove about what is between them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/points.h"

#include <stdlib.h>

#include "facts/path.h"
#include "verdict/outcome.h"

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
    bool client_lives = near->client.last_us + shift > far->end.time_us + 10 * DX_ONE_CLOCK_US;
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
        if (llabs((long long)points->ahead_us[i]) >= DX_ONE_CLOCK_US)
            return false;
    return points->apart_us >= 0 && points->apart_us < DX_ONE_CLOCK_US;
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
