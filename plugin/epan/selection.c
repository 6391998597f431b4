/* selection.c - the connections that a display filter selects
 *
 * In a single pass a frame comes before the verdicts that our fields show are final, and does not come
 * again. So a filter is taken apart: what it asks of other protocols is noted frame by frame, each part by
 * a listener of its own, and what it asks of our fields is answered when the connections are counted.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/selection.h"

#include <string.h>
#include <wsutil/report_message.h>

#include "epan/index_set.h"
#include "epan/made.h"
#include "epan/segments.h"
#include "epan/split.h"
#include "epan/tracker.h"
#include "epan/tree.h"

#define MAX_ATOMS 32 /* of each kind: bits of a word */

/* A frame that was seen, and which atoms about other protocols matched it. */
typedef struct seen {
    uint32_t index, frame, others;
} seen;

typedef struct listener {
    dx_selection *selection;
    uint32_t bit; /* of its atom; 0 for the one that sees all frames */
} listener;

struct dx_selection {
    dx_split *split;          /* NULL: the filter is asked as a whole */
    bool mixed;               /* which is too early in a single pass */
    GPtrArray *ours, *others; /* atoms of `split` (borrowed) */
    GPtrArray *filters;       /* of dfilter_t *, one for each of `ours` */
    listener listeners[MAX_ATOMS + 1];
    unsigned num_listeners;
    GArray *frames;         /* of seen; empty when the filter is asked as a whole */
    dx_index_set *selected; /* of which a frame matched */
    bool counted;           /* all of `frames` is in `selected` */
};

static int tap_selection;
static unsigned num_selections;
static bool only_pass; /* frames come before the verdicts are final, and do not come again */
static struct epan_session *session;

static bool
is_field(const char *word, bool *ours)
{
    *ours = g_str_has_prefix(word, "ssltrouble");
    return proto_registrar_get_byname(word) != NULL;
}

void
dx_selection_reset(dx_selection *selection)
{
    g_array_set_size(selection->frames, 0);
    dx_index_set_clear(selection->selected);
    selection->counted = false;
}

static void
reset(void *user)
{
    dx_selection_reset(((listener *)user)->selection);
}

static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    const listener *from = (const listener *)user;
    dx_selection *selection = from->selection;
    uint32_t index = GPOINTER_TO_UINT(data) - 1;
    (void)edt, (void)flags;
    if (selection->split == NULL) {
        dx_index_set_add(selection->selected, index);
        return TAP_PACKET_REDRAW;
    }
    GArray *frames = selection->frames;
    seen *last = frames->len > 0 ? &g_array_index(frames, seen, frames->len - 1) : NULL;
    if (last == NULL || last->frame != pinfo->num || last->index != index) {
        seen now = {.index = index, .frame = pinfo->num};
        g_array_append_val(frames, now);
        last = &g_array_index(frames, seen, frames->len - 1);
    }
    last->others |= from->bit;
    selection->counted = false;
    return TAP_PACKET_REDRAW;
}

static void
free_selection(dx_selection *selection)
{
    dx_split_free(selection->split);
    g_ptr_array_free(selection->ours, TRUE);
    g_ptr_array_free(selection->others, TRUE);
    g_ptr_array_free(selection->filters, TRUE);
    g_array_free(selection->frames, TRUE);
    dx_index_set_free(selection->selected);
    g_free(selection);
    num_selections--;
}

/* A selection lives as long as one of its listeners, which tshark ends by itself. */
static void
finish(void *user)
{
    dx_selection *selection = ((listener *)user)->selection;
    if (--selection->num_listeners == 0)
        free_selection(selection);
}

void
dx_selection_free(dx_selection *selection)
{
    unsigned num = selection != NULL ? selection->num_listeners : 0;
    if (selection != NULL && num == 0)
        free_selection(selection);
    for (unsigned i = 0; i < num; i++)
        remove_tap_listener(&selection->listeners[i]); /* the last one takes the selection with it */
}

/* Returns what is wrong with the filter (new string), NULL when nothing. */
static char *
listen(dx_selection *selection, const char *filter, uint32_t bit)
{
    listener *added = &selection->listeners[selection->num_listeners];
    *added = (listener){selection, bit};
    GString *error = register_tap_listener("ssltrouble_selection", added, filter, TL_REQUIRES_NOTHING, reset,
                                           take_packet, NULL, finish);
    if (error != NULL)
        return g_string_free(error, FALSE);
    selection->num_listeners++;
    return NULL;
}

static char *
listen_to_atoms(dx_selection *selection)
{
    char *problem = NULL;
    for (guint i = 0; i < selection->ours->len && problem == NULL; i++) {
        const dx_split *atom = (const dx_split *)g_ptr_array_index(selection->ours, i);
        g_ptr_array_add(selection->filters, dx_filter_new(atom->text, &problem));
    }
    for (guint i = 0; i < selection->others->len && problem == NULL; i++) {
        const dx_split *atom = (const dx_split *)g_ptr_array_index(selection->others, i);
        problem = listen(selection, atom->text, UINT32_C(1) << i);
    }
    return problem == NULL ? listen(selection, NULL, 0) : problem;
}

/* Takes the filter apart when it has to be; what Wireshark shows of expert infos and columns is ours and
 * others' at once, and the point of capture is that of a packet. */
static void
take_apart(dx_selection *selection, const char *filter)
{
    bool with_ours = strstr(filter, "ssltrouble") != NULL,
         with_both = strstr(filter, "_ws.") != NULL || strstr(filter, "ssltrouble.point") != NULL;
    dx_split *split = with_ours && !with_both ? dx_split_filter(filter, is_field) : NULL;
    selection->mixed = with_both || (with_ours && split == NULL);
    if (split != NULL)
        dx_split_atoms(selection->ours, selection->others, split);
    if (split != NULL && (selection->ours->len > MAX_ATOMS || selection->others->len > MAX_ATOMS)) {
        selection->mixed = true;
    } else if (selection->ours->len > 0) {
        selection->split = split;
        return;
    }
    dx_split_free(split);
}

static void
free_filter(gpointer filter)
{
    dfilter_free((dfilter_t *)filter);
}

dx_selection *
dx_selection_new(const char *filter, char **problem)
{
    dx_selection *selection = g_new0(dx_selection, 1);
    selection->ours = g_ptr_array_new();
    selection->others = g_ptr_array_new();
    selection->filters = g_ptr_array_new_with_free_func(free_filter);
    selection->frames = g_array_new(FALSE, FALSE, sizeof(seen));
    selection->selected = dx_index_set_new();
    num_selections++;
    take_apart(selection, filter);
    *problem = selection->split != NULL ? listen_to_atoms(selection) : listen(selection, filter, 0);
    if (*problem != NULL) {
        dx_selection_free(selection);
        return NULL;
    }
    return selection;
}

/* Which atoms about our fields match a frame. */
static uint32_t
ask_frame(const dx_selection *selection, uint32_t index, uint32_t frame)
{
    dx_made made;
    uint32_t bits = 0;
    dx_made_begin(&made, session, frame, true);
    for (guint i = 0; i < selection->filters->len; i++)
        epan_dissect_prime_with_dfilter(made.edt, (dfilter_t *)g_ptr_array_index(selection->filters, i));
    dx_tree_fill(made.edt->tvb, &made.edt->pi, made.edt->tree, index);
    for (guint i = 0; i < selection->filters->len; i++) {
        bool matches = dfilter_apply_edt((dfilter_t *)g_ptr_array_index(selection->filters, i), made.edt);
        bits |= matches ? UINT32_C(1) << i : 0;
    }
    dx_made_end(&made);
    return bits;
}

static int
compare_frames(gconstpointer a, gconstpointer b)
{
    const seen *x = (const seen *)a, *y = (const seen *)b;
    int indexes = (x->index > y->index) - (x->index < y->index);
    return indexes != 0 ? indexes : (x->frame > y->frame) - (x->frame < y->frame);
}

/* Looks at the frames of one connection, from `at` on; returns where the next one begins. Most frames show
 * the same of it. */
static guint
count_connection(dx_selection *selection, guint at)
{
    uint32_t index = g_array_index(selection->frames, seen, at).index;
    dx_tree_places places = dx_tree_places_of(index);
    uint32_t alike[DX_TREE_OWN + 1];
    bool known[DX_TREE_OWN + 1] = {false}, found = false;
    for (; at < selection->frames->len; at++) {
        const seen *frame = &g_array_index(selection->frames, seen, at);
        if (frame->index != index)
            break;
        if (found)
            continue;
        dx_tree_share share = dx_tree_share_of(&places, frame->frame);
        if (!known[share]) {
            alike[share] = ask_frame(selection, index, frame->frame);
            known[share] = share != DX_TREE_OWN;
        }
        found = dx_split_matches(selection->split, alike[share], frame->others);
    }
    if (found)
        dx_index_set_add(selection->selected, index);
    return at;
}

bool
dx_selection_contains(dx_selection *selection, uint32_t index)
{
    if (selection->split != NULL && !selection->counted && dx_tracker_verdicts() != NULL) {
        dx_index_set_clear(selection->selected);
        g_array_sort(selection->frames, compare_frames);
        for (guint at = 0; at < selection->frames->len;)
            at = count_connection(selection, at);
        selection->counted = true;
    }
    return dx_index_set_has(selection->selected, index);
}

bool
dx_selection_too_early(const dx_selection *selection)
{
    return selection->mixed && only_pass;
}

void
dx_selection_say_too_early(void)
{
    report_failure(
        "ssltrouble: one pass cannot tell which connections this FILTER selects: it compares "
        "ssltrouble fields with others, or uses ssltrouble.point or _ws fields. Run tshark with -2.");
}

void
dx_selection_frame(packet_info *pinfo, uint32_t index)
{
    if (num_selections > 0) {
        session = pinfo->epan;
        only_pass = !PINFO_FD_VISITED(pinfo) && dx_segments_only_pass();
        tap_queue_packet(tap_selection, pinfo, GUINT_TO_POINTER(index + 1));
    }
}

void
dx_selection_register(void)
{
    tap_selection = register_tap("ssltrouble_selection");
}
