/* report_window.c - draws a report in a window, in turns when it takes long; its buttons
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/report_window.h"

#include "epan/actions.h"
#include "epan/judging.h"
#include "epan/preferences.h"
#include "epan/tracker.h"
#include "epan/window.h"

struct dx_report_window {
    dx_window *window;
    dx_render_function as;
    dx_selection *selection; /* NULL: everything */
    void (*closed)(void *user);
    void *user;
    unsigned width;         /* of a line */
    dx_judging_state shown; /* what it shows all of, */
    unsigned shown_width;   /* at this width; 0: not all, or nothing yet */
    unsigned told_of;       /* the generation of its last whole report; frames that are dissected anew are
                               another one */
    char *told;             /* that report; NULL: none */
    char *shown_file;       /* under this name, which "Save As" changes; NULL: none */
    bool empty;             /* it shows no report, not even an earlier one, */
    bool waits;             /* and its report is being made */
};

static GSList *views; /* of dx_report_window, those that are open */

/* Columns to choose from. The window tells nobody how wide it is (4.0 to 4.6): as it opens it is as wide as
 * its buttons, enough for the first two; the others fit it on half a screen of 1920 points, on a whole one of
 * 1366 and on a whole one of 1920. The last is for a text font that is larger than that of the buttons. */
static const unsigned widths[] = {80, 90, 115, 160, 225, 64};

static bool
is_open(const dx_report_window *view)
{
    return g_slist_find(views, view) != NULL;
}

/* A report that is drawn while the window has its turns, in which anything may be closed. */
typedef struct drawing {
    dx_turns turns;
    const dx_report_window *view;
} drawing;

static bool
take_turn(uint32_t num, void *user)
{
    drawing *now = (drawing *)user;
    bool open = dx_turns_take(&now->turns, num) && is_open(now->view);
    now->turns.whole = open;
    return open;
}

/* `now`: NULL when the window has no turns. */
static void
render(GString *out, const dx_report_window *view, dx_render_function as, drawing *now)
{
    const dx_rendering how = {.as = as,
                              .selection = view->selection,
                              .file = dx_window_file_name(),
                              .width = view->width,
                              .turn = now != NULL ? take_turn : NULL,
                              .turns = now};
    dx_render(out, &how);
}

/* Why there is nothing to show. */
static void
say_nothing(GString *out)
{
    const char *disabled = dx_disabled_text();
    g_string_append_printf(out, "%s\n", disabled != NULL ? disabled : "No capture file is open.");
}

/* Whether the window shows all that there is, under the file's name: Wireshark has it drawn whenever any
 * window's statistics are. What a filter selects may have changed. */
static bool
shows_all(const dx_report_window *view)
{
    char *name = dx_window_file_name();
    bool same = g_strcmp0(view->shown_file, name) == 0;
    g_free(name);
    return same && view->selection == NULL && view->shown_width == view->width && dx_judging_is(&view->shown);
}

/* How many connections are judged, and what an earlier report on this reading of the capture told: while
 * packets come in there will be another soon. False when there is no such report. */
static bool
say_how_many(GString *out, const dx_report_window *view, uint32_t num, uint32_t total)
{
    g_string_append_printf(out,
                           "%u of %u connections are judged so far. Statistics > SSL Troubleshooter > Report "
                           "judges the others.\n",
                           num, total);
    bool earlier = view->told != NULL && *view->told != '\0' && view->told_of == view->shown.generation;
    if (earlier)
        g_string_append_printf(out, "As of earlier:\n\n%s", view->told);
    return earlier;
}

static void
note_file(dx_report_window *view)
{
    g_free(view->shown_file);
    view->shown_file = dx_window_file_name();
}

/* Draws in turns; at once when that was stopped, or when what it shows changed meanwhile. False when nothing
 * is to be shown: the window is closed, or it was drawn in a turn. */
static bool
render_in_turns(GString *out, dx_report_window *view, bool may_wait)
{
    drawing now = {.view = view};
    unsigned width = view->width;
    bool waits = may_wait && dx_turns_begin(&now.turns);
    render(out, view, view->as, waits ? &now : NULL);
    bool whole = !waits || dx_turns_end(&now.turns);
    if (!is_open(view) || view->width != width)
        return false;
    if (!whole)
        render(out, view, view->as, NULL);
    return true;
}

/* Nobody is to look at an empty window for as long as its report takes. */
static void
tell_progress(uint32_t num, uint32_t total, bool drawn)
{
    char *line = g_strdup_printf("%s %u of %u connections ...\n", drawn ? "Writing the report:" : "Judging",
                                 num, total);
    for (GSList *entry = views; entry != NULL; entry = entry->next) {
        const dx_report_window *view = (const dx_report_window *)entry->data;
        if (view->waits && view->empty)
            dx_window_show(view->window, line);
    }
    g_free(line);
}

static void
draw(dx_report_window *view, bool may_wait)
{
    uint32_t num, total;
    bool whole = dx_judging_all(&num, &total, may_wait);
    if (!is_open(view)) /* closed meanwhile */
        return;
    note_file(view);
    GString *out = g_string_new(NULL);
    unsigned width = view->width;
    view->shown_width = 0;
    view->shown = dx_judging_now();
    if (whole && !render_in_turns(out, view, may_wait)) {
        g_string_free(out, TRUE);
        return;
    }
    view->empty = !whole && !say_how_many(out, view, num, total);
    if (whole) {
        view->shown_width = width;
        view->told_of = view->shown.generation;
        g_free(view->told);
        view->told = g_strdup(out->str);
    }
    if (out->len == 0)
        say_nothing(out);
    dx_window_show(view->window, out->str);
    g_string_free(out, TRUE);
}

void
dx_report_window_draw(dx_report_window *view, bool may_wait)
{
    dx_preferences_look_for_files();
    if (shows_all(view) || (view->waits && !may_wait))
        return;
    bool waited = view->waits; /* a button under the progress bar */
    view->waits = view->waits || may_wait;
    draw(view, may_wait);
    if (is_open(view))
        view->waits = waited;
}

static void
show_problems(void *user)
{
    (void)user;
    dx_actions_filter(DX_PROBLEMS_FILTER);
}

static void
go_back(void *user)
{
    (void)user;
    dx_actions_go_to_problem(false);
}

static void
go_on(void *user)
{
    (void)user;
    dx_actions_go_to_problem(true);
}

static void
change_width(void *user)
{
    dx_report_window *view = (dx_report_window *)user;
    unsigned at = 0;
    while (at + 1 < G_N_ELEMENTS(widths) && widths[at] != view->width)
        at++;
    view->width = widths[(at + 1) % G_N_ELEMENTS(widths)];
    dx_report_window_draw(view, true);
}

/* What the window shows, as of now; "" when it was closed meanwhile. New string. */
static char *
text_of(dx_report_window *view)
{
    dx_report_window_draw(view, true);
    return g_strdup(is_open(view) ? dx_window_text(view->window) : "");
}

static void
copy(void *user)
{
    char *shown = text_of((dx_report_window *)user);
    GString *text = g_string_new(shown);
    funnel_get_funnel_ops()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
    g_free(shown);
}

/* The page of the same connections; NULL when its making was stopped. */
static char *
make_page(const dx_report_window *view)
{
    drawing now = {.view = view};
    GString *page = g_string_new(NULL);
    bool waits = dx_turns_begin(&now.turns);
    render(page, view, dx_report_html, waits ? &now : NULL);
    bool whole = !waits || dx_turns_end(&now.turns);
    return g_string_free(page, !whole);
}

static void
save(void *user)
{
    char *text = text_of((dx_report_window *)user);
    char *page = *text != '\0' ? make_page((dx_report_window *)user) : NULL;
    if (page != NULL)
        dx_actions_save(text, page);
    else
        g_free(text);
}

static void
browse(void *user)
{
    uint32_t num, total;
    bool whole = dx_judging_all(&num, &total, true);
    if (whole && dx_tracker_verdicts() != NULL && is_open(user)) {
        char *page = make_page((const dx_report_window *)user);
        if (page != NULL)
            dx_actions_browse(page);
        g_free(page);
    }
}

static void
add_buttons(dx_window *window)
{
    static const struct {
        const char *label;
        void (*pressed)(void *user);
    } buttons[] = {
        {"All problems", show_problems}, {"Previous", go_back}, {"Next", go_on},
        {"Width", change_width},         {"Copy", copy},        {"Save as...", save},
        {"In browser", browse}}; /* no more, and none longer: with large fonts they fill a screen */
    for (unsigned i = 0; i < G_N_ELEMENTS(buttons); i++)
        dx_window_button(window, buttons[i].label, buttons[i].pressed);
}

static void
close_window(void *user)
{
    const dx_report_window *view = (const dx_report_window *)user;
    view->closed(view->user);
}

dx_report_window *
dx_report_window_new(const char *title, dx_render_function as, dx_selection *selection,
                     void (*closed)(void *user), void *user)
{
    dx_report_window *view = g_new0(dx_report_window, 1);
    view->as = as;
    view->selection = selection;
    view->closed = closed;
    view->user = user;
    view->width = widths[0];
    view->empty = true;
    dx_judging_on_turn(tell_progress);
    view->window = dx_window_new(title, close_window, view);
    views = g_slist_prepend(views, view);
    add_buttons(view->window);
    return view;
}

void
dx_report_window_free(dx_report_window *view)
{
    views = g_slist_remove(views, view);
    g_free(view->shown_file);
    g_free(view->told);
    g_free(view);
}
