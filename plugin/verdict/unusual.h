/* unusual.h - what a ClientHello lacks of what nearly every server speaks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_UNUSUAL_H
#define DX_VERDICT_UNUSUAL_H

#include "facts/facts.h"

/* dx_offers_version - whether a client accepts a version: listed, or, without a list, not above its
 * maximum. */
bool dx_offers_version(const dx_offer *offer, uint16_t version);

/* dx_offers_http - among its application protocols is HTTP of any version; NULL, an unknown offer: none. */
bool dx_offers_http(const dx_offer *offer);

/* dx_offers_protocol - among its application protocols is the one of this name (ALPN); NULL, an unknown
 * offer, has none. */
bool dx_offers_protocol(const dx_offer *offer, const char *name);

/* What an offer lacks of what nearly every server of today speaks; bits. 0: an ordinary offer. */
typedef enum {
    DX_UNUSUAL_VERSIONS = 1, /* neither TLS 1.2 nor 1.3 */
    DX_UNUSUAL_CIPHERS = 2,  /* none of the widely enabled suites for its versions */
    DX_UNUSUAL_GROUPS = 4, /* none of x25519, secp256r1, secp384r1, though groups are needed; or none sent */
    DX_UNUSUAL_SIGNATURES = 8, /* cannot verify RSA certificates' usual schemes */
    DX_UNUSUAL_AUTH = 16,      /* suites for one certificate type only */
    DX_ONLY_TLS13 = 32,
    DX_NO_TLS13 = 64,
    DX_NARROW_CIPHERS = 128,   /* three suites or fewer: somebody chose them */
    DX_NARROW_GROUPS = 256,    /* one group only, or several without secp256r1 */
    DX_NARROW_SIGNATURES = 512 /* no scheme for ECDSA, though its suites take an ECDSA certificate */
} dx_unusual;
/* Suites, groups or signatures that somebody narrowed down, or that few servers have: the better
 * explanation of a refusal. */
#define DX_NARROWED                                                                                          \
    (DX_UNUSUAL_CIPHERS | DX_UNUSUAL_GROUPS | DX_UNUSUAL_SIGNATURES | DX_UNUSUAL_AUTH | DX_NARROW_CIPHERS |  \
     DX_NARROW_GROUPS | DX_NARROW_SIGNATURES)

/* dx_offer_needs_groups - every suite offered takes a group. */
bool dx_offer_needs_groups(const dx_offer *offer);

/* dx_offers_one_suite - the offer is not of TLS 1.3 and has a single suite: no program comes so, somebody has
 * set it. */
bool dx_offers_one_suite(const dx_offer *offer);

/* dx_offers_psk - one of its suites up to TLS 1.2 is of pre-shared keys; `*others`: and one is not. */
bool dx_offers_psk(const dx_offer *offer, bool *others);

/* dx_offer_unusual - what the offer lacks, DX_UNUSUAL_* and so on. */
unsigned dx_offer_unusual(const dx_offer *offer);

#endif
