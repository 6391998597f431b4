/* profile.h - certificates that break RFC 5280 where only strict clients reject them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_PROFILE_H
#define DX_VERDICT_PROFILE_H

#include "verdict/cause.h"

/* Who checks strictly: for sentences. */
#define DX_STRICT_CLIENTS "Python 3.13 and newer"

/* dx_profile_weigh - a client whose TLS is OpenSSL's said certificate_unknown (46), which stands for all that
 * has no alert of its own, of a readable chain: evidence, reason and what to do are said. DX_LIKELY: the
 * chain breaks RFC 5280; DX_POSSIBLE: nothing of it explains the alert, and the client's root may. */
dx_confidence dx_profile_weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding);

#endif
