/* hint.h - tells users of one-pass tshark what two passes would show
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_HINT_H
#define DX_EPAN_HINT_H

#include "epan/compat.h"

/* dx_hint_use_two_passes - says once per process, on stderr, that `tshark -2` sees the whole capture, when
 * one-pass tshark was asked for a field of ours. Called on the first pass, for frames of connections that
 * have facts. */
void dx_hint_use_two_passes(const proto_tree *tree, int proto);

#endif
