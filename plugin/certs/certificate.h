/* certificate.h - one certificate inside certs/, with GnuTLS's object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_CERTIFICATE_H
#define DX_CERTS_CERTIFICATE_H

#include <glib.h>
#include <gnutls/x509.h>

#include "certs/certs.h"

struct dx_certificate {
    size_t len;
    uint8_t *der;
    bool read;
    gnutls_x509_crt_t crt; /* NULL until read, and when it could not be parsed */
    dx_certificate_info info;
};

/* Old algorithms are judged by us and shown, not refused by the library. */
#define DX_ALLOW_OLD (GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

/* dx_certificate_new - a copy of `der`. Free with dx_certificate_free. */
dx_certificate *dx_certificate_new(const uint8_t *der, size_t len, const uint8_t sha256[32]);
void dx_certificate_free(dx_certificate *certificate);

/* dx_certificate_crt - GnuTLS's object, NULL when the DER cannot be parsed. */
gnutls_x509_crt_t dx_certificate_crt(const dx_certificate *certificate);

/* dx_certificate_link - how `certificate` and a possible issuer belong together. */
typedef enum { DX_LINK_NONE, DX_LINK_VERIFIED, DX_LINK_BROKEN, DX_LINK_NAME_ONLY } dx_link;
/* NONE: names or key identifiers say no. BROKEN: they say yes, and the signature does not verify.
 * NAME_ONLY: the library could not check the signature. */
dx_link dx_certificate_link(const dx_certificate *certificate, const dx_certificate *issuer);

#endif
