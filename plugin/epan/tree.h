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

/* dx_tree_annotate - writes what is known of the frame's connection, `index`. On the first pass only what has
 * happened up to this frame is claimed; on a visited frame it is the verdict over the whole capture.
 * `tree` may be NULL. */
void dx_tree_annotate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index);

/* What a frame shows of its connection. */
typedef enum {
    DX_TREE_NOTHING,
    DX_TREE_COMMON, /* what every frame of the connection shows */
    DX_TREE_OWN     /* something of its own */
} dx_tree_share;

/* dx_tree_places - where in a connection which of them is shown, with its verdict as of now; valid until the
 * capture changes. */
typedef struct dx_tree_places {
    uint32_t verdict_frame, established_frame, certificate_frame;
    uint32_t hello_frame, second_hello_frame; /* 0 where it names no server */
    bool common;
} dx_tree_places;
dx_tree_places dx_tree_places_of(uint32_t index);
dx_tree_share dx_tree_share_of(const dx_tree_places *places, uint32_t frame);

/* dx_tree_fill - writes into `tree` what frame pinfo->num of a connection shows of its final verdict. */
void dx_tree_fill(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index);

#endif
