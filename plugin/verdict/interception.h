/* interception.h - what tells that a certificate was made by a device on the path
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_INTERCEPTION_H
#define DX_VERDICT_INTERCEPTION_H

#include "verdict/cause.h"

/* dx_interceptor - the issuer of a readable certificate whose name is that of an intercepting product or role
 * ("Proxy Inspection CA"); NULL when none is. Owned by the certificate. */
const char *dx_interceptor(const dx_facts *facts, const dx_context *context);

/* dx_tunnel_is_opened - the chain is not trusted, and came through a proxy (CONNECT): it may be its own. */
bool dx_tunnel_is_opened(const dx_facts *facts, const dx_context *context);

#endif
