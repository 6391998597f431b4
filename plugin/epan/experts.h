/* experts.h - expert infos: two per cause, one per advice
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_EXPERTS_H
#define DX_EPAN_EXPERTS_H

#include "epan/compat.h"

#include "verdict/verdict.h"

/* dx_experts_register - registers `ssltrouble.expert.<cause>`, `.possible` and
 * `ssltrouble.expert.advice.<id>`. */
void dx_experts_register(int proto);

/* dx_expert_of_cause - the entry of a cause: an error when it is likely or confirmed, else a warning. NULL
 * when the cause is not in the table. */
expert_field *dx_expert_of_cause(const dx_cause *cause, dx_confidence confidence);

/* dx_expert_of_advice - the note of an advice id; NULL when it is not in the list. */
expert_field *dx_expert_of_advice(const char *id);

#endif
