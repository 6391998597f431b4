/* sights.h - what was seen of a connection, and whether that leaves a gate open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_SIGHTS_H
#define DX_VERDICT_SIGHTS_H

#include "verdict/cause.h"

/* dx_gate_end_of - of a connection, for dx_gate_takes_end. */
dx_gate_end dx_gate_end_of(const dx_facts *facts);

/* dx_gate_open - whether the packets (and what the same server did for others) leave room for a cause. */
bool dx_gate_open(const dx_cause *cause, const dx_facts *facts, const dx_context *context);

/* dx_gate_open_at_end - the rest of dx_gate_open, for a gate that takes the end (dx_gate_takes_end). */
bool dx_gate_open_at_end(const dx_cause *cause, const dx_facts *facts, const dx_context *context);

/* dx_gate_saw - whether one of the sights was seen. */
bool dx_gate_saw(dx_sight sight, const dx_facts *facts, const dx_context *context);

#endif
