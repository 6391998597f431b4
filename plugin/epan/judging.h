/* judging.h - judges all connections of the capture, for as long as a window may stand still
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_JUDGING_H
#define DX_EPAN_JUDGING_H

#include "epan/compat.h"

#include "capture/capture.h"

/* dx_judging_register - the routine that hears of another capture. */
void dx_judging_register(void);

/* What all verdicts rest on: the capture, what of it has been read, and the preferences with their files. */
typedef struct dx_judging_state {
    unsigned generation; /* of the capture */
    uint32_t frame;
    unsigned changes;
} dx_judging_state;

/* dx_judging_now - the state; dx_judging_is - whether it is this one, so that what was drawn then is as it
 * would be drawn now. */
dx_judging_state dx_judging_now(void);
bool dx_judging_is(const dx_judging_state *state);

/* dx_judging_all - judges what is not judged yet. In the window that takes a tenth of a second at most: what
 * is left then is judged under a progress bar with a "Stop" when `may_wait`, which lets the user do anything
 * meanwhile, even close the capture or the caller's window. False when connections are left; `num` of `total`
 * are judged. */
bool dx_judging_all(uint32_t *num, uint32_t *total, bool may_wait);

#endif
