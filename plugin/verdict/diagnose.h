/* diagnose.h - from facts to a verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_DIAGNOSE_H
#define DX_VERDICT_DIAGNOSE_H

#include "verdict/verdict.h"

/* dx_diagnose - a new verdict from facts and context; free with dx_verdict_free. Pure: same input, same
 * verdict. */
dx_verdict *dx_diagnose(const dx_causes *causes, const dx_facts *facts, const dx_context *context);

#endif
