/* certificate.c - what one certificate says
 *
 * Source: RFC 5280, RFC 7633 (TLS feature); read with GnuTLS, version 3.6.8 or later
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/certificate.h"

#include <string.h>

#include "certs/extensions.h"
#include "knowledge/gnutls.h"
#include "knowledge/hex.h"
#include "knowledge/whole.h"

dx_certificate *
dx_certificate_new(const uint8_t *der, size_t len, const uint8_t sha256[32], dx_budget *budget)
{
    dx_certificate *certificate = g_new0(dx_certificate, 1);

    certificate->len = len;
    certificate->budget = budget;
    certificate->der = g_malloc(len);
    if (len)
        memcpy(certificate->der, der, len);
    memcpy(certificate->info.sha256, sha256, sizeof certificate->info.sha256);
    return certificate;
}

void
dx_certificate_free(dx_certificate *certificate)
{
    dx_certificate_info *info = &certificate->info;
    char *strings[] = {info->subject, info->issuer,    info->common_name,     info->serial,
                       info->key,     info->signature, info->usages,          info->ca_issuers,
                       info->ocsp,    info->crl,       info->unknown_critical};

    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_strfreev(info->names);
    if (certificate->crt)
        gnutls_x509_crt_deinit(certificate->crt);
    if (certificate->links)
        g_array_unref(certificate->links);
    g_bytes_unref(certificate->key_id);
    g_bytes_unref(certificate->issuer_key_id);
    g_free(certificate->der);
    g_free(certificate);
}

/* Takes a datum that GnuTLS made. */
static char *
take_text(int result, gnutls_datum_t *datum)
{
    if (result < 0)
        return NULL;
    char *text = dx_whole(datum->data, datum->size);
    gnutls_free(datum->data);
    return text;
}

static void
read_identity(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    gnutls_datum_t datum = {0}, issuer = {0};
    uint8_t serial[64];
    size_t len = sizeof serial;

    info->subject = take_text(gnutls_x509_crt_get_dn3(crt, &datum, 0), &datum);
    info->issuer = take_text(gnutls_x509_crt_get_issuer_dn3(crt, &datum, 0), &datum);
    char name[256];
    size_t name_len = sizeof name - 1;
    if (gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &name_len) >= 0)
        info->common_name = dx_whole(name, name_len);
    if (gnutls_x509_crt_get_serial(crt, serial, &len) >= 0)
        info->serial = dx_hex(serial, len, '\0');
    info->not_before = (int64_t)gnutls_x509_crt_get_activation_time(crt);
    info->not_after = (int64_t)gnutls_x509_crt_get_expiration_time(crt);
    if (gnutls_x509_crt_get_raw_dn(crt, &datum) < 0)
        return;
    if (gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) >= 0) {
        info->self_issued =
            datum.size == issuer.size && datum.size && memcmp(datum.data, issuer.data, datum.size) == 0;
        gnutls_free(issuer.data);
    }
    gnutls_free(datum.data);
}

static bool
has_public_key(gnutls_x509_crt_t crt, const char *oid)
{
    char found[64];
    size_t len = sizeof found;

    return gnutls_x509_crt_get_pk_oid(crt, found, &len) >= 0 && strcmp(found, oid) == 0;
}

/* GnuTLS knows the curves of NIST; it says nothing of a key on another one (Brainpool's, secp256k1). */
static void
read_key(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

    if (algorithm == GNUTLS_PK_ECDSA && gnutls_x509_crt_get_pk_ecc_raw(crt, &curve, NULL, NULL) >= 0) {
        char *name =
            g_ascii_strdown(gnutls_ecc_curve_get_name(curve) ? gnutls_ecc_curve_get_name(curve) : "?", -1);
        info->key = g_strdup_printf("EC %s", name);
        g_free(name);
    } else if (algorithm == GNUTLS_PK_EDDSA_ED25519 || algorithm == GNUTLS_PK_EDDSA_ED448) {
        info->key = g_strdup(algorithm == GNUTLS_PK_EDDSA_ED25519 ? "Ed25519" : "Ed448");
    } else if (has_public_key(crt, "1.2.840.10045.2.1")) { /* id-ecPublicKey, RFC 5480 */
        info->key = g_strdup("EC unknown curve");
    } else if (algorithm > GNUTLS_PK_UNKNOWN) {
        info->key = g_strdup_printf("%s %u", gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm), bits);
    }
    bool factoring =
        algorithm == GNUTLS_PK_RSA || algorithm == GNUTLS_PK_RSA_PSS || algorithm == GNUTLS_PK_DSA;
    /* NIST SP 800-57 part 1 table 2: 112 bits of strength */
    info->weak_key = (factoring && bits < 2048) || (algorithm == GNUTLS_PK_ECDSA && bits && bits < 224);

    int signature = gnutls_x509_crt_get_signature_algorithm(crt);
    if (signature > GNUTLS_SIGN_UNKNOWN) {
        info->signature = g_strdup(gnutls_sign_get_name((gnutls_sign_algorithm_t)signature));
        gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm((gnutls_sign_algorithm_t)signature);
        info->weak_signature = !info->self_issued &&
                               (hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1 || hash == GNUTLS_DIG_MD2);
    } else {
        char oid[128];
        size_t len = sizeof oid;
        if (gnutls_x509_crt_get_signature_oid(crt, oid, &len) >= 0)
            info->signature = g_strdup(oid);
    }
}

/* Makes GnuTLS's object, and frees that of whoever had one longest. */
static int
open_crt(dx_certificate *certificate)
{
    dx_budget *budget = certificate->budget;
    gnutls_datum_t der = {certificate->der, (unsigned)certificate->len};
    gnutls_x509_crt_t crt;
    int result = gnutls_x509_crt_init(&crt);

    if (result >= 0 && (result = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER)) < 0)
        gnutls_x509_crt_deinit(crt);
    if (result < 0)
        return result;
    dx_certificate **slot = &budget->open[budget->num_opened++ % DX_MAX_OPEN];
    if (*slot) {
        gnutls_x509_crt_deinit((*slot)->crt);
        (*slot)->crt = NULL;
    }
    *slot = certificate;
    certificate->crt = crt;
    return result;
}

static void
read_all(dx_certificate *certificate)
{
    dx_certificate_info *info = &certificate->info;

    certificate->read = true;
    info->not_before = info->not_after = -1;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, certificate->der, certificate->len, info->sha1) < 0)
        memset(info->sha1, 0, sizeof info->sha1);
    if (certificate->len > DX_MAX_DER) {
        info->problem = info->left_out = "a certificate is longer than 512 KB";
        return;
    }
    int result = open_crt(certificate);
    if (result < 0) {
        info->problem = gnutls_strerror(result);
        return;
    }
    info->parsed = true;
    read_identity(info, certificate->crt);
    read_key(info, certificate->crt);
    dx_extensions_read(certificate);
}

const dx_certificate_info *
dx_certificate_read(const dx_certificate *certificate)
{
    if (!certificate->read)
        read_all((dx_certificate *)certificate); /* what it says is fixed: only the reading is late */
    return &certificate->info;
}

gnutls_x509_crt_t
dx_certificate_crt(const dx_certificate *certificate)
{
    if (dx_certificate_read(certificate)->parsed && !certificate->crt)
        open_crt((dx_certificate *)certificate); /* anew */
    return certificate->crt;
}

char *
dx_certs_name_text(const uint8_t *der, size_t len)
{
    gnutls_datum_t name = {(unsigned char *)der, (unsigned)len}, text = {0};

    return take_text(gnutls_x509_rdn_get2(&name, &text, 0), &text);
}
