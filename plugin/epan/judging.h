/* judging.h - judges all connections of the capture, for as long as a window may stand still
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_JUDGING_H
#define DX_EPAN_JUDGING_H

#include "epan/compat.h"

#include "capture/capture.h"

/* dx_judging_register - the routine that hears of another capture. */
void dx_judging_register(void);

/* dx_judging_all - judges what is not judged yet. In the window that takes a tenth of a second at most: what
 * is left then is judged under a progress bar with a "Stop" when `may_wait`, which lets the user do anything
 * meanwhile, even close the capture or the caller's window. False when connections are left; `num` of `total`
 * are judged. */
bool dx_judging_all(uint32_t *num, uint32_t *total, bool may_wait);

#endif
