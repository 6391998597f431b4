/* test_evidence.c - readers of the server's files: one test per layout
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"
#include "unit/fixtures/fixtures.h"

#define HASH "c09b416d6b018d615db22064079d15638e96823d"
#define IIS  "{4dc3e181-e14b-4a21-b022-59fc669b0914}"

static void
test_sslcert(void)
{
    dx_evidence_store *store =
        read_text("\r\nSSL Certificate bindings: \r\n------------------------- \r\n\r\n"
                  "    IP:port                      : 0.0.0.0:443\r\n"
                  "    Certificate Hash             : " HASH "\r\n"
                  "    Application ID               : " IIS "\r\n"
                  "    Certificate Store Name       : MY\r\n"
                  "    Verify Client Certificate Revocation : Enabled\r\n\r\n"
                  "    Hostname:port                : www.example.com:8443\r\n"
                  "    Certificate Hash             : " HASH "\r\n"
                  "    Application ID               : " IIS "\r\n"
                  "    Certificate Store Name       : (null)\r\n\r\n"
                  "    IP:port                      : [2001:db8::1]:443\r\n"
                  "    Certificate Hash             : (null)\r\n"
                  "    Application ID               : {00000000-0000-0000-0000-000000000000}\r\n"
                  "    Certificate Store Name       : (null)\r\n\r\n"
                  "    Central Certificate Store    : 444\r\n"
                  "    Certificate Hash             : (null)\r\n"
                  "    Application ID               : " IIS "\r\n"
                  "    Certificate Store Name       : (null)\r\n");
    expect_kind(store, DX_KIND_netsh_sslcert);
    g_assert_true(dx_evidence_whole(store, DX_KIND_netsh_sslcert));
    g_assert_cmpuint(store->bindings->len, ==, 4);
    const dx_binding *binding = ITEM(store->bindings, dx_binding, 0);
    g_assert_null(binding->host);
    g_assert_true(dx_address_is_any(&binding->endpoint.address));
    g_assert_cmpuint(binding->endpoint.port, ==, 443);
    g_assert_cmpstr(binding->hash, ==, HASH);
    g_assert_true(binding->have_guid && !binding->zero_guid);
    g_assert_cmpstr(binding->store, ==, "MY");
    g_assert_cmpuint(binding->where.line, ==, 5);
    binding = ITEM(store->bindings, dx_binding, 1);
    g_assert_cmpstr(binding->host, ==, "www.example.com");
    g_assert_cmpuint(binding->endpoint.port, ==, 8443);
    g_assert_null(binding->store);
    binding = ITEM(store->bindings, dx_binding, 2);
    g_assert_cmpuint(binding->endpoint.address.family, ==, 6);
    g_assert_true(!binding->have_hash && binding->zero_guid);
    g_assert_cmpstr(ITEM(store->bindings, dx_binding, 3)->host, ==, "");
    g_assert_cmpuint(ITEM(store->bindings, dx_binding, 3)->endpoint.port, ==, 444);
    dx_evidence_free(store);
}

static void
test_sslcert_empty(void)
{
    dx_evidence_store *store = read_text("SSL Certificate bindings:\n-------------------------\n\n");
    expect_kind(store, DX_KIND_netsh_sslcert);
    g_assert_cmpuint(store->bindings->len, ==, 0);
    g_assert_true(dx_evidence_whole(store, DX_KIND_netsh_sslcert));
    dx_evidence_free(store);
}

/* A console of 80 columns cuts the hash in two. */
static void
test_sslcert_narrow(void)
{
    char *long_caption = g_strdup_printf("    %-42s: ", "Certificate Hash");
    char *text = g_strdup_printf("    IP:port : 0.0.0.0:443\n%s%.32s\n%s\n    Application ID : " IIS
                                 "\n    Store : MY\n",
                                 long_caption, HASH, &HASH[32]);
    g_assert_cmpuint(strlen(long_caption) + 32, ==, 80);
    dx_evidence_store *store = read_text(text);
    g_assert_cmpuint(store->bindings->len, ==, 1);
    g_assert_cmpstr(ITEM(store->bindings, dx_binding, 0)->hash, ==, HASH);
    dx_evidence_free(store);
    g_free(text);
    g_free(long_caption);
}

/* The document's sample as web pages show it: captions stick to the values before them, and its two
 * captions are swapped (the block with zeros is the faulty one). */
static void
test_httpcfg_of_the_document(void)
{
    dx_evidence_store *store = read_text(
        "Working scenario:\nIP\n0.0.0.0:443Hash\nGuid\n{00000000-0000-0000-0000-000000000000}CertStoreName\n"
        "MYCertCheckMode\n0RevocationFreshnessTime\n0UrlRetrievalTimeout\n0SslCtlIdentifier\n0SslCtlStoreName"
        "\n0Flags\n"
        "0Non-working scenario:\nIP\n0.0.0.0:443Hash\nc09b416d6b 8d615db22 64079d15638e96823dGuid\n" IIS
        "CertStoreName\n"
        "MYCertCheckMode\n0RevocationFreshnessTime\n0UrlRetrievalTimeout\n0SslCtlIdentifier\n0SslCtlStoreName"
        "\n0Flags\n0"
        "Non-working scenario:\n");
    expect_kind(store, DX_KIND_httpcfg_ssl);
    g_assert_cmpuint(store->bindings->len, ==, 2);
    const dx_binding *faulty = ITEM(store->bindings, dx_binding, 0),
                     *good = ITEM(store->bindings, dx_binding, 1);
    g_assert_true(!faulty->have_hash && faulty->zero_guid);
    g_assert_true(good->have_hash && good->have_guid && !good->zero_guid);
    g_assert_cmpstr(good->store, ==, "MY");
    dx_evidence_free(store);
}

static void
test_httpcfg(void)
{
    dx_evidence_store *store =
        read_text("    IP                      : 192.0.2.1:443\n"
                  "    Hash                    : c09b416d6b 18d615db22 64079d15638e96823d\n"
                  "    Guid                    : " IIS "\n"
                  "    CertStoreName           : MY\n"
                  "    Flags                   : 0\n"
                  "-----------------------------------------------------------------\n");
    expect_kind(store, DX_KIND_httpcfg_ssl);
    g_assert_cmpstr(ITEM(store->bindings, dx_binding, 0)->hash, ==,
                    "c09b416d6b018d615db22064079d15638e96823d");
    dx_evidence_free(store);
}

static void
test_iplisten(void)
{
    dx_evidence_store *store =
        read_text("\nIP addresses present in the IP listen list: \n"
                  "-------------------------------------------\n\n    192.0.2.1\n    ::\n");
    expect_kind(store, DX_KIND_netsh_iplisten);
    g_assert_cmpuint(store->listen_addresses->len, ==, 2);
    g_assert_cmpuint(ITEM(store->listen_addresses, dx_listen_address, 0)->where.line, ==, 5);
    dx_evidence_free(store);
    store = read_text(
        "Adresses IP presentes :\n-----------------------\n\n    192.0.2.1\n"); /* another language */
    expect_kind(store, DX_KIND_netsh_iplisten);
    g_assert_cmpuint(store->listen_addresses->len, ==, 1);
    dx_evidence_free(store);
    store = read_text("    IP                      : 192.0.2.7\n");
    expect_kind(store, DX_KIND_httpcfg_iplisten);
    g_assert_cmpuint(store->listen_addresses->len, ==, 1);
    dx_evidence_free(store);
    store = read_text("HttpQueryServiceConfiguration completed with 1168.\n");
    expect_kind(store, DX_KIND_httpcfg_iplisten);
    g_assert_cmpuint(store->listen_addresses->len, ==, 0);
    dx_evidence_free(store);
}

static void
test_netstat(void)
{
    dx_evidence_store *store = read_text(
        "\nActive Connections\n\n  Proto  Local Address          Foreign Address        State           PID\n"
        "  TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       2312\n  Dnscache\n "
        "[skype.exe]\n"
        "  TCP    [::]:443               [::]:0                 LISTENING       4\n"
        " Can not obtain ownership information\n"
        "  TCP    192.0.2.1:443          198.51.100.9:51000     ESTABLISHED     4\n"
        "  TCP    [fe80::1%12]:443       [::]:0                 LISTENING       4\n"
        "  TCP    bad:line               LISTENING\n"
        "  UDP    0.0.0.0:123            *:*                                    1012\n [svchost.exe]\n");
    expect_kind(store, DX_KIND_netstat);
    g_assert_cmpuint(store->sockets->len, ==, 4);
    g_assert_true(ITEM(store->sockets, dx_socket, 3)->local.datagram);
    const dx_socket *socket = ITEM(store->sockets, dx_socket, 0);
    g_assert_true(socket->have_pid);
    g_assert_cmpuint(socket->pid, ==, 2312);
    g_assert_cmpstr(socket->image, ==, "skype.exe");
    g_assert_null(ITEM(store->sockets, dx_socket, 2)->image);
    g_assert_cmpuint(store->own_addresses->len, ==, 1);
    g_assert_cmpuint(ITEM(store->files, dx_evidence_file, 0)->num_skipped, ==, 1);
    dx_evidence_free(store);
}

static void
test_certutil(void)
{
    dx_evidence_store *store =
        read_text("my \"Personal\"\n================ Certificate 0 ================\n"
                  " NotBefore: 1/31/2024 1:00 AM\n"
                  " NotAfter: 2/11/2025 12:00 AM\nSubject: CN=a\nRoot Certificate: Subject matches Issuer\n"
                  "Cert Hash(sha1): 1a 1f 94 8b 21 a2 99 36 77 a8 8e b2 3f 42 8c 7e 47 e3 d1 33\n"
                  "  Key Container = abc\n  Provider = Microsoft RSA SChannel Cryptographic "
                  "Provider\nMissing stored keyset\n\n"
                  "================ Certificate 1 ================\nSubject: CN=b\n"
                  "    Algorithm ObjectId: 1.2.840.10045.2.1 ECC\n    2.5.29.37: Flags = 0, Length = c\n"
                  "        Server Authentication (1.3.6.1.5.5.7.3.1)\n"
                  "Cert Hash(sha1): 2A1F948B21A2993677A88EB23F428C7E47E3D133\n"
                  "  Key Container = abc\n  Provider = Microsoft Software Key Storage Provider\nEncryption "
                  "test passed\n\n"
                  "================ Certificate 2 ================\nSubject: CN=c\n"
                  "Cert Hash(sha1): 3a1f948b21a2993677a88eb23f428c7e47e3d133\n  No key provider information\n"
                  "Cannot find the certificate and private key for decryption.\n\n"
                  "================ Certificate 3 ================\nSubject: CN=d\n"
                  "Cert Hash(sha1): 4a1f948b21a2993677a88eb23f428c7e47e3d133\n  Key Container = abc\n"
                  "Encryption test FAILED: 0x80090016 (-2146893802 NTE_BAD_KEYSET)\nCertUtil: -store command "
                  "completed.\n");
    expect_kind(store, DX_KIND_certutil);
    g_assert_cmpuint(store->certificates->len, ==, 4);
    const dx_stored_certificate *certificate = ITEM(store->certificates, dx_stored_certificate, 0);
    g_assert_cmpstr(certificate->thumbprint, ==, "1a1f948b21a2993677a88eb23f428c7e47e3d133");
    g_assert_cmpint(certificate->key, ==, DX_KEY_MISSING);
    g_assert_cmpuint(certificate->key_where.line, ==, 10);
    g_assert_cmpint(certificate->not_after_us, ==, INT64_C(1739232000000000)); /* 2025-02-11 */
    g_assert_cmpuint(certificate->not_after_where.line, ==, 4);
    g_assert_true(certificate->self_signed);
    certificate = ITEM(store->certificates, dx_stored_certificate, 1);
    g_assert_cmpint(certificate->not_after_us, ==, 0);
    g_assert_false(certificate->self_signed);
    g_assert_cmpstr(certificate->thumbprint, ==, "2a1f948b21a2993677a88eb23f428c7e47e3d133");
    g_assert_cmpint(certificate->key, ==, DX_KEY_WORKS);
    g_assert_cmpint(certificate->type, ==, DX_KEY_TYPE_ECDSA);
    g_assert_cmpint(ITEM(store->certificates, dx_stored_certificate, 2)->key, ==, DX_KEY_MISSING);
    certificate = ITEM(store->certificates, dx_stored_certificate, 3);
    g_assert_cmpint(certificate->key, ==, DX_KEY_UNUSABLE);
    g_assert_cmphex(certificate->key_error, ==, 0x80090016);
    g_assert_true(dx_evidence_whole(store, DX_KIND_certutil));
    dx_evidence_free(store);
}

/* The names of a certificate count when all of them are told. */
static void
test_names(void)
{
    static const struct {
        const char *list, *names;
    } rows[] = {{"{WWW.example.com, *.example.net}", "www.example.com *.example.net"},
                {"{www.example.com, a.example.com, b.example.com, c.example.com...}", NULL},
                {"{m\xc3\xbcnchen.example.com (xn--mnchen-3ya.example.com)}", NULL},
                {"System.Collections.Generic.List`1[System.String]", NULL},
                {"{}", NULL}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("\nSubject     : CN=a\nIssuer      : CN=b\nDnsNameList : %s\n"
                                     "Thumbprint  : 1A1F948B21A2993677A88EB23F428C7E47E3D133\n"
                                     "NotAfter    : 2/13/2012 12:00:00 AM\n\n",
                                     rows[i].list);
        dx_evidence_store *store = read_text(text);
        expect_kind(store, DX_KIND_certificates);
        const dx_stored_certificate *certificate = ITEM(store->certificates, dx_stored_certificate, 0);
        g_assert_cmpstr(certificate->names, ==, rows[i].names);
        g_assert_cmpuint(certificate->names_where.line, ==, rows[i].names ? 4 : 0);
        g_assert_cmpint(certificate->not_after_us, ==, INT64_C(1329091200000000)); /* 2012-02-13 */
        g_assert_false(certificate->self_signed);
        dx_evidence_free(store);
        g_free(text);
    }
}

/* A file has them all, whatever stands before: also what is longer than any host's name. */
static void
test_names_of_files(void)
{
    static const struct {
        const char *fixture, *names;
    } rows[] = {{"leaf", "www.example.com *.wild.example.com"},
                {"leaf_long_name", "www.example.com"},
                {"leaf_many", "*"}, /* more than are kept */
                {"leaf_addresses", NULL},
                {"leaf_no_names", NULL}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_der der = fixture(rows[i].fixture);
        dx_evidence_store *store = dx_evidence_new();
        dx_evidence_read(store, "test", der.data, der.len);
        expect_kind(store, DX_KIND_certificate_file);
        const dx_stored_certificate *certificate = ITEM(store->certificates, dx_stored_certificate, 0);
        g_assert_cmpstr(certificate->names, ==, rows[i].names);
        dx_evidence_free(store);
    }
}

/* Thousands of them cost no more than their number, and say nothing. */
static void
test_many_names(void)
{
    GString *text = g_string_new("my \"Personal\"\n================ Certificate 0 ================\n");

    for (unsigned i = 0; i < 20000; i++)
        g_string_append_printf(text, "        DNS Name=a%u.example.com\n", i);
    g_string_append(text, "Cert Hash(sha1): 1a1f948b21a2993677a88eb23f428c7e47e3d133\n");
    dx_evidence_store *store = read_text(text->str);
    g_assert_cmpstr(ITEM(store->certificates, dx_stored_certificate, 0)->names, ==, "*");
    dx_evidence_free(store);
    g_string_free(text, TRUE);
}

static void
test_registry(void)
{
#define SCHANNEL "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
    dx_evidence_store *store = read_text(
        "Windows Registry Editor Version 5.00\n\n[" SCHANNEL "]\n\"SendExtraRecord\"=dword:00000002\n\n"
        "[" SCHANNEL
        "\\Protocols\\TLS 1.0\\Server]\n\"Enabled\"=dword:00000000\n\"DisabledByDefault\"=dword:00000001\n\n"
        "[" SCHANNEL "\\Protocols\\TLS 1.2\\Client]\n\"Enabled\"=dword:ffffffff\n\n"
        "[" SCHANNEL "\\Protocols\\TLS 9.9\\Server]\n\"Enabled\"=dword:00000000\n\n"
        "[" SCHANNEL "\\Ciphers\\AES 128/128]\n\"Enabled\"=dword:00000000\n\n"
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002]\n"
        "\"Functions\"=\"TLS_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256\"\n\n"
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\FEATURE_SCH_SEND_AUX_RECORD_KB_2618444]\n\"iexplore.exe\"=dword:"
        "00000001\n");
    expect_kind(store, DX_KIND_registry);
    g_assert_cmpuint(store->protocols->len, ==, 2);
    const dx_protocol_setting *setting = ITEM(store->protocols, dx_protocol_setting, 0);
    g_assert_true(setting->server && setting->version == 0x0301 && setting->enabled == 0 &&
                  setting->disabled_by_default == 1);
    g_assert_cmpuint(setting->where.line, ==, 7);
    setting = ITEM(store->protocols, dx_protocol_setting, 1);
    g_assert_true(!setting->server && setting->enabled == 1 && setting->disabled_by_default == -1);
    g_assert_cmpuint(store->algorithms->len, ==, 1);
    g_assert_cmpstr(ITEM(store->algorithms, dx_algorithm_setting, 0)->name, ==, "AES 128/128");
    g_assert_cmpuint(store->suites->len, ==, 2);
    g_assert_cmphex(ITEM(store->suites, dx_suite_setting, 1)->cipher, ==, 0xC013);
    g_assert_cmpuint(store->splits->len, ==, 2);
    g_assert_null(ITEM(store->splits, dx_split_setting, 0)->image);
    g_assert_cmpstr(ITEM(store->splits, dx_split_setting, 1)->image, ==, "iexplore.exe");
    dx_evidence_free(store);
    store = read_text("\n" SCHANNEL "\\Protocols\\TLS 1.1\\Server\n    Enabled    REG_DWORD    0x0\n"
                      "    DisabledByDefault    REG_DWORD    0x1\n\n");
    expect_kind(store, DX_KIND_registry);
    g_assert_cmpuint(store->protocols->len, ==, 1);
    g_assert_cmpint(ITEM(store->protocols, dx_protocol_setting, 0)->enabled, ==, 0);
    dx_evidence_free(store);
}

static void
test_lists(void)
{
    dx_evidence_store *store = read_text("Name : TLS_AES_128_GCM_SHA256\nName : TLS_NEVER_HEARD_OF\n");
    expect_kind(store, DX_KIND_tls_cipher_suite);
    g_assert_cmpuint(store->suites->len, ==, 1);
    g_assert_cmpuint(ITEM(store->files, dx_evidence_file, 0)->num_skipped, ==, 1);
    dx_evidence_free(store);
    store = read_text("KB5005112 2021-08-10\nKB5005113\n");
    expect_kind(store, DX_KIND_hotfix);
    g_assert_cmpuint(store->hotfixes->len, ==, 2);
    g_assert_cmpint(ITEM(store->hotfixes, dx_hotfix, 0)->day_us, ==, INT64_C(1628553600000000));
    g_assert_cmpint(ITEM(store->hotfixes, dx_hotfix, 1)->day_us, ==, 0);
    dx_evidence_free(store);
    store = read_text("\nMicrosoft Windows [Version 10.0.17763.1]\n");
    expect_kind(store, DX_KIND_ver);
    g_assert_cmpint(store->os, ==, DX_OS_2019);
    dx_evidence_free(store);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/sslcert", test_sslcert);
    g_test_add_func("/evidence/sslcert_empty", test_sslcert_empty);
    g_test_add_func("/evidence/sslcert_narrow", test_sslcert_narrow);
    g_test_add_func("/evidence/httpcfg_of_the_document", test_httpcfg_of_the_document);
    g_test_add_func("/evidence/httpcfg", test_httpcfg);
    g_test_add_func("/evidence/iplisten", test_iplisten);
    g_test_add_func("/evidence/netstat", test_netstat);
    g_test_add_func("/evidence/certutil", test_certutil);
    g_test_add_func("/evidence/names", test_names);
    g_test_add_func("/evidence/names_of_files", test_names_of_files);
    g_test_add_func("/evidence/many_names", test_many_names);
    g_test_add_func("/evidence/registry", test_registry);
    g_test_add_func("/evidence/lists", test_lists);
    return g_test_run();
}
