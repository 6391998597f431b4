/* narrow.h - the report on a narrower page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_NARROW_H
#define DX_PRESENT_NARROW_H

#include <glib.h>

/* dx_narrow - a text made with layout.h, wrapped anew at `width` columns, at least 40; display filters stay
 * whole. New string. */
char *dx_narrow(const char *text, unsigned width);

#endif
