/* offer.c - interned offers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/offer.h"

#include <string.h>

bool
dx_group_is_post_quantum(uint16_t group)
{
    /* IANA: ML-KEM 512/768/1024 0x0200-0x0202, hybrids 0x11EB-0x11EE; the drafts with Kyber */
    return (group >= 0x0200 && group <= 0x0202) || (group >= 0x11EB && group <= 0x11EE) || group == 0x6399 ||
           group == 0x639A;
}

static guint
hash_codes(guint hash, const dx_codes *codes)
{
    for (unsigned i = 0; i < codes->num; i++)
        hash = (hash ^ codes->item[i]) * 16777619u;
    return hash * 31 + codes->num;
}

static guint
offer_hash(gconstpointer key)
{
    const dx_offer *offer = key;
    guint hash = 2166136261u;

    hash = hash_codes(hash, &offer->versions);
    hash = hash_codes(hash, &offer->ciphers);
    hash = hash_codes(hash, &offer->groups);
    hash = hash_codes(hash, &offer->key_shares);
    hash = hash_codes(hash, &offer->signatures);
    hash = hash_codes(hash, &offer->signatures_cert);
    hash = hash_codes(hash, &offer->extensions);
    for (unsigned i = 0; i < offer->num_alpn; i++)
        hash = hash * 33 + g_str_hash(offer->alpn[i]);
    return hash;
}

static gboolean
offer_equal(gconstpointer key_a, gconstpointer key_b)
{
    const dx_offer *a = key_a, *b = key_b;

    if (a->num_alpn != b->num_alpn || a->legacy_version != b->legacy_version || a->sslv2 != b->sslv2 ||
        a->dtls != b->dtls || a->versions_listed != b->versions_listed ||
        a->fallback_scsv != b->fallback_scsv || a->renegotiation_info != b->renegotiation_info ||
        a->sni_present != b->sni_present)
        return FALSE;
    for (unsigned i = 0; i < a->num_alpn; i++)
        if (strcmp(a->alpn[i], b->alpn[i]) != 0)
            return FALSE;
    return dx_same_codes(&a->versions, &b->versions) && dx_same_codes(&a->ciphers, &b->ciphers) &&
           dx_same_codes(&a->groups, &b->groups) && dx_same_codes(&a->key_shares, &b->key_shares) &&
           dx_same_codes(&a->signatures, &b->signatures) &&
           dx_same_codes(&a->signatures_cert, &b->signatures_cert) &&
           dx_same_codes(&a->extensions, &b->extensions);
}

static void
free_offer(gpointer data)
{
    dx_offer *offer = data;

    dx_codes_clear(&offer->versions);
    dx_codes_clear(&offer->ciphers);
    dx_codes_clear(&offer->groups);
    dx_codes_clear(&offer->key_shares);
    dx_codes_clear(&offer->signatures);
    dx_codes_clear(&offer->signatures_cert);
    dx_codes_clear(&offer->extensions);
    for (unsigned i = 0; i < offer->num_alpn; i++)
        g_free(offer->alpn[i]);
    g_free(offer);
}

static dx_codes
copy_codes(const dx_codes *codes)
{
    dx_codes copy = {0};

    if (codes->num) {
        copy.num = codes->num;
        copy.item = g_new(uint16_t, codes->num);
        memcpy(copy.item, codes->item, codes->num * sizeof *codes->item);
    }
    return copy;
}

/* By insertion: a dozen elements, for every ClientHello. */
static void
sort_codes(dx_codes *codes)
{
    for (unsigned i = 1; i < codes->num; i++) {
        uint16_t code = codes->item[i];
        unsigned at = i;
        for (; at > 0 && codes->item[at - 1] > code; at--)
            codes->item[at] = codes->item[at - 1];
        codes->item[at] = code;
    }
}

/* The order of extensions says nothing (browsers shuffle it); padding and PSK come and go. */
static dx_codes
sorted_extensions(const dx_codes *codes)
{
    enum { PADDING = 21, PRE_SHARED_KEY = 41, EARLY_DATA = 42, SESSION_TICKET = 35 };
    dx_codes copy = {.item = codes->num ? g_new(uint16_t, codes->num) : NULL};

    for (unsigned i = 0; i < codes->num; i++) {
        uint16_t code = codes->item[i];
        if (code != PADDING && code != PRE_SHARED_KEY && code != EARLY_DATA && code != SESSION_TICKET)
            copy.item[copy.num++] = code;
    }
    sort_codes(&copy);
    return copy;
}

GHashTable *
dx_offer_set_new(void)
{
    return g_hash_table_new_full(offer_hash, offer_equal, free_offer, NULL);
}

const dx_offer *
dx_offer_intern(GHashTable *set, const dx_client_hello *hello)
{
    /* looked up with the hello's own lists; copied only when new */
    dx_offer asked = {.versions = hello->versions,
                      .ciphers = hello->ciphers,
                      .groups = hello->groups,
                      .key_shares = hello->key_shares,
                      .signatures = hello->signatures,
                      .signatures_cert = hello->signatures_cert,
                      .extensions = sorted_extensions(&hello->extensions),
                      .num_alpn = hello->num_alpn,
                      .legacy_version = hello->legacy_version,
                      .versions_listed = hello->versions_listed,
                      .sslv2 = hello->sslv2,
                      .dtls = hello->dtls,
                      .sni_present = hello->sni_present,
                      .post_handshake_auth = hello->post_handshake_auth,
                      .extended_master_secret = hello->extended_master_secret,
                      .renegotiation_info = hello->renegotiation_info,
                      .fallback_scsv = hello->fallback_scsv,
                      .encrypted_client_hello = hello->encrypted_client_hello};
    memcpy(asked.alpn, hello->alpn, sizeof asked.alpn);
    const dx_offer *known = g_hash_table_lookup(set, &asked);
    if (known) {
        dx_codes_clear(&asked.extensions);
        return known;
    }
    dx_offer *offer = g_new(dx_offer, 1);
    *offer = asked;
    offer->versions = copy_codes(&hello->versions);
    offer->ciphers = copy_codes(&hello->ciphers);
    offer->groups = copy_codes(&hello->groups);
    offer->key_shares = copy_codes(&hello->key_shares);
    offer->signatures = copy_codes(&hello->signatures);
    offer->signatures_cert = copy_codes(&hello->signatures_cert);
    for (unsigned i = 0; i < offer->num_alpn; i++)
        offer->alpn[i] = g_strdup(hello->alpn[i]);
    for (unsigned i = 0; i < offer->key_shares.num; i++)
        offer->post_quantum |= dx_group_is_post_quantum(offer->key_shares.item[i]);
    g_hash_table_add(set, offer);
    return offer;
}

static guint
shape_hash(gconstpointer key)
{
    const dx_shape *shape = key;
    return hash_codes(2166136261u ^ shape->marks.renegotiation_at, &shape->extensions);
}

static gboolean
shape_equal(gconstpointer key_a, gconstpointer key_b)
{
    const dx_shape *a = key_a, *b = key_b;
    const dx_hello_marks *x = &a->marks, *y = &b->marks;
    return x->renegotiation_at == y->renegotiation_at && x->fallback_at == y->fallback_at &&
           x->num_formats == y->num_formats && memcmp(x->formats, y->formats, x->num_formats) == 0 &&
           dx_same_codes(&a->extensions, &b->extensions);
}

static void
free_shape(gpointer data)
{
    dx_shape *shape = data;
    dx_codes_clear(&shape->extensions);
    g_free(shape);
}

GHashTable *
dx_shape_set_new(void)
{
    return g_hash_table_new_full(shape_hash, shape_equal, free_shape, NULL);
}

const dx_shape *
dx_shape_intern(GHashTable *set, const dx_client_hello *hello)
{
    const dx_shape asked = {hello->extensions, hello->marks};
    const dx_shape *known = g_hash_table_lookup(set, &asked);
    if (known)
        return known;
    dx_shape *shape = g_new(dx_shape, 1);
    *shape = (dx_shape){copy_codes(&hello->extensions), hello->marks};
    g_hash_table_add(set, shape);
    return shape;
}

static uint16_t
newest_version(const dx_offer *offer)
{
    uint16_t newest = 0;

    for (unsigned i = 0; i < offer->versions.num; i++)
        newest = MAX(newest, offer->versions.item[i]);
    return newest;
}

typedef bool (*code_test)(uint16_t code);

/* cookie (RFC 8446 section 4.2.2), encrypted_client_hello, and what the SCSV stands for:
 * renegotiation_info */
static bool
comes_and_goes(uint16_t code)
{
    return code == 44 || code == 0xfe0d || code == 0xff01;
}

/* Every code of `part` is in `whole` and in the same order, those aside that `skip` takes. */
static bool
is_part(const dx_codes *part, const dx_codes *whole, code_test skip)
{
    unsigned at = 0;

    for (unsigned i = 0; i < part->num; i++) {
        if (skip(part->item[i]))
            continue;
        while (at < whole->num && whole->item[at] != part->item[i])
            at++;
        if (at++ >= whole->num)
            return false;
    }
    return true;
}

static bool
is_none(uint16_t code)
{
    (void)code;
    return false;
}

static bool
same_alpn(const dx_offer *a, const dx_offer *b)
{
    bool same = a->num_alpn == b->num_alpn;

    for (unsigned i = 0; same && i < a->num_alpn; i++)
        same = strcmp(a->alpn[i], b->alpn[i]) == 0;
    return same;
}

/* What browsers did when a server did not cope with a new version: the same list of suites without those
 * that the older version does not know, fewer extensions; with SSL 3.0 none (RFC 7507 section 1). */
static bool
is_fallback(const dx_offer *older, const dx_offer *newer)
{
    return is_part(&older->ciphers, &newer->ciphers, is_none) &&
           is_part(&older->groups, &newer->groups, is_none) &&
           is_part(&older->signatures, &newer->signatures, is_none) &&
           is_part(&older->extensions, &newer->extensions, comes_and_goes) &&
           (!older->extensions.num || older->sni_present == newer->sni_present) &&
           (!older->num_alpn || same_alpn(older, newer));
}

bool
dx_offer_same_lists(const dx_offer *a, const dx_offer *b)
{
    return a == b || (dx_same_codes(&a->versions, &b->versions) && dx_same_codes(&a->ciphers, &b->ciphers) &&
                      is_part(&a->groups, &b->groups, dx_group_is_post_quantum) &&
                      is_part(&b->groups, &a->groups, dx_group_is_post_quantum) &&
                      dx_same_codes(&a->signatures, &b->signatures) &&
                      dx_same_codes(&a->signatures_cert, &b->signatures_cert));
}

/* The same lists, the hello perhaps made smaller: without the post-quantum share, without some extension
 * (observed: Firefox leaves out compress_certificate together with the share). */
static bool
is_same_but_smaller(const dx_offer *a, const dx_offer *b)
{
    return dx_offer_same_lists(a, b) &&
           (is_part(&a->extensions, &b->extensions, comes_and_goes) ||
            is_part(&b->extensions, &a->extensions, comes_and_goes)) &&
           a->sni_present == b->sni_present && same_alpn(a, b);
}

bool
dx_offer_is_for_quic(const dx_offer *offer)
{
    return dx_codes_have(&offer->extensions, 57) || dx_codes_have(&offer->extensions, 0xffa5);
}

bool
dx_offer_same_software(const dx_offer *a, const dx_offer *b)
{
    if (!a || !b || a == b || (dx_offer_is_for_quic(a) && !dx_offer_is_for_quic(b)))
        return true;
    uint16_t version_a = newest_version(a), version_b = newest_version(b);
    if (version_a != version_b)
        return version_a < version_b ? is_fallback(a, b) : is_fallback(b, a);
    return is_same_but_smaller(a, b);
}
