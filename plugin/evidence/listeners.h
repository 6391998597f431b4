/* listeners.h - what the readers of server programs' settings share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_LISTENERS_H
#define DX_EVIDENCE_LISTENERS_H

#include "evidence/readers.h"

/* dx_listener_at - reads "443", "*:443", "192.0.2.1:443", "[::]:443"; false for a socket file and for a name
 * that would have to be looked up. */
bool dx_listener_at(dx_endpoint *out, dx_span text);

/* dx_listener_version - "SSLv3", "TLSv1", "TLSv1.0" to "TLSv1.3", in whichever case: OpenSSL's names and
 * Java's; 0 for another word. DX_LISTENER_SPEAKS takes what it returns. */
uint16_t dx_listener_version(dx_span name);

/* dx_listener_name - one more name that a listener answers for, in the program's own spelling. */
void dx_listener_name(GString *names, dx_span name);

/* dx_listener_keep - appends a listener, with a copy of the names (NULL: not told). */
void dx_listener_keep(const dx_reading *reading, const dx_listener *listener, const char *names);

#endif
