/* starttls_list.h - a client that read the list of commands, found no STARTTLS in it, and left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_STARTTLS_LIST_H
#define DX_VERDICT_STARTTLS_LIST_H

#include "verdict/cause.h"

/* dx_weigh_list - whether it left for want of TLS, with evidence and reason: likely when its address uses
 * TLS here, possible when it asked a mailbox for its list, or a device removed STARTTLS from it. A monitor of
 * SMTP says EHLO and QUIT, too: DX_NONE. */
dx_confidence dx_weigh_list(const dx_facts *facts, const dx_context *context, dx_finding *finding);

/* dx_say_masked - says that a device removed STARTTLS from the list, when one did. */
void dx_say_masked(dx_finding *finding, const dx_facts *facts, uint32_t frame);

/* dx_asked_in_plaintext - the client asks for STARTTLS of a port that speaks TLS from the first byte (by the
 * preference, or `speaks_tls`), and gets an alert or no byte for an answer (observed: ldapsearch -ZZ and
 * slapd's 636). True: evidence, frame, reason and fix are said. */
bool dx_asked_in_plaintext(const dx_facts *facts, bool speaks_tls, dx_finding *finding);

#endif
