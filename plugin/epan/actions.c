/* actions.c - what the buttons below a report do in Wireshark's window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/actions.h"

#include <cfile.h>
#include <epan/frame_data_sequence.h>
#include <epan/plugin_if.h>
#include <glib/gstdio.h>
#include <wsutil/report_message.h>

#include "epan/judging.h"
#include "epan/tracker.h"
#include "epan/window.h"

static GSList *pages; /* of char *: files that browsers were shown */

void
dx_actions_filter(const char *filter)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    ops->set_filter(ops->ops_id, filter);
    plugin_if_apply_filter(filter, TRUE); /* at once, where the funnel's takes its time (4.0) */
}

/* The nearest verdict's frame behind `from`, or before it; the first or the last of all where there is none.
 * 0: there is no problem. */
static uint32_t
find_problem(uint32_t from, bool next)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    uint32_t nearest = 0, around = 0;
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;) {
        const dx_verdict *verdict =
            dx_capture_reportable(capture, index) ? dx_verdicts_of(verdicts, index) : NULL;
        uint32_t frame = verdict != NULL && verdict->cause != NULL ? verdict->frame : 0;
        bool beyond = next ? frame > from : frame < from;
        if (frame == 0)
            continue;
        if (beyond && (nearest == 0 || (next ? frame < nearest : frame > nearest)))
            nearest = frame;
        if (around == 0 || (next ? frame < around : frame > around))
            around = frame;
    }
    return nearest != 0 ? nearest : around;
}

/* Returns `wanted` when the display filter lets it pass, else NULL. */
static void *
if_displayed(capture_file *file, void *wanted)
{
    const frame_data *frame = file != NULL && file->provider.frames != NULL
                                  ? frame_data_sequence_find(file->provider.frames, GPOINTER_TO_UINT(wanted))
                                  : NULL;
    return frame != NULL && frame->passed_dfilter ? wanted : NULL;
}

void
dx_actions_go_to_problem(bool next)
{
    uint32_t num, total;
    bool whole = dx_judging_all(&num, &total, true);
    bool known = whole && dx_tracker_verdicts() != NULL;
    uint32_t frame = known ? find_problem(dx_window_selected_frame(), next) : 0;
    if (frame == 0)
        return;
    if (plugin_if_get_capture_file(if_displayed, GUINT_TO_POINTER(frame)) == NULL)
        dx_actions_filter(DX_PROBLEMS_FILTER);
    plugin_if_goto_frame(frame);
}

typedef struct document {
    char *text, *page;
} document;

static void
free_document(void *data)
{
    document *saved = (document *)data;
    g_free(saved->text);
    g_free(saved->page);
    g_free(saved);
}

/* `input` is the callee's: Wireshark's dialog hands over copies and frees none. */
static void
write_document(char **input, void *data)
{
    const document *saved = (const document *)data;
    const char *name = input != NULL ? input[0] : NULL;
    GError *error = NULL;
    bool named = name != NULL && *name != '\0';
    bool as_page = named && (g_str_has_suffix(name, ".html") || g_str_has_suffix(name, ".htm"));
    if (named && !g_file_set_contents(name, as_page ? saved->page : saved->text, -1, &error)) {
        report_failure("ssltrouble: the report could not be saved: %s", error->message);
        g_error_free(error);
    }
    g_strfreev(input);
}

void
dx_actions_save(char *text, char *page)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    char *path = dx_window_file_path();
    char *name = path != NULL ? g_strconcat(path, ".report.txt", NULL)
                              : g_build_filename(g_get_home_dir(), "ssltrouble.txt", NULL);
    const char *labels[] = {"File (a page when its name ends in .html)", NULL}, *values[] = {name, NULL};
    document *saved = g_new(document, 1);
    *saved = (document){text, page};
    ops->new_dialog(ops->ops_id, "SSL Troubleshooter: Save the report", labels, values, write_document, saved,
                    free_document);
    g_free(name);
    g_free(path);
}

void
dx_actions_browse(const char *page)
{
    char *name = NULL;
    GError *error = NULL;
    int file = g_file_open_tmp("ssltrouble-XXXXXX.html", &name, &error);
    if (file >= 0) {
        g_close(file, NULL);
        pages = g_slist_prepend(pages, name);
        if (g_file_set_contents(name, page, -1, &error))
            funnel_get_funnel_ops()->browser_open_data_file(name);
    }
    if (error != NULL) {
        report_failure("ssltrouble: the report could not be written for the browser: %s", error->message);
        g_error_free(error);
    }
}

static void
remove_pages(void)
{
    for (GSList *page = pages; page != NULL; page = page->next)
        g_unlink((const char *)page->data);
    g_slist_free_full(pages, g_free);
    pages = NULL;
}

void
dx_actions_register(void)
{
    register_shutdown_routine(remove_pages);
}
