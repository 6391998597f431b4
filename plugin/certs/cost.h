/* cost.h - what public-key work costs, and how much of it a capture may ask for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_COST_H
#define DX_CERTS_COST_H

#include "certs/object.h"

/* dx_certificate_afford - whether a signature under this certificate's key may be verified, and takes that
 * from the budget; else `*why` is set. */
bool dx_certificate_afford(const dx_certificate *certificate, const char **why);

/* dx_budget_of_handshake - adds the share of one handshake's signature. */
void dx_budget_of_handshake(dx_budget *budget);

/* dx_key_cost - see dx_certificate.key_cost; also of a certificate that is not of the capture. */
uint32_t dx_key_cost(gnutls_x509_crt_t crt);

#endif
