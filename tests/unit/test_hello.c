/* test_hello.c - what is read from ClientHellos, whole and broken
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "wire_bytes.h"
#include "wire_hex.h"

#include <glib.h>
#include <string.h>

/* The body of a hello that comes as a whole record. */
static bool
parse_record(dx_client_hello *hello, const uint8_t *record, size_t len)
{
    return dx_client_hello_parse(hello, record + 9, len - 9);
}

/* A ClientHello with one suite and these extensions. */
static bool
parse_with(dx_client_hello *hello, const char *extensions)
{
    GByteArray *body = from_hex("0303 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00"
                                "0002 c02f 01 00");
    GByteArray *list = from_hex(extensions);
    uint8_t len[2] = {(uint8_t)(list->len >> 8), (uint8_t)list->len};
    g_byte_array_append(body, len, 2);
    g_byte_array_append(body, list->data, list->len);
    uint8_t *exact = (uint8_t *)g_memdup2(body->data, body->len);
    bool fits = dx_client_hello_parse(hello, exact, body->len);
    g_free(exact);
    g_byte_array_unref(list);
    g_byte_array_unref(body);
    return fits;
}

static void
test_codes(void)
{
    dx_codes a = {0}, b = {0};
    g_assert_false(dx_codes_have(&a, 0));
    dx_codes_add(&a, 0x1301);
    dx_codes_add(&a, 0x1A1A); /* GREASE */
    dx_codes_add(&a, 0x1301); /* again */
    dx_codes_add(&a, 0x0A1A);
    check_codes(&a, "1301,0a1a");
    dx_codes_add(&b, 0x0A1A);
    dx_codes_add(&b, 0x1301);
    for (uint32_t code = 0; code < 0x10000; code++)
        dx_codes_add(&b, (uint16_t)code);
    g_assert_cmpuint(b.num, ==, DX_MAX_CODES);
    g_assert_cmphex(b.item[0], ==, 0x0A1A);
    g_assert_cmphex(b.item[2], ==, 0);
    dx_codes_clear(&a);
    dx_codes_clear(&b);
    g_assert_cmpuint(b.num, ==, 0);
    g_assert_null(b.item);
    unsigned num_grease = 0;
    for (uint32_t code = 0; code < 0x10000; code++)
        num_grease += dx_is_grease((uint16_t)code);
    g_assert_cmpuint(num_grease, ==, 16);
    g_assert_true(dx_is_grease(0x0A0A));
    g_assert_true(dx_is_grease(0xFAFA));
    g_assert_false(dx_is_grease(0x0A1A));
    g_assert_false(dx_is_grease(0x0B0B));
}

static void
test_openssl(void)
{
    dx_client_hello hello;
    g_assert_true(parse_record(&hello, openssl_hello, sizeof openssl_hello));
    g_assert_cmphex(hello.legacy_version, ==, 0x0303);
    g_assert_true(hello.versions_listed);
    check_codes(&hello.versions, "0304");
    check_codes(&hello.ciphers, "1302,1303,1301"); /* and 00ff */
    g_assert_true(hello.renegotiation_info);
    g_assert_false(hello.fallback_scsv);
    g_assert_cmpuint(hello.marks.renegotiation_at, ==, 4);
    g_assert_cmpuint(hello.marks.fallback_at, ==, 0);
    g_assert_cmpmem(hello.marks.formats, hello.marks.num_formats, "\0\1\2", 3);
    check_codes(&hello.groups, "001d,0017,001e,0019,0018,0100,0101,0102,0103,0104");
    check_codes(&hello.key_shares, "001d");
    check_codes(&hello.signatures, "0403,0503,0603,0807,0808,0809,080a,080b,0804,0805,0806,0401,0501,0601");
    check_codes(&hello.extensions, "0000,000b,000a,0023,0016,0017,000d,002b,002d,0033");
    g_assert_cmpstr(hello.sni, ==, "good.test");
    g_assert_true(hello.sni_present);
    g_assert_cmpuint(hello.num_alpn, ==, 0);
    g_assert_cmpuint(hello.len, ==, sizeof openssl_hello - 9);
    g_assert_cmpuint(hello.session_id_len, ==, 32);
    g_assert_cmpmem(hello.random, 32, openssl_hello + 11, 32);
    g_assert_cmpmem(hello.session_id, 32, openssl_hello + 44, 32);
    g_assert_true(hello.extended_master_secret && hello.encrypt_then_mac);
    g_assert_false(hello.session_ticket || hello.psk || hello.early_data || hello.grease || hello.sslv2);
    dx_client_hello_clear(&hello);
    g_assert_null(hello.sni);
}

static void
test_nss(void)
{
    dx_client_hello hello;
    g_assert_true(parse_record(&hello, nss_hello, sizeof nss_hello));
    check_codes(&hello.versions, "0304");
    check_codes(&hello.groups, "0017,0018");
    check_codes(&hello.key_shares, "0017");
    g_assert_cmpstr(hello.sni, ==, "good.test");
    dx_client_hello_clear(&hello);
    /* After the HelloRetryRequest: 6 bytes of ChangeCipherSpec come first. */
    g_assert_true(parse_record(&hello, nss_second_hello + 6, sizeof nss_second_hello - 6));
    check_codes(&hello.key_shares, "0018");
    g_assert_true(dx_codes_have(&hello.extensions, 0x002C)); /* cookie */
    dx_client_hello_clear(&hello);
}

static void
test_java(void)
{
    dx_client_hello hello;
    g_assert_true(parse_record(&hello, java_hello, sizeof java_hello));
    check_codes(&hello.versions, "0303");
    g_assert_true(hello.versions_listed);
    g_assert_cmpuint(hello.ciphers.num, ==, 33);
    g_assert_cmphex(hello.ciphers.item[0], ==, 0xC02C);
    g_assert_cmphex(hello.ciphers.item[32], ==, 0x002F);
    g_assert_true(hello.renegotiation_info);
    g_assert_false(hello.session_ticket); /* the extension is there, but empty */
    g_assert_cmpuint(hello.key_shares.num, ==, 0);
    g_assert_cmpuint(hello.session_id_len, ==, 0);
    dx_client_hello_clear(&hello);
}

static void
test_curl(void)
{
    dx_client_hello hello;
    g_assert_true(parse_record(&hello, curl_hello, sizeof curl_hello));
    check_codes(&hello.versions, "0303"); /* no supported_versions: the legacy one */
    g_assert_false(hello.versions_listed);
    g_assert_cmpuint(hello.num_alpn, ==, 2);
    g_assert_cmpstr(hello.alpn[0], ==, "h2");
    g_assert_cmpstr(hello.alpn[1], ==, "http/1.1");
    dx_client_hello_clear(&hello);
    g_assert_cmpuint(hello.num_alpn, ==, 0);
}

/* Any cut is noticed (a message without extensions aside), and what came before it is kept. */
static void
test_truncated(void)
{
    dx_client_hello hello;
    size_t whole = sizeof openssl_hello - 9;
    for (size_t len = 0; len < whole; len++) {
        uint8_t *exact = (uint8_t *)g_memdup2(openssl_hello + 9, len);
        /* 79: up to the compression methods. That is a whole ClientHello of the time before extensions. */
        g_assert_cmpint(dx_client_hello_parse(&hello, exact, len), ==, len == 79);
        g_assert_cmpuint(hello.ciphers.num, ==, len < 71 ? 0 : MIN((len - 69) / 2, 3));
        g_assert_cmpstr(hello.sni, ==, len >= 99 ? "good.test" : NULL);
        g_assert_true(hello.versions_listed || hello.versions.num == (len >= 2 ? 1 : 0));
        dx_client_hello_clear(&hello);
        g_free(exact);
    }
}

static void
test_no_extensions(void)
{
    GByteArray *body = from_hex("0301 0000000000000000000000000000000000000000000000000000000000000000 00"
                                "0008 002f 00ff 5600 0a0a 01 00");
    dx_client_hello hello;
    g_assert_true(dx_client_hello_parse(&hello, body->data, body->len));
    check_codes(&hello.versions, "0301");
    check_codes(&hello.ciphers, "002f");
    g_assert_true(hello.renegotiation_info && hello.fallback_scsv && hello.grease);
    g_assert_false(hello.versions_listed || hello.sni_present);
    dx_client_hello_clear(&hello);
    body->data[36] = 7; /* the list of suites ends in the middle of one */
    g_assert_false(dx_client_hello_parse(&hello, body->data, body->len));
    check_codes(&hello.ciphers, "002f");
    dx_client_hello_clear(&hello);
    g_byte_array_unref(body);
}

static void
check_sni(const char *extension, bool fits, const char *expected)
{
    dx_client_hello hello;
    g_assert_cmpint(parse_with(&hello, extension), ==, fits);
    g_assert_true(hello.sni_present);
    g_assert_cmpstr(hello.sni, ==, expected);
    dx_client_hello_clear(&hello);
}

static void
test_sni(void)
{
    check_sni("0000 0008 0006 00 0003 612e62", true, "a.b");
    check_sni("0000 0000", false, NULL);
    check_sni("0000 0002 0000", true, NULL);
    check_sni("0000 0005 0003 00 0000", true, NULL);
    check_sni("0000 0008 0006 00 0003 610062", true, "a\\x00b"); /* a NUL inside */
    check_sni("0000 0008 0006 00 0003 006162", true, "\\x00ab"); /* or at once */
    check_sni("0000 0008 0006 01 0003 612e62", true, NULL);      /* no host_name */
    check_sni("0000 000c 000a 01 0001 7a 00 0003 612e62", true, "a.b");
    check_sni("0000 000c 000a 00 0001 7a 00 0003 612e62", true, "z"); /* the first counts */
    check_sni("0000 0008 0006 00 0009 612e62", false, NULL);          /* longer than the list */
    check_sni("0000 0008 0009 00 0003 612e62", false, "a.b");         /* the list longer than the extension */
    check_sni("0000 0009 0006 00 0003 612e62 00", false, "a.b");      /* and shorter */
    check_sni("0000 0009 612e62632e6465 6667", false, NULL);          /* a bare name without lists */
}

static void
test_flags(void)
{
    dx_client_hello hello;
    g_assert_true(parse_with(&hello,
                             "0023 0003 010203  0029 0000  002a 0000  0031 0000  fe0d 0001 00  ff01 0001 00"
                             "0005 0000  0016 0000  0017 0000"));
    g_assert_true(hello.session_ticket && hello.psk && hello.early_data && hello.post_handshake_auth);
    g_assert_true(hello.encrypted_client_hello && hello.renegotiation_info);
    g_assert_true(hello.encrypt_then_mac && hello.extended_master_secret);
    g_assert_false(hello.grease || hello.fallback_scsv || hello.sni_present);
    check_codes(&hello.extensions, "0023,0029,002a,0031,fe0d,ff01,0005,0016,0017");
    dx_client_hello_clear(&hello);
}

/* RFC 8701 puts values into every list; none may be taken for a real one. */
static void
test_grease(void)
{
    static const char *const places[] = {
        "5a5a 0000",         "000a 0004 0002 5a5a",         "000d 0004 0002 5a5a",
        "002b 0003 02 5a5a", "0033 0007 0005 5a5a 0001 00", "0010 0005 0003 02 5a5a"};
    dx_client_hello hello;
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_assert_true(parse_with(&hello, places[i]));
        g_assert_true(hello.grease);
        g_assert_cmpuint(hello.groups.num + hello.signatures.num + hello.key_shares.num + hello.num_alpn, ==,
                         0);
        g_assert_cmpuint(hello.extensions.num, ==, i == 0 ? 0 : 1);
        g_assert_false(dx_codes_have(&hello.versions, 0x5A5A));
        dx_client_hello_clear(&hello);
    }
}

static void
test_broken_extensions(void)
{
    dx_client_hello hello;
    /* A broken list of groups does not hide what follows. */
    g_assert_false(parse_with(&hello, "000a 0005 0003 001d00  0000 0008 0006 00 0003 612e62"));
    check_codes(&hello.groups, "001d");
    g_assert_cmpstr(hello.sni, ==, "a.b");
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "000d 0004 0008 0401"));
    check_codes(&hello.signatures, "0401");
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "002b 0003 01 0304"));
    g_assert_true(hello.versions_listed);
    g_assert_cmpuint(hello.versions.num, ==, 0); /* an offer that cannot be read is not the legacy one */
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "0010 0006 0004 00 026832")); /* an empty name */
    g_assert_cmpuint(hello.num_alpn, ==, 1);
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "0033 0008 0006 001d 0009 0102"));
    check_codes(&hello.key_shares, "001d");
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "0017 0009 00"));
    g_assert_true(hello.extended_master_secret);
    dx_client_hello_clear(&hello);
    g_assert_false(parse_with(&hello, "0017 0000 00"));
    dx_client_hello_clear(&hello);
}

static void
test_alpn_bounds(void)
{
    GString *hex = g_string_new("0010 0042 0040 ");
    for (unsigned i = 0; i < 32; i++)
        g_string_append_printf(hex, "01 %02x ", 'a' + i % 26);
    dx_client_hello hello;
    g_assert_true(parse_with(&hello, hex->str));
    g_assert_cmpuint(hello.num_alpn, ==, DX_MAX_ALPN);
    g_assert_cmpstr(hello.alpn[15], ==, "p");
    dx_client_hello_clear(&hello);
    g_string_free(hex, TRUE);
}

static void
test_session_id_too_long(void)
{
    GString *hex = g_string_new("0303");
    for (unsigned i = 0; i < 32; i++)
        g_string_append(hex, "aa");
    g_string_append(hex, "21");
    for (unsigned i = 0; i < 33; i++)
        g_string_append(hex, "bb");
    g_string_append(hex, "0002 c02f 01 00");
    GByteArray *body = from_hex(hex->str);
    dx_client_hello hello;
    g_assert_false(dx_client_hello_parse(&hello, body->data, body->len));
    g_assert_cmpuint(hello.session_id_len, ==, 32);
    check_codes(&hello.ciphers, "c02f");
    dx_client_hello_clear(&hello);
    g_byte_array_unref(body);
    g_string_free(hex, TRUE);
}

static void
test_sslv2(void)
{
    dx_client_hello hello;
    g_assert_true(dx_client_hello_parse_sslv2(&hello, sslv2_hello + 2, sizeof sslv2_hello - 2));
    g_assert_true(hello.sslv2);
    g_assert_false(hello.versions_listed);
    check_codes(&hello.versions, "0301");
    check_codes(&hello.ciphers, "002f,0035,0005,0004"); /* those of SSLv2 itself (01 00 80 ...) left out */
    g_assert_cmpuint(hello.session_id_len, ==, 0);
    g_assert_cmpmem(hello.random + 16, 16, "AAAAAAAAAAAAAAAA", 16);
    g_assert_cmpuint(hello.random[15], ==, 0);
    dx_client_hello_clear(&hello);
    for (size_t len = 0; len < sizeof sslv2_hello - 2; len++) {
        uint8_t *exact = (uint8_t *)g_memdup2(sslv2_hello + 2, len);
        g_assert_false(dx_client_hello_parse_sslv2(&hello, exact, len));
        dx_client_hello_clear(&hello);
        g_free(exact);
    }
    GByteArray *body = from_hex("01 0301 0006 0000 0010 0000ff 005600 00112233445566778899aabbccddeeff");
    g_assert_true(dx_client_hello_parse_sslv2(&hello, body->data, body->len));
    g_assert_true(hello.renegotiation_info && hello.fallback_scsv);
    g_assert_cmpuint(hello.ciphers.num, ==, 0);
    dx_client_hello_clear(&hello);
    body->data[4] = 7; /* no multiple of 3 */
    g_assert_false(dx_client_hello_parse_sslv2(&hello, body->data, body->len));
    dx_client_hello_clear(&hello);
    body->data[0] = 4; /* a ServerHello */
    g_assert_false(dx_client_hello_parse_sslv2(&hello, body->data, body->len));
    dx_client_hello_clear(&hello);
    g_byte_array_unref(body);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hello/codes", test_codes);
    g_test_add_func("/hello/openssl", test_openssl);
    g_test_add_func("/hello/nss", test_nss);
    g_test_add_func("/hello/java", test_java);
    g_test_add_func("/hello/curl", test_curl);
    g_test_add_func("/hello/truncated", test_truncated);
    g_test_add_func("/hello/no-extensions", test_no_extensions);
    g_test_add_func("/hello/sni", test_sni);
    g_test_add_func("/hello/flags", test_flags);
    g_test_add_func("/hello/grease", test_grease);
    g_test_add_func("/hello/broken-extensions", test_broken_extensions);
    g_test_add_func("/hello/alpn-bounds", test_alpn_bounds);
    g_test_add_func("/hello/session-id-too-long", test_session_id_too_long);
    g_test_add_func("/hello/sslv2", test_sslv2);
    return g_test_run();
}
