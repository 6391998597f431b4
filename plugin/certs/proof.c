/* proof.c - whether the server owns the key of the certificate that it presents
 *
 * Source: RFC 5246 section 7.4.3, RFC 4346 section 7.4.3, RFC 8422 section 5.4, RFC 8446 sections 4.4.1 and
 *           4.4.3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/proof.h"

#include <string.h>

#include "certs/certificate.h"
#include "certs/cost.h"
#include "knowledge/gnutls.h"
#include "knowledge/names.h"

#define MAX_TRIES 8

/* The answer "does not verify" counts only when the library was willing to try. */
#define FLAGS DX_ALLOW_OLD

static const struct {
    uint16_t scheme;
    gnutls_sign_algorithm_t algorithm;
} schemes[] = {
    {0x0101, GNUTLS_SIGN_RSA_MD5},
    {0x0201, GNUTLS_SIGN_RSA_SHA1},
    {0x0301, GNUTLS_SIGN_RSA_SHA224},
    {0x0401, GNUTLS_SIGN_RSA_SHA256},
    {0x0501, GNUTLS_SIGN_RSA_SHA384},
    {0x0601, GNUTLS_SIGN_RSA_SHA512},
    {0x0202, GNUTLS_SIGN_DSA_SHA1},
    {0x0302, GNUTLS_SIGN_DSA_SHA224},
    {0x0402, GNUTLS_SIGN_DSA_SHA256},
    {0x0502, GNUTLS_SIGN_DSA_SHA384},
    {0x0602, GNUTLS_SIGN_DSA_SHA512},
    {0x0203, GNUTLS_SIGN_ECDSA_SHA1},
    {0x0303, GNUTLS_SIGN_ECDSA_SHA224},
    {0x0403, GNUTLS_SIGN_ECDSA_SHA256},
    {0x0503, GNUTLS_SIGN_ECDSA_SHA384},
    {0x0603, GNUTLS_SIGN_ECDSA_SHA512},
    {0x0804, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256},
    {0x0805, GNUTLS_SIGN_RSA_PSS_RSAE_SHA384},
    {0x0806, GNUTLS_SIGN_RSA_PSS_RSAE_SHA512},
    {0x0807, GNUTLS_SIGN_EDDSA_ED25519},
    {0x0808, GNUTLS_SIGN_EDDSA_ED448},
    {0x0809, GNUTLS_SIGN_RSA_PSS_SHA256},
    {0x080a, GNUTLS_SIGN_RSA_PSS_SHA384},
    {0x080b, GNUTLS_SIGN_RSA_PSS_SHA512},
};

static gnutls_sign_algorithm_t
algorithm_of(uint16_t scheme)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (schemes[i].scheme == scheme)
            return schemes[i].algorithm;
    return GNUTLS_SIGN_UNKNOWN;
}

/* What GnuTLS says of one key; >= 0: verifies. */
typedef int (*verify)(gnutls_pubkey_t key, const dx_proof_input *input, const gnutls_datum_t *content);

static int
verify_scheme(gnutls_pubkey_t key, const dx_proof_input *input, const gnutls_datum_t *content)
{
    gnutls_datum_t signature = {(unsigned char *)input->signature.data, (unsigned)input->signature.len};
    gnutls_sign_algorithm_t algorithm = input->version >= DX_TLS12 ? algorithm_of(input->scheme)
                                        : gnutls_pubkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_DSA
                                            ? GNUTLS_SIGN_DSA_SHA1
                                            : GNUTLS_SIGN_ECDSA_SHA1;

    return gnutls_pubkey_verify_data2(key, algorithm, FLAGS, content, &signature);
}

/* TLS 1.0 and 1.1 sign MD5 and SHA-1 side by side, without naming either (RFC 4346 section 7.4.3). */
static int
verify_old_rsa(gnutls_pubkey_t key, const dx_proof_input *input, const gnutls_datum_t *content)
{
    gnutls_datum_t signature = {(unsigned char *)input->signature.data, (unsigned)input->signature.len};
    uint8_t both[16 + 20];
    gnutls_datum_t hash = {both, sizeof both};
    int result = gnutls_hash_fast(GNUTLS_DIG_MD5, content->data, content->size, both);

    if (result >= 0)
        result = gnutls_hash_fast(GNUTLS_DIG_SHA1, content->data, content->size, both + 16);
    if (result < 0)
        return result;
    return gnutls_pubkey_verify_hash2(key, GNUTLS_SIGN_UNKNOWN, FLAGS | GNUTLS_VERIFY_USE_TLS1_RSA, &hash,
                                      &signature);
}

static int
try_certificate(const dx_certificate *certificate, const dx_proof_input *input, const gnutls_datum_t *content,
                const char **left_out)
{
    gnutls_x509_crt_t crt = dx_certificate_crt(certificate);
    gnutls_pubkey_t key;
    verify check = input->version < DX_TLS12 && input->rsa ? verify_old_rsa : verify_scheme;

    if (!crt)
        return GNUTLS_E_ASN1_DER_ERROR;
    if (!dx_certificate_afford(certificate, left_out))
        return GNUTLS_E_CONSTRAINT_ERROR;
    int result = gnutls_pubkey_init(&key);
    if (result < 0)
        return result;
    result = gnutls_pubkey_import_x509(key, crt, 0);
    if (result >= 0)
        result = check(key, input, content);
    gnutls_pubkey_deinit(key);
    return result;
}

/* RFC 8446 section 4.4.3: 64 spaces, a context string, a zero, the hash of the transcript. After a
 * HelloRetryRequest the first ClientHello stands in the transcript as a message of type 254 that holds its
 * hash (section 4.4.1). */
static int
content13(const dx_proof_input *input, GByteArray *out)
{
    static const char context[] = "TLS 1.3, server CertificateVerify"; /* its terminator is the zero */
    gnutls_digest_algorithm_t algorithm = input->sha384 ? GNUTLS_DIG_SHA384 : GNUTLS_DIG_SHA256;
    uint8_t digest[64], spaces[64], header[4] = {254, 0, 0, (uint8_t)gnutls_hash_get_len(algorithm)};
    size_t first = input->first_hello_len, len = header[3];
    gnutls_hash_hd_t hash;
    int result;

    if (first > input->content.len)
        return GNUTLS_E_INVALID_REQUEST;
    result = first ? gnutls_hash_fast(algorithm, input->content.data, first, digest) : 0;
    if (result < 0 || (result = gnutls_hash_init(&hash, algorithm)) < 0)
        return result;
    if (first) {
        gnutls_hash(hash, header, sizeof header);
        gnutls_hash(hash, digest, len);
    }
    result = gnutls_hash(hash, input->content.data + first, input->content.len - first);
    gnutls_hash_deinit(hash, digest);
    memset(spaces, ' ', sizeof spaces);
    g_byte_array_append(out, spaces, sizeof spaces);
    g_byte_array_append(out, (const guint8 *)context, sizeof context);
    g_byte_array_append(out, digest, (guint)len);
    return result;
}

static void
check_content(const dx_chain *chain, const dx_proof_input *input, const gnutls_datum_t *content,
              dx_proof_result *result)
{
    const char *left_out = NULL;

    dx_budget_of_handshake(chain->certificate[0]->budget);
    int answer = try_certificate(chain->certificate[0], input, content, &left_out);
    if (answer >= 0) {
        result->answer = DX_PROOF_VERIFIED;
        return;
    }
    if (answer != GNUTLS_E_PK_SIG_VERIFY_FAILED) {
        result->reason = left_out ? left_out : gnutls_strerror(answer);
        return;
    }
    result->answer = DX_PROOF_REFUTED;
    for (unsigned i = 1; i < chain->num && i < MAX_TRIES; i++)
        if (try_certificate(chain->certificate[i], input, content, &left_out) >= 0) {
            result->answer = DX_PROOF_OTHER;
            result->at = i;
            return;
        }
}

void
dx_proof_check(const dx_chain *chain, const dx_proof_input *input, dx_proof_result *result)
{
    *result = (dx_proof_result){.answer = DX_PROOF_NOT_CHECKED};
    if (!chain || !chain->num)
        result->reason = "no certificate";
    else if (input->version >= 0x0303 && algorithm_of(input->scheme) == GNUTLS_SIGN_UNKNOWN)
        result->reason = "unknown signature algorithm";
    if (result->reason)
        return;
    if (input->version < DX_TLS13) {
        gnutls_datum_t content = {(unsigned char *)input->content.data, (unsigned)input->content.len};
        check_content(chain, input, &content, result);
        return;
    }
    GByteArray *signed_bytes = g_byte_array_new();
    int made = content13(input, signed_bytes);
    gnutls_datum_t content = {signed_bytes->data, signed_bytes->len};
    if (made < 0)
        result->reason = gnutls_strerror(made);
    else
        check_content(chain, input, &content, result);
    g_byte_array_free(signed_bytes, TRUE);
}
