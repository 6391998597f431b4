/* taps.c - tshark -z ssltrouble,report|html|json|tree; in Wireshark the same texts in windows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/taps.h"

#include <stdio.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "epan/arguments.h"
#include "epan/console.h"
#include "epan/report_window.h"
#include "epan/tracker.h"

/* A word after "-z ssltrouble,". */
typedef struct word {
    const char *command;
    dx_render_function render;
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
    dx_render_function as;
    dx_selection *selection; /* NULL: everything */
    GString *earlier;        /* of captures that were closed before drawing: a ring buffer's files */
    bool drawn;
    dx_report_window *view; /* NULL in tshark */
} request;

static int own_tap;
static GSList *requests; /* of request */

static void
write_out(GString *out)
{
    fwrite(out->str, 1, out->len, stdout);
    g_string_truncate(out, 0);
}

static void
render(GString *out, const request *asked, void (*flush)(GString *out))
{
    const dx_rendering how = {
        .as = asked->as, .selection = asked->selection, .file = dx_arguments_file(), .flush = flush};
    dx_render(out, &how);
}

/* A window is drawn anew when there is more to show. */
static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    (void)user, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

static void
draw(void *user)
{
    request *asked = (request *)user;
    if (asked->view != NULL) {
        dx_report_window_draw(asked->view, false);
        return;
    }
    GString *out = g_string_new(NULL);
    dx_console console;
    /* A line of JSON ends with a line feed alone; text is what Windows makes of it. */
    dx_console_begin(&console, asked->as == dx_report_json);
    g_string_append_len(out, asked->earlier->str, (gssize)asked->earlier->len);
    render(out, asked, write_out);
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
    if (asked->view != NULL)
        dx_report_window_free(asked->view);
    g_free(asked);
}

static void
close_window(void *user)
{
    dx_selection_free(((const request *)user)->selection);
    remove_tap_listener(user); /* which calls finish */
}

/* Shows the capture that is open; a filter has to see its frames first. */
static void
open_window(request *asked, const char *title)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    asked->view = dx_report_window_new(title, asked->as, asked->selection, close_window, asked);
    if (asked->selection != NULL && dx_tracker_verdicts() != NULL)
        ops->retap_packets(ops->ops_id);
    dx_report_window_draw(asked->view, true);
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
    const char *disabled = dx_in_gui() ? NULL : dx_disabled_text();
    if (disabled != NULL) {
        report_failure("%s No report for -z %s.", disabled, argument);
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
    asked->as = asked_word->render;
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
dx_taps_register(void)
{
    static stat_tap_ui entries[G_N_ELEMENTS(words)];
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
dx_taps_frame(packet_info *pinfo, uint32_t index)
{
    if (dx_in_gui() && dx_taps_asked())
        tap_queue_packet(own_tap, pinfo, GUINT_TO_POINTER(index + 1));
}

void
dx_taps_closing(void)
{
    /* Without a reset before it: tshark -b starts a new file and goes on counting (observed: 4.0). */
    for (GSList *entry = requests; entry != NULL && !dx_in_gui(); entry = entry->next) {
        request *asked = (request *)entry->data;
        if (!asked->drawn && dx_capture_last_frame(dx_verdicts_capture(dx_tracker_verdicts())) > 0) {
            render(asked->earlier, asked, NULL);
            if (asked->selection != NULL)
                dx_selection_reset(asked->selection);
        }
        asked->drawn = false;
    }
}
