/* items.c - items of the packet tree, all marked as generated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/items.h"

proto_item *
dx_item_generated(proto_item *item)
{
    proto_item_set_generated(item);
    return item;
}

bool
dx_item_wanted(proto_tree *tree, dx_field field)
{
    return proto_field_is_referenced(tree, dx_field_id(field));
}

bool
dx_label_wanted(proto_tree *tree, int proto)
{
    return PTREE_DATA(tree)->visible ||
           proto_registrar_get_nth((guint)proto)->ref_type > HF_REF_TYPE_INDIRECT;
}

proto_item *
dx_item_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text)
{
    return text != NULL ? dx_item_generated(proto_tree_add_string(tree, dx_field_id(field), tvb, 0, 0, text))
                        : NULL;
}

void
dx_item_owned_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, char *text)
{
    dx_item_string(tree, tvb, field, text);
    g_free(text);
}

void
dx_item_hidden(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text)
{
    proto_item *item = dx_item_string(tree, tvb, field, text);
    if (item != NULL)
        proto_item_set_hidden(item);
}

void
dx_item_number(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint32_t number)
{
    dx_item_generated(proto_tree_add_uint(tree, dx_field_id(field), tvb, 0, 0, number));
}

void
dx_item_hidden_number(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint32_t number)
{
    proto_item *item = proto_tree_add_uint(tree, dx_field_id(field), tvb, 0, 0, number);
    proto_item_set_hidden(dx_item_generated(item));
}

void
dx_item_mark(proto_tree *tree, tvbuff_t *tvb, dx_field field)
{
    dx_item_generated(proto_tree_add_item(tree, dx_field_id(field), tvb, 0, 0, ENC_NA));
}

proto_tree *
dx_item_branch(proto_tree *tree, tvbuff_t *tvb, dx_field field, int ett)
{
    proto_item *item = proto_tree_add_item(tree, dx_field_id(field), tvb, 0, 0, ENC_NA);
    return proto_item_add_subtree(dx_item_generated(item), ett);
}

proto_tree *
dx_item_subtree(proto_tree *tree, tvbuff_t *tvb, int ett, const char *text)
{
    proto_item *item = NULL;
    proto_tree *subtree = proto_tree_add_subtree(tree, tvb, 0, 0, ett, &item, text);
    dx_item_generated(item);
    return subtree;
}
