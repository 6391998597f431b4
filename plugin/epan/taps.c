/* taps.c - tshark -z ssltrouble,report|html|json|tree, and windows with the same texts in Wireshark
 *
 * Reports are drawn at the end from the verdicts, so that all of them and the packet tree agree. A filter
 * only selects connections: facts always come from all frames.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/taps.h"

#include <stdio.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "epan/actions.h"
#include "epan/arguments.h"
#include "epan/console.h"
#include "epan/judging.h"
#include "epan/preferences.h"
#include "epan/selection.h"
#include "epan/tracker.h"
#include "epan/unjudged.h"
#include "epan/window.h"
#include "present/present.h"

#define DISABLED_TEXT                                                                                        \
    "The protocol ssltrouble is disabled (Analyze > Enabled Protocols, or --disable-protocol)."

typedef void (*render_function)(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* A word after "-z ssltrouble,". */
typedef struct word {
    const char *command;
    render_function render;
    const char *title; /* of its window */
} word;

static word words[] = {
    {"ssltrouble,report", dx_report_text, "SSL Troubleshooter: Report"},
    {"ssltrouble,html", dx_report_html, "SSL Troubleshooter: HTML"},
    {"ssltrouble,json", dx_report_json, "SSL Troubleshooter: JSON"},
    {"ssltrouble,tree", dx_report_tree, "SSL Troubleshooter: Tree"},
    /* Whatever is none of the above comes here instead of to tshark's list of everything. */
    {"ssltrouble", NULL, NULL},
};

/* A report that was asked for; lives as long as its listener. */
typedef struct request {
    render_function render;
    dx_selection *selection; /* NULL: everything */
    GString *earlier;        /* of captures that were closed before drawing: a ring buffer's files */
    bool drawn;
    dx_window *window;      /* NULL in tshark */
    unsigned width;         /* of a line in it */
    dx_judging_state shown; /* what it shows all of, */
    unsigned shown_width;   /* at this width; 0: not all, or nothing yet */
    char *shown_file;       /* under this name, which "Save As" changes; NULL: none */
} request;

static int own_tap, own_proto;
static GSList *requests; /* of request */

/* The columns that fit the window, which is as wide as its buttons and tells nobody (4.0 to 4.6), and
 * those to choose from. */
static const unsigned widths[] = {80, 100, 130, 170};

static bool
is_selected(uint32_t index, void *user)
{
    return dx_selection_contains((dx_selection *)user, index);
}

static void
write_out(GString *out)
{
    fwrite(out->str, 1, out->len, stdout);
    g_string_truncate(out, 0);
}

/* A report that is drawn while the window has its turns, in which anything may be closed. */
typedef struct drawing {
    dx_turns turns;
    const request *asked;
} drawing;

static bool
take_turn(uint32_t num, void *user)
{
    drawing *now = (drawing *)user;
    bool open = dx_turns_take(&now->turns, num) && g_slist_find(requests, now->asked) != NULL;
    now->turns.whole = open;
    return open;
}

/* `now`: NULL when the window has no turns. */
static void
render(GString *out, const request *asked, render_function as, void (*flush)(GString *out), drawing *now)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL)
        return;
    if (asked->selection != NULL && dx_selection_too_early(asked->selection)) {
        dx_selection_say_too_early();
        return;
    }
    char *file = asked->window != NULL ? dx_window_file_name() : dx_arguments_file();
    dx_report report = {
        .file = file,
        .version = DX_VERSION,
        .max_whole = dx_preferences_report_problems(),
        .width = asked->width,
        .num_cut = dx_tracker_num_cut(),
        .selected = asked->selection != NULL ? is_selected : NULL,
        .user = asked->selection,
        .flush = flush,
        .turn = now != NULL ? take_turn : NULL,
        .turns = now,
    };
    for (unsigned i = 0; i < DX_NUM_UNJUDGED; i++)
        report.num_unjudged[i] = dx_unjudged_count((dx_unjudged)i);
    as(out, verdicts, &report);
    g_free(file);
}

/* A window is drawn anew when there is more to show. */
static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    (void)user, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

/* Why there is nothing to show. */
static const char *
nothing_text(void)
{
    if (!proto_is_protocol_enabled(find_protocol_by_id(own_proto)))
        return DISABLED_TEXT "\n";
    return "No capture file is open.\n";
}

/* Whether the window shows all that there is, under the file's name: Wireshark has it drawn whenever any
 * window's statistics are. What a filter selects may have changed. */
static bool
shows_all(const request *asked, const char *name)
{
    return asked->selection == NULL && asked->shown_width == asked->width &&
           g_strcmp0(asked->shown_file, name) == 0 && dx_judging_is(&asked->shown);
}

/* Takes the name over. */
static void
note_file(request *asked, char *name)
{
    g_free(asked->shown_file);
    asked->shown_file = name;
}

/* Draws in turns; at once when that was stopped, or when what it shows changed meanwhile. False when nothing
 * is to be shown: the window is closed, or it was drawn in a turn. */
static bool
render_in_turns(GString *out, request *asked, bool may_wait)
{
    drawing now = {.asked = asked};
    unsigned width = asked->width;
    bool waits = may_wait && dx_turns_begin(&now.turns);
    render(out, asked, asked->render, NULL, waits ? &now : NULL);
    bool whole = !waits || dx_turns_end(&now.turns);
    if (g_slist_find(requests, asked) == NULL || asked->width != width)
        return false;
    if (!whole)
        render(out, asked, asked->render, NULL, NULL);
    return true;
}

/* Nobody but a user who waits lets the window have its turn meanwhile, for then it may be closed. */
static void
draw_window(request *asked, bool may_wait)
{
    uint32_t num, total;
    char *name = dx_window_file_name();
    dx_preferences_look_for_files();
    bool known = shows_all(asked, name);
    bool whole = known || dx_judging_all(&num, &total, may_wait);
    if (known || g_slist_find(requests, asked) == NULL) { /* closed meanwhile */
        g_free(name);
        return;
    }
    note_file(asked, name);
    GString *out = g_string_new(NULL);
    unsigned width = asked->width;
    asked->shown_width = 0;
    asked->shown = dx_judging_now();
    if (whole && !render_in_turns(out, asked, may_wait)) {
        g_string_free(out, TRUE);
        return;
    }
    if (whole) {
        asked->shown_width = width;
    } else if (*dx_window_text(asked->window) != '\0') { /* what it showed is more than what there is now */
        g_string_free(out, TRUE);
        return;
    } else {
        g_string_append_printf(out,
                               "%u of %u connections are judged so far. Statistics > SSL Troubleshooter > "
                               "Report judges the others.\n",
                               num, total);
    }
    dx_window_show(asked->window, out->len > 0 ? out->str : nothing_text());
    g_string_free(out, TRUE);
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
    request *asked = (request *)user;
    unsigned at = 0;
    while (at + 1 < G_N_ELEMENTS(widths) && widths[at] != asked->width)
        at++;
    asked->width = widths[(at + 1) % G_N_ELEMENTS(widths)];
    draw_window(asked, true);
}

/* What the window shows, as of now; "" when it was closed meanwhile. New string. */
static char *
text_of(request *asked)
{
    draw_window(asked, true);
    return g_strdup(g_slist_find(requests, asked) != NULL ? dx_window_text(asked->window) : "");
}

static void
copy(void *user)
{
    char *shown = text_of((request *)user);
    GString *text = g_string_new(shown);
    funnel_get_funnel_ops()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
    g_free(shown);
}

/* The page of the same connections; NULL when its making was stopped. */
static char *
make_page(const request *asked)
{
    drawing now = {.asked = asked};
    GString *page = g_string_new(NULL);
    bool waits = dx_turns_begin(&now.turns);
    render(page, asked, dx_report_html, NULL, waits ? &now : NULL);
    bool whole = !waits || dx_turns_end(&now.turns);
    return g_string_free(page, !whole);
}

static void
save(void *user)
{
    char *text = text_of((request *)user);
    char *page = *text != '\0' ? make_page((request *)user) : NULL;
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
    if (whole && dx_tracker_verdicts() != NULL && g_slist_find(requests, user) != NULL) {
        char *page = make_page((const request *)user);
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
draw(void *user)
{
    request *asked = (request *)user;
    if (asked->window != NULL) {
        draw_window(asked, false);
        return;
    }
    GString *out = g_string_new(NULL);
    dx_console console;
    /* A line of JSON ends with a line feed alone; text is what Windows makes of it. */
    dx_console_begin(&console, asked->render == dx_report_json);
    g_string_append_len(out, asked->earlier->str, (gssize)asked->earlier->len);
    render(out, asked, asked->render, write_out, NULL);
    write_out(out);
    g_string_free(out, TRUE);
    dx_console_end(&console);
    asked->drawn = true;
}

static void
finish(void *user)
{
    request *asked = (request *)user;
    requests = g_slist_remove(requests, asked);
    g_string_free(asked->earlier, TRUE);
    g_free(asked->shown_file);
    g_free(asked);
}

static void
close_window(void *user)
{
    dx_selection_free(((const request *)user)->selection);
    remove_tap_listener(user); /* which calls finish */
}

/* A window that is opened over a capture shows it at once; a filter has to see the frames first. */
static void
open_window(request *asked, const char *title)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    asked->window = dx_window_new(title, close_window, asked);
    asked->width = widths[0];
    add_buttons(asked->window);
    if (asked->selection != NULL && dx_tracker_verdicts() != NULL)
        ops->retap_packets(ops->ops_id);
    draw_window(asked, true);
}

/* Returns the filter behind `command`: "" when there is none, NULL when another word stands there. */
static const char *
filter_of(const char *argument, const char *command)
{
    const char *rest = argument + strlen(command);
    if (*rest == '\0')
        return rest;
    return *rest == ',' ? rest + 1 : NULL;
}

static bool
start(const char *argument, const word *asked_word)
{
    const char *filter = filter_of(argument, asked_word->command);
    if (!dx_in_gui() && !proto_is_protocol_enabled(find_protocol_by_id(own_proto))) {
        report_failure(DISABLED_TEXT " No report for -z %s.", argument);
        return false;
    }
    if (asked_word->render == NULL || filter == NULL) {
        report_failure("ssltrouble: -z %s: the word after \"ssltrouble,\" must be report, html, json, tree, "
                       "scenarios, servers or "
                       "connections.",
                       argument);
        return false;
    }
    if (asked_word->render == dx_report_html && dx_in_gui()) {
        report_failure("ssltrouble: -z %s writes a page for a browser: use tshark.", argument);
        return false;
    }
    request *asked = g_new0(request, 1);
    char *problem = NULL;
    asked->render = asked_word->render;
    asked->earlier = g_string_new(NULL);
    asked->selection = *filter != '\0' ? dx_selection_new(filter, &problem) : NULL;
    GString *error = problem == NULL ? register_tap_listener("ssltrouble", asked, NULL, TL_REQUIRES_NOTHING,
                                                             NULL, take_packet, draw, finish)
                                     : g_string_new(problem);
    g_free(problem);
    requests = g_slist_prepend(requests, asked);
    if (error != NULL) { /* finish is not called then, 4.0 to 4.6 */
        report_failure("ssltrouble: %s", error->str);
        g_string_free(error, TRUE);
        dx_selection_free(asked->selection);
        finish(asked);
        return false;
    }
    if (dx_in_gui())
        open_window(asked, asked_word->title);
    return true;
}

DX_STAT_INIT
init_word(const char *argument, void *user)
{
    if (!start(argument, (const word *)user))
        DX_STAT_INIT_FAILED;
    DX_STAT_INIT_DONE;
}

void
dx_taps_register(int proto)
{
    static stat_tap_ui entries[G_N_ELEMENTS(words)];
    own_proto = proto;
    own_tap = register_tap("ssltrouble");
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        entries[i] = (stat_tap_ui){
            .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = words[i].command, .tap_init_cb = init_word};
        register_stat_tap_ui(&entries[i], &words[i]);
    }
}

bool
dx_taps_asked(void)
{
    return have_tap_listener(own_tap);
}

void
dx_taps_frame(packet_info *pinfo)
{
    uint32_t index;
    if (dx_in_gui() && dx_taps_asked() && dx_tracker_connection(pinfo->num, &index))
        tap_queue_packet(own_tap, pinfo, GUINT_TO_POINTER(index + 1));
}

void
dx_taps_closing(void)
{
    /* Without a reset before it: tshark -b starts a new file and goes on counting (observed: 4.0). */
    for (GSList *entry = requests; entry != NULL && !dx_in_gui(); entry = entry->next) {
        request *asked = (request *)entry->data;
        if (!asked->drawn && dx_capture_last_frame(dx_verdicts_capture(dx_tracker_verdicts())) > 0) {
            render(asked->earlier, asked, asked->render, NULL, NULL);
            if (asked->selection != NULL)
                dx_selection_reset(asked->selection);
        }
        asked->drawn = false;
    }
}
