/* window.c - a window with text and buttons, in Wireshark only (dx_in_gui)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/window.h"

#include <cfile.h>
#include <epan/plugin_if.h>

struct dx_window {
    funnel_text_window_t *window;
    char *text;
    void (*closed)(void *user);
    void *user;
};

typedef struct pushed {
    const dx_window *window;
    void (*pressed)(void *user);
} pushed;

static dx_button_bool
press(funnel_text_window_t *text_window, void *data)
{
    const pushed *which = (const pushed *)data;
    (void)text_window;
    which->pressed(which->window->user);
    return true;
}

void
dx_window_button(dx_window *window, const char *label, void (*pressed)(void *user))
{
    funnel_bt_t *button = g_new0(funnel_bt_t, 1);
    pushed *which = g_new(pushed, 1);
    *which = (pushed){window, pressed};
    button->tw = window->window;
    button->func = press;
    button->data = which;
    button->free_fcn = g_free;
    button->free_data_fcn = g_free;
    funnel_get_funnel_ops()->add_button(window->window, button, label);
}

static void
close_window(void *data)
{
    dx_window *window = (dx_window *)data;
    window->closed(window->user);
    g_free(window->text);
    g_free(window);
}

dx_window *
dx_window_new(const char *title, void (*closed)(void *user), void *user)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    dx_window *window = g_new0(dx_window, 1);
    window->closed = closed;
    window->user = user;
    window->window = ops->new_text_window(ops->ops_id, title);
    ops->set_close_cb(window->window, close_window, window);
    return window;
}

void
dx_window_show(dx_window *window, const char *text)
{
    if (g_strcmp0(window->text, text) == 0)
        return;
    g_free(window->text);
    window->text = g_strdup(text);
    funnel_get_funnel_ops()->set_text(window->window, text);
}

const char *
dx_window_text(const dx_window *window)
{
    return window->text != NULL ? window->text : "";
}

static void *
take_stop(capture_file *file, void *wanted)
{
    bool stopped = file != NULL && file->stop_flag;
    if (stopped)
        file->stop_flag = false;
    return stopped ? wanted : NULL;
}

/* Wireshark's button tells the open file alone, not the flag that its progress window takes
 * (ui/qt/progress_frame.cpp, 4.0 to 4.6). */
bool
dx_window_stopped(void)
{
    static bool yes;
    return plugin_if_get_capture_file(take_stop, &yes) != NULL;
}

static void *
if_reading(capture_file *file, void *wanted)
{
    bool read = file != NULL && (file->state == FILE_READ_DONE || file->state == FILE_READ_ABORTED);
    return file != NULL && (!read || file->redissecting) ? wanted : NULL;
}

bool
dx_window_is_reading(void)
{
    static bool yes;
    return plugin_if_get_capture_file(if_reading, &yes) != NULL;
}

char *
dx_window_file_path(void)
{
    ws_info_t *info = NULL;
    plugin_if_get_ws_info(&info);
    return info != NULL && info->cf_filename != NULL ? g_strdup(info->cf_filename) : NULL;
}

char *
dx_window_file_name(void)
{
    char *path = dx_window_file_path();
    char *name = path != NULL ? g_path_get_basename(path) : NULL;
    g_free(path);
    return name;
}

uint32_t
dx_window_selected_frame(void)
{
    ws_info_t *info = NULL;
    plugin_if_get_ws_info(&info);
    return info != NULL ? info->cf_framenr : 0;
}
