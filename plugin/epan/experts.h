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

/* dx_experts_raise - raises the infos of a verdict, in the frame that is being dissected and at `item`,
 * which may be NULL: an error for a cause that is likely or confirmed, a warning for a possible one, a
 * note for each advice. Returns how many. */
unsigned dx_experts_raise(packet_info *pinfo, proto_item *item, const dx_verdict *verdict);

/* dx_experts_raise_for - raises a connection's infos as of now, in a frame that is not its own: sets
 * pinfo->num to the one that they belong to. Returns how many. */
unsigned dx_experts_raise_for(packet_info *pinfo, uint32_t index);

#endif
