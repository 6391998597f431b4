/* judging.c - judges all connections of the capture, for as long as a window may stand still
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/judging.h"

#include "epan/tracker.h"
#include "epan/window.h"

#define STANDSTILL_US (100 * G_TIME_SPAN_MILLISECOND)

static unsigned generation;   /* of the capture, from 1 on */
static dx_judging_state done; /* in which it was judged whole */
static bool busy;             /* somebody waits for it now, */
static uint32_t num_judged;   /* and so far there are so many */
static void (*hear_turn)(uint32_t num, uint32_t total, bool drawn);

static void
count_captures(void)
{
    generation++;
}

void
dx_judging_register(void)
{
    register_init_routine(count_captures);
    register_cleanup_routine(count_captures);
}

void
dx_judging_on_turn(void (*heard)(uint32_t num, uint32_t total, bool drawn))
{
    hear_turn = heard;
}

dx_judging_state
dx_judging_now(void)
{
    dx_judging_state now = {.generation = generation};
    const dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts != NULL) {
        now.frame = dx_capture_last_frame(dx_verdicts_capture(verdicts));
        now.changes = dx_verdicts_changes(verdicts);
    }
    return now;
}

bool
dx_judging_is(const dx_judging_state *state)
{
    dx_judging_state now = dx_judging_now();
    return state->generation == now.generation && state->frame == now.frame && state->changes == now.changes;
}

static uint32_t
count_connections(const dx_capture *capture)
{
    uint32_t num = 0;
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;)
        num += dx_capture_reportable(capture, index);
    return num;
}

/* Gives the window its turn when it stood still for long enough; false when there is to be no more. */
static bool
take_turn(dx_turns *turns, uint32_t num)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    if (g_get_monotonic_time() - turns->shown_us <= STANDSTILL_US)
        return true;
    char *task = g_strdup_printf("%u of %u connections", num, turns->total);
    if (turns->bar == NULL) {
        dx_window_stopped(); /* whatever it was pressed for before */
        turns->bar = ops->new_progress_window(ops->ops_id, "SSL Troubleshooter", task, TRUE, &turns->stop);
    }
    if (hear_turn != NULL)
        hear_turn(num, turns->total, turns->drawn);
    if (turns->bar != NULL)
        ops->update_progress(turns->bar, (float)num / (float)MAX(turns->total, 1), task);
    g_free(task);
    turns->shown_us = g_get_monotonic_time();
    return !turns->stop && generation == turns->state.generation && !dx_window_stopped();
}

static void
begin(dx_turns *turns, uint32_t total)
{
    *turns = (dx_turns){
        .shown_us = g_get_monotonic_time(), .total = total, .state = dx_judging_now(), .whole = true};
}

bool
dx_turns_begin(dx_turns *turns)
{
    const dx_verdicts *verdicts = dx_tracker_verdicts();
    if (busy || verdicts == NULL || !dx_in_gui())
        return false;
    busy = true;
    begin(turns, count_connections(dx_verdicts_capture(verdicts)));
    turns->drawn = true;
    return true;
}

bool
dx_turns_take(dx_turns *turns, uint32_t num)
{
    turns->whole = turns->whole && take_turn(turns, num) && dx_judging_is(&turns->state);
    return turns->whole;
}

static void
remove_bar(const dx_turns *turns)
{
    if (turns->bar != NULL)
        funnel_get_funnel_ops()->destroy_progress_window(turns->bar);
}

bool
dx_turns_end(dx_turns *turns)
{
    busy = false;
    remove_bar(turns);
    return turns->whole;
}

static bool
judge(dx_turns *turns, dx_verdicts *verdicts, uint32_t *num, bool may_wait)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    uint32_t index = DX_NO_INDEX;
    while (*num < turns->total) {
        index = dx_capture_next(capture, index);
        if (!dx_capture_reportable(capture, index))
            continue;
        dx_verdicts_of(verdicts, index);
        num_judged = ++*num;
        bool late = dx_in_gui() && g_get_monotonic_time() - turns->shown_us > STANDSTILL_US;
        if (late && !(may_wait && take_turn(turns, *num)))
            return false;
    }
    done = dx_judging_now();
    return true;
}

bool
dx_judging_all(uint32_t *num, uint32_t *total, bool may_wait)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_capture *capture = verdicts != NULL ? dx_verdicts_capture(verdicts) : NULL;
    dx_turns turns;
    *num = *total = 0;
    if (capture == NULL || dx_judging_is(&done))
        return true;
    *total = count_connections(capture);
    if (busy) { /* a button was pressed, or a window drawn, under the progress bar */
        *num = MIN(num_judged, *total);
        return false;
    }
    begin(&turns, *total);
    busy = may_wait;
    bool whole = judge(&turns, verdicts, num, may_wait);
    busy = false;
    remove_bar(&turns);
    if (!whole && generation != turns.state.generation) /* in a turn the file was closed, or read anew */
        return dx_judging_all(num, total, false);
    return whole;
}
