/* retired.h - chains that end below a root of the past
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_RETIRED_H
#define DX_VERDICT_RETIRED_H

#include "verdict/cause.h"

/* dx_retired_root - the issuer of the last certificate of the server's chain, when that certificate lets an
 * older root vouch for a newer one (a cross certificate) and the older root was not sent. `*known`: it is one
 * of which it is known that it had expired. NULL when it is not so; owned by the certificate. */
const char *dx_retired_root(const dx_facts *facts, const dx_context *context, bool *known);

/* dx_root_has_expired - a root of the past, by a part of its name, and whether it had expired at that time
 * (seconds since the epoch). NULL and every other name: no. */
bool dx_root_has_expired(const char *issuer, int64_t now);

/* dx_expired_cross - the expired certificate of the chain is such a cross certificate, or a root: what is
 * below it may have a newer one. */
bool dx_expired_cross(const dx_facts *facts, const dx_context *context);

#endif
