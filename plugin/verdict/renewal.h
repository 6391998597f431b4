/* renewal.h - a certificate that was replaced while the capture ran
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_RENEWAL_H
#define DX_VERDICT_RENEWAL_H

#include "verdict/cause.h"

/* dx_renewed_later - the first success of the same server and name whose certificate is newer (notBefore)
 * than the one of this connection, of the same issuer or subject, and came later; nobody was seen to accept
 * the old one after it. NULL: there is none, or a certificate could not be read. A pool whose nodes were not
 * all renewed leaves the same packets when each certificate is seen once, in this order. */
const dx_sample *dx_renewed_later(const dx_facts *facts, const dx_context *context);

/* dx_say_renewal - sets the comparison and the steps of a finding whose certificate was renewed later;
 * nothing when it was not. */
void dx_say_renewal(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
