/* chain_offer.c - signatures and keys of the server's chain that the ClientHello leaves out
 *
 * Source: RFC 5246 section 7.4.2, RFC 8446 section 4.2.3; the names are GnuTLS's (gnutls_sign_get_name).
 * Schannel minds it, OpenSSL and others look at their own policy (observed).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/chain_offer.h"

enum { SECP521R1_SHA512 = 0x0603 };

static const struct {
    const char *name;
    uint16_t schemes[2]; /* IANA: TLS SignatureScheme, one is enough */
} rows[] = {
    {"RSA-MD5", {0x0101}},
    {"RSA-SHA1", {0x0201}},
    {"RSA-SHA224", {0x0301}},
    {"RSA-SHA256", {0x0401}},
    {"RSA-SHA384", {0x0501}},
    {"RSA-SHA512", {0x0601}},
    {"ECDSA-SHA1", {0x0203}},
    {"ECDSA-SHA224", {0x0303}},
    {"ECDSA-SHA256", {0x0403}},
    {"ECDSA-SHA384", {0x0503}},
    {"ECDSA-SHA512", {0x0603}},
    {"RSA-PSS-SHA256", {0x0804, 0x0809}},
    {"RSA-PSS-SHA384", {0x0805, 0x080a}},
    {"RSA-PSS-SHA512", {0x0806, 0x080b}},
    {"EdDSA-Ed25519", {0x0807}},
    {"EdDSA-Ed448", {0x0808}},
};

static bool
lacks_scheme(const dx_offer *offer, const char *signature)
{
    const dx_codes *offered =
        offer->signatures_cert.num ? &offer->signatures_cert : &offer->signatures; /* RFC 8446 4.2.3 */

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_strcmp0(rows[i].name, signature) == 0)
            return !dx_codes_have(offered, rows[i].schemes[0]) &&
                   !(rows[i].schemes[1] && dx_codes_have(offered, rows[i].schemes[1]));
    return false;
}

bool
dx_signature_unoffered(const dx_offer *offer, const dx_certificate_info *info)
{
    return offer->signatures_cert.num && !info->self_issued && lacks_scheme(offer, info->signature);
}

const dx_certificate_info *
dx_chain_unoffered(const dx_facts *facts, dx_certs *certs, const char **what)
{
    const dx_offer *offer = facts->offer;
    dx_judgement judgement;

    if (!offer || !offer->signatures.num || !dx_authentication_judge(facts, certs, &judgement))
        return NULL;
    for (unsigned i = 0; i < judgement.num_path; i++) {
        const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[judgement.path[i]]);
        if (!info->parsed)
            continue;
        *what = info->signature;
        if (!info->self_issued && lacks_scheme(offer, info->signature))
            return info;
        *what = info->key;
        if (i == 0 && g_strcmp0(info->key, "EC secp521r1") == 0 &&
            !dx_codes_have(&offer->signatures, SECP521R1_SHA512))
            return info;
    }
    return NULL;
}
