/* test_knowledge.c - the knowledge tables are sorted, complete and right
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/names.h"
#include "knowledge/windows.h"

#include <glib.h>
#include <string.h>

typedef struct row {
    uint32_t code;
    const char *text;
} row;

#define X(code, name, exchange, auth, mode, block_bytes, mac_bytes, hash_bytes, versions) {code, #name},
static const row ciphers[] = {
#include "knowledge/ciphers.def"
};
#undef X
#define X(code, name) {code, name},
static const row versions[] = {
#include "knowledge/versions.def"
};
static const row groups[] = {
#include "knowledge/groups.def"
};
static const row signatures[] = {
#include "knowledge/signatures.def"
};
static const row extensions[] = {
#include "knowledge/extensions.def"
};
#undef X
#define X(code, constant, name) {code, name},
static const row alerts[] = {
#include "knowledge/alerts.def"
};
#undef X
#define X(code, openssl, go, firefox, chromium) {code, openssl},
static const row alert_texts[] = {
#include "knowledge/alert_texts.def"
};
#undef X
#define X(id, provider, side, meaning) {id, meaning},
static const row events[] = {
#include "knowledge/events.def"
};
#undef X
#define X(code, name, meaning) {code, #name},
static const row errors[] = {
#include "knowledge/windows_errors.def"
};
#undef X

static void
check_sorted(const char *table, const row *rows, size_t num_rows)
{
    for (size_t i = 0; i < num_rows; i++) {
        g_assert_cmpuint(strlen(rows[i].text), >, 2);
        if (i > 0 && rows[i - 1].code >= rows[i].code)
            g_error("%s: 0x%04x does not come before 0x%04x", table, rows[i - 1].code, rows[i].code);
    }
}

static void
test_sorted(void)
{
    check_sorted("ciphers", ciphers, G_N_ELEMENTS(ciphers));
    check_sorted("versions", versions, G_N_ELEMENTS(versions));
    check_sorted("groups", groups, G_N_ELEMENTS(groups));
    check_sorted("signatures", signatures, G_N_ELEMENTS(signatures));
    check_sorted("extensions", extensions, G_N_ELEMENTS(extensions));
    check_sorted("alerts", alerts, G_N_ELEMENTS(alerts));
    check_sorted("alert_texts", alert_texts, G_N_ELEMENTS(alert_texts));
    check_sorted("events", events, G_N_ELEMENTS(events));
    check_sorted("errors", errors, G_N_ELEMENTS(errors));
}

/* Only code points that were used before the standard may share a name with the standard one. */
static void
test_cipher_names_unique(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        for (size_t j = i + 1; j < G_N_ELEMENTS(ciphers); j++) {
            bool pre_standard = ciphers[i].code >= 0xcc13 && ciphers[i].code <= 0xcc15;
            if (!pre_standard)
                g_assert_cmpstr(ciphers[i].text, !=, ciphers[j].text);
        }
    }
}

/* A table and a lookup must agree on all 65536 code points, known or not. */
static void
check_lookup(const row *rows, size_t num_rows, const char *(*lookup)(uint16_t))
{
    size_t next = 0;
    for (uint32_t code = 0; code <= 0xffff; code++) {
        const char *expected = NULL;
        if (next < num_rows && rows[next].code == code)
            expected = rows[next++].text;
        g_assert_cmpstr(lookup((uint16_t)code), ==, expected);
    }
    g_assert_cmpuint(next, ==, num_rows);
}

static void
test_lookups(void)
{
    check_lookup(ciphers, G_N_ELEMENTS(ciphers), dx_cipher_name);
    check_lookup(versions, G_N_ELEMENTS(versions), dx_version_name);
    check_lookup(groups, G_N_ELEMENTS(groups), dx_group_name);
    check_lookup(signatures, G_N_ELEMENTS(signatures), dx_signature_name);
    check_lookup(extensions, G_N_ELEMENTS(extensions), dx_extension_name);
}

/* IANA TLS parameters registry */
static void
test_names(void)
{
    g_assert_cmpstr(dx_version_name(0x0002), ==, "SSL 2.0");
    g_assert_cmpstr(dx_version_name(0x0300), ==, "SSL 3.0");
    g_assert_cmpstr(dx_version_name(0x0301), ==, "TLS 1.0");
    g_assert_cmpstr(dx_version_name(0x0303), ==, "TLS 1.2");
    g_assert_cmpstr(dx_version_name(0x0304), ==, "TLS 1.3");
    g_assert_cmpstr(dx_version_name(0x7f1c), ==, "TLS 1.3 (draft 28)");
    g_assert_null(dx_version_name(0x0305));

    g_assert_cmpstr(dx_group_name(23), ==, "secp256r1");
    g_assert_cmpstr(dx_group_name(24), ==, "secp384r1");
    g_assert_cmpstr(dx_group_name(25), ==, "secp521r1");
    g_assert_cmpstr(dx_group_name(0x001d), ==, "x25519");
    g_assert_cmpstr(dx_group_name(0x001e), ==, "x448");
    g_assert_cmpstr(dx_group_name(34), ==, "GC256A");
    g_assert_cmpstr(dx_group_name(260), ==, "ffdhe8192");
    g_assert_cmpstr(dx_group_name(514), ==, "MLKEM1024");
    g_assert_cmpstr(dx_group_name(4588), ==, "X25519MLKEM768");
    g_assert_cmpstr(dx_group_name(25497), ==, "X25519Kyber768Draft00");
    g_assert_null(dx_group_name(0x0a0a));

    g_assert_cmpstr(dx_signature_name(0x0101), ==, "rsa_pkcs1_md5");
    g_assert_cmpstr(dx_signature_name(0x0202), ==, "dsa_sha1");
    g_assert_cmpstr(dx_signature_name(0x0401), ==, "rsa_pkcs1_sha256");
    g_assert_cmpstr(dx_signature_name(0x0503), ==, "ecdsa_secp384r1_sha384");
    g_assert_cmpstr(dx_signature_name(0x0804), ==, "rsa_pss_rsae_sha256");
    g_assert_cmpstr(dx_signature_name(0x0807), ==, "ed25519");
    g_assert_cmpstr(dx_signature_name(0x080b), ==, "rsa_pss_pss_sha512");
    g_assert_cmpstr(dx_signature_name(0x0905), ==, "mldsa65");

    g_assert_cmpstr(dx_extension_name(0), ==, "server_name");
    g_assert_cmpstr(dx_extension_name(16), ==, "application_layer_protocol_negotiation");
    g_assert_cmpstr(dx_extension_name(23), ==, "extended_master_secret");
    g_assert_cmpstr(dx_extension_name(43), ==, "supported_versions");
    g_assert_cmpstr(dx_extension_name(51), ==, "key_share");
    g_assert_cmpstr(dx_extension_name(0xfe0d), ==, "encrypted_client_hello");
    g_assert_cmpstr(dx_extension_name(0xff01), ==, "renegotiation_info");
}

static void
test_alert_names(void)
{
    static const uint8_t registered[] = {0,   1,   10,  20,  21,  22,  30,  40,  41,  42,  43,  44, 45,
                                         46,  47,  48,  49,  50,  51,  52,  60,  70,  71,  80,  86, 90,
                                         100, 109, 110, 111, 112, 113, 114, 115, 116, 117, 120, 121};
    size_t next = 0;
    for (unsigned number = 0; number <= 255; number++) {
        bool expected = next < G_N_ELEMENTS(registered) && registered[next] == number;
        if (expected)
            next++;
        g_assert_true((dx_alert_name((uint8_t)number) != NULL) == expected);
    }
    g_assert_cmpstr(dx_alert_name(0), ==, "close_notify");
    g_assert_cmpstr(dx_alert_name(40), ==, "handshake_failure");
    g_assert_cmpstr(dx_alert_name(48), ==, "unknown_ca");
    g_assert_cmpstr(dx_alert_name(70), ==, "protocol_version");
    g_assert_cmpstr(dx_alert_name(112), ==, "unrecognized_name");
    g_assert_cmpstr(dx_alert_name(116), ==, "certificate_required");
    g_assert_cmpstr(dx_alert_name(120), ==, "no_application_protocol");
}

static void
test_ciphers(void)
{
#define CIPHER(code, name, exchange, auth, mode, block, mac, hash, tls13, tls12_only)                        \
    {                                                                                                        \
        code, name, DX_EXCHANGE_##exchange, DX_AUTH_##auth, DX_MODE_##mode, block, mac, hash, tls13,         \
            tls12_only                                                                                       \
    }
    static const dx_cipher expected[] = {
        CIPHER(0x0004, "TLS_RSA_WITH_RC4_128_MD5", RSA, RSA, STREAM, 0, 16, 32, false, false),
        CIPHER(0x0005, "TLS_RSA_WITH_RC4_128_SHA", RSA, RSA, STREAM, 0, 20, 32, false, false),
        CIPHER(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", RSA, RSA, CBC, 8, 20, 32, false, false),
        CIPHER(0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", DHE, DSS, CBC, 8, 20, 32, false, false),
        CIPHER(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", RSA, RSA, CBC, 16, 20, 32, false, false),
        CIPHER(0x0030, "TLS_DH_DSS_WITH_AES_128_CBC_SHA", DH, DSS, CBC, 16, 20, 32, false, false),
        CIPHER(0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", DHE, ANON, CBC, 16, 20, 32, false, false),
        CIPHER(0x003b, "TLS_RSA_WITH_NULL_SHA256", RSA, RSA, NULL, 0, 32, 32, false, true),
        CIPHER(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", RSA, RSA, CBC, 16, 32, 32, false, true),
        CIPHER(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", RSA, RSA, GCM, 0, 0, 48, false, true),
        CIPHER(0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256", PSK, PSK, GCM, 0, 0, 32, false, true),
        CIPHER(0x00ae, "TLS_PSK_WITH_AES_128_CBC_SHA256", PSK, PSK, CBC, 16, 32, 32, false, false),
        CIPHER(0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA", ECDH, ECDSA, CBC, 16, 20, 32, false, false),
        CIPHER(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", ECDHE, RSA, CBC, 16, 20, 32, false, false),
        CIPHER(0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", ECDHE, RSA, CBC, 16, 48, 48, false, true),
        CIPHER(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ECDHE, RSA, GCM, 0, 0, 32, false, true),
        CIPHER(0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM", DHE, RSA, CCM, 0, 0, 32, false, true),
        CIPHER(0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", ECDHE, ECDSA, CCM_8, 0, 0, 32, false, true),
        CIPHER(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", ECDHE, ECDSA, CHACHA20, 0, 0, 32,
               false, true),
        CIPHER(0x1301, "TLS_AES_128_GCM_SHA256", ANY, ANY, GCM, 0, 0, 32, true, false),
        CIPHER(0x1302, "TLS_AES_256_GCM_SHA384", ANY, ANY, GCM, 0, 0, 48, true, false),
        CIPHER(0x1303, "TLS_CHACHA20_POLY1305_SHA256", ANY, ANY, CHACHA20, 0, 0, 32, true, false),
        CIPHER(0x1305, "TLS_AES_128_CCM_8_SHA256", ANY, ANY, CCM_8, 0, 0, 32, true, false),
    };
#undef CIPHER
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const dx_cipher *cipher = dx_cipher_find(expected[i].code);
        g_assert_nonnull(cipher);
        g_assert_cmpstr(cipher->name, ==, expected[i].name);
        g_assert_cmpint(cipher->exchange, ==, expected[i].exchange);
        g_assert_cmpint(cipher->auth, ==, expected[i].auth);
        g_assert_cmpint(cipher->mode, ==, expected[i].mode);
        g_assert_cmpuint(cipher->block_bytes, ==, expected[i].block_bytes);
        g_assert_cmpuint(cipher->mac_bytes, ==, expected[i].mac_bytes);
        g_assert_cmpuint(cipher->hash_bytes, ==, expected[i].hash_bytes);
        g_assert_true(cipher->tls13 == expected[i].tls13);
        g_assert_true(cipher->tls12_only == expected[i].tls12_only);
    }
    g_assert_null(dx_cipher_find(0x00ff)); /* signals, no suites */
    g_assert_null(dx_cipher_find(0x5600));
    g_assert_null(dx_cipher_find(0x0a0a));
    g_assert_null(dx_cipher_find(0xffff));
}

/* What every row of ciphers.def must fulfil, whatever its name. */
static void
test_cipher_rules(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        const dx_cipher *c = dx_cipher_find((uint16_t)ciphers[i].code);
        g_assert_nonnull(c);
        bool aead = c->mode == DX_MODE_GCM || c->mode == DX_MODE_CCM || c->mode == DX_MODE_CCM_8 ||
                    c->mode == DX_MODE_CHACHA20;
        g_assert_true((c->block_bytes != 0) == (c->mode == DX_MODE_CBC));
        g_assert_true((c->mac_bytes == 0) == (aead || c->code == 0));
        g_assert_true(!aead || c->tls13 || c->tls12_only);
        g_assert_false(c->tls13 && c->tls12_only);
        g_assert_true((c->exchange == DX_EXCHANGE_ANY) == c->tls13);
        g_assert_true((c->auth == DX_AUTH_ANY) == c->tls13);
        g_assert_true((c->hash_bytes == 48) == g_str_has_suffix(c->name, "_SHA384"));
        g_assert_true((strstr(c->name, "_CBC_") != NULL) == (c->mode == DX_MODE_CBC));
        g_assert_true((strstr(c->name, "_anon_") != NULL) == (c->auth == DX_AUTH_ANON));
        g_assert_true((strstr(c->name, "PSK_") != NULL) == (c->auth == DX_AUTH_PSK));
    }
}

/* ids: Schannel provider manifest, http.sys message table (15021 = 0x3AAD) */
static void
test_events(void)
{
    static const uint16_t expected[] = {5058,  5061,  15005, 15021, 15300, 15301, 36865, 36867, 36868, 36869,
                                        36870, 36871, 36872, 36873, 36874, 36875, 36876, 36877, 36878, 36879,
                                        36880, 36881, 36882, 36883, 36884, 36885, 36886, 36887, 36888, 36889};
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const dx_event *event = dx_event_find(expected[i]);
        g_assert_nonnull(event);
        g_assert_cmpuint(event->id, ==, expected[i]);
        if (event->id >= 36864)
            g_assert_cmpstr(event->provider, ==, "Schannel");
    }
    g_assert_cmpstr(dx_event_find(0x3aad)->provider, ==, "Microsoft-Windows-HttpEvent");
    g_assert_null(dx_event_find(36890));
    g_assert_null(dx_event_find(96)); /* in no message table of http.sys */
    /* what only a client can see is in its log */
    static const uint16_t client[] = {36873, 36875, 36876, 36881, 36882, 36883, 36884};
    for (size_t i = 0; i < G_N_ELEMENTS(client); i++)
        g_assert_cmpint(dx_event_find(client[i])->side, ==, DX_LOG_CLIENT);
    static const uint16_t server[] = {61, 15021, 15302, 36869, 36874, 36877, 36885, 36886};
    for (size_t i = 0; i < G_N_ELEMENTS(server); i++)
        g_assert_cmpint(dx_event_find(server[i])->side, ==, DX_LOG_SERVER);
    g_assert_cmpint(dx_event_find(36887)->side, ==, DX_LOG_EITHER);
    g_assert_cmpint(dx_event_find(36888)->side, ==, DX_LOG_EITHER);
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
        g_assert_nonnull(dx_event_find((uint16_t)events[i].code));
}

/* winerror.h */
static void
test_errors(void)
{
    static const row expected[] = {
        {0x00090317, "SEC_I_CONTEXT_EXPIRED"},
        {0x80090010, "NTE_PERM"},
        {0x8009000d, "NTE_NO_KEY"},
        {0x80090011, "NTE_NOT_FOUND"},
        {0x80090016, "NTE_BAD_KEYSET"},
        {0x8009001a, "NTE_KEYSET_ENTRY_BAD"},
        {0x80090302, "SEC_E_UNSUPPORTED_FUNCTION"},
        {0x80090308, "SEC_E_INVALID_TOKEN"},
        {0x8009030d, "SEC_E_UNKNOWN_CREDENTIALS"},
        {0x8009030e, "SEC_E_NO_CREDENTIALS"},
        {0x80090322, "SEC_E_WRONG_PRINCIPAL"},
        {0x80090325, "SEC_E_UNTRUSTED_ROOT"},
        {0x80090326, "SEC_E_ILLEGAL_MESSAGE"},
        {0x80090327, "SEC_E_CERT_UNKNOWN"},
        {0x80090328, "SEC_E_CERT_EXPIRED"},
        {0x80090331, "SEC_E_ALGORITHM_MISMATCH"},
        {0x80090349, "SEC_E_CERT_WRONG_USAGE"},
        {0x80092010, "CRYPT_E_REVOKED"},
        {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK"},
        {0x80092013, "CRYPT_E_REVOCATION_OFFLINE"},
        {0x80096004, "TRUST_E_CERT_SIGNATURE"},
        {0x80096019, "TRUST_E_BASIC_CONSTRAINTS"},
        {0x800b0101, "CERT_E_EXPIRED"},
        {0x800b0109, "CERT_E_UNTRUSTEDROOT"},
        {0x800b010a, "CERT_E_CHAINING"},
        {0x800b010c, "CERT_E_REVOKED"},
        {0x800b010f, "CERT_E_CN_NO_MATCH"},
        {0x800b0110, "CERT_E_WRONG_USAGE"},
        {0x800b0112, "CERT_E_UNTRUSTEDCA"},
        {0x800b0114, "CERT_E_INVALID_NAME"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        const dx_windows_error *error = dx_windows_error_find(expected[i].code);
        g_assert_nonnull(error);
        g_assert_cmpstr(error->name, ==, expected[i].text);
        g_assert_true(dx_windows_error_by_name(expected[i].text) == error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++) {
        const dx_windows_error *error = dx_windows_error_find(errors[i].code);
        g_assert_nonnull(error);
        g_assert_true(dx_windows_error_by_name(errors[i].text) == error); /* so that names are unique */
    }
    g_assert_null(dx_windows_error_find(0));
    g_assert_null(dx_windows_error_find(0xffffffff));
    g_assert_null(dx_windows_error_by_name("CERT_E"));
    g_assert_null(dx_windows_error_by_name(NULL));
}

static void
test_releases(void)
{
    g_assert_null(dx_windows_find(DX_OS_UNKNOWN));
    g_assert_null(dx_windows_find(DX_NUM_OS));
    g_assert_cmpint(dx_windows_support(NULL, 0x0303), ==, DX_SUPPORT_UNSURE);
    for (int os = DX_OS_UNKNOWN + 1; os < DX_NUM_OS; os++) {
        const dx_windows *windows = dx_windows_find((dx_os)os);
        g_assert_nonnull(windows);
        g_assert_cmpint(windows->os, ==, os);
        g_assert_cmpint(dx_windows_support(windows, 0x0305), ==, DX_SUPPORT_NO);
        g_assert_cmpint(dx_windows_support(windows, 0x7f1c), ==, DX_SUPPORT_NO);
        g_assert_true((windows->tls13 == DX_SUPPORT_ON) == (os >= DX_OS_2022));
        g_assert_true(windows->ecdhe_rsa_gcm == (os >= DX_OS_2016));
    }
    const dx_windows *r2 = dx_windows_find(DX_OS_2008R2);
    g_assert_cmpstr(r2->token, ==, "2008r2");
    g_assert_cmpint(dx_windows_support(r2, 0x0002), ==, DX_SUPPORT_ON);
    g_assert_cmpint(dx_windows_support(r2, 0x0301), ==, DX_SUPPORT_ON);
    g_assert_cmpint(dx_windows_support(r2, 0x0303), ==, DX_SUPPORT_OFF);
    g_assert_cmpint(dx_windows_support(r2, 0x0304), ==, DX_SUPPORT_NO);
    g_assert_cmpint(dx_windows_support(dx_windows_find(DX_OS_2003), 0x0302), ==, DX_SUPPORT_NO);
    g_assert_cmpint(dx_windows_support(dx_windows_find(DX_OS_2016), 0x0300), ==, DX_SUPPORT_OFF);
    g_assert_cmpint(dx_windows_support(dx_windows_find(DX_OS_2025), 0x0301), ==, DX_SUPPORT_ON);
    g_assert_cmpstr(dx_windows_find(DX_OS_2012R2)->name, ==, "Windows Server 2012 R2 (IIS 8.5)");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/knowledge/sorted", test_sorted);
    g_test_add_func("/knowledge/lookups", test_lookups);
    g_test_add_func("/knowledge/names", test_names);
    g_test_add_func("/knowledge/alert_names", test_alert_names);
    g_test_add_func("/knowledge/ciphers", test_ciphers);
    g_test_add_func("/knowledge/cipher_rules", test_cipher_rules);
    g_test_add_func("/knowledge/cipher_names_unique", test_cipher_names_unique);
    g_test_add_func("/knowledge/events", test_events);
    g_test_add_func("/knowledge/errors", test_errors);
    g_test_add_func("/knowledge/releases", test_releases);
    return g_test_run();
}
