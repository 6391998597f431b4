/* problem.h - one problem of the report of all that was reduced
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_REDUCE_PROBLEM_H
#define DX_REDUCE_PROBLEM_H

#include "present/layout.h"
#include "reduce/reduction.h"

/* dx_problem_body - all there is to say of a problem, without its title, as text or HTML. */
void dx_problem_body(const dx_page *page, const dx_problem *problem);

/* dx_problem_status - "CONFIRMED", "CAUSE OPEN, later succeeded". dx_problem_where - the server with its
 * names and the number of connections, in a line. New strings. */
char *dx_problem_status(const dx_problem *problem);
char *dx_problem_where(const dx_problem *problem);

/* dx_seen_text - the first `max` of distinct values, "a, b and 3 more"; "" when there are none. New
 * string. */
char *dx_seen_text(const dx_seen *seen, unsigned max);

#endif
