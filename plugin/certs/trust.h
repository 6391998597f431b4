/* trust.h - the roots that chains are judged against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_TRUST_H
#define DX_CERTS_TRUST_H

#include "certs/chain.h"

typedef enum {
    DX_TRUST_UNKNOWN, /* no store, or the library gave no answer */
    DX_TRUST_YES,     /* the chain reaches a root of the store */
    DX_TRUST_NO       /* it does not: that may be the store's fault */
} dx_trust_answer;

typedef struct dx_trust dx_trust;

/* dx_trust_load - `spec` is "" or "system", "none", a PEM file or a directory of PEM files. Never NULL; a
 * store that cannot be read is like "none" and says so in its text. Free with dx_trust_free. */
dx_trust *dx_trust_load(const char *spec);
void dx_trust_free(dx_trust *trust);

/* dx_trust_text - "system (142 roots)", "none, ...", "/etc/ca.pem cannot be read: ..."; owned by `trust`. */
const char *dx_trust_text(const dx_trust *trust);

/* dx_trust_since - when the newest root of the store was made, seconds since the epoch; 0 without a store. A
 * root of before may have been taken out of it since. */
int64_t dx_trust_since(const dx_trust *trust);

/* dx_trust_check - whether the path (leaf first, each issued by the next) ends at or below a root of the
 * store. Dates are not looked at; the path's own signatures only when they are not `links_verified`. */
dx_trust_answer dx_trust_check(dx_trust *trust, const dx_certificate *const *path, unsigned num,
                               bool links_verified);

#endif
