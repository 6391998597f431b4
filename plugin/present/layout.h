/* layout.h - plain text in two columns, wrapped
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_LAYOUT_H
#define DX_PRESENT_LAYOUT_H

#include <glib.h>
#include <stdint.h>

#define DX_LAYOUT_WIDTH 100 /* columns of a line where nobody wants fewer */
#define DX_LAYOUT_TEXT  16  /* column at which texts begin; labels stand before it */

/* Where the text goes, and how wide it may be: at least 60 columns. */
typedef struct dx_page {
    GString *out;
    unsigned width;
} dx_page;

/* dx_layout_wrap - appends `prefix`, then `text` from column `indent` on, wrapped; ends with a newline. Words
 * that are wider than the line are cut in two. Passes the text through dx_safe. */
void dx_layout_wrap(const dx_page *page, const char *prefix, unsigned indent, const char *text);

/* dx_layout_text - a label (NULL: none) and its wrapped text; nothing when the text is NULL or empty. */
void dx_layout_text(const dx_page *page, const char *label, const char *text);
void dx_layout_line(const dx_page *page, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* dx_layout_step - a step as cause.h has it: its sentence wrapped, each command whole on a line of its own.
 * `number` stands before it when it is not 0. */
void dx_layout_step(const dx_page *page, const char *label, unsigned number, const char *step);

/* dx_layout_heading - an empty line, the title with a word or two on the right, a rule. */
void dx_layout_heading(const dx_page *page, const char *title, const char *status);

/* dx_layout_whole - a label and a text that is never wrapped: a filter, to paste. */
void dx_layout_whole(const dx_page *page, const char *label, const char *text);

/* dx_layout_rule - a line of `c` as wide as the page. */
void dx_layout_rule(const dx_page *page, char c);

/* dx_layout_count - "1 connection", "2 connections". New string. */
char *dx_layout_count(unsigned num, const char *noun);

/* dx_layout_time - "2012-02-11 00:44:55.123 UTC". New string. */
char *dx_layout_time(int64_t time_us);

#endif
