/* cites.h - which frames the verdicts of a capture have as evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_CITES_H
#define DX_EPAN_CITES_H

#include "epan/compat.h"

/* dx_cites_register - the routine that forgets them with the capture. */
void dx_cites_register(void);

/* dx_cites_of - what the frame shows of failed connections, of its own and of others (const char *, borrowed
 * until the next call); NULL when no verdict names it. To be asked once all frames are known. */
const GPtrArray *dx_cites_of(uint32_t frame);

#endif
