/* remedy.h - what to look at and what to do about a cause, on this connection's server and client
 *
 * A cause says what; the table (remedy_*.def) says how, by program and system. A line "@topic" of a cause's
 * checks or fix stands for the table's rows; any other line is a step as it is printed.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_REMEDY_H
#define DX_VERDICT_REMEDY_H

#include "verdict/place.h"
#include "verdict/verdict.h"

/* dx_remedy_fill - sets the verdict's checks, service and platform from its cause, and adds the cause's fix
 * to what it has. While the cause is open (possible) the fix has no commands, and nothing that interrupts a
 * service. A line's own command must be introduced by " In SHELL:" (causes/checks.h). */
void dx_remedy_fill(dx_verdict *verdict, const dx_facts *facts, const dx_context *context);

/* dx_remedy_cache_new - keeps in a context (`remedies`) what connections of one cause share, and those of one
 * server and cause. Good as long as preferences and files are the same. */
GHashTable *dx_remedy_cache_new(void);

/* dx_remedy_steps - the steps (cause.h) of a cause's `lines`, new strings. What stands for values of the
 * connection (dx_fill_value, remedy_values.h, and {from} {to} {since} {until}) is left to be filled in.
 * `open`: as above, without commands. `topics`: without the cause's own sentences. */
GPtrArray *dx_remedy_steps(const char *lines, const dx_place *place, const dx_facts *facts,
                           const dx_context *context, bool open, bool topics);

/* dx_remedy_has - whether the table knows a topic, as a cause names it ("log"). */
bool dx_remedy_has(const char *topic);

#endif
