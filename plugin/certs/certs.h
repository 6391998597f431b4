/* certs.h - the certificates of one capture, each kept and parsed once
 *
 * All X.509 is read by GnuTLS.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_CERTS_H
#define DX_CERTS_CERTS_H

#include "certs/chain.h"

typedef struct dx_certs dx_certs; /* all certificates of one capture */

/* dx_certs_new - an empty set; free with dx_certs_free, which frees chains and certificates. */
dx_certs *dx_certs_new(void);
void dx_certs_free(dx_certs *certs);

/* dx_certs_seen - the chain of a message body that was added before, NULL when it is new. Cheap: no
 * cryptography. */
const dx_chain *dx_certs_seen(dx_certs *certs, const uint8_t *message, size_t len);

/* dx_certs_add - the chain of a new message: `der` holds the first `num` (at most DX_MAX_CHAIN) of `num_sent`
 * certificates. NULL when the capture's certificates have used up their memory. */
const dx_chain *dx_certs_add(dx_certs *certs, const uint8_t *message, size_t len, const dx_der *der,
                             unsigned num, unsigned num_sent, bool malformed);

/* dx_chain_leaf - the first certificate; NULL for an empty list. */
const dx_certificate *dx_chain_leaf(const dx_chain *chain);

/* dx_certs_intermediate - a certificate of the capture that issued `certificate` and is no root itself;
 * NULL. When one was not tried, `*left_out` says why. */
const dx_certificate *dx_certs_intermediate(dx_certs *certs, const dx_certificate *certificate,
                                            const char **left_out);

/* dx_certs_count - distinct certificates so far. dx_certs_num_issuers - those of them that stood behind
 * another: moves when there may be an issuer that was missing. */
unsigned dx_certs_count(const dx_certs *certs);
unsigned dx_certs_num_issuers(const dx_certs *certs);

/* dx_certs_keep - what goes with the certificates and is freed with them, once; dx_certs_kept - that, NULL
 * before. */
void dx_certs_keep(dx_certs *certs, void *kept, void (*free_kept)(void *kept));
void *dx_certs_kept(const dx_certs *certs);

#endif
