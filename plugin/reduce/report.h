/* report.h - one report of all that was reduced
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_REDUCE_REPORT_H
#define DX_REDUCE_REPORT_H

#include "reduce/reduction.h"

/* dx_reduce_text, dx_reduce_html - append the report as plain text, and as one HTML page; `max_whole`
 * problems are told whole, the others in a line each. */
void dx_reduce_text(GString *out, const dx_reduction *reduction, unsigned max_whole);
void dx_reduce_html(GString *out, const dx_reduction *reduction, unsigned max_whole);

#endif
