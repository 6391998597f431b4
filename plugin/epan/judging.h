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

/* dx_judging_on_turn - whom to call whenever the window is about to have its turn: `num` of `total`
 * connections are judged (`drawn` false), or drawn after that. One listener. */
void dx_judging_on_turn(void (*heard)(uint32_t num, uint32_t total, bool drawn));

/* dx_judging_now - the state; dx_judging_is - whether it is this one, so that what was drawn then is as it
 * would be drawn now. */
dx_judging_state dx_judging_now(void);
bool dx_judging_is(const dx_judging_state *state);

/* dx_judging_all - judges what is not judged yet. In the window that takes a tenth of a second at most: what
 * is left then is judged under a progress bar with a "Stop" when `may_wait`, which lets the user do anything
 * meanwhile, even close the capture or the caller's window. False when connections are left, or when somebody
 * else waits for them under such a bar; `num` of `total` are judged. */
bool dx_judging_all(uint32_t *num, uint32_t *total, bool may_wait);

/* A row of turns that a window has while something is drawn: with a progress bar and a "Stop" when it takes
 * longer than a tenth of a second. */
typedef struct dx_turns {
    struct progdlg *bar; /* NULL: none yet */
    dx_button_bool stop;
    gint64 shown_us; /* when the window last had its turn */
    uint32_t total;
    bool drawn;             /* what was judged before is drawn */
    dx_judging_state state; /* at the beginning */
    bool whole;
} dx_turns;

/* dx_turns_begin - false when there are no turns to take: a turn is being taken, or there is no window.
 * dx_turns_take - `num` connections are done: false when that was stopped, or when the capture or its
 * verdicts are no longer those of the beginning. dx_turns_end - whether every turn was taken. */
bool dx_turns_begin(dx_turns *turns);
bool dx_turns_take(dx_turns *turns, uint32_t num);
bool dx_turns_end(dx_turns *turns);

#endif
