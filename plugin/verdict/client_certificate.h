/* client_certificate.h - what the causes about client certificates say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CLIENT_CERTIFICATE_H
#define DX_VERDICT_CLIENT_CERTIFICATE_H

#include "verdict/contrast.h"

/* dx_say_request - the CertificateRequest as a line of evidence, with the authorities that it names;
 * nothing when there was none to be seen. */
void dx_say_request(dx_finding *finding, const dx_facts *facts, const dx_context *context);

/* dx_say_client_certificate - the client's Certificate, and when it could be read whose it is and what is
 * wrong with it. */
void dx_say_client_certificate(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
