/* advice.h - what is worth saying of a connection and no cause of failure
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_ADVICE_H
#define DX_VERDICT_ADVICE_H

#include "verdict/verdict.h"

/* The ids and titles of all advices; `num` gets how many. */
typedef struct dx_advice_kind {
    const char *id, *title;
} dx_advice_kind;
const dx_advice_kind *dx_advice_kinds(unsigned *num);

/* dx_advice_collect - appends the advices that the facts give to `advice` (of dx_advice). */
void dx_advice_collect(GArray *advice, const dx_facts *facts, const dx_context *context, dx_outcome outcome);

#endif
