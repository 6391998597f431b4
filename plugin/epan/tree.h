/* tree.h - what a frame's packet tree, expert infos and Info column say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_TREE_H
#define DX_EPAN_TREE_H

#include "epan/compat.h"

/* dx_tree_register - registers fields, subtrees and expert infos of protocol `proto`. */
void dx_tree_register(int proto);

/* dx_tree_handoff - finds the taps, after all dissectors have registered. */
void dx_tree_handoff(void);

/* dx_tree_asked - whether this frame could show what is known: it has a tree, or its expert infos or Info
 * column are looked at. */
bool dx_tree_asked(const packet_info *pinfo, const proto_tree *tree);

/* dx_tree_annotate - writes what is known of the frame's connection. On the first pass only what has
 * happened up to this frame is claimed; on a visited frame it is the verdict over the whole capture.
 * `tree` may be NULL. */
void dx_tree_annotate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
