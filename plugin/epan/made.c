/* made.c - a dissection without a packet, to put fields or expert infos in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/made.h"

#include <string.h>

static const uint8_t nothing[1];

void
dx_made_begin(dx_made *made, struct epan_session *session, uint32_t frame, bool tree)
{
    memset(made, 0, sizeof *made);
    made->frame.num = frame;
    made->frame.visited = 1;
    made->edt = epan_dissect_new(session, tree, FALSE);
    made->edt->tvb = tvb_new_real_data(nothing, sizeof nothing, sizeof nothing);
    made->edt->pi.rec = &made->record;
    made->edt->pi.fd = &made->frame;
    made->edt->pi.epan = session;
    made->edt->pi.num = frame;
}

void
dx_made_run(dx_made *made)
{
    dx_file_run(made->edt, &made->record, &made->frame);
}

void
dx_made_end(dx_made *made)
{
    epan_dissect_free(made->edt); /* and its buffer */
    frame_data_destroy(&made->frame);
    dx_file_end(&made->record);
}
