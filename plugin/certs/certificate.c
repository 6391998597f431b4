/* certificate.c - what one certificate says
 *
 * Source: RFC 5280, RFC 7633 (TLS feature); read with GnuTLS, version 3.6.8 or later
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "knowledge/address.h"

/* Reading a list of names takes GnuTLS time with the square of their number. */
#define MAX_NAMES_BYTES (96 * 1024)

#define OID_ALT_NAME    "2.5.29.17"
#define OID_TLS_FEATURE "1.3.6.1.5.5.7.1.24"

dx_certificate *
dx_certificate_new(const uint8_t *der, size_t len, const uint8_t sha256[32])
{
    dx_certificate *certificate = g_new0(dx_certificate, 1);

    certificate->len = len;
    certificate->der = g_malloc(MAX(len, 1));
    memcpy(certificate->der, der, len);
    memcpy(certificate->info.sha256, sha256, sizeof certificate->info.sha256);
    return certificate;
}

void
dx_certificate_free(dx_certificate *certificate)
{
    dx_certificate_info *info = &certificate->info;
    char *strings[] = {info->subject,   info->issuer, info->common_name, info->serial, info->key,
                       info->signature, info->usages, info->ca_issuers,  info->ocsp,   info->crl};

    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    g_strfreev(info->names);
    if (certificate->crt)
        gnutls_x509_crt_deinit(certificate->crt);
    g_free(certificate->der);
    g_free(certificate);
}

/* Takes a datum that GnuTLS made. */
static char *
take_text(int result, gnutls_datum_t *datum)
{
    if (result < 0)
        return NULL;
    char *text = g_strndup((const char *)datum->data, datum->size);
    gnutls_free(datum->data);
    return text;
}

static char *
hex(const uint8_t *bytes, size_t len)
{
    GString *out = g_string_sized_new(2 * len);

    for (size_t i = 0; i < len; i++)
        g_string_append_printf(out, "%02x", bytes[i]);
    return g_string_free(out, FALSE);
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
        info->common_name = g_strndup(name, name_len);
    if (gnutls_x509_crt_get_serial(crt, serial, &len) >= 0)
        info->serial = hex(serial, len);
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

static char *
address_text(const uint8_t *bytes, size_t len)
{
    dx_address address = {.family = len == 4 ? 4 : len == 16 ? 6 : 0};

    if (address.family)
        memcpy(address.bytes, bytes, len);
    return dx_address_text(&address);
}

static void
take_names(dx_certificate_info *info, gnutls_subject_alt_names_t list)
{
    GPtrArray *dns = g_ptr_array_new(), *addresses = g_ptr_array_new();
    gnutls_datum_t name;
    unsigned type;

    for (unsigned i = 0; gnutls_subject_alt_names_get(list, i, &type, &name, NULL) >= 0; i++) {
        info->num_names++;
        if (type != GNUTLS_SAN_DNSNAME && type != GNUTLS_SAN_IPADDRESS)
            continue;
        info->has_alt_name = true;
        if (dns->len + addresses->len >= DX_MAX_SHOWN_NAMES)
            continue;
        if (type == GNUTLS_SAN_DNSNAME)
            g_ptr_array_add(dns, g_strndup((const char *)name.data, MIN(name.size, 255)));
        else
            g_ptr_array_add(addresses, address_text(name.data, name.size));
    }
    for (unsigned i = 0; i < addresses->len; i++)
        g_ptr_array_add(dns, addresses->pdata[i]);
    g_ptr_array_add(dns, NULL);
    info->names = (char **)g_ptr_array_free(dns, FALSE);
    g_ptr_array_free(addresses, TRUE);
}

static void
read_names(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    gnutls_datum_t extension = {0};
    gnutls_subject_alt_names_t list;

    if (gnutls_x509_crt_get_extension_by_oid2(crt, OID_ALT_NAME, 0, &extension, NULL) < 0)
        return;
    if (extension.size > MAX_NAMES_BYTES) {
        info->has_alt_name = info->too_many_names = true;
    } else if (gnutls_subject_alt_names_init(&list) >= 0) {
        if (gnutls_x509_ext_import_subject_alt_names(&extension, list, 0) >= 0)
            take_names(info, list);
        gnutls_subject_alt_names_deinit(list);
    }
    gnutls_free(extension.data);
}

static const char *
usage_name(const char *oid)
{
    static const struct {
        const char *oid, *name;
    } known[] = {{GNUTLS_KP_TLS_WWW_SERVER, "serverAuth"},  {GNUTLS_KP_TLS_WWW_CLIENT, "clientAuth"},
                 {GNUTLS_KP_CODE_SIGNING, "codeSigning"},   {GNUTLS_KP_EMAIL_PROTECTION, "emailProtection"},
                 {GNUTLS_KP_TIME_STAMPING, "timeStamping"}, {GNUTLS_KP_OCSP_SIGNING, "OCSPSigning"},
                 {GNUTLS_KP_IPSEC_IKE, "ipsecIKE"},         {GNUTLS_KP_ANY, "anyExtendedKeyUsage"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(oid, known[i].oid) == 0)
            return known[i].name;
    return oid;
}

static void
read_usages(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    GString *text = g_string_new(NULL);
    char oid[128];
    unsigned bits = 0;

    for (unsigned i = 0; i < 16; i++) {
        size_t len = sizeof oid;
        if (gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &len, NULL) < 0)
            break;
        const char *name = usage_name(oid);
        bool any = strcmp(oid, GNUTLS_KP_ANY) == 0;
        info->for_servers |= any || strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0;
        info->for_clients |= any || strcmp(oid, GNUTLS_KP_TLS_WWW_CLIENT) == 0;
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", name);
    }
    if (!text->len)
        info->for_servers = info->for_clients = true;
    info->usages = g_string_free(text, text->len == 0);
    if (gnutls_x509_crt_get_key_usage(crt, &bits, NULL) >= 0) {
        info->has_key_usage = true;
        info->key_usage = (bits & GNUTLS_KEY_DIGITAL_SIGNATURE ? DX_KEY_USAGE_SIGNATURE : 0) |
                          (bits & GNUTLS_KEY_KEY_ENCIPHERMENT ? DX_KEY_USAGE_ENCIPHERMENT : 0) |
                          (bits & GNUTLS_KEY_KEY_AGREEMENT ? DX_KEY_USAGE_AGREEMENT : 0) |
                          (bits & GNUTLS_KEY_KEY_CERT_SIGN ? DX_KEY_USAGE_CERT_SIGN : 0);
    }
    info->authority = gnutls_x509_crt_get_ca_status(crt, NULL) > 0;
}

static char *
access_url(gnutls_x509_crt_t crt, int what)
{
    gnutls_datum_t url = {0};

    for (unsigned i = 0; i < 8; i++) {
        int result = gnutls_x509_crt_get_authority_info_access(crt, i, what, &url, NULL);
        if (result == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            break;
        char *text = take_text(result, &url);
        if (text && g_ascii_strncasecmp(text, "http", 4) == 0)
            return text;
        g_free(text);
    }
    return NULL;
}

static void
read_addresses(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    char url[512];

    info->ca_issuers = access_url(crt, GNUTLS_IA_CAISSUERS_URI);
    info->ocsp = access_url(crt, GNUTLS_IA_OCSP_URI);
    for (unsigned i = 0; i < 8 && !info->crl; i++) {
        size_t len = sizeof url;
        if (gnutls_x509_crt_get_crl_dist_points(crt, i, url, &len, NULL, NULL) < 0)
            break;
        if (len >= 4 && g_ascii_strncasecmp(url, "http", 4) == 0)
            info->crl = g_strndup(url, len);
    }
}

static void
read_features(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    gnutls_x509_tlsfeatures_t features;
    unsigned feature;

    if (gnutls_x509_tlsfeatures_init(&features) < 0)
        return;
    if (gnutls_x509_crt_get_tlsfeatures(crt, features, 0, NULL) >= 0)
        for (unsigned i = 0; i < 16 && gnutls_x509_tlsfeatures_get(features, i, &feature) >= 0; i++)
            info->must_staple |= feature == 5 || feature == 17; /* status_request, status_request_v2 */
    gnutls_x509_tlsfeatures_deinit(features);
}

/* An authority key identifier may name the issuer's own issuer: a root names itself there (RFC 5280 section
 * 4.2.1.1). */
static void
read_authority_key(dx_certificate_info *info, gnutls_x509_crt_t crt)
{
    uint8_t serial[64];
    char name[1024];
    unsigned type = 0;
    size_t serial_len = sizeof serial, name_len = sizeof name;
    gnutls_datum_t above = {0}, text = {0};

    if (gnutls_x509_crt_get_authority_key_gn_serial(crt, 0, name, &name_len, &type, serial, &serial_len,
                                                    NULL) < 0 ||
        type != GNUTLS_SAN_DN || !info->issuer)
        return;
    above.data = (unsigned char *)name;
    above.size = (unsigned)name_len;
    text = above;
    info->names_issuers_issuer =
        text.size != strlen(info->issuer) || memcmp(text.data, info->issuer, text.size) != 0;
}

static void
read_all(dx_certificate *certificate)
{
    dx_certificate_info *info = &certificate->info;
    gnutls_datum_t der = {certificate->der, (unsigned)certificate->len};

    certificate->read = true;
    info->not_before = info->not_after = -1;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, der.data, der.size, info->sha1) < 0)
        memset(info->sha1, 0, sizeof info->sha1);
    if (certificate->len > DX_MAX_DER) {
        info->problem = "too long";
        return;
    }
    gnutls_x509_crt_t crt;
    int result = gnutls_x509_crt_init(&crt);
    if (result >= 0 && (result = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER)) < 0)
        gnutls_x509_crt_deinit(crt);
    if (result < 0) {
        info->problem = gnutls_strerror(result);
        return;
    }
    certificate->crt = crt;
    info->parsed = true;
    read_identity(info, crt);
    read_key(info, crt);
    read_names(info, crt);
    read_usages(info, crt);
    read_addresses(info, crt);
    read_features(info, crt);
    read_authority_key(info, crt);
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
    dx_certificate_read(certificate);
    return certificate->crt;
}

dx_link
dx_certificate_link(const dx_certificate *certificate, const dx_certificate *issuer)
{
    gnutls_x509_crt_t below = dx_certificate_crt(certificate), above = dx_certificate_crt(issuer);
    unsigned status = 0;

    if (!below || !above || certificate == issuer || !gnutls_x509_crt_check_issuer(below, above))
        return DX_LINK_NONE;
    if (gnutls_x509_crt_verify(below, &above, 1,
                               DX_ALLOW_OLD | GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                                   GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT,
                               &status) < 0)
        return DX_LINK_NAME_ONLY;
    if (status & GNUTLS_CERT_SIGNATURE_FAILURE)
        return DX_LINK_BROKEN;
    return status ? DX_LINK_NAME_ONLY : DX_LINK_VERIFIED;
}

char *
dx_certs_name_text(const uint8_t *der, size_t len)
{
    gnutls_datum_t name = {(unsigned char *)der, (unsigned)len}, text = {0};

    return take_text(gnutls_x509_rdn_get2(&name, &text, 0), &text);
}

char *
dx_thumbprint_text(const uint8_t *digest, size_t len)
{
    GString *out = g_string_sized_new(3 * len);

    for (size_t i = 0; i < len; i++)
        g_string_append_printf(out, "%s%02x", i ? " " : "", digest[i]);
    return g_string_free(out, FALSE);
}
