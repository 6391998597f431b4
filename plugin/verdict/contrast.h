/* contrast.h - what a failing connection's server did for others: differential diagnosis
 *
 * Each finder returns a successful meeting of the same ip:port that differs from `facts` in the asked way,
 * or NULL. How ClientHellos compare: refusal.h.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CONTRAST_H
#define DX_VERDICT_CONTRAST_H

#include "capture/offer.h"
#include "verdict/cause.h"
#include "verdict/ended.h"
#include "verdict/unusual.h"

/* dx_same_name - both are named, and case apart by the same name. */
bool dx_same_name(const char *a, const char *b);

/* dx_hello_is_large - more than one packet carries it, or a post-quantum key share does. */
#define DX_SIZE_MARGIN 100 /* bytes that one hello of a client may have more than another */
bool dx_hello_is_large(const dx_facts *facts);

/* dx_smaller_hello - the ClientHello of `facts` is large, and the success's is smaller or has no
 * post-quantum share. */
bool dx_smaller_hello(const dx_sample *sample, const dx_facts *facts);

/* dx_contrast_full - a success without resumption. */
const dx_sample *dx_contrast_full(const dx_facts *facts, const dx_context *context);

/* dx_contrast_fresh - ... of the same client software, which had nothing to resume. */
const dx_sample *dx_contrast_fresh(const dx_facts *facts, const dx_context *context);

/* dx_contrast_unsplit - a success with the same version, CBC, whose client did not split its first
 * record, or one with a newer version or an AEAD or stream suite. */
const dx_sample *dx_contrast_unsplit(const dx_facts *facts, const dx_context *context);

/* dx_contrast_client_certificate - a success that sent a client certificate. */
const dx_sample *dx_contrast_client_certificate(const dx_facts *facts, const dx_context *context);

/* dx_contrast_any - any success. */
const dx_sample *dx_contrast_any(const dx_facts *facts, const dx_context *context);

/* dx_contrast_suite - a success that has chosen the same suite anew. */
const dx_sample *dx_contrast_suite(const dx_facts *facts, const dx_context *context);

/* dx_say_success - sets the contrast: `sample` worked, and `difference` is a sentence on what differs. */
void dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference);

/* dx_say_proxy - that the client's address serves TLS, too, when it does: a proxy in front of its backend. */
void dx_say_proxy(dx_finding *finding, const dx_facts *facts, const dx_context *context);

#endif
