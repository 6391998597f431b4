/* html_style.h - the frame of every HTML page: its head, its style, its script
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_STYLE_H
#define DX_PRESENT_HTML_STYLE_H

#include <glib.h>

/* dx_html_open - appends all up to the end of the heading `title` within <main>; `language` is English. The
 * page asks no network for anything: a policy in its head allows its own style and script, by their hashes,
 * and nothing else. dx_html_close - the rest. */
void dx_html_open(GString *out, const char *title);
void dx_html_close(GString *out);

/* dx_html_controls - the buttons that open and close all problems, and the field that looks for a word. */
void dx_html_controls(GString *out);

#endif
