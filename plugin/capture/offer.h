/* offer.h - interned offers: equal hellos of the same client software are one object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_OFFER_H
#define DX_CAPTURE_OFFER_H

#include <glib.h>

#include "facts/facts.h"

/* dx_offer_set_new - an empty set that owns its offers; g_hash_table_destroy frees it. */
GHashTable *dx_offer_set_new(void);

/* dx_offer_intern - the set's offer equal to this hello's, made when new. Randoms, session ids, key share
 * contents and the name are no part of an offer. Lives as long as the set. */
const dx_offer *dx_offer_intern(GHashTable *set, const dx_client_hello *hello);

/* dx_shape_set_new, dx_shape_intern - the same for shapes. */
GHashTable *dx_shape_set_new(void);
const dx_shape *dx_shape_intern(GHashTable *set, const dx_client_hello *hello);

/* dx_offer_is_for_quic - it has quic_transport_parameters (RFC 9001 section 8.2), or the number that its
 * drafts had. */
bool dx_offer_is_for_quic(const dx_offer *offer);

/* dx_offer_same_software - whether two hellos can be of one program that tries again: equal, or one is what
 * the other falls back to (older versions and what belongs to them, no post-quantum share), or `b` falls back
 * from QUIC to TCP, where all is other. NULL, an unknown offer, fits any. */
bool dx_offer_same_software(const dx_offer *a, const dx_offer *b);

/* dx_offer_same_lists - versions, suites, groups and signature schemes are equal, post-quantum groups
 * aside: of one program, with another name, ALPN or size. */
bool dx_offer_same_lists(const dx_offer *a, const dx_offer *b);

/* dx_group_is_post_quantum - a key share of this group takes 800 bytes or more (ML-KEM, Kyber). */
bool dx_group_is_post_quantum(uint16_t group);

#endif
