/* render.c - a report of the capture that is open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/render.h"

#include "epan/compat.h"
#include "epan/preferences.h"
#include "epan/tracker.h"
#include "epan/unjudged.h"

static bool
is_selected(uint32_t index, void *user)
{
    return dx_selection_contains((dx_selection *)user, index);
}

/* Whether there is something to render; says what is in the way of a selection. */
static bool
is_ready(const dx_rendering *how)
{
    if (dx_tracker_verdicts() == NULL)
        return false;
    if (how->selection == NULL || !dx_selection_too_early(how->selection))
        return true;
    dx_selection_say_too_early();
    return false;
}

void
dx_render(GString *out, const dx_rendering *how)
{
    dx_report report = {
        .file = how->file,
        .version = DX_VERSION,
        .max_whole = dx_preferences_report_problems(),
        .width = how->width,
        .num_cut = dx_tracker_num_cut(),
        .selected = how->selection != NULL ? is_selected : NULL,
        .user = how->selection,
        .flush = how->flush,
        .turn = how->turn,
        .turns = how->turns,
    };
    for (unsigned i = 0; i < DX_NUM_UNJUDGED; i++)
        report.num_unjudged[i] = dx_unjudged_count((dx_unjudged)i);
    if (is_ready(how))
        how->as(out, dx_tracker_verdicts(), &report);
    g_free(how->file);
}

const char *
dx_disabled_text(void)
{
    bool enabled = proto_is_protocol_enabled(find_protocol_by_id(proto_get_id_by_filter_name("ssltrouble")));
    return enabled ? NULL
                   : "The protocol ssltrouble is disabled (Analyze > Enabled Protocols, or "
                     "--disable-protocol).";
}
