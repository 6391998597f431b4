/* certificate_defects.h - when a defect of the server's certificates is the reason why the client left
 *
 * A defect is a cause only when the client leaves because of it: clients may not check, users click through,
 * and the clock of the capture may be wrong.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CERTIFICATE_DEFECTS_H
#define DX_VERDICT_CERTIFICATE_DEFECTS_H

#include "verdict/rejection.h"
#include "facts/authentication.h"

/* dx_defect_weigh - how sure it is that the client left because of this defect: DX_NONE when the
 * certificates could not be read, do not have it, or the client's alert says something else. Says what it
 * saw. `judgement` (may be NULL) gets the whole judgement whenever the certificates could be read. */
dx_confidence dx_defect_weigh(dx_defect defect, const dx_facts *facts, const dx_context *context,
                              dx_finding *finding, dx_judgement *judgement);

/* dx_certificates_readable - the server's certificates could be read, so that the defect itself decides. */
bool dx_certificates_readable(const dx_facts *facts);

/* dx_certificate_is_weak - a key or signature of the server's certificates is weak. */
bool dx_certificate_is_weak(const dx_facts *facts, const dx_context *context);

/* dx_certificate_is_bad - the server's certificates have a defect that every client minds that checks
 * anything: not the analyst's trust store, which is not the client's. */
bool dx_certificate_is_bad(const dx_facts *facts, const dx_context *context);

/* dx_left_unoffered_chain - the client left at a chain that is outside its offer. What every client minds,
 * and MD5 and SHA-1, are other causes. */
bool dx_left_unoffered_chain(const dx_facts *facts, const dx_context *context);

/* dx_say_chain_unoffered - what of the chain the client did not offer, as a line of evidence; false when
 * nothing (dx_chain_unoffered). */
bool dx_say_chain_unoffered(dx_finding *finding, const dx_facts *facts, const dx_context *context);

/* dx_store_is_newer - the trust store is a year or more younger than the capture, and that is said: what was
 * trusted then need not be in it. */
bool dx_store_is_newer(const dx_facts *facts, const dx_context *context, dx_finding *finding);

/* dx_say_certificate - the leaf (or the certificate that has the defect) as a line of evidence;
 * DX_NUM_DEFECTS: none. */
void dx_say_certificate(dx_finding *finding, const dx_facts *facts, const dx_judgement *judgement,
                        dx_defect defect);

/* dx_say_last_issuer - the client does not trust whom the chain, which must be readable, ends at. */
void dx_say_last_issuer(dx_finding *finding, const dx_facts *facts);

/* dx_subject_text - the subject of certificate `at` of the chain, which must be readable; safe to print. New
 * string. */
char *dx_subject_text(const dx_facts *facts, unsigned at);

/* dx_span_text - "5 days", or hours and minutes below two days. New string. */
char *dx_span_text(int64_t us);

/* dx_left_generic - the client left at the certificate (or right after the handshake) and its alert, if
 * any, names no reason: 42, 46, 40, 49, a close, an alert that cannot be read. */
bool dx_left_generic(const dx_facts *facts);

/* dx_other_leaf - a success of this server for the same name with another leaf, seen by this client
 * (`same_client`) or by any; NULL when none. */
const dx_sample *dx_other_leaf(const dx_facts *facts, const dx_context *context, bool same_client);

#endif
