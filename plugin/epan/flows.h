/* flows.h - counts flows whose TLS is not judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_FLOWS_H
#define DX_EPAN_FLOWS_H

#include "facts/facts.h"

typedef struct dx_flows dx_flows;

/* dx_flows_new - an empty set; free with dx_flows_free. */
dx_flows *dx_flows_new(void);
void dx_flows_free(dx_flows *flows);

/* dx_flows_add - takes one packet's addresses; both directions are one flow. */
void dx_flows_add(dx_flows *flows, const dx_endpoint *source, const dx_endpoint *destination);

/* dx_flows_count - distinct flows, at most 65536. */
uint32_t dx_flows_count(const dx_flows *flows);

#endif
