/* html_overview.h - the top of the HTML page: numbers and a timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_OVERVIEW_H
#define DX_PRESENT_HTML_OVERVIEW_H

#include "present/fold.h"

/* dx_html_tile - one number of the row of tiles, a list item; `style`: "good", "bad", "warn" or "". */
void dx_html_tile(GString *out, const char *style, uint64_t number, const char *name);

/* dx_html_timeline - appends a <figure> of failed and established connections over time; nothing when there
 * are none. */
void dx_html_timeline(GString *out, const dx_timeline *timeline);

/* dx_html_overview - tiles and timeline of a fold. */
void dx_html_overview(GString *out, const dx_fold *fold);

#endif
