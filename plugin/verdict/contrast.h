/* contrast.h - what a failing connection's server did for others: differential diagnosis
 *
 * Each finder returns a successful meeting of the same ip:port that differs from `facts` in the asked way,
 * or NULL. The rule numbers are those of the project's list of contrasts.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CONTRAST_H
#define DX_VERDICT_CONTRAST_H

#include "verdict/cause.h"

/* dx_contrast_version - R1: every success used a version outside this client's offer. */
const dx_sample *dx_contrast_version(const dx_facts *facts, const dx_context *context);

/* dx_contrast_older - ... and a newer one than this client has. That the server has this client's too is
 * as well possible: it takes the newest that both have (RFC 8446 section 4.2.1). */
bool dx_contrast_older(const dx_facts *facts, const dx_context *context);

/* dx_contrast_lacks - a success offered all versions of this client and got an older one: the server has
 * none of them. */
bool dx_contrast_lacks(const dx_facts *facts, const dx_context *context);

/* dx_contrast_cipher - all successes with a version that this client offers used suites outside its offer. */
const dx_sample *dx_contrast_cipher(const dx_facts *facts, const dx_context *context);

/* dx_contrast_group - R3: like dx_contrast_cipher for the key exchange group. */
const dx_sample *dx_contrast_group(const dx_facts *facts, const dx_context *context);

/* dx_contrast_signatures - every success offered a signature scheme that this client lacks, none with this
 * client's list succeeded, and versions and suites do not explain it. */
const dx_sample *dx_contrast_signatures(const dx_facts *facts, const dx_context *context);

/* dx_contrast_sni - R4: a success with another name, and none with this one. `*same_offer`: only the name
 * differs. */
const dx_sample *dx_contrast_sni(const dx_facts *facts, const dx_context *context, bool *same_offer);

/* dx_contrast_no_sni - R5: this client sent no name; every success did. */
const dx_sample *dx_contrast_no_sni(const dx_facts *facts, const dx_context *context, bool *same_offer);

/* dx_contrast_size - R8: every success had a smaller ClientHello, or no post-quantum share where this one
 * has. */
const dx_sample *dx_contrast_size(const dx_facts *facts, const dx_context *context);

/* dx_contrast_full - R13: a success without resumption. */
const dx_sample *dx_contrast_full(const dx_facts *facts, const dx_context *context);

/* dx_contrast_fresh - ... of the same client software, which had nothing to resume. */
const dx_sample *dx_contrast_fresh(const dx_facts *facts, const dx_context *context);

/* dx_contrast_unsplit - R17: a success with the same version, CBC, whose client did not split its first
 * record, or one with a newer version or an AEAD or stream suite. */
const dx_sample *dx_contrast_unsplit(const dx_facts *facts, const dx_context *context);

/* dx_contrast_client_certificate - R21: a success that sent a client certificate. */
const dx_sample *dx_contrast_client_certificate(const dx_facts *facts, const dx_context *context);

/* dx_contrast_proxy_header - this connection began without a PROXY protocol header; every success began with
 * one. The other finders look at those successes only that agree with this connection in that. */
const dx_sample *dx_contrast_proxy_header(const dx_facts *facts, const dx_context *context);

/* dx_contrast_any - any success. */
const dx_sample *dx_contrast_any(const dx_facts *facts, const dx_context *context);

/* dx_contrast_same - a success of an equal offer and name: the failure is not about what the client
 * offers. */
const dx_sample *dx_contrast_same(const dx_facts *facts, const dx_context *context);

/* dx_offers_version - whether a client accepts a version: listed, or, without a list, not above its
 * maximum. */
bool dx_offers_version(const dx_offer *offer, uint16_t version);

/* What an offer lacks of what nearly every server of today speaks; bits. 0: an ordinary offer. */
typedef enum {
    DX_UNUSUAL_VERSIONS = 1,   /* neither TLS 1.2 nor 1.3 */
    DX_UNUSUAL_CIPHERS = 2,    /* none of the widely enabled suites for its versions */
    DX_UNUSUAL_GROUPS = 4,     /* none of x25519, secp256r1, secp384r1, though groups are needed */
    DX_UNUSUAL_SIGNATURES = 8, /* cannot verify RSA certificates' usual schemes */
    DX_UNUSUAL_AUTH = 16,      /* suites for one certificate type only */
    DX_ONLY_TLS13 = 32,
    DX_NO_TLS13 = 64,
    DX_NARROW_CIPHERS = 128, /* three suites or fewer: somebody chose them */
    DX_NARROW_GROUPS = 256   /* one group only */
} dx_unusual;
/* Suites, groups or signatures that somebody narrowed down, or that few servers have: the better
 * explanation of a refusal. */
#define DX_NARROWED                                                                                          \
    (DX_UNUSUAL_CIPHERS | DX_UNUSUAL_GROUPS | DX_UNUSUAL_SIGNATURES | DX_UNUSUAL_AUTH | DX_NARROW_CIPHERS |  \
     DX_NARROW_GROUPS)
unsigned dx_offer_unusual(const dx_offer *offer);

/* Tests of the end that many causes share. */
bool dx_ended(const dx_facts *facts, dx_end_kind kind, dx_side by);
/* dx_server_alert - the end is a readable alert of the server with this description before its
 * ServerHello. */
bool dx_server_alert_in_hello(const dx_facts *facts, uint8_t alert);
/* dx_refused_hello - the server ended it (RST, FIN, alert) after the whole ClientHello and before a
 * ServerHello. */
bool dx_refused_hello(const dx_facts *facts);
/* dx_server_read_hello - the end is an alert of the server that speaks of what a ClientHello says (RFC 8446
 * section 6.2), so it took the bytes before that for what they are. 70 is none of these: it may be about a
 * record's version. */
bool dx_server_read_hello(const dx_facts *facts);
/* dx_server_answered - the server sent payload after the client's first TLS byte and not only in reaction
 * to the end. */
bool dx_server_answered(const dx_facts *facts);
/* dx_reset_from_elsewhere - the RST that is the end travelled another distance (TTL) than its side's other
 * packets, or, when there are none on this connection, than those of its host. */
bool dx_reset_from_elsewhere(const dx_facts *facts, const dx_host *host);
/* dx_rejected_by_filter - the end is an ICMP error of a packet filter. */
bool dx_rejected_by_filter(const dx_facts *facts);
/* dx_silent_hello - the ClientHello was acknowledged and never answered; the client gave up or the capture
 * waited. */
bool dx_silent_hello(const dx_facts *facts, const dx_context *context);

/* dx_answered_late - the client waited for an answer to its ClientHello, and the ServerHello came after it
 * had left. */
bool dx_answered_late(const dx_facts *facts);
/* dx_waited_us - how long the client waited in vain: to its close, else to the end of the capture. */
int64_t dx_waited_us(const dx_facts *facts, const dx_context *context);

/* dx_say_end - the end as a line of evidence. */
void dx_say_end(dx_finding *finding, const dx_facts *facts);
/* dx_say_hello - the ClientHello as a line of evidence (name, versions). */
void dx_say_hello(dx_finding *finding, const dx_facts *facts);
/* dx_say_success - sets the contrast: `sample` worked, and `difference` is what differs. */
void dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference);

#endif
