/* certificate_file.c - reads certificate files: .cer, .crt, .pem, .p7b, in DER and in Base64
 *
 * That a certificate is in a file does not say that the server's store has it, nor its key; the thumbprint
 * and the kind of key are what such a file tells. Files that hold a key (.pfx, .key) are refused by their
 * first bytes.
 * Source: gnutls.h "gnutls_x509_crt_import", "gnutls_pkcs7_get_crt_raw2"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"
#include "knowledge/gnutls.h"
#include "knowledge/hex.h"

#define MAX_CERTIFICATES 2000

static void
take_names(dx_stored_certificate *fact, gnutls_subject_alt_names_t names)
{
    gnutls_datum_t name;
    unsigned type;

    for (unsigned i = 0; gnutls_subject_alt_names_get(names, i, &type, &name, NULL) == 0; i++)
        if (type == GNUTLS_SAN_DNSNAME)
            dx_stored_certificate_name(fact, (dx_span){(const char *)name.data, name.size});
    fact->names_where = fact->where;
}

static void
read_names(dx_stored_certificate *fact, gnutls_x509_crt_t certificate)
{
    gnutls_datum_t extension = {NULL, 0};
    gnutls_subject_alt_names_t names;

    if (gnutls_x509_crt_get_extension_by_oid2(certificate, "2.5.29.17", 0, &extension, NULL) != 0 ||
        gnutls_subject_alt_names_init(&names) != 0) {
        gnutls_free(extension.data);
        return;
    }
    if (gnutls_x509_ext_import_subject_alt_names(&extension, names, 0) == 0)
        take_names(fact, names);
    gnutls_subject_alt_names_deinit(names);
    gnutls_free(extension.data);
}

static void
keep(const dx_reading *reading, gnutls_x509_crt_t certificate, uint32_t line)
{
    dx_stored_certificate fact = {.where = dx_reading_at(reading, line),
                                  .key_where = dx_reading_at(reading, line)};
    unsigned char hash[20];
    size_t len = sizeof hash;
    gnutls_datum_t name = {NULL, 0};
    unsigned bits;

    if (gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA1, hash, &len) != 0 ||
        len != sizeof hash) {
        dx_reading_skip(reading, line);
        return;
    }
    char *thumbprint = dx_hex(hash, len, '\0');
    g_strlcpy(fact.thumbprint, thumbprint, sizeof fact.thumbprint);
    g_free(thumbprint);
    if (gnutls_x509_crt_get_dn3(certificate, &name, 0) == 0)
        fact.subject = dx_span_copy((dx_span){(const char *)name.data, name.size});
    gnutls_free(name.data);
    int algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, &bits);
    fact.type = algorithm == GNUTLS_PK_RSA     ? DX_KEY_TYPE_RSA
                : algorithm == GNUTLS_PK_ECDSA ? DX_KEY_TYPE_ECDSA
                                               : DX_KEY_TYPE_UNKNOWN;
    fact.not_after_us = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) * G_USEC_PER_SEC;
    fact.not_after_where = fact.where;
    read_names(&fact, certificate);
    fact.self_signed = gnutls_x509_crt_check_issuer(certificate, certificate) != 0;
    dx_reading_certificate(reading, &fact);
}

static bool
read_one(const dx_reading *reading, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format, uint32_t line)
{
    gnutls_x509_crt_t certificate;

    if (gnutls_x509_crt_init(&certificate) != 0)
        return false;
    bool good = gnutls_x509_crt_import(certificate, data, format) == 0;
    if (good)
        keep(reading, certificate, line);
    gnutls_x509_crt_deinit(certificate);
    return good;
}

/* A .p7b: any number of certificates. */
static bool
read_bundle(const dx_reading *reading, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format,
            uint32_t line)
{
    gnutls_pkcs7_t bundle;
    gnutls_datum_t raw;

    if (gnutls_pkcs7_init(&bundle) != 0)
        return false;
    bool good = gnutls_pkcs7_import(bundle, data, format) == 0;
    int num = good ? gnutls_pkcs7_get_crt_count(bundle) : 0;
    for (int i = 0; i < MIN(num, MAX_CERTIFICATES); i++) {
        if (gnutls_pkcs7_get_crt_raw2(bundle, (unsigned)i, &raw) != 0)
            continue;
        if (!read_one(reading, &raw, GNUTLS_X509_FMT_DER, line))
            dx_reading_skip(reading, line);
        gnutls_free(raw.data);
    }
    gnutls_pkcs7_deinit(bundle);
    return good;
}

/* "-----BEGIN CERTIFICATE-----"; a PKCS #7 has another word */
static bool
begins(dx_span line, bool *bundle)
{
    *bundle = dx_span_starts(line, "-----BEGIN PKCS7-----") || dx_span_starts(line, "-----BEGIN PKCS #7");
    return *bundle || dx_span_starts(line, "-----BEGIN CERTIFICATE-----") ||
           dx_span_starts(line, "-----BEGIN X509 CERTIFICATE-----");
}

dx_seeing
dx_see_certificate_file(const dx_look *look)
{
    bool bundle;

    return begins(look->line, &bundle) ? DX_SEEN : DX_NOT_SEEN;
}

static void
read_text(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    const char *from = NULL;
    uint32_t first = 0;
    unsigned num = 0;
    bool bundle = false;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line) && num < MAX_CERTIFICATES) {
        bool of_bundle;
        if (begins(line, &of_bundle)) {
            from = line.at;
            first = lines.number;
            bundle = of_bundle;
        } else if (from && dx_span_starts(line, "-----END ")) {
            gnutls_datum_t data = {(unsigned char *)from, (unsigned)(line.at + line.len - from)};
            if (!(bundle ? read_bundle : read_one)(reading, &data, GNUTLS_X509_FMT_PEM, first))
                dx_reading_skip(reading, lines.number);
            from = NULL;
            num++;
        }
    }
    dx_lines_end(&lines);
    if (from)
        dx_reading_cut(reading);
}

void
dx_read_certificate_file(const dx_reading *reading)
{
    gnutls_datum_t data = {(unsigned char *)reading->text.at, (unsigned)reading->text.len};

    if (!reading->text.len || reading->text.at[0] != 0x30)
        read_text(reading);
    else if (!read_one(reading, &data, GNUTLS_X509_FMT_DER, 1) &&
             !read_bundle(reading, &data, GNUTLS_X509_FMT_DER, 1))
        dx_reading_skip(reading, 1);
}
