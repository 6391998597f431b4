/* client_certificate.h - what the causes about client certificates say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CLIENT_CERTIFICATE_H
#define DX_VERDICT_CLIENT_CERTIFICATE_H

#include "verdict/contrast.h"

/* A CertificateRequest that is longer is remarkable: Schannel's limit for its list (KB933430). */
#define DX_LARGE_REQUEST 16384

/* dx_say_request - the CertificateRequest as a line of evidence, with the authorities that it names;
 * nothing when there was none to be seen. */
void dx_say_request(dx_finding *finding, const dx_facts *facts, const dx_context *context);

/* dx_say_schemes - the signature schemes that the request takes, when it could be read. */
void dx_say_schemes(dx_finding *finding, const dx_facts *facts);

/* dx_left_at_request - the client left when it had been asked for a certificate (in TLS 1.3 without keys: may
 * have been), without an answer and without a word about the server's certificate. */
bool dx_left_at_request(const dx_facts *facts);

/* dx_turned_away_unread - whether a QUIC server ended the connection behind the client's Finished in packets
 * that cannot be read (verdict/outcome.c), and the Finished came with a certificate, by its length, or did
 * not, as `with` says: then it is said in `finding`, with `rival` as a candidate. The same of a server that
 * asked for a certificate and says by a readable alert that it got one, or none, where the capture has its
 * direction alone. */
bool dx_turned_away_unread(const dx_facts *facts, bool with, const dx_cause *rival, dx_finding *finding);

/* dx_refused_late - the client answered a request behind its first data (TLS 1.3, post-handshake
 * authentication) with such a certificate, and all that the server said then had an alert's size, before it
 * closed. True: evidence, frame and reason are said. */
bool dx_refused_late(const dx_facts *facts, dx_client_certificate with, dx_finding *finding);

/* dx_client_answered_later - the same client came back within two minutes, for the same name, and answered
 * the request, with a certificate or an empty list; NULL when it did not. */
const dx_facts *dx_client_answered_later(const dx_facts *facts, const dx_context *context);

/* dx_client_certificate_fault - what a server may mind about the client's certificate, in words that follow
 * "which" ("has expired"), and the step that mends it in `*fix` (static); NULL when nothing of it can be
 * read. New string. */
char *dx_client_certificate_fault(const dx_facts *facts, const dx_context *context, const char **fix);

/* dx_client_issuer_fault - as dx_client_certificate_fault: the server names one CA, and no certificate that
 * the client sent is issued by it. */
char *dx_client_issuer_fault(const dx_facts *facts, const dx_context *context, const char **fix);

/* dx_client_fault_elsewhere - as dx_client_certificate_fault: the alert speaks of something that is right in
 * what the client sent, so it is about what the server judges by. OpenSSL says 45 of a CRL that has expired,
 * and 48 of one that is missing (x509table in its ssl/statem/statem_lib.c; observed: HAProxy 2.6). */
char *dx_client_fault_elsewhere(const dx_facts *facts, const dx_context *context, const char **fix);

/* dx_say_client_certificate - the client's Certificate, and when it could be read whose it is and what is
 * wrong with it. */
void dx_say_client_certificate(dx_finding *finding, const dx_facts *facts, const dx_context *context);

/* dx_weigh_ignored_certificate - OpenVPN over UDP: the server fell silent when it had the client's
 * certificate. DX_NONE: it did not; else evidence and why are said. */
dx_confidence dx_weigh_ignored_certificate(const dx_facts *facts, const dx_context *context,
                                           dx_finding *finding);

#endif
