/* unjudged.h - counts by name what is no TLS, or TLS that nobody can read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_UNJUDGED_H
#define DX_EPAN_UNJUDGED_H

#include <epan/packet.h>

#include "facts/facts.h"
#include "present/present.h"

/* dx_unjudged_clear - forgets all flows. dx_unjudged_count - flows of a kind so far. */
void dx_unjudged_clear(void);
uint32_t dx_unjudged_count(dx_unjudged kind);

/* dx_unjudged_add - takes a packet of a flow. */
void dx_unjudged_add(dx_unjudged kind, const packet_info *pinfo);

/* dx_unjudged_tcp - looks whether this frame tells that a connection is no TLS or cannot be read.
 * dx_unjudged_datagram - the same of a UDP payload that nothing reads; it is asked for nearly all of UDP. */
void dx_unjudged_tcp(const packet_info *pinfo, const dx_facts *facts);
void dx_unjudged_datagram(const packet_info *pinfo, const uint8_t *bytes, uint32_t captured, uint32_t len);

#endif
