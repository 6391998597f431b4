/* certificate.h - makes and reads one certificate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_CERTIFICATE_H
#define DX_CERTS_CERTIFICATE_H

#include "certs/object.h"

/* Old algorithms are judged by us and shown, not refused by the library. */
#define DX_ALLOW_OLD (GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

/* dx_certificate_new - a copy of `der`. Free with dx_certificate_free. */
dx_certificate *dx_certificate_new(const uint8_t *der, size_t len, const uint8_t sha256[32],
                                   dx_budget *budget);
void dx_certificate_free(dx_certificate *certificate);

/* dx_certificate_crt - GnuTLS's object, NULL when the DER cannot be parsed; it is there until DX_MAX_OPEN
 * others were asked for. */
gnutls_x509_crt_t dx_certificate_crt(const dx_certificate *certificate);

#endif
