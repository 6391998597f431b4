/* place.h - which program a connection's server is, and on which systems its two ends run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_PLACE_H
#define DX_VERDICT_PLACE_H

#include "knowledge/services.h"
#include "verdict/cause.h"

typedef struct dx_place {
    const dx_role *role;       /* what the port, the upgrade or the ALPN is for; never NULL */
    const dx_service *service; /* NULL: nothing tells whether it is the role's Windows program or the other */
    dx_platform server, client;
    dx_os os; /* of a Windows server */
} dx_place;

/* dx_place_find - from what the connection, the capture, the server's files and the preferences show, in that
 * order of trust: files, preference, greeting or Server header, TTL. */
void dx_place_find(dx_place *place, const dx_facts *facts, const dx_context *context);

/* dx_place_role - what the port, the upgrade, the ALPN or the transport is for; NULL: nothing tells. */
const dx_role *dx_place_role(const dx_facts *facts);

/* dx_place_has_bindings - the server is, or may be, a program that HTTP.sys serves: it has bindings. */
bool dx_place_has_bindings(const dx_facts *facts, const dx_context *context);
/* dx_place_is_windows - nothing says that the server is not Windows. */
bool dx_place_is_windows(const dx_facts *facts, const dx_context *context);

/* dx_place_starttls - the word that "openssl s_client -starttls" takes for this connection's upgrade
 * ("smtp"); `expected`: for the one that its port would want. NULL: none, or none that s_client knows. */
const char *dx_place_starttls(const dx_place *place, const dx_facts *facts, bool expected);

#endif
