/* window.h - a window with text: the report in Wireshark
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_WINDOW_H
#define DX_EPAN_WINDOW_H

#include "epan/compat.h"

/* Columns that fit the window as Wireshark opens it, which offers no way to ask for more (observed: 4.0). */
#define DX_WINDOW_COLUMNS 72

typedef struct dx_window dx_window;

/* dx_window_new - opens a window, in Wireshark only (dx_in_gui). It frees itself when the user closes it,
 * after a call of `closed`. */
dx_window *dx_window_new(const char *title, void (*closed)(void *user), void *user);

/* dx_window_show - replaces the text when it differs: a reader is not thrown back to the first line for
 * nothing. */
void dx_window_show(dx_window *window, const char *text);

/* dx_window_file_name - name of the capture file without its folder; NULL when none is open. New string. */
char *dx_window_file_name(void);

#endif
