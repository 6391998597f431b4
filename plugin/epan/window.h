/* window.h - a window with text and buttons, in Wireshark only (dx_in_gui)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_WINDOW_H
#define DX_EPAN_WINDOW_H

#include "epan/compat.h"

typedef struct dx_window dx_window;

/* dx_window_new - opens a window. It frees itself when the user closes it, after a call of `closed`. */
dx_window *dx_window_new(const char *title, void (*closed)(void *user), void *user);

/* dx_window_button - adds a button; `pressed` gets the window's user. */
void dx_window_button(dx_window *window, const char *label, void (*pressed)(void *user));

/* dx_window_show - replaces the text when it differs: a reader is not thrown back to the first line for
 * nothing. */
void dx_window_show(dx_window *window, const char *text);

/* dx_window_text - what it shows; "" when nothing. */
const char *dx_window_text(const dx_window *window);

/* dx_window_stopped - whether the button beside the progress bar was pressed since the last question. */
bool dx_window_stopped(void);

/* dx_window_is_reading - whether frames of the capture that is open are being read, captured or dissected
 * anew. */
bool dx_window_is_reading(void);

/* dx_window_file_path - the capture file; NULL when none is open. dx_window_file_name - without its folder.
 * New string. */
char *dx_window_file_path(void);
char *dx_window_file_name(void);

/* dx_window_selected_frame - the selected packet's number; 0: none. */
uint32_t dx_window_selected_frame(void);

#endif
