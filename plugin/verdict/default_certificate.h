/* default_certificate.h - certificates that a server program makes for itself
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_DEFAULT_CERTIFICATE_H
#define DX_VERDICT_DEFAULT_CERTIFICATE_H

#include "verdict/cause.h"

/* dx_say_default_certificate - the leaf is one that its server's program sends when it has none that is meant
 * for this client: sets the sentence, the checks and the step of the finding. False when it is none that is
 * known, or no certificate could be read. */
bool dx_say_default_certificate(const dx_facts *facts, dx_finding *finding);

/* dx_say_misplaced_certificate - the self-signed leaf `subject` is not for the server name (SNI) that was
 * sent: sets the sentence, the checks and the steps. */
void dx_say_misplaced_certificate(const dx_facts *facts, const char *subject, dx_finding *finding);

#endif
