/* link.h - whether one certificate was issued by another
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_LINK_H
#define DX_CERTS_LINK_H

#include "certs/object.h"

/* Issuers of one name that a certificate is tried with (real authorities renew a key a few times), and what
 * is said of one that has more. */
#define DX_MAX_ISSUERS      16
#define DX_TOO_MANY_ISSUERS "more than 16 authorities have the same name"

/* dx_certificate_link - how `certificate` and a possible issuer belong together; worked out once for each
 * pair. */
typedef enum { DX_LINK_NONE, DX_LINK_VERIFIED, DX_LINK_BROKEN, DX_LINK_NAME_ONLY, DX_LINK_LEFT_OUT } dx_link;
/* NONE: names or key identifiers say no. BROKEN: they say yes, and the signature does not verify.
 * NAME_ONLY: the library could not check the signature. LEFT_OUT: it was not asked to, for the reason in
 * `*why`. */
dx_link dx_certificate_link(const dx_certificate *certificate, const dx_certificate *issuer,
                            const char **why);

#endif
