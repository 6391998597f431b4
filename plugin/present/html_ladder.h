/* html_ladder.h - the messages of a handshake between client and server as an SVG picture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_LADDER_H
#define DX_PRESENT_HTML_LADDER_H

#include <glib.h>

#include "facts/facts.h"

/* dx_html_ladder - appends a <figure> with the steps (ladder.h) of a connection. What is not among the
 * `others` kinds is marked; 0: nothing to compare with. `caption` stands below. */
void dx_html_ladder(GString *out, const dx_facts *facts, const GArray *steps, uint32_t others,
                    const char *caption);

#endif
