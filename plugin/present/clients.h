/* clients.h - what users see in their programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_CLIENTS_H
#define DX_PRESENT_CLIENTS_H

#include "verdict/verdict.h"

/* dx_clients_text - of a cause's `clients`, what programs show that use this transport and speak this
 * protocol (NULL: not known) on the client's system: no browser speaks LDAP, only OpenVPN OpenVPN, and
 * Windows' codes are not Linux's. `alert`: what the server sent; -1: no alert, or not known. New string;
 * NULL: none. */
char *dx_clients_text(const char *clients, dx_transport transport, const dx_role *role, dx_platform client,
                      int alert);

/* dx_clients_shown - the same for a connection that failed by the verdict's cause. */
char *dx_clients_shown(const dx_verdict *verdict, const dx_facts *facts);

#endif
