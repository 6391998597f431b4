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

typedef enum {
    DX_KEY_FITS,
    DX_KEY_ODD,       /* few clients know its kind */
    DX_KEY_NO_SCHEME, /* the offer has no signature scheme for it */
    DX_KEY_NO_GROUP   /* its curve is not among the offer's groups, which counts up to TLS 1.2 */
} dx_key_fit;

/* dx_key_fits - whether a client with this offer (NULL: not seen) can use a certificate whose key is `key`
 * (dx_certificate_info); `tls13`: the version that was chosen. */
dx_key_fit dx_key_fits(const dx_offer *offer, const char *key, bool tls13);

#endif
