/* chain_offer.h - signatures and keys of the server's chain that the ClientHello leaves out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CHAIN_OFFER_H
#define DX_VERDICT_CHAIN_OFFER_H

#include "facts/authentication.h"

/* dx_chain_unoffered - a certificate of the server's chain whose signature (the leaf: or P-521 key) the
 * client's signature_algorithms_cert (when it sends none: signature_algorithms) do not take; NULL when there
 * is none, or one of the two cannot be read. A root's own signature is not looked at (RFC 8446 section
 * 4.2.3). `*what` gets "RSA-SHA512". */
const dx_certificate_info *dx_chain_unoffered(const dx_facts *facts, dx_certs *certs, const char **what);

/* dx_signature_unoffered - the client has a list for certificates (signature_algorithms_cert) in which this
 * one's signature is not. OpenSSL looks at the server's own certificate so before it chooses it
 * (ssl/t1_lib.c, check_cert_usable), and at nothing where there is no such list. */
bool dx_signature_unoffered(const dx_offer *offer, const dx_certificate_info *info);

#endif
