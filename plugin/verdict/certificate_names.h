/* certificate_names.h - the names of the server's certificate beside the one that was asked for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CERTIFICATE_NAMES_H
#define DX_VERDICT_CERTIFICATE_NAMES_H

#include "verdict/rejection.h"

/* dx_say_names - the names that the certificate has, and the one that it lacks, as a line of evidence and as
 * the sentence. */
void dx_say_names(dx_finding *finding, const dx_facts *facts, const dx_certificate_info *leaf);

/* dx_weigh_address - how sure it is that a client that asks for no name (it was as a rule given an address),
 * and says 42 or 46, minds that the certificate does not bear the server's address. Says what it saw. */
dx_confidence dx_weigh_address(const dx_facts *facts, const dx_context *context, dx_finding *finding);

/* dx_names_intermediate - whether an authority is called as intermediates mostly are. A private one often
 * signs with its root and calls it anything; a public one's certificates say where it is (caIssuers). */
bool dx_names_intermediate(const char *name);

#endif
