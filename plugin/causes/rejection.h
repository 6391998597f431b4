/* rejection.h - tests and words that the causes of refused server certificates share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAUSES_REJECTION_H
#define DX_CAUSES_REJECTION_H

#include "core/contrast.h"

/* dx_client_left_at_certificate - the client ended the handshake when the server's certificate was with it, before
 * its own Finished (or, NSS in TLS 1.2, right behind it). */
bool dx_client_left_at_certificate(const dx_facts *facts);

/* dx_client_rejected_with - ... and said so by this alert. */
bool dx_client_rejected_with(const dx_facts *facts, uint8_t alert);

/* dx_say_rejection - hello, certificate and end as evidence, and a contrast with clients that accept. */
void dx_say_rejection(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
