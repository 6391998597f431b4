/* staple.h - what a stapled OCSP response says of a certificate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_STAPLE_H
#define DX_CERTS_STAPLE_H

#include "certs/chain.h"

typedef enum {
    DX_STAPLE_GOOD,
    DX_STAPLE_REVOKED,
    DX_STAPLE_UNKNOWN,    /* the responder does not know the certificate */
    DX_STAPLE_NOT_FOR_IT, /* it is about another certificate */
    DX_STAPLE_UNSIGNED,   /* its signature does not verify under the issuer */
    DX_STAPLE_STALE,      /* nextUpdate is past, or thisUpdate still to come */
    DX_STAPLE_FAILURE,    /* the responder answered with an error (try later, unauthorized) */
    DX_STAPLE_MALFORMED,
    DX_NUM_STAPLES
} dx_staple;

/* dx_staple_read - judges a DER OCSP response against the list's leaf at `time` (seconds; 0: unknown).
 * `*revoked_at` (may be NULL) gets the time of revocation. Source: RFC 6960, RFC 6066 section 8. */
dx_staple dx_staple_read(const uint8_t *der, size_t len, const dx_chain *chain, int64_t time,
                         int64_t *revoked_at);

/* dx_staple_words - "says that the certificate is revoked". */
const char *dx_staple_words(dx_staple staple);

#endif
