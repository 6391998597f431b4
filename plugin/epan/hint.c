/* hint.c - tells users of one-pass tshark what two passes would show
 *
 * One pass prints a frame before what follows it is known: a field of ours is on the frames from the verdict
 * on only.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/hint.h"

#include <stdio.h>

#include "epan/fields.h"
#include "epan/segments.h"

void
dx_hint_use_two_passes(const proto_tree *tree, int proto)
{
    static bool decided;
    if (decided || tree == NULL)
        return;
    decided = true;
    if (dx_segments_only_pass() && dx_fields_asked_for(proto)) {
        fprintf(
            stderr,
            "ssltrouble: without -2 a verdict appears only from the deciding frame on; add -2 to show it on "
            "every frame.\n");
    }
}
