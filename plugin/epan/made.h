/* made.h - a dissection without a packet, to put fields or expert infos in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_MADE_H
#define DX_EPAN_MADE_H

#include "epan/compat.h"

/* A dissection of one byte that belongs to nobody, as of a later pass. */
typedef struct dx_made {
    epan_dissect_t *edt;
    wtap_rec record;
    frame_data frame;
} dx_made;

/* dx_made_begin - fills `made`, which must stay where it is; with a packet tree when `tree` says so. End
 * it with dx_made_end. */
void dx_made_begin(dx_made *made, struct epan_session *session, uint32_t frame, bool tree);
void dx_made_end(dx_made *made);

/* dx_made_run - dissects it, as a record of a file format: post-dissectors and their taps see it, statistics
 * about packets do not. */
void dx_made_run(dx_made *made);

#endif
