/* schemes.h - signature schemes that a server's certificate needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_SCHEMES_H
#define DX_VERDICT_SCHEMES_H

#include "capture/ledger.h"

/* dx_schemes_fit - the offer has a scheme that the key of this list's first certificate can sign with, in the
 * newest version that the client offers; `*known` false when that cannot be said. RFC 8446 section 4.2.3, RFC
 * 5246 section 7.4.1.4.1 */
bool dx_schemes_fit(const dx_offer *offer, const dx_chain *chain, bool *known);

/* dx_schemes_differ - a success whose certificate this client's schemes do not fit; where it could not be
 * read: whose client offered one that this client lacks. */
bool dx_schemes_differ(const dx_sample *sample, const dx_facts *facts);

/* dx_schemes_shared - the certificate of the success fits this client's schemes, or this client offers all
 * that the success's client did. */
bool dx_schemes_shared(const dx_sample *sample, const dx_facts *facts);

#endif
