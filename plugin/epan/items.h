/* items.h - items of the packet tree, all marked as generated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_ITEMS_H
#define DX_EPAN_ITEMS_H

#include "epan/compat.h"

#include "epan/fields.h"

/* dx_item_wanted - whether somebody looks at the field. Else Wireshark adds no item for it (4.0 to 4.6), and
 * the text need not be made. */
bool dx_item_wanted(proto_tree *tree, dx_field field);

/* dx_label_wanted - whether somebody looks at the protocol's own line, not only at its fields. */
bool dx_label_wanted(proto_tree *tree, int proto);

/* dx_item_string - a text; nothing, and NULL, when `text` is NULL. dx_item_owned_string takes `text` over. */
proto_item *dx_item_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text);
void dx_item_owned_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, char *text);

/* dx_item_hidden - a text for filters and columns alone, which other lines show already. */
void dx_item_hidden(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text);

/* dx_item_number, dx_item_hidden_number - an unsigned value. */
void dx_item_number(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint32_t number);
void dx_item_hidden_number(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint32_t number);

/* dx_item_mark - a field without a value. */
void dx_item_mark(proto_tree *tree, tvbuff_t *tvb, dx_field field);

/* dx_item_branch - a field without a value, with a subtree, which is returned. */
proto_tree *dx_item_branch(proto_tree *tree, tvbuff_t *tvb, dx_field field, int ett);

/* dx_item_subtree - a heading with a subtree, which is returned. */
proto_tree *dx_item_subtree(proto_tree *tree, tvbuff_t *tvb, int ett, const char *text);

/* dx_item_generated - marks an item as generated and returns it. */
proto_item *dx_item_generated(proto_item *item);

#endif
