/* window.c - a window with text: the report in Wireshark
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/window.h"

#include <epan/plugin_if.h>

/* Every frame of every connection that did not come about; the profile's first button is the same. */
#define FAILED_FILTER "ssltrouble.outcome in {\"failed\", \"no_tcp\"}"

struct dx_window {
    funnel_text_window_t *window;
    char *text;
    void (*closed)(void *user);
    void *user;
};

static dx_button_bool
filter_pressed(funnel_text_window_t *text_window, void *data)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    (void)text_window, (void)data;
    ops->set_filter(ops->ops_id, FAILED_FILTER);
    ops->apply_filter(ops->ops_id);
    return true;
}

static dx_button_bool
copy_pressed(funnel_text_window_t *text_window, void *data)
{
    const dx_window *window = (const dx_window *)data;
    GString *text = g_string_new(window->text);
    (void)text_window;
    funnel_get_funnel_ops()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
    return true;
}

static void
add_button(dx_window *window, const char *label, funnel_bt_cb_t pressed)
{
    funnel_bt_t *button = g_new0(funnel_bt_t, 1);
    button->tw = window->window;
    button->func = pressed;
    button->data = window;
    button->free_fcn = g_free;
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
    add_button(window, "Show failed connections", filter_pressed);
    add_button(window, "Copy", copy_pressed);
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

char *
dx_window_file_name(void)
{
    ws_info_t *info = NULL;
    plugin_if_get_ws_info(&info);
    return info != NULL && info->cf_filename != NULL ? g_path_get_basename(info->cf_filename) : NULL;
}
