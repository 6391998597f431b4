/* taps.c - tshark -z ssltrouble,report|html|json|tree, and windows with the same texts in Wireshark
 *
 * Reports are drawn at the end from the verdicts, so that all of them and the packet tree agree. A filter
 * only selects connections: facts always come from all frames.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/taps.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <wsutil/report_message.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "epan/arguments.h"
#include "epan/preferences.h"
#include "epan/selection.h"
#include "epan/tracker.h"
#include "epan/window.h"
#include "present/present.h"

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
    GString *earlier; /* of captures that were closed before drawing: a ring buffer's files */
    bool drawn;
    dx_window *window; /* NULL in tshark */
} request;

static int own_tap, own_proto;
static GSList *requests; /* of request */
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

static void
render(GString *out, request *asked, void (*flush)(GString *out))
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL) {
        return;
    }
    if (asked->selection != NULL && dx_selection_too_early(asked->selection)) {
        dx_selection_say_too_early();
        return;
    }
    char *file = asked->window != NULL ? dx_window_file_name() : dx_arguments_file();
    dx_report report = {
        .file = file,
        .version = DX_VERSION,
        .max_whole = dx_preferences_report_problems(),
        .width = asked->window != NULL ? DX_WINDOW_COLUMNS : 0,
        .num_cut = dx_tracker_num_cut(),
        .selected = asked->selection != NULL ? is_selected : NULL,
        .user = asked->selection,
        .flush = flush,
    };
    for (unsigned i = 0; i < DX_NUM_UNJUDGED; i++) {
        report.num_unjudged[i] = dx_tracker_num_flows((dx_unjudged)i);
    }
    asked->render(out, verdicts, &report);
    g_free(file);
}

/* A window is drawn anew when there is more to show. */
static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    (void)user, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

static void
draw_window(request *asked)
{
    GString *out = g_string_new(NULL);
    render(out, asked, NULL);
    dx_window_show(asked->window, out->len > 0 ? out->str : "No capture file is open.\n");
    g_string_free(out, TRUE);
}

typedef void (*handler)(int);

/* tshark takes a signal as "read no further" and draws its reports then; that they should end, too, it does
 * not hear (observed: 4.0, 4.4, 4.6). Lets the signal end the program, unless it is to be ignored. */
static handler
hear(int number)
{
    handler old = signal(number, SIG_DFL);
    if (old == SIG_IGN) {
        signal(number, old);
    }
    return old;
}

#ifdef _WIN32
static const int binary_mode = _O_BINARY;

static int
set_output_mode(int mode)
{
    fflush(stdout);
    return _setmode(_fileno(stdout), mode);
}
#else
static const int binary_mode = 0;

static int
set_output_mode(int mode)
{
    return mode;
}
#endif

static void
draw(void *user)
{
    request *asked = (request *)user;
    if (asked->window != NULL) {
        draw_window(asked);
        return;
    }
    GString *out = g_string_new(NULL);
    handler interrupt = hear(SIGINT), terminate = hear(SIGTERM);
    g_string_append_len(out, asked->earlier->str, (gssize)asked->earlier->len);
    /* A line of JSON ends with a line feed alone; text is what Windows makes of it. */
    int mode = asked->render == dx_report_json ? set_output_mode(binary_mode) : binary_mode;
    render(out, asked, write_out);
    write_out(out);
    if (asked->render == dx_report_json) {
        set_output_mode(mode);
    }
    g_string_free(out, TRUE);
    signal(SIGINT, interrupt);
    signal(SIGTERM, terminate);
    asked->drawn = true;
}

static void
finish(void *user)
{
    request *asked = (request *)user;
    requests = g_slist_remove(requests, asked);
    g_string_free(asked->earlier, TRUE);
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
    if (asked->selection != NULL && dx_tracker_verdicts() != NULL) {
        ops->retap_packets(ops->ops_id);
    }
    draw_window(asked);
}

/* Returns the filter behind `command`: "" when there is none, NULL when another word stands there. */
static const char *
filter_of(const char *argument, const char *command)
{
    const char *rest = argument + strlen(command);
    if (*rest == '\0') {
        return rest;
    }
    return *rest == ',' ? rest + 1 : NULL;
}

static bool
start(const char *argument, const word *asked_word)
{
    const char *filter = filter_of(argument, asked_word->command);
    if (!proto_is_protocol_enabled(find_protocol_by_id(own_proto))) {
        report_failure("ssltrouble is disabled (Analyze > Enabled Protocols or --disable-protocol): no "
                       "report for -z %s.",
                       argument);
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
    if (dx_in_gui()) {
        open_window(asked, asked_word->title);
    }
    return true;
}

DX_STAT_INIT
init_word(const char *argument, void *user)
{
    if (!start(argument, (const word *)user)) {
        DX_STAT_INIT_FAILED;
    }
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
    if (dx_in_gui() && dx_taps_asked() && dx_tracker_connection(pinfo->num, &index)) {
        tap_queue_packet(own_tap, pinfo, GUINT_TO_POINTER(index + 1));
    }
}

void
dx_taps_closing(void)
{
    /* Without a reset before it: tshark -b starts a new file and goes on counting (observed: 4.0). */
    for (GSList *entry = requests; entry != NULL && !dx_in_gui(); entry = entry->next) {
        request *asked = (request *)entry->data;
        if (!asked->drawn && dx_capture_last_frame(dx_verdicts_capture(dx_tracker_verdicts())) > 0) {
            render(asked->earlier, asked, NULL);
            if (asked->selection != NULL) {
                dx_selection_reset(asked->selection);
            }
        }
        asked->drawn = false;
    }
}
