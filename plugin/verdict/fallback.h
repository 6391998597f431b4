/* fallback.h - who asked over UDP goes over to TCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_FALLBACK_H
#define DX_VERDICT_FALLBACK_H

#include "verdict/cause.h"

/* dx_fallback - the TCP connection that a client of QUIC began soon behind this one, and whose handshake came
 * about, while the server had ample time to answer here; NULL: none. */
const dx_facts *dx_fallback(const dx_facts *facts, const dx_context *context);

#endif
