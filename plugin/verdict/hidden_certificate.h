/* hidden_certificate.h - what lengths of records and an alert tell of a certificate that TLS 1.3 hides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_HIDDEN_CERTIFICATE_H
#define DX_VERDICT_HIDDEN_CERTIFICATE_H

#include "verdict/cause.h"

/* dx_hidden_is_small - the server sent one certificate, and one so short that no public CA issued it: it is
 * self-signed, or of a private CA. False when the records do not tell. */
bool dx_hidden_is_small(const dx_facts *facts);

/* dx_hidden_may_be_small - or it may be: the whole flight is one record, which hides whether that is one
 * certificate with an RSA key or two with P-256. */
bool dx_hidden_may_be_small(const dx_facts *facts);

/* dx_hidden_rsa_bits - the length of the server's key, by that of its signature; 0 when it is not RSA or the
 * records do not tell. */
unsigned dx_hidden_rsa_bits(const dx_facts *facts);

/* dx_hidden_len - the length of the server's Certificate message; 0 when the records do not tell. */
unsigned dx_hidden_len(const dx_facts *facts);

/* dx_hidden_request - a record before it is the server's CertificateRequest. */
bool dx_hidden_request(const dx_facts *facts);

/* dx_hidden_no_alpn - TLS 1.3: the server's EncryptedExtensions are too short to choose an application
 * protocol. False when the records do not tell. */
bool dx_hidden_no_alpn(const dx_facts *facts);

/* dx_say_hidden_size - evidence: how long the Certificate is; nothing when the records do not tell. */
void dx_say_hidden_size(dx_finding *finding, const dx_facts *facts);

/* dx_insists_on_staple - the client asks for an OCSP staple, as OpenSSL's programs do only when they insist
 * on one (curl --cert-status: lib/vtls/openssl.c of 7.88). */
bool dx_insists_on_staple(const dx_facts *facts);

/* dx_say_hidden_left - the client closed behind its Finished, where it compares the name (unless it insists
 * on a staple, which it looks at then, too): evidence and reason are said. */
bool dx_say_hidden_left(dx_finding *finding, const dx_facts *facts, const dx_context *context);

/* dx_hidden_name_is_late - this client's program compares names when the handshake is over: what it said
 * before was not that. */
bool dx_hidden_name_is_late(const dx_facts *facts);

#endif
