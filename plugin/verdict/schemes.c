/* schemes.c - signature schemes that a server's certificate needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/schemes.h"

#include <glib.h>

#include "verdict/unusual.h"

/* What a key signs with. In TLS 1.3 a curve has one scheme, and RSA keys sign with PSS only. */
typedef struct key_schemes {
    const char *key; /* how dx_certificate_info begins its `key` */
    uint16_t tls13[3], tls12[8];
} key_schemes;
static const key_schemes keys[] = {
    {"RSA-PSS", {0x0809, 0x080A, 0x080B}, {0x0809, 0x080A, 0x080B}},
    {"RSA", {0x0804, 0x0805, 0x0806}, {0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806, 0x0301, 0x0201}},
    {"EC secp256r1", {0x0403}, {0x0403, 0x0503, 0x0603, 0x0303, 0x0203}},
    {"EC secp384r1", {0x0503}, {0x0403, 0x0503, 0x0603, 0x0303, 0x0203}},
    {"EC secp521r1", {0x0603}, {0x0403, 0x0503, 0x0603, 0x0303, 0x0203}},
    {"Ed25519", {0x0807}, {0x0807}},
    {"Ed448", {0x0808}, {0x0808}},
};

bool
dx_schemes_fit(const dx_offer *offer, const dx_chain *chain, bool *known)
{
    const dx_certificate *leaf = chain ? dx_chain_leaf(chain) : NULL;
    const char *key = leaf ? dx_certificate_read(leaf)->key : NULL;
    bool tls13 = dx_offers_version(offer, 0x0304);

    *known = false;
    for (unsigned i = 0; key && offer->signatures.num && i < G_N_ELEMENTS(keys); i++) {
        if (!g_str_has_prefix(key, keys[i].key))
            continue;
        const uint16_t *schemes = tls13 ? keys[i].tls13 : keys[i].tls12;
        unsigned num = tls13 ? G_N_ELEMENTS(keys[i].tls13) : G_N_ELEMENTS(keys[i].tls12);
        *known = true;
        for (unsigned j = 0; j < num && schemes[j]; j++)
            if (dx_codes_have(&offer->signatures, schemes[j]))
                return true;
        return false;
    }
    return false;
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
    bool known, fit = dx_schemes_fit(facts->offer, sample->chain, &known);

    if (known)
        return !fit;
    return facts->offer->signatures.num && has_more(&sample->offer->signatures, &facts->offer->signatures);
}

bool
dx_schemes_shared(const dx_sample *sample, const dx_facts *facts)
{
    bool known, fit = dx_schemes_fit(facts->offer, sample->chain, &known);

    if (known)
        return fit;
    return sample->offer->signatures.num && facts->offer->signatures.num &&
           !has_more(&sample->offer->signatures, &facts->offer->signatures);
}

/* Signature schemes (IANA registry) that a kind of key needs one of; `common`: nearly every client has
 * them. `curve`: up to TLS 1.2 the client's groups are the curves of certificates, too (RFC 8422 section 5.1;
 * observed: OpenSSL says "wrong curve", 47). */
static const struct {
    const char *key;
    bool common;
    uint16_t curve, schemes[6];
} kinds[] = {
    {"EC secp256r1", true, 0x0017, {0x0403, 0x0203, 0x0503, 0x0603}},
    {"EC secp384r1", true, 0x0018, {0x0503, 0x0403, 0x0603, 0x0203}},
    {"EC", false, 0x0019, {0x0603, 0x0503, 0x0403, 0x0203}},
    {"RSA-PSS", false, 0, {0x0809, 0x080a, 0x080b}},
    {"RSA", true, 0, {0x0401, 0x0804, 0x0501, 0x0601, 0x0201, 0x0805}},
    {"Ed25519", false, 0, {0x0807}},
    {"Ed448", false, 0, {0x0808}},
    {"DSA", false, 0, {0x0202, 0x0402}},
};

static bool
offers_any(const dx_offer *offer, const uint16_t schemes[6])
{
    for (unsigned i = 0; i < 6 && schemes[i]; i++)
        if (dx_codes_have(&offer->signatures, schemes[i]))
            return true;
    return false;
}

dx_key_fit
dx_key_fits(const dx_offer *offer, const char *key, bool tls13)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_str_has_prefix(key, kinds[i].key))
            continue;
        if (offer && offer->signatures.num && !offers_any(offer, kinds[i].schemes))
            return DX_KEY_NO_SCHEME;
        if (kinds[i].curve && offer && offer->groups.num && !tls13 &&
            !dx_codes_have(&offer->groups, kinds[i].curve))
            return DX_KEY_NO_GROUP;
        return kinds[i].common ? DX_KEY_FITS : DX_KEY_ODD;
    }
    return DX_KEY_FITS;
}
