/* negotiation.h - who talked, and what the two sides offered and chose, as fields of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_NEGOTIATION_H
#define DX_EPAN_NEGOTIATION_H

#include "epan/compat.h"

#include "facts/facts.h"

/* dx_negotiation_register - registers the subtrees. */
void dx_negotiation_register(void);

/* dx_negotiation_add_peers - client, server and the server's name. */
void dx_negotiation_add_peers(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts);

/* dx_negotiation_add - the client's offer and the server's choice, an entry a field, and how long it took. */
void dx_negotiation_add(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts);

#endif
