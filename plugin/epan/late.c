/* late.c - expert infos that only the end of a capture knows
 *
 * A single pass meets the frame that a verdict is about before the verdict is final, or before there is
 * one. tshark draws its statistics after the last frame; a listener that is drawn before the others,
 * because it registers last, then lets a made frame be dissected, through the door that file formats come
 * in by: no packet statistics see it, and what is raised in it is heard. In the window, which looks at all
 * frames again for its list of expert infos, only the light in the status bar is missing, which shows the
 * worst that was ever raised.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/late.h"

#include <string.h>

#include "epan/experts.h"
#include "epan/index_set.h"
#include "epan/made.h"
#include "epan/segments.h"
#include "epan/tracker.h"

#define MAX_INFOS 1000 /* of one frame; a tap takes 5000 (epan/tap.c, 4.0 to 4.6) */
#define LIGHT_US  (100 * G_TIME_SPAN_MILLISECOND) /* the window must not stand still for its light, */
#define LIGHT_NUM 100 /* but judges so many: the first one reads the trusted roots, which may take as long */

static int tap_end, tap_expert;
static bool listening; /* to the end of a single pass, in tshark */
static struct epan_session *session;
static dx_index_set *raised;             /* whose infos were raised */
static uint32_t last_made = DX_NO_INDEX; /* the last connection of the made frames */
static bool making;                      /* a made frame is being dissected */

/* A connection that was captured at several points may have an index for each: it speaks once. */
static uint32_t
first_of_points(uint32_t index)
{
    const dx_facts *list[DX_MAX_POINTS];
    unsigned num = dx_capture_points(dx_verdicts_capture(dx_tracker_verdicts()), index, list);
    return num > 1 ? list[0]->stream : index;
}

void
dx_late_raised(uint32_t index)
{
    dx_index_set_add(raised, first_of_points(index));
}

static uint32_t
next_index(uint32_t index)
{
    return dx_capture_next(dx_verdicts_capture(dx_tracker_verdicts()), index);
}

/* Raises what is outstanding, behind `last_made`, until there is enough for one frame. */
static void
raise_some(packet_info *pinfo)
{
    unsigned num = 0;
    uint32_t index;
    while (num < MAX_INFOS && (index = next_index(last_made)) != DX_NO_INDEX) {
        last_made = index;
        if (first_of_points(index) == index && !dx_index_set_has(raised, index))
            num += dx_experts_raise_for(pinfo, index);
    }
}

static void
dissect_made_frame(void)
{
    dx_made made;
    dx_made_begin(&made, session, dx_capture_last_frame(dx_verdicts_capture(dx_tracker_verdicts())), false);
    dx_made_run(&made);
    dx_made_end(&made);
}

static void
end_of_single_pass(void *user)
{
    (void)user;
    if (dx_tracker_verdicts() == NULL || session == NULL || dx_in_gui())
        return;
    making = true;
    for (uint32_t next; (next = next_index(last_made)) != DX_NO_INDEX;) {
        uint32_t before = last_made;
        dissect_made_frame();
        last_made = last_made == before ? next : last_made; /* whatever happened in there, it ends */
    }
    making = false;
}

bool
dx_late_frame(packet_info *pinfo)
{
    if (making) {
        raise_some(pinfo);
        return true;
    }
    session = pinfo->epan;
    return false;
}

void
dx_late_single_pass(void)
{
    if (!listening && have_tap_listener(tap_expert)) {
        GString *error = register_tap_listener("ssltrouble_end", &listening, NULL, TL_REQUIRES_NOTHING, NULL,
                                               NULL, end_of_single_pass, NULL);
        listening = error == NULL;
        if (error != NULL)
            g_string_free(error, TRUE);
    }
}

bool
dx_late_waits(const packet_info *pinfo, const proto_tree *tree)
{
    return listening && tree == NULL && !PINFO_FD_VISITED(pinfo) && dx_segments_only_pass() &&
           !have_filtering_tap_listeners();
}

/* The window has read all frames and will show its light. */
static void
light_up(void)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL || session == NULL || !dx_in_gui())
        return;
    gint64 end = g_get_monotonic_time() + LIGHT_US;
    dx_made made;
    dx_made_begin(&made, session, 0, false);
    uint32_t index = DX_NO_INDEX;
    unsigned num = 0;
    while (expert_get_highest_severity() < PI_ERROR && (index = next_index(index)) != DX_NO_INDEX) {
        if (first_of_points(index) == index && !dx_index_set_has(raised, index))
            dx_experts_raise_for(&made.edt->pi, index);
        if (++num >= LIGHT_NUM && g_get_monotonic_time() > end)
            break;
    }
    dx_made_end(&made);
}

static void
forget(void)
{
    dx_index_set_clear(raised);
    last_made = DX_NO_INDEX;
    session = NULL;
}

static void
shut_down(void)
{
    dx_index_set_free(raised);
}

void
dx_late_register(void)
{
    tap_end = register_tap("ssltrouble_end");
    raised = dx_index_set_new();
    register_cleanup_routine(forget);
    register_postseq_cleanup_routine(light_up);
    register_shutdown_routine(shut_down);
}

void
dx_late_handoff(void)
{
    tap_expert = register_tap("expert"); /* gives the id, whether or not Wireshark has come to register it */
}
