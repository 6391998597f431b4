/* clients.h - what users see in their programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_CLIENTS_H
#define DX_PRESENT_CLIENTS_H

#include "verdict/verdict.h"

/* Whose programs they are. */
typedef struct {
    dx_transport transport;
    const dx_role *role;  /* what the server's port is for; NULL: not known */
    dx_platform platform; /* the client's */
    unsigned libraries;   /* whose TLS the clients use, bits of dx_library; 0: not known */
    int alert;            /* what the server sent; -1: no alert, or not known */
} dx_clients_of;

/* dx_clients_text - of a cause's `clients`, what these programs show: no browser speaks LDAP, only OpenVPN
 * OpenVPN, and Windows' codes are not Linux's. New string; NULL: none. */
char *dx_clients_text(const char *clients, const dx_clients_of *of);

/* dx_clients_shown - the same of a connection that failed by the verdict's cause. `libraries`: bits of
 * dx_library of all that it stands for. */
char *dx_clients_shown(const dx_verdict *verdict, const dx_facts *facts, unsigned libraries);

/* dx_clients_rank - where a part of such a text ("curl 7.88: words") stands among those of other programs. */
unsigned dx_clients_rank(const char *words);

/* dx_users - the same for many connections of one library each: of those that end alike it is made once. */
typedef struct dx_users dx_users;

dx_users *dx_users_new(void); /* free with dx_users_free */
void dx_users_free(dx_users *users);

/* dx_users_see - NULL: none. It belongs to `users`. */
const char *dx_users_see(dx_users *users, const dx_verdict *verdict, const dx_facts *facts);

#endif
