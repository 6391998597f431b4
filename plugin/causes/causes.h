/* causes.h - the macro that a cause's file ends with, and the table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAUSES_CAUSES_H
#define DX_CAUSES_CAUSES_H

#include "verdict/cause.h"
#include "verdict/verdict.h"

/* DX_CAUSE - defines the cause `slug`; its fields follow as designated initialisers. The id is written
 * here and in causes.def only: a row without its file does not link, a repeated row does not compile. */
#define DX_CAUSE(slug, ...) const dx_cause dx_cause_##slug = {.id = #slug, __VA_ARGS__}

#define DX_ROW(slug) extern const dx_cause dx_cause_##slug;
#include "causes/causes.def"
#undef DX_ROW

/* dx_all_causes - the table, in ranking order. */
const dx_causes *dx_all_causes(void);

#endif
