/* schemes.c - signature algorithms that a server's certificate needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/schemes.h"

#include <string.h>

#include <glib.h>

#include "verdict/chain_offer.h"
#include "verdict/unusual.h"

/* What a key signs with (IANA's registry of schemes). In TLS 1.3 a curve has one scheme, and RSA keys sign
 * with PSS only. */
#define ECDSA_TLS12                                                                                          \
    {                                                                                                        \
        0x0403, 0x0503, 0x0603, 0x0303, 0x0203                                                               \
    }
typedef struct key_schemes {
    const char *key; /* how dx_certificate_info begins its `key` */
    bool common;     /* nearly every client can verify it */
    uint16_t curve;  /* that up to TLS 1.2 must be among the client's groups; 0: none, or not known which */
    uint16_t tls13[3], tls12[8];
} key_schemes;
static const key_schemes keys[] = {
    {"RSA-PSS", false, 0, {0x0809, 0x080A, 0x080B}, {0x0809, 0x080A, 0x080B}},
    {"RSA",
     true,
     0,
     {0x0804, 0x0805, 0x0806},
     {0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806, 0x0301, 0x0201}},
    {"EC secp256r1", true, 0x0017, {0x0403}, ECDSA_TLS12},
    {"EC secp384r1", true, 0x0018, {0x0503}, ECDSA_TLS12},
    {"EC secp521r1", false, 0x0019, {0x0603}, ECDSA_TLS12},
    /* ecdsa_brainpoolP256r1tls13_sha256 and its like, RFC 8734 */
    {"EC unknown curve", false, 0, {0x081A, 0x081B, 0x081C}, ECDSA_TLS12},
    {"Ed25519", false, 0, {0x0807}, {0x0807}},
    {"Ed448", false, 0, {0x0808}, {0x0808}},
    {"DSA", false, 0, {0}, {0x0202, 0x0402}},
};

/* The row of a key; NULL: none. */
static const key_schemes *
find_key(const char *key)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++)
        if (g_str_has_prefix(key, keys[i].key))
            return &keys[i];
    return NULL;
}

static bool
offers_scheme(const dx_offer *offer, const key_schemes *key, bool tls13)
{
    const uint16_t *schemes = tls13 ? key->tls13 : key->tls12;
    unsigned num = tls13 ? G_N_ELEMENTS(key->tls13) : G_N_ELEMENTS(key->tls12);

    for (unsigned i = 0; i < num && schemes[i]; i++)
        if (dx_codes_have(&offer->signatures, schemes[i]))
            return true;
    return false;
}

/* Curves that a key of "EC unknown curve" can be on: secp256k1, Brainpool's (RFC 7027), those below 256 bits
 * and the binary ones; clients have all of a kind or none. */
static bool
offers_other_curves(const dx_offer *offer)
{
    enum { SECP256K1 = 0x0016, BRAINPOOL = 0x001A, LAST_BRAINPOOL = 0x001C };

    for (unsigned i = 0; i < offer->groups.num; i++)
        if (offer->groups.item[i] <= SECP256K1 ||
            (offer->groups.item[i] >= BRAINPOOL && offer->groups.item[i] <= LAST_BRAINPOOL))
            return true;
    return false;
}

/* Up to TLS 1.2 the client's groups are the curves of certificates, too (RFC 8422 section 5.1; observed:
 * OpenSSL sends 40). */
static bool
has_curve(const dx_offer *offer, const char *key)
{
    const key_schemes *row = find_key(key);

    if (offer->groups.num && row && row->curve)
        return dx_codes_have(&offer->groups, row->curve);
    return !offer->groups.num || strcmp(key, "EC unknown curve") != 0 || offers_other_curves(offer);
}

/* The version is what both can do; a server that passed over TLS 1.3 at its success has none. Where the
 * success's client had none either, nobody knows; then a certificate that would do in TLS 1.3 and not below
 * explains the refusal. */
static bool
is_tls13(const dx_offer *offer, const dx_sample *sample, const char *key)
{
    if (!dx_offers_version(offer, DX_TLS13))
        return false;
    if (sample->chosen.version >= DX_TLS13)
        return true;
    return !dx_offers_version(sample->offer, DX_TLS13) &&
           (has_curve(offer, key) || !dx_offers_version(offer, DX_TLS12));
}

dx_scheme_fit
dx_schemes_fit(const dx_offer *offer, const dx_sample *sample)
{
    const dx_certificate *leaf = sample->chain ? dx_chain_leaf(sample->chain) : NULL;
    const dx_certificate_info *info = leaf ? dx_certificate_read(leaf) : NULL;

    if (!info || !info->key || !offer->signatures.num)
        return DX_SCHEME_UNKNOWN;
    if (dx_signature_unoffered(offer, info))
        return DX_SCHEME_SIGNED;
    bool tls13 = is_tls13(offer, sample, info->key);
    if (!tls13 && !has_curve(offer, info->key))
        return DX_SCHEME_CURVE;
    const key_schemes *key = find_key(info->key);
    if (!key)
        return DX_SCHEME_UNKNOWN;
    return offers_scheme(offer, key, tls13) ? DX_SCHEME_FITS : DX_SCHEME_KEY;
}

char *
dx_schemes_text(const dx_offer *offer, const dx_sample *sample)
{
    dx_scheme_fit fit = dx_schemes_fit(offer, sample);
    const dx_certificate_info *info =
        fit == DX_SCHEME_UNKNOWN ? NULL : dx_certificate_read(dx_chain_leaf(sample->chain));

    switch (fit) {
    case DX_SCHEME_KEY:
        return g_strdup_printf(
            "The key of its certificate (%s) signs with none of the failing client's schemes.", info->key);
    case DX_SCHEME_CURVE:
        return g_strdup_printf("The key of its certificate (%s) is on a curve that is not among the failing "
                               "client's groups.",
                               info->key);
    case DX_SCHEME_SIGNED:
        return g_strdup_printf("Its certificate is signed with %s, which is not in the failing client's "
                               "signature_algorithms_cert.",
                               info->signature);
    default:
        return g_strdup("Its client offers signature algorithms that the failing client lacks.");
    }
}

const char *
dx_schemes_why(const dx_offer *offer, const dx_sample *sample)
{
    switch (dx_schemes_fit(offer, sample)) {
    case DX_SCHEME_CURVE:
        return "The server's certificate has a key on a curve that is not among the client's groups, which "
               "up to TLS 1.2 are the curves of certificates, too.";
    case DX_SCHEME_SIGNED:
        return "The server's certificate is signed with an algorithm that the client does not accept for "
               "certificates (signature_algorithms_cert).";
    default:
        return NULL;
    }
}

/* Schemes of `a` that `b` lacks. */
static bool
has_more(const dx_codes *a, const dx_codes *b)
{
    for (unsigned i = 0; i < a->num; i++)
        if (!dx_codes_have(b, a->item[i]))
            return true;
    return false;
}

bool
dx_schemes_differ(const dx_sample *sample, const dx_facts *facts)
{
    dx_scheme_fit fit = dx_schemes_fit(facts->offer, sample);

    if (fit != DX_SCHEME_UNKNOWN)
        return fit != DX_SCHEME_FITS;
    return facts->offer->signatures.num && has_more(&sample->offer->signatures, &facts->offer->signatures);
}

bool
dx_schemes_shared(const dx_sample *sample, const dx_facts *facts)
{
    dx_scheme_fit fit = dx_schemes_fit(facts->offer, sample);

    if (fit != DX_SCHEME_UNKNOWN)
        return fit == DX_SCHEME_FITS;
    return sample->offer->signatures.num && facts->offer->signatures.num &&
           !has_more(&sample->offer->signatures, &facts->offer->signatures);
}

dx_key_fit
dx_key_fits(const dx_offer *offer, const char *key, bool tls13)
{
    const key_schemes *row = find_key(key);

    if (!row)
        return DX_KEY_FITS;
    if (offer && offer->signatures.num && !offers_scheme(offer, row, tls13))
        return DX_KEY_NO_SCHEME;
    if (offer && !tls13 && row->curve && !has_curve(offer, key)) /* observed: OpenSSL says 47 */
        return DX_KEY_NO_GROUP;
    return row->common ? DX_KEY_FITS : DX_KEY_ODD;
}

static const char *
leaf_key(const dx_facts *facts)
{
    const dx_certificate *leaf = facts->chain ? dx_chain_leaf(facts->chain) : NULL;

    return leaf ? dx_certificate_read(leaf)->key : NULL;
}

const char *
dx_key_unsigned(const dx_facts *facts)
{
    const char *key = leaf_key(facts);
    bool none = key && dx_key_fits(facts->offer, key, dx_facts_tls13(facts)) == DX_KEY_NO_SCHEME;

    return none ? key : NULL;
}

bool
dx_schemes_suffice(const dx_facts *facts)
{
    enum { ECDSA_P256 = 0x0403, RSA_PSS = 0x0804 };

    if (leaf_key(facts))
        return !dx_key_unsigned(facts);
    return facts->offer && dx_codes_have(&facts->offer->signatures, ECDSA_P256) &&
           dx_codes_have(&facts->offer->signatures, RSA_PSS);
}
