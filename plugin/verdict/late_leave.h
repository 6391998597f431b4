/* late_leave.h - a client that finishes the handshake and leaves without having asked for anything
 *
 * Programs that look at the certificate only then refuse it like this (late_check.h).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_LATE_LEAVE_H
#define DX_VERDICT_LATE_LEAVE_H

#include <glib.h>

#include "facts/facts.h"

/* A program that looks at the certificate when the handshake is complete does so at once (observed: curl,
 * wget, Node.js); who closes later looked at something else, or a person did (openssl s_client). */
#define DX_AT_ONCE_US (G_USEC_PER_SEC / 2)

/* dx_client_left_unsaid - the client finished the handshake over a certificate that could be read and
 * closed at once, without having sent or received data (observed: curl for a wrong name, wget). Only of who
 * asks for a name, owes a login or goes by an address that it checks: probes do the same. Software that would
 * have said so before does not count. */
bool dx_client_left_unsaid(const dx_facts *facts);

/* dx_client_left_before_login - so did a client of TDS or RadSec, who knows a name that is not in the
 * packets. */
bool dx_client_left_before_login(const dx_facts *facts);

/* dx_client_left_unanswered - in TLS 1.3 the client's Finished, one command, its goodbye and its FIN stand in
 * one segment, behind STARTTLS in a protocol in which every command is answered: the command had been waiting
 * when the client looked at the certificate and left (observed: lftp with GnuTLS). The FIN of gnutls-cli,
 * which is given a command on its standard input, comes behind it. */
bool dx_client_left_unanswered(const dx_facts *facts);

/* dx_client_left_without_protocol - a client that offers (ALPN) HTTP/2 but not HTTP/1.1, or nothing but what
 * ACME servers ask for, finished the handshake and closed at once, and no data went either way (in TLS 1.3:
 * none longer than session tickets). HTTP/2's clients speak first. False where a protocol was seen. */
bool dx_client_left_without_protocol(const dx_facts *facts);

/* What a server says by itself behind its Finished, and what a goodbye takes, is this long at most. */
#define DX_UNASKED_BYTES 160

/* dx_client_took_a_look - it said goodbye and offers no protocol, as gnutls-cli does whose user only looked
 * at the server; who offers HTTP came for a page. */
bool dx_client_took_a_look(const dx_facts *facts);

/* dx_client_left_hidden - the same in TLS 1.3, where the certificate cannot be read, by a program that checks
 * certificates only then: `all`, everything (wget, git); else the name (curl). */
bool dx_client_left_hidden(const dx_facts *facts, bool all);

/* dx_client_left_tls - the client's whole flight in TLS 1.3 was a Finished, and behind it came something that
 * is not TLS: it gave TLS up, and the server's alert is the answer to that (observed: libldap with GnuTLS,
 * which looks at the certificate then and unbinds in plaintext). */
bool dx_client_left_tls(const dx_facts *facts);

#endif
