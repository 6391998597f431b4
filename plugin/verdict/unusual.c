/* unusual.c - what a ClientHello lacks of what nearly every server speaks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/unusual.h"

#include <glib.h>
#include <string.h>

#include "capture/offer.h"
#include "knowledge/names.h"

bool
dx_offers_version(const dx_offer *offer, uint16_t version)
{
    if (offer->versions_listed)
        return dx_codes_have(&offer->versions, version);
    return version <= offer->legacy_version && !(offer->sslv2 && offer->legacy_version == 2 && version != 2);
}

bool
dx_offers_http(const dx_offer *offer)
{
    for (unsigned i = 0; offer && i < offer->num_alpn; i++)
        if (strcmp(offer->alpn[i], "h2") == 0 || g_str_has_prefix(offer->alpn[i], "h3") ||
            g_str_has_prefix(offer->alpn[i], "http/"))
            return true;
    return false;
}

bool
dx_offers_protocol(const dx_offer *offer, const char *name)
{
    for (unsigned i = 0; offer && i < offer->num_alpn; i++)
        if (strcmp(offer->alpn[i], name) == 0)
            return true;
    return false;
}

static bool
have_one_of(const dx_codes *codes, const uint16_t *wanted, unsigned num)
{
    for (unsigned i = 0; i < num; i++)
        if (dx_codes_have(codes, wanted[i]))
            return true;
    return false;
}

/* Suites that nearly every TLS 1.2 server of the last ten years has on, for RSA and for ECDSA
 * certificates. */
static const uint16_t usual_ciphers[] = {0xC02F, 0xC030, 0xC02B, 0xC02C, 0xCCA8, 0xCCA9, 0xC013, 0xC014,
                                         0xC027, 0xC028, 0xC009, 0xC00A, 0x009C, 0x009D, 0x002F, 0x0035};
static const uint16_t rsa_ciphers[] = {0xC02F, 0xC030, 0xCCA8, 0xC013, 0xC014, 0xC027, 0xC028, 0x009C,
                                       0x009D, 0x002F, 0x0035, 0x009E, 0x009F, 0x003C, 0x003D, 0x0033};
static const uint16_t usual_ciphers13[] = {0x1301, 0x1302, 0x1303};
static const uint16_t usual_groups[] = {0x001D, 0x0017, 0x0018};
static const uint16_t usual_signatures13[] = {0x0804, 0x0805, 0x0806};
static const uint16_t usual_signatures12[] = {0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806};

bool
dx_offer_needs_groups(const dx_offer *offer)
{
    for (unsigned i = 0; i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && !cipher->tls13 && cipher->exchange != DX_EXCHANGE_ECDHE)
            return false; /* a suite without groups would do */
    }
    return offer->ciphers.num > 0;
}

bool
dx_offers_one_suite(const dx_offer *offer)
{
    unsigned num = 0;

    for (unsigned i = 0; i < offer->ciphers.num; i++)
        num += dx_cipher_find(offer->ciphers.item[i]) != NULL;
    return num == 1 && !dx_offers_version(offer, DX_TLS13);
}

bool
dx_offers_psk(const dx_offer *offer, bool *others)
{
    bool offers = *others = false;

    for (unsigned i = 0; i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && !cipher->tls13 && cipher->auth == DX_AUTH_PSK)
            offers = true;
        else if (cipher && !cipher->tls13)
            *others = true;
    }
    return offers;
}

/* It would take an ECDSA certificate, and can verify none (observed: 40 by Go, Erlang and OpenSSL). */
static bool
lacks_ecdsa(const dx_offer *offer, bool tls13)
{
    bool suites = tls13;

    for (unsigned i = 0; i < offer->ciphers.num && !suites; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        suites = cipher && cipher->auth == DX_AUTH_ECDSA;
    }
    for (unsigned i = 0; i < offer->signatures.num; i++)
        if ((offer->signatures.item[i] & 0xFF) == 3) /* ecdsa, RFC 5246 section 7.4.1.4.1 */
            return false;
    return suites && offer->signatures.num;
}

unsigned
dx_offer_unusual(const dx_offer *offer)
{
    bool tls13 = dx_offers_version(offer, DX_TLS13), tls12 = dx_offers_version(offer, DX_TLS12);
    unsigned bits = 0;

    if (!tls13 && !tls12)
        bits |= DX_UNUSUAL_VERSIONS;
    if (!tls13)
        bits |= DX_NO_TLS13;
    else if (!tls12 && !dx_offer_is_for_quic(offer)) /* QUIC has TLS 1.3 only */
        bits |= DX_ONLY_TLS13;
    bool usual13 = tls13 && have_one_of(&offer->ciphers, usual_ciphers13, G_N_ELEMENTS(usual_ciphers13));
    bool usual12 = have_one_of(&offer->ciphers, usual_ciphers, G_N_ELEMENTS(usual_ciphers));
    if (!usual13 && (tls13 && !tls12 ? true : !usual12))
        bits |= DX_UNUSUAL_CIPHERS;
    if (!usual13 && !have_one_of(&offer->ciphers, rsa_ciphers, G_N_ELEMENTS(rsa_ciphers)))
        bits |= DX_UNUSUAL_AUTH;
    /* a server that chose TLS 1.3 does not go back to a suite without groups */
    bool needs_groups = dx_offer_needs_groups(offer) || (tls13 && offer->groups.num);
    /* one with RSA or DHE would have done without them */
    if ((needs_groups || offer->groups.num) &&
        !have_one_of(&offer->groups, usual_groups, G_N_ELEMENTS(usual_groups)))
        bits |= DX_UNUSUAL_GROUPS;
    if (offer->signatures.num &&
        !have_one_of(&offer->signatures, tls13 && !tls12 ? usual_signatures13 : usual_signatures12,
                     tls13 && !tls12 ? G_N_ELEMENTS(usual_signatures13) : G_N_ELEMENTS(usual_signatures12)))
        bits |= DX_UNUSUAL_SIGNATURES;
    if (lacks_ecdsa(offer, tls13))
        bits |= DX_NARROW_SIGNATURES;
    if (offer->ciphers.num <= 3 && !(usual13 && offer->ciphers.num == 3))
        bits |= DX_NARROW_CIPHERS;
    if (needs_groups && (offer->groups.num == 1 ||
                         (offer->groups.num && !dx_codes_have(&offer->groups, 0x0017)))) /* secp256r1 */
        bits |= DX_NARROW_GROUPS;
    return bits;
}
