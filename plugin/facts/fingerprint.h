/* fingerprint.h - JA3 and JA4, by which filters tell one program's ClientHello from another's
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_FINGERPRINT_H
#define DX_FACTS_FINGERPRINT_H

#include "facts/facts.h"

/* dx_ja3, dx_ja4 - the fingerprint of a ClientHello as tools print it; NULL where none is defined (DTLS,
 * SSLv2 framing, no ClientHello). `quic`: it came over QUIC. New string. Source: sources.md, JA3 and JA4. */
char *dx_ja3(const dx_offer *offer, const dx_shape *shape);
char *dx_ja4(const dx_offer *offer, const dx_shape *shape, bool quic);

#endif
