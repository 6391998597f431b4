/* authentication.h - the messages by which the two sides authenticate, besides Certificate and
 * ServerKeyExchange
 *
 * Source: RFC 8446 sections 4.3.2, 4.4.2.1, 4.4.3; RFC 5246 section 7.4.4; RFC 6066 section 8
 * Parsers take the message body without its 4-byte header and never trust a length; what they return points
 * into it.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_AUTHENTICATION_H
#define DX_WIRE_AUTHENTICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dx_read_certificate_verify - scheme and signature of a CertificateVerify of TLS 1.2 or 1.3. */
bool dx_read_certificate_verify(const uint8_t *body, size_t len, uint16_t *scheme, const uint8_t **signature,
                                size_t *signature_len);

/* dx_read_certificate_status - the OCSP response of a CertificateStatus (TLS 1.2 and below). */
bool dx_read_certificate_status(const uint8_t *body, size_t len, const uint8_t **response,
                                size_t *response_len);

/* dx_read_staple - the OCSP response that a TLS 1.3 Certificate carries for its first certificate. */
bool dx_read_staple(const uint8_t *body, size_t len, const uint8_t **response, size_t *response_len);

/* dx_read_request_schemes - the signature schemes that a CertificateRequest takes, two bytes each; false when
 * it has none (TLS 1.1 and below). */
bool dx_read_request_schemes(const uint8_t *body, size_t len, uint16_t version, const uint8_t **schemes,
                             size_t *schemes_len);

/* dx_read_authorities - calls `each` (may be NULL) with the DER of every distinguished name that a
 * CertificateRequest asks for; returns how many there are, at most DX_MAX_AUTHORITIES. `version`: the
 * layout differs between TLS 1.1, 1.2 and 1.3. */
#define DX_MAX_AUTHORITIES 1024
unsigned dx_read_authorities(const uint8_t *body, size_t len, uint16_t version,
                             void (*each)(void *user, const uint8_t *der, size_t der_len), void *user);

#endif
