/* heard.h - what other clients of a server let be heard of a certificate that TLS 1.3 hides
 *
 * OpenSSL has an alert for each kind of defect, in clear, and so one such client speaks for those beside it
 * that were offered the same and left without a word that can be read.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_HEARD_H
#define DX_VERDICT_HEARD_H

#include "verdict/cause.h"

/* dx_openssl_said - a client that is OpenSSL's by its ClientHello and answered the hidden certificate with
 * this alert: this one, or, when this one's reason cannot be read, another of the server that asked for the
 * same name. Of several one that compares names only later (dx_hidden_name_is_late), which knows more. NULL:
 * nobody. */
const dx_facts *dx_openssl_said(const dx_facts *facts, const dx_context *context, uint8_t alert);

/* dx_openssl_said_other - such a client said another alert than 48: it trusts the certificate's issuer, for
 * OpenSSL asks that first (build_chain in crypto/x509/x509_vfy.c). */
bool dx_openssl_said_other(const dx_facts *facts, const dx_context *context);

/* dx_heard_bad - such a client said bad_certificate (42), and its program compares names only later, or not:
 * evidence and reason are said. */
bool dx_heard_bad(const dx_facts *facts, const dx_context *context, bool late_name, dx_finding *finding);

/* dx_heard_name - this client minds the hidden certificate, and another one, which says by an alert what else
 * it minds, left behind its Finished, where it compares the name; or this one asked for no name though it
 * speaks HTTP. Evidence and reason are said. */
bool dx_heard_name(const dx_facts *facts, const dx_context *context, dx_finding *finding);

/* dx_heard_staple - this client, or another one, which this one's leaving fits, asks for an OCSP staple, as
 * OpenSSL's programs do only when they insist on one (curl --cert-status), and left behind its Finished.
 * Evidence is said. */
bool dx_heard_staple(const dx_facts *facts, const dx_context *context, dx_finding *finding);

/* dx_hidden_key_proved - whatever is wrong with the hidden certificate, the server holds its key: this client
 * or another that asked for the same name sent its Finished, before which everybody verifies the server's
 * signature (RFC 8446 section 4.4.3), or left without the alert that all stacks send when it does not. */
bool dx_hidden_key_proved(const dx_facts *facts, const dx_context *context);

/* dx_say_heard - evidence: the other client that said or did so; nothing when it is this one. */
void dx_say_heard(dx_finding *finding, const dx_facts *facts, const dx_facts *other);

#endif
