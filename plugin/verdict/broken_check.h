/* broken_check.h - a client whose check of the certificate broke off, as Java says by alert 80
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_BROKEN_CHECK_H
#define DX_VERDICT_BROKEN_CHECK_H

#include "verdict/rejection.h"

/* dx_say_broken_check - by its ClientHello the client is Java, and it says internal_error (80) behind the
 * server's Certificate: an error of its own ended the check, which for other programs is the application's
 * (see dx_own_check_failed). Observed, JSSE 17: no trusted root at all ("the trustAnchors parameter must be
 * non-empty"; getindata/flink-http-connector issue 107), and a Diffie-Hellman prime of 2056 bits. Says
 * evidence, sentence, checks and what the user sees. */
bool dx_say_broken_check(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
