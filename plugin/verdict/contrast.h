/* contrast.h - what a failing connection's server did for others: differential diagnosis
 *
 * Each finder returns a successful meeting of the same ip:port that differs from `facts` in the asked way,
 * or NULL.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CONTRAST_H
#define DX_VERDICT_CONTRAST_H

#include "verdict/cause.h"
#include "verdict/ended.h"
#include "verdict/unusual.h"

/* dx_contrast_version - every success used a version outside this client's offer. */
const dx_sample *dx_contrast_version(const dx_facts *facts, const dx_context *context);

/* dx_contrast_older - ... and a newer one than this client has. That the server has this client's too is
 * as well possible: it takes the newest that both have (RFC 8446 section 4.2.1). */
bool dx_contrast_older(const dx_facts *facts, const dx_context *context);

/* dx_contrast_lacks - a success offered all versions of this client and got an older one: the server has
 * none of them. */
bool dx_contrast_lacks(const dx_facts *facts, const dx_context *context);

/* dx_contrast_cipher - all successes with a version that this client offers used suites outside its offer. */
const dx_sample *dx_contrast_cipher(const dx_facts *facts, const dx_context *context);

/* dx_contrast_group - like dx_contrast_cipher for the key exchange group. */
const dx_sample *dx_contrast_group(const dx_facts *facts, const dx_context *context);

/* dx_contrast_signatures - every success offered a signature scheme that this client lacks, none with this
 * client's list succeeded, and versions and suites do not explain it. */
const dx_sample *dx_contrast_signatures(const dx_facts *facts, const dx_context *context);

/* dx_contrast_sni - a success with another name, and none with this one. `*same_offer`: only the name
 * differs. */
const dx_sample *dx_contrast_sni(const dx_facts *facts, const dx_context *context, bool *same_offer);

/* dx_contrast_no_sni - this client sent no name; every success did. */
const dx_sample *dx_contrast_no_sni(const dx_facts *facts, const dx_context *context, bool *same_offer);

/* dx_contrast_size - every success had a smaller ClientHello, or no post-quantum share where this one
 * has. */
const dx_sample *dx_contrast_size(const dx_facts *facts, const dx_context *context);

/* dx_contrast_full - a success without resumption. */
const dx_sample *dx_contrast_full(const dx_facts *facts, const dx_context *context);

/* dx_contrast_fresh - ... of the same client software, which had nothing to resume. */
const dx_sample *dx_contrast_fresh(const dx_facts *facts, const dx_context *context);

/* dx_contrast_unsplit - a success with the same version, CBC, whose client did not split its first
 * record, or one with a newer version or an AEAD or stream suite. */
const dx_sample *dx_contrast_unsplit(const dx_facts *facts, const dx_context *context);

/* dx_contrast_client_certificate - a success that sent a client certificate. */
const dx_sample *dx_contrast_client_certificate(const dx_facts *facts, const dx_context *context);

/* dx_contrast_proxy_header - this connection began without a PROXY protocol header; every success began with
 * one. The other finders look at those successes only that agree with this connection in that. */
const dx_sample *dx_contrast_proxy_header(const dx_facts *facts, const dx_context *context);

/* dx_contrast_any - any success. */
const dx_sample *dx_contrast_any(const dx_facts *facts, const dx_context *context);

/* dx_contrast_same - a success of an equal offer and name: the failure is not about what the client
 * offers. */
const dx_sample *dx_contrast_same(const dx_facts *facts, const dx_context *context);

/* dx_say_success - sets the contrast: `sample` worked, and `difference` is what differs. */
void dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference);

#endif
