/* layout.h - labels and what they say: as plain text in two columns, wrapped, or as HTML
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_LAYOUT_H
#define DX_PRESENT_LAYOUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define DX_LAYOUT_WIDTH 100 /* columns of a line where nobody wants fewer */
#define DX_LAYOUT_TEXT  16  /* column at which texts begin; labels stand before it */

/* Where the text goes, and how wide it may be: at least 60 columns. HTML: within a <dl>, of any width. */
typedef struct dx_page {
    GString *out;
    unsigned width;
    bool html;
} dx_page;

/* dx_layout_wrap - appends `prefix`, then `text` from column `indent` on, wrapped; ends with a newline. Words
 * that are wider than the line are cut in two. Passes the text through dx_safe. Plain text only. */
void dx_layout_wrap(const dx_page *page, const char *prefix, unsigned indent, const char *text);

/* dx_layout_text - a label (NULL: none) and its wrapped text; nothing when the text is NULL or empty. */
void dx_layout_text(const dx_page *page, const char *label, const char *text);
void dx_layout_line(const dx_page *page, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* dx_layout_item - a label (NULL: none), a short word or two ("frame 4"), and a text that begins `columns`
 * behind them. dx_layout_bullet - one item of a list. */
void dx_layout_item(const dx_page *page, const char *label, unsigned columns, const char *key,
                    const char *text);
void dx_layout_bullet(const dx_page *page, const char *text);

/* dx_layout_step - a step as cause.h has it: its sentence wrapped, each command whole on a line of its own.
 * `number` stands before it when it is not 0. */
void dx_layout_step(const dx_page *page, const char *label, unsigned number, const char *step);

/* dx_layout_heading - an empty line, the title with a word or two on the right, a rule. Plain text only.
 * dx_layout_rule - a line of `c` as wide as the page; the same. */
void dx_layout_heading(const dx_page *page, const char *title, const char *status);
void dx_layout_rule(const dx_page *page, char c);

/* dx_layout_whole - a label and a text that is never wrapped: a filter, to paste. */
void dx_layout_whole(const dx_page *page, const char *label, const char *text);

/* dx_layout_count - "1 connection", "2 connections". New string. */
char *dx_layout_count(unsigned num, const char *noun);

/* dx_layout_time - "2012-02-11 00:44:55.123 UTC". New string. */
char *dx_layout_time(int64_t time_us);

#endif
