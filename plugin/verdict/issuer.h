/* issuer.h - issuers that must not have issued what is below them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_ISSUER_H
#define DX_VERDICT_ISSUER_H

#include "verdict/cause.h"

/* dx_issuer_weigh - how sure it is that the client minds an issuer without the right to issue, with its
 * evidence and what to do about that very fault; DX_NONE: there is no such issuer. */
dx_confidence dx_issuer_weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding);

#endif
