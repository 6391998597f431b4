/* extensions.c - the extensions of one certificate, each parsed once and only up to a length
 *
 * GnuTLS's getters that take an index parse the whole extension for every index; here it is parsed into a
 * list, and the list is walked. To parse a list of distribution points GnuTLS needs time with the square of
 * its length (measured: 3.7.9), hence the limits.
 * Source: RFC 5280 section 4.2, RFC 7633
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/extensions.h"

#include <string.h>

#include "knowledge/address.h"
#include "knowledge/gnutls.h"
#include "knowledge/whole.h"

/* 100 names of 255 bytes are 26 KB; nothing else in an honest certificate has more than some hundred
 * bytes. */
#define MAX_NAMES_BYTES (96 * 1024)
#define MAX_LIST_BYTES  8192
#define MAX_EXTENSIONS  256

#define MAX_SHOWN_USAGES 16

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
            g_ptr_array_add(dns, dx_whole(name.data, MIN(name.size, 255)));
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
read_names(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_subject_alt_names_t list;

    if (gnutls_subject_alt_names_init(&list) < 0)
        return;
    if (gnutls_x509_ext_import_subject_alt_names(extension, list, 0) >= 0)
        take_names(&certificate->info, list);
    gnutls_subject_alt_names_deinit(list);
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
take_usages(dx_certificate_info *info, gnutls_x509_key_purposes_t list)
{
    GString *text = g_string_new(NULL);
    gnutls_datum_t oid;

    info->for_servers = info->for_clients = false;
    for (unsigned i = 0; gnutls_x509_key_purpose_get(list, i, &oid) >= 0; i++) {
        const char *purpose = (const char *)oid.data; /* GnuTLS terminates it */
        bool any = strcmp(purpose, GNUTLS_KP_ANY) == 0;
        info->for_servers |= any || strcmp(purpose, GNUTLS_KP_TLS_WWW_SERVER) == 0;
        info->for_clients |= any || strcmp(purpose, GNUTLS_KP_TLS_WWW_CLIENT) == 0;
        if (i < MAX_SHOWN_USAGES)
            g_string_append_printf(text, "%s%s", i ? ", " : "", usage_name(purpose));
    }
    if (!text->len)
        info->for_servers = info->for_clients = true;
    info->usages = g_string_free(text, text->len == 0);
}

static void
read_usages(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_x509_key_purposes_t list;

    if (gnutls_x509_key_purpose_init(&list) < 0)
        return;
    if (gnutls_x509_ext_import_key_purposes(extension, list, 0) >= 0)
        take_usages(&certificate->info, list);
    gnutls_x509_key_purpose_deinit(list);
}

static void
read_key_usage(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    unsigned bits = 0;

    if (gnutls_x509_ext_import_key_usage(extension, &bits) < 0)
        return;
    certificate->info.has_key_usage = true;
    certificate->info.key_usage = (bits & GNUTLS_KEY_DIGITAL_SIGNATURE ? DX_KEY_USAGE_SIGNATURE : 0) |
                                  (bits & GNUTLS_KEY_KEY_ENCIPHERMENT ? DX_KEY_USAGE_ENCIPHERMENT : 0) |
                                  (bits & GNUTLS_KEY_KEY_AGREEMENT ? DX_KEY_USAGE_AGREEMENT : 0) |
                                  (bits & GNUTLS_KEY_KEY_CERT_SIGN ? DX_KEY_USAGE_CERT_SIGN : 0);
}

static void
read_basic_constraints(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    unsigned authority = 0;
    int max_between = -1;

    if (gnutls_x509_ext_import_basic_constraints(extension, &authority, &max_between) < 0)
        return;
    certificate->has_basic_constraints = true;
    certificate->info.authority = authority != 0;
    certificate->max_between = max_between;
}

/* Of each kind the first URL of HTTP is kept. */
static void
take_url(char **kept, const gnutls_datum_t *url)
{
    if (!*kept && url->size >= 4 && g_ascii_strncasecmp((const char *)url->data, "http", 4) == 0)
        *kept = dx_whole(url->data, url->size);
}

static void
read_access(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_datum_t oid, name;
    gnutls_x509_aia_t list;
    unsigned type;

    if (gnutls_x509_aia_init(&list) < 0)
        return;
    if (gnutls_x509_ext_import_aia(extension, list, 0) >= 0)
        for (unsigned i = 0; gnutls_x509_aia_get(list, i, &oid, &type, &name) >= 0; i++) {
            const char *method = (const char *)oid.data; /* GnuTLS terminates it */
            if (type != GNUTLS_SAN_URI)
                continue;
            if (strcmp(method, GNUTLS_OID_AD_CAISSUERS) == 0)
                take_url(&certificate->info.ca_issuers, &name);
            else if (strcmp(method, GNUTLS_OID_AD_OCSP) == 0)
                take_url(&certificate->info.ocsp, &name);
        }
    gnutls_x509_aia_deinit(list);
}

static void
read_distribution_points(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_datum_t name;
    gnutls_x509_crl_dist_points_t list;
    unsigned type, reasons;

    if (gnutls_x509_crl_dist_points_init(&list) < 0)
        return;
    if (gnutls_x509_ext_import_crl_dist_points(extension, list, 0) >= 0)
        for (unsigned i = 0; gnutls_x509_crl_dist_points_get(list, i, &type, &name, &reasons) >= 0; i++)
            take_url(&certificate->info.crl, &name);
    gnutls_x509_crl_dist_points_deinit(list);
}

static void
read_features(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_x509_tlsfeatures_t features;
    unsigned feature;

    if (gnutls_x509_tlsfeatures_init(&features) < 0)
        return;
    if (gnutls_x509_ext_import_tlsfeatures(extension, features, 0) >= 0)
        for (unsigned i = 0; gnutls_x509_tlsfeatures_get(features, i, &feature) >= 0; i++)
            certificate->info.must_staple |= feature == 5 || feature == 17; /* status_request and its v2 */
    gnutls_x509_tlsfeatures_deinit(features);
}

static GBytes *
id_of(const gnutls_datum_t *id)
{
    return id->size ? g_bytes_new(id->data, id->size) : NULL;
}

static void
read_subject_key(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    gnutls_datum_t id = {0};

    if (gnutls_x509_ext_import_subject_key_id(extension, &id) < 0)
        return;
    certificate->key_id = id_of(&id);
    gnutls_free(id.data);
}

/* An authority key identifier may name the issuer's own issuer: a root names itself there (RFC 5280 section
 * 4.2.1.1). */
static void
read_authority_key(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    dx_certificate_info *info = &certificate->info;
    gnutls_datum_t id, name = {0}, serial = {0};
    gnutls_x509_aki_t key;
    unsigned type = 0;

    if (gnutls_x509_aki_init(&key) < 0)
        return;
    if (gnutls_x509_ext_import_authority_key_id(extension, key, 0) >= 0) {
        if (gnutls_x509_aki_get_id(key, &id) >= 0)
            certificate->issuer_key_id = id_of(&id);
        if (info->issuer && gnutls_x509_aki_get_cert_issuer(key, 0, &type, &name, NULL, &serial) >= 0 &&
            type == GNUTLS_SAN_DN)
            info->names_issuers_issuer =
                name.size != strlen(info->issuer) || memcmp(name.data, info->issuer, name.size) != 0;
    }
    gnutls_x509_aki_deinit(key);
}

static void
read_name_constraints(dx_certificate *certificate, const gnutls_datum_t *extension)
{
    (void)extension;
    certificate->has_name_constraints = true; /* read when a leaf is held against them */
}

static const struct {
    const char *oid;
    size_t max;
    void (*read)(dx_certificate *certificate, const gnutls_datum_t *extension);
} readers[] = {
    {GNUTLS_X509EXT_OID_SAN, MAX_NAMES_BYTES, read_names},
    {GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, MAX_LIST_BYTES, read_usages},
    {GNUTLS_X509EXT_OID_KEY_USAGE, MAX_LIST_BYTES, read_key_usage},
    {GNUTLS_X509EXT_OID_BASIC_CONSTRAINTS, MAX_LIST_BYTES, read_basic_constraints},
    {GNUTLS_X509EXT_OID_AUTHORITY_INFO_ACCESS, MAX_LIST_BYTES, read_access},
    {GNUTLS_X509EXT_OID_CRL_DIST_POINTS, MAX_LIST_BYTES, read_distribution_points},
    {GNUTLS_X509EXT_OID_TLSFEATURES, MAX_LIST_BYTES, read_features},
    {GNUTLS_X509EXT_OID_SUBJECT_KEY_ID, MAX_LIST_BYTES, read_subject_key},
    {GNUTLS_X509EXT_OID_AUTHORITY_KEY_ID, MAX_LIST_BYTES, read_authority_key},
    {GNUTLS_X509EXT_OID_NAME_CONSTRAINTS, MAX_LIST_BYTES, read_name_constraints},
    {GNUTLS_X509EXT_OID_CRT_POLICY, MAX_LIST_BYTES, NULL}, /* GnuTLS reads it */
};

static void
read_one(dx_certificate *certificate, unsigned at, unsigned reader)
{
    gnutls_datum_t extension = {0};

    if (gnutls_x509_crt_get_extension_data2(certificate->crt, at, &extension) < 0)
        return;
    if (extension.size <= readers[reader].max) {
        if (readers[reader].read)
            readers[reader].read(certificate, &extension);
    } else if (readers[reader].read == read_names) {
        certificate->info.has_alt_name = certificate->info.too_many_names = true;
    } else {
        certificate->info.left_out = "an extension of a certificate is longer than 8 KB";
    }
    gnutls_free(extension.data);
}

/* RFC 5280's, which clients know or are meant to, and Microsoft's, which Windows knows. Who does not know a
 * critical extension must refuse the certificate (section 4.2). */
static bool
is_unknown(const char *oid)
{
    return !g_str_has_prefix(oid, "2.5.29.") && !g_str_has_prefix(oid, "1.3.6.1.5.5.7.1.") &&
           !g_str_has_prefix(oid, "1.3.6.1.4.1.311.") && strcmp(oid, "2.16.840.1.113730.1.1") != 0;
}

static bool
has_extension(unsigned seen, const char *oid)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(readers); i++)
        if (strcmp(readers[i].oid, oid) == 0)
            return seen & 1u << i;
    return false;
}

/* What OpenSSL's X509_V_FLAG_X509_STRICT minds (check_extensions in crypto/x509/x509_vfy.c) and certificates
 * of small tools lack: RFC 5280 sections 4.2.1.1, 4.2.1.2, 4.2.1.3, 4.2.1.9. */
static const char *
profile_fault(const dx_certificate *certificate, unsigned seen)
{
    const dx_certificate_info *info = &certificate->info;

    if (info->authority && !certificate->critical_basic_constraints)
        return "its Basic Constraints are not marked critical";
    if (info->authority && !info->has_key_usage)
        return "it is a CA's and has no Key Usage";
    if (!info->authority && info->key_usage & DX_KEY_USAGE_CERT_SIGN)
        return "its Key Usage has keyCertSign, but it is not a CA's";
    if (gnutls_x509_crt_get_version(certificate->crt) < 3)
        return seen ? "it has extensions, but is not of version 3" : NULL;
    if (!info->self_issued && !has_extension(seen, GNUTLS_X509EXT_OID_AUTHORITY_KEY_ID))
        return "it has no Authority Key Identifier";
    if (info->authority && !has_extension(seen, GNUTLS_X509EXT_OID_SUBJECT_KEY_ID))
        return "it is a CA's and has no Subject Key Identifier";
    return NULL;
}

void
dx_extensions_read(dx_certificate *certificate)
{
    unsigned seen = 0;

    certificate->info.for_servers = certificate->info.for_clients = true;
    certificate->max_between = -1;
    for (unsigned at = 0;; at++) {
        char oid[64];
        size_t len = sizeof oid;
        unsigned critical = 0;
        int result = gnutls_x509_crt_get_extension_info(certificate->crt, at, oid, &len, &critical);
        if (result == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            break;
        if (at == MAX_EXTENSIONS) {
            certificate->info.left_out = "a certificate has more than 256 extensions";
            break;
        }
        if (result >= 0 && critical && !certificate->info.unknown_critical && is_unknown(oid))
            certificate->info.unknown_critical = g_strdup(oid);
        for (unsigned i = 0; result >= 0 && i < G_N_ELEMENTS(readers); i++) {
            if (seen & 1u << i || strcmp(oid, readers[i].oid) != 0)
                continue;
            seen |= 1u << i;
            read_one(certificate, at, i);
            if (readers[i].read == read_basic_constraints)
                certificate->critical_basic_constraints = critical != 0;
        }
    }
    certificate->info.unprofiled = profile_fault(certificate, seen);
}
