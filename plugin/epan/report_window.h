/* report_window.h - a report in a window of Wireshark (dx_in_gui)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_REPORT_WINDOW_H
#define DX_EPAN_REPORT_WINDOW_H

#include "epan/render.h"

typedef struct dx_report_window dx_report_window;

/* dx_report_window_new - opens one, still empty, over the connections of `selection` (NULL: all), which stays
 * the caller's. `closed` is called with `user` when the user closes it; it has to free it. */
dx_report_window *dx_report_window_new(const char *title, dx_render_function as, dx_selection *selection,
                                       void (*closed)(void *user), void *user);

/* dx_report_window_draw - shows what there is by now. Nobody but a user who waits lets the window have its
 * turn meanwhile (`may_wait`), for then it may be closed, and is freed. */
void dx_report_window_draw(dx_report_window *view, bool may_wait);

/* dx_report_window_free - forgets it; the window frees itself. */
void dx_report_window_free(dx_report_window *view);

#endif
