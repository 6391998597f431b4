/* html_matrix.h - which server has which problem, as a table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_MATRIX_H
#define DX_PRESENT_HTML_MATRIX_H

#include "present/fold.h"

/* dx_html_matrix - appends the table, its numbers linked to the first `num_linked` problems ("#p1"); nothing
 * for fewer than two problems. */
void dx_html_matrix(GString *out, const dx_fold *fold, unsigned num_linked);

#endif
