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
#include "epan/made.h"
#include "epan/segments.h"
#include "epan/tracker.h"

#define MAX_INFOS 1000 /* of one frame; a tap takes 5000 (epan/tap.c, 4.0 to 4.6) */
#define LIGHT_US  (100 * G_TIME_SPAN_MILLISECOND) /* the window must not stand still for its light */

static int tap_end, tap_expert;
static bool listening; /* to the end of a single pass, in tshark */
static struct epan_session *session;
static GByteArray *raised;   /* by stream: 1 when its infos were raised */
static uint32_t next_stream; /* of the made frames */
static bool making;          /* a made frame is being dissected */

static bool
is_raised(uint32_t stream)
{
    return stream < raised->len && raised->data[stream] != 0;
}

void
dx_late_raised(uint32_t stream)
{
    if (stream >= raised->len) {
        guint old = raised->len;
        g_byte_array_set_size(raised, MAX(stream + 1, old + old / 2));
        memset(raised->data + old, 0, raised->len - old);
    }
    raised->data[stream] = 1;
}

/* Raises what is outstanding, from `next_stream` on, until there is enough for one frame. */
static void
raise_some(packet_info *pinfo)
{
    unsigned num = 0;
    uint32_t num_streams = dx_capture_num_streams(dx_verdicts_capture(dx_tracker_verdicts()));
    while (next_stream < num_streams && num < MAX_INFOS) {
        uint32_t stream = next_stream++;
        if (!is_raised(stream)) {
            num += dx_experts_raise_for(pinfo, stream);
        }
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
    if (dx_tracker_verdicts() == NULL || session == NULL || dx_in_gui()) {
        return;
    }
    uint32_t num_streams = dx_capture_num_streams(dx_verdicts_capture(dx_tracker_verdicts()));
    making = true;
    while (next_stream < num_streams) {
        uint32_t before = next_stream;
        dissect_made_frame();
        next_stream = MAX(next_stream, before + 1); /* whatever happened in there, it ends */
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
    if (!listening && !PINFO_FD_VISITED(pinfo) && have_tap_listener(tap_expert) && dx_segments_only_pass()) {
        GString *error = register_tap_listener("ssltrouble_end", &listening, NULL, TL_REQUIRES_NOTHING, NULL,
                                               NULL, end_of_single_pass, NULL);
        listening = error == NULL;
        if (error != NULL) {
            g_string_free(error, TRUE);
        }
    }
    return false;
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
    if (verdicts == NULL || session == NULL || !dx_in_gui()) {
        return;
    }
    uint32_t num_streams = dx_capture_num_streams(dx_verdicts_capture(verdicts));
    gint64 end = g_get_monotonic_time() + LIGHT_US;
    dx_made made;
    dx_made_begin(&made, session, 0, false);
    for (uint32_t i = 0; i < num_streams && expert_get_highest_severity() < PI_ERROR; i++) {
        if (!is_raised(i)) {
            dx_experts_raise_for(&made.edt->pi, i);
        }
        if (g_get_monotonic_time() > end) {
            break;
        }
    }
    dx_made_end(&made);
}

static void
forget(void)
{
    g_byte_array_set_size(raised, 0);
    next_stream = 0;
    session = NULL;
}

static void
shut_down(void)
{
    g_byte_array_free(raised, TRUE);
}

void
dx_late_register(void)
{
    tap_end = register_tap("ssltrouble_end");
    raised = g_byte_array_new();
    register_cleanup_routine(forget);
    register_postseq_cleanup_routine(light_up);
    register_shutdown_routine(shut_down);
}

void
dx_late_handoff(void)
{
    tap_expert = register_tap("expert"); /* gives the id, whether or not Wireshark has come to register it */
}
