/* html_layout.h - labels and what they say, as rows of a <dl>; the one place where text becomes HTML
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_LAYOUT_H
#define DX_PRESENT_HTML_LAYOUT_H

#include <glib.h>

/* dx_html_text - appends a text of any origin: what could harm or deceive is shown as what it is (dx_safe),
 * and what HTML reads as markup is escaped, for elements and for quoted attributes. Every text that is not a
 * constant of ours passes here, and nowhere else. NULL: nothing. */
void dx_html_text(GString *out, const char *text);

/* dx_html_item - a label (NULL: that of the row before), a short word or two before the text (NULL: none),
 * the text. */
void dx_html_item(GString *out, const char *label, const char *key, const char *text);

/* dx_html_command - a command or a filter, whole, which the page's script gives a button to copy it. */
void dx_html_command(GString *out, const char *label, const char *command);

#endif
