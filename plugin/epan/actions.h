/* actions.h - what the buttons below a report do in Wireshark's window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_ACTIONS_H
#define DX_EPAN_ACTIONS_H

#include "epan/compat.h"

/* Every frame of every connection that did not come about; the profile's first button is the same. */
#define DX_PROBLEMS_FILTER "ssltrouble.outcome in {\"failed\", \"no_tcp\"}"

/* dx_actions_register - the routine that removes the pages that browsers were shown. */
void dx_actions_register(void);

/* dx_actions_filter - applies a display filter. */
void dx_actions_filter(const char *filter);

/* dx_actions_go_to_problem - goes to the next verdict's frame behind the selected packet, or to the one
 * before it; where the display filter hides that, it shows all problems instead. */
void dx_actions_go_to_problem(bool next);

/* dx_actions_save - asks for a file's name and writes `text`, or, to a name that ends in .html, `page`. Takes
 * both over. */
void dx_actions_save(char *text, char *page);

/* dx_actions_browse - shows a page in the user's browser. */
void dx_actions_browse(const char *page);

#endif
