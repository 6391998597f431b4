/* selection.h - the connections that a display filter selects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_SELECTION_H
#define DX_EPAN_SELECTION_H

#include "epan/compat.h"

typedef struct dx_selection dx_selection;

/* dx_selection_register, dx_selection_frame - the tap; it is told of every frame of a connection. */
void dx_selection_register(void);
void dx_selection_frame(packet_info *pinfo, uint32_t index);

/* dx_selection_new - listens for the frames that `filter` matches. NULL with `problem` (new string) when
 * it is not a filter. It ends with the program's listeners, or before them with dx_selection_free. */
dx_selection *dx_selection_new(const char *filter, char **problem);
void dx_selection_free(dx_selection *selection);

/* dx_selection_reset - forgets all frames. */
void dx_selection_reset(dx_selection *selection);

/* dx_selection_contains - whether a frame of the connection matches, with all verdicts as of now. */
bool dx_selection_contains(dx_selection *selection, uint32_t index);

/* dx_selection_too_early - whether the filter cannot be taken apart and the frames came before the verdicts
 * were final: what the selection contains is wrong then. */
bool dx_selection_too_early(const dx_selection *selection);

/* dx_selection_say_too_early - says so to the user. */
void dx_selection_say_too_early(void);

#endif
