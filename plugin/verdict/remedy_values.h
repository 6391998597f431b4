/* remedy_values.h - what stands for a placeholder of a step on one connection, and only a remedy knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_REMEDY_VALUES_H
#define DX_VERDICT_REMEDY_VALUES_H

#include "verdict/place.h"

/* dx_remedy_value - the value, a new string, of the placeholder whose name has `len` characters: {connect}
 * {starttls} {expected_starttls} {servername} {binding} {served}; NULL: there is no such placeholder. */
char *dx_remedy_value(const char *name, size_t len, const dx_place *place, const dx_facts *facts,
                      const dx_context *context);

#endif
