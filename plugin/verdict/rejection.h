/* rejection.h - tests and words that the causes of refused server certificates share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_REJECTION_H
#define DX_VERDICT_REJECTION_H

#include "verdict/contrast.h"
#include "facts/authentication.h"

/* dx_client_left_at_certificate - the client ended the handshake when the server's certificate was with it,
 * before its own Finished (or, NSS in TLS 1.2, right behind it). One that left while the rest of the flight
 * was still on its way had read the certificate, too. */
bool dx_client_left_at_certificate(const dx_facts *facts);

/* dx_certificate_unseen - only the client's packets are in the capture, and its alert speaks of a
 * certificate, so the server had sent one. */
bool dx_certificate_unseen(const dx_facts *facts);

/* dx_server_failed_to_sign - an alert of the server stands behind its Certificate, where what it signs
 * should: the ServerKeyExchange, in TLS 1.3 the CertificateVerify (observed: Go). */
bool dx_server_failed_to_sign(const dx_facts *facts);

/* dx_client_checks_again - the server resumed a session of TLS 1.3, and a client that checks the session's
 * certificate once more sent what must be an alert. BoringSSL does with SSL_CTX_set_reverify_on_resume, which
 * Chromium sets (net/socket/ssl_client_socket_impl.cc); observed: Chromium 156 whose user goes on to a page
 * in spite of its certificate. Told by the extension compress_certificate. */
bool dx_client_checks_again(const dx_facts *facts);

/* dx_client_gave_up - the client left without an alert behind the server's flight, and not as clients do that
 * mind the certificate: its software says so by an alert (late_check.h), or it thought for longer than a
 * check takes. Browsers drop the slower of two attempts like this, and whoever stops a program. */
bool dx_client_gave_up(const dx_facts *facts);

/* dx_client_minds_hidden - the client left at a certificate that cannot be read, as its software does that
 * minds it, and no reason can be read either. */
bool dx_client_minds_hidden(const dx_facts *facts);

/* dx_client_rejected_with - the client left at the certificate and said so by this alert. */
bool dx_client_rejected_with(const dx_facts *facts, uint8_t alert);

/* dx_client_knows_root - a client whose TLS is OpenSSL's said 42 or 46, not the 48 that it has for a root
 * that it does not know (x509table in sources.md). */
bool dx_client_knows_root(const dx_facts *facts);

/* dx_client_said_elsewhere - the client left at the certificate without a reason that can be read, or with
 * an alert that its software has for all of them, and another connection that was offered the same said this
 * alert. */
bool dx_client_said_elsewhere(const dx_facts *facts, const dx_context *context, uint8_t alert);

/* dx_say_elsewhere - the same as evidence, where this client's own alert names no reason. */
void dx_say_elsewhere(dx_finding *finding, const dx_facts *facts, uint8_t alert);

/* dx_chain_is_accepted - somebody else got through with the same list of certificates. */
bool dx_chain_is_accepted(const dx_facts *facts, const dx_context *context);

/* dx_program_accepts - an equal ClientHello got through with what the server answered here: the same version
 * and list of certificates. */
bool dx_program_accepts(const dx_facts *facts, const dx_context *context);

/* dx_is_surplus - the client had opened several connections to this server and name at once, got through on
 * another one, and closed this one, to which it had answered nothing, when it no longer needed it; or before
 * the server had said anything on it. */
bool dx_is_surplus(const dx_facts *facts, const dx_context *context);

/* dx_check_ended_by_error - alert 80 of a client right behind a Certificate that it could read (in TLS 1.3 we
 * may not). */
bool dx_check_ended_by_error(const dx_facts *facts);

/* dx_own_check_failed - the same, of any program but Java (broken_check.h): the application's own check (a
 * name that it was told to expect, a pin) said no. Observed: OpenSSL 3.0 with a verify callback in stunnel,
 * and in Perl's IO::Socket::SSL 2.081, which compares the name there. In TLS 1.0 and 1.1 OpenSSL 3 says so of
 * the signature. */
bool dx_own_check_failed(const dx_facts *facts);

/* dx_key_in_doubt - the client sent no alert that names a fault of the certificate itself: the server's
 * signature may be why it left. */
bool dx_key_in_doubt(const dx_facts *facts);

/* dx_key_proof - dx_authentication_proof; a check costs 100,000 instructions and more, so unless the client's
 * alert may speak of the signature, the first handshake of the server answers for all when it had the same
 * list and verifies. */
dx_proof_result dx_key_proof(const dx_facts *facts, const dx_context *context);

/* dx_client_paused_us - how long the client was silent between the server's whole flight and its leave; 0
 * when that was no time in which somebody is asked or a fetch fails, or when segments were sent again.
 * Microseconds. */
int64_t dx_client_paused_us(const dx_facts *facts);

/* dx_may_check_revocation - a certificate of the list names a CRL or an OCSP server, or it cannot be read. */
bool dx_may_check_revocation(const dx_facts *facts);

/* dx_say_rejection - hello, certificate, end and pause as evidence, and a contrast with clients that
 * accept. */
void dx_say_rejection(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
