/* judge.h - weighs packets and files: what became of a connection, and why
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_JUDGE_H
#define DX_VERDICT_JUDGE_H

#include "verdict/verdict.h"

/* dx_cause_weighs - it can be a verdict of packets. */
bool dx_cause_weighs(const dx_cause *cause);

/* dx_judge - a new verdict on settled facts (outcome.h), without what to do, recovery and advice; `fix` is
 * what the cause itself has to add to its own. */
dx_verdict *dx_judge(const dx_causes *causes, const dx_facts *settled, const dx_context *context);

#endif
