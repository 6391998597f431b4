/* cost.c - what public-key work costs, and how much of it a capture may ask for
 *
 * A key that no client would take is not used at all; all that is done for a capture draws on one budget.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/cost.h"

#include "certs/certificate.h"

/* OpenSSL refuses longer exponents (OPENSSL_RSA_MAX_PUBEXP_BITS in rsa.h), Windows RSA keys above 16,384 bits
 * (CNG algorithm identifiers, Microsoft Learn); honest ones end at 8,192. */
#define MAX_EXPONENT_BITS 64
#define MAX_MODULUS_BITS  8192
#define MAX_GROUP_BITS    512 /* of the exponent of DSA */

#define HANDSHAKE_US 1000 /* more than any honest key takes */

static unsigned
bits_of(const gnutls_datum_t *number)
{
    unsigned at = 0, bits = 0;

    while (at < number->size && !number->data[at])
        at++;
    if (at == number->size)
        return 0;
    for (unsigned first = number->data[at]; first; first >>= 1)
        bits++;
    return bits + 8 * MIN(number->size - at - 1, (unsigned)INT16_MAX);
}

/* An estimate: a verification with 2048 bits and the exponent 65537 is taken as 30 microseconds. */
static uint32_t
power_cost(unsigned modulus_bits, unsigned exponent_bits)
{
    uint32_t once = modulus_bits * modulus_bits / 131072 + 1;

    return exponent_bits <= 17 ? once : once * exponent_bits / 11;
}

static uint32_t
rsa_cost(gnutls_x509_crt_t crt)
{
    gnutls_datum_t modulus = {0}, exponent = {0};

    if (gnutls_x509_crt_get_pk_rsa_raw(crt, &modulus, &exponent) < 0)
        return 0;
    unsigned m = bits_of(&modulus), e = bits_of(&exponent);
    gnutls_free(modulus.data);
    gnutls_free(exponent.data);
    return m > MAX_MODULUS_BITS || e > MAX_EXPONENT_BITS ? 0 : power_cost(m, e);
}

static uint32_t
dsa_cost(gnutls_x509_crt_t crt)
{
    gnutls_datum_t p = {0}, q = {0}, g = {0}, y = {0};

    if (gnutls_x509_crt_get_pk_dsa_raw(crt, &p, &q, &g, &y) < 0)
        return 0;
    unsigned modulus = bits_of(&p), group = bits_of(&q);
    gnutls_datum_t *all[] = {&p, &q, &g, &y};
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        gnutls_free(all[i]->data);
    return modulus > MAX_MODULUS_BITS || group > MAX_GROUP_BITS ? 0 : power_cost(modulus, group);
}

uint32_t
dx_key_cost(gnutls_x509_crt_t crt)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);

    if (algorithm == GNUTLS_PK_RSA || algorithm == GNUTLS_PK_RSA_PSS)
        return rsa_cost(crt);
    if (algorithm == GNUTLS_PK_DSA)
        return dsa_cost(crt);
    return bits > 1024 ? 0 : bits * bits / 400 + 1; /* curves; what the library does not know costs nothing */
}

bool
dx_certificate_afford(const dx_certificate *certificate, const char **why)
{
    dx_certificate *own = (dx_certificate *)certificate; /* what its key costs is fixed: only told late */

    if (!own->priced) {
        gnutls_x509_crt_t crt = dx_certificate_crt(certificate);
        own->key_cost = crt ? dx_key_cost(crt) : 0;
        own->priced = true;
    }
    if (!certificate->key_cost) {
        *why = "a key is of absurd size";
        return false;
    }
    if (certificate->budget->left_us < certificate->key_cost) {
        *why = "the certificates of this capture take too much work";
        return false;
    }
    certificate->budget->left_us -= certificate->key_cost;
    return true;
}

void
dx_budget_of_handshake(dx_budget *budget)
{
    budget->left_us += HANDSHAKE_US;
}
