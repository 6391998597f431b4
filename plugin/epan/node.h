/* node.h - the "SSL Troubleshooter" node of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_NODE_H
#define DX_EPAN_NODE_H

#include "epan/compat.h"

#include "verdict/verdict.h"

/* dx_node_register - registers the subtrees. */
void dx_node_register(void);

/* dx_node_add_verdict - the full node, for the verdict frame. Returns its item; NULL when `tree` is. */
proto_item *dx_node_add_verdict(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                                const dx_verdict *verdict);

/* dx_node_unfold_verdict - unfolds the full node again, which expert infos fold as their own; `item` may be
 * NULL. */
void dx_node_unfold_verdict(proto_item *item);

/* dx_node_add_healthy - the node of the frame that completes a healthy handshake. Returns its item. */
proto_item *dx_node_add_healthy(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                                const dx_verdict *verdict);

/* dx_node_add_name - hidden: the name that a ClientHello names, where the frame has no node that says it. */
void dx_node_add_name(proto_tree *tree, tvbuff_t *tvb, const dx_facts *facts);

/* dx_node_add_point - hidden: at which point the frame was captured; nothing for 0. */
void dx_node_add_point(proto_tree *tree, tvbuff_t *tvb, unsigned point);

/* dx_node_add_pointer - the short node of another frame of a failed connection. Returns its item. */
proto_item *dx_node_add_pointer(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                                const dx_verdict *verdict);

/* dx_node_add_shown - what the frame shows of failed connections, under `item`, in a node of its own when
 * that is NULL; `hidden` where the node lists the evidence anyhow. */
void dx_node_add_shown(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item *item, bool hidden,
                       const GPtrArray *texts);

/* dx_node_add_certificate - what the server's certificate says, on the frame that carries it; under
 * `item`, in a node of its own when that is NULL. */
void dx_node_add_certificate(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item *item,
                             const dx_facts *facts, dx_certs *certs);

#endif
