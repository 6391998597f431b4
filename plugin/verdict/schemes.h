/* schemes.h - signature schemes that a server's certificate needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_SCHEMES_H
#define DX_VERDICT_SCHEMES_H

#include "capture/ledger.h"

typedef enum {
    DX_SCHEME_UNKNOWN, /* the certificate or the schemes cannot be read */
    DX_SCHEME_FITS,
    DX_SCHEME_KEY,   /* its key signs with none of the offer's schemes */
    DX_SCHEME_CURVE, /* its key is on a curve that is not among the offer's groups (up to TLS 1.2) */
    DX_SCHEME_SIGNED /* it is signed with what is not in the offer's signature_algorithms_cert */
} dx_scheme_fit;

/* dx_schemes_fit - whether a client with this offer can be shown the certificate of a success, in the newest
 * version that the client offers and the server may have. RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1,
 * RFC 8422 section 5.1 */
dx_scheme_fit dx_schemes_fit(const dx_offer *offer, const dx_sample *sample);

/* dx_schemes_text - why not, as a sentence. New string. */
char *dx_schemes_text(const dx_offer *offer, const dx_sample *sample);

/* dx_schemes_why - the reason where it is not a scheme that both lack, as a sentence; NULL. */
const char *dx_schemes_why(const dx_offer *offer, const dx_sample *sample);

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

/* dx_key_unsigned - the kind of the server's key, when it can be read and signs with none of the client's
 * schemes; NULL. dx_schemes_suffice - the schemes fit it; or, hidden by TLS 1.3, both usual kinds of keys. */
const char *dx_key_unsigned(const dx_facts *facts);
bool dx_schemes_suffice(const dx_facts *facts);

#endif
