/* causes.c - the table of all causes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

static const dx_cause *const table[] = {
#define DX_ROW(slug) &dx_cause_##slug,
#include "causes/causes.def"
#undef DX_ROW
};

const dx_causes *
dx_all_causes(void)
{
    static const dx_causes causes = {table, G_N_ELEMENTS(table)};
    return &causes;
}
