/* test_server_hello.c - what is read from a server's messages, whole and broken
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "wire_bytes.h"
#include "wire_hex.h"

#include <glib.h>
#include <string.h>

static void
test_retry(void)
{
    dx_server_hello hello;
    size_t len = 204; /* the record ends there; ChangeCipherSpec follows */
    g_assert_true(dx_server_hello_parse(&hello, nss_retry + 9, len));
    g_assert_true(hello.retry);
    g_assert_cmphex(hello.version, ==, 0x0304);
    g_assert_cmphex(hello.legacy_version, ==, 0x0303);
    g_assert_cmphex(hello.cipher, ==, 0x1301);
    g_assert_cmphex(hello.group, ==, 0x0018);
    g_assert_cmpuint(hello.downgrade, ==, 0);
    check_codes(&hello.extensions, "0033,002c,002b");
    dx_server_hello_clear(&hello);
    g_assert_false(dx_server_hello_parse(&hello, nss_retry + 9, len + 1));
    dx_server_hello_clear(&hello);
}

static void
test_server_hello_13(void)
{
    dx_server_hello hello;
    g_assert_true(dx_server_hello_parse(&hello, nss_server_hello + 9, sizeof nss_server_hello - 9));
    g_assert_false(hello.retry);
    g_assert_cmphex(hello.version, ==, 0x0304);
    g_assert_cmphex(hello.cipher, ==, 0x1301);
    g_assert_cmphex(hello.group, ==, 0x0018);
    g_assert_false(hello.psk);
    g_assert_cmpmem(hello.session_id, hello.session_id_len, nss_hello + 44, 32);
    g_assert_cmpstr(hello.alpn, ==, "");
    dx_server_hello_clear(&hello);
    for (size_t len = 0; len < sizeof nss_server_hello - 9; len++) {
        uint8_t *exact = (uint8_t *)g_memdup2(nss_server_hello + 9, len);
        g_assert_cmpint(dx_server_hello_parse(&hello, exact, len), ==, len == 70); /* without extensions */
        dx_server_hello_clear(&hello);
        g_free(exact);
    }
}

static void
test_server_hello_12(void)
{
    dx_server_hello hello;
    g_assert_true(dx_server_hello_parse(&hello, dhe_flight + 9, 53));
    g_assert_cmphex(hello.version, ==, 0x0303);
    g_assert_true(hello.renegotiation_info);
    g_assert_cmpuint(hello.group, ==, 0);
    dx_server_hello_clear(&hello);

    GByteArray *body = from_hex("0303 0102030405060708090a0b0c0d0e0f101112131415161718 444f574e47524401"
                                "02 aabb c02f 00 0022 0000 0000 0005 0000 0010 0005 0003 02 6832"
                                "0016 0000 0017 0000 0023 0000 ff01 0001 00");
    g_assert_true(dx_server_hello_parse(&hello, body->data, body->len));
    g_assert_cmpuint(hello.downgrade, ==, 2);
    g_assert_cmpstr(hello.alpn, ==, "h2");
    g_assert_cmpuint(hello.session_id_len, ==, 2);
    g_assert_true(hello.encrypt_then_mac);
    g_assert_true(hello.extended_master_secret && hello.session_ticket && hello.renegotiation_info);
    dx_server_hello_clear(&hello);
    body->data[33] = 0;
    g_assert_true(dx_server_hello_parse(&hello, body->data, body->len));
    g_assert_cmpuint(hello.downgrade, ==, 1);
    dx_server_hello_clear(&hello);
    body->data[33] = 2;
    g_assert_true(dx_server_hello_parse(&hello, body->data, body->len));
    g_assert_cmpuint(hello.downgrade, ==, 0);
    dx_server_hello_clear(&hello);
    body->data[33] = 1;
    body->data[32] = 'd';
    g_assert_true(dx_server_hello_parse(&hello, body->data, body->len));
    g_assert_cmpuint(hello.downgrade, ==, 0);
    dx_server_hello_clear(&hello);
    g_byte_array_unref(body);
}

static void
check_encrypted_extensions(const char *hex, bool fits, const char *expected)
{
    char alpn[DX_MAX_NAME + 1] = "left over";
    GByteArray *body = from_hex(hex);
    g_assert_cmpint(dx_encrypted_extensions_alpn(alpn, body->data, body->len), ==, fits);
    g_assert_cmpstr(alpn, ==, expected);
    g_byte_array_unref(body);
}

static void
test_encrypted_extensions(void)
{
    check_encrypted_extensions("0000", true, "");
    check_encrypted_extensions("000d 0000 0000 0010 0005 0003 02 6832", true, "h2");
    check_encrypted_extensions("0009 0010 0005 0003 05 6832", false, "h2");
    check_encrypted_extensions("000c 0010 0008 0006 02 6832 02 6833", false, "h2"); /* two answers */
    check_encrypted_extensions("0007 0010 0003 0001 00", false, "");
    check_encrypted_extensions("00", false, "");
}

static bool
parse_key_exchange(dx_key_exchange *kx, uint16_t cipher, uint16_t version, const char *hex)
{
    GByteArray *body = from_hex(hex);
    uint8_t *exact = (uint8_t *)g_memdup2(body->data, body->len);
    bool fits = dx_key_exchange_parse(kx, cipher, version, exact, body->len);
    g_free(exact);
    g_byte_array_unref(body);
    return fits;
}

static void
test_real_key_exchanges(void)
{
    dx_key_exchange kx;
    size_t len = sizeof ecdhe_key_exchange - 4;
    const uint8_t *body = ecdhe_key_exchange + 4;
    g_assert_true(dx_key_exchange_parse(&kx, 0xC030, 0x0303, body, len));
    g_assert_cmpint(kx.kind, ==, DX_KX_ECDHE);
    g_assert_cmphex(kx.group, ==, 0x001D);
    g_assert_cmpuint(kx.params_len, ==, 4 + 32);
    g_assert_true(kx.signed_params);
    g_assert_cmphex(kx.scheme, ==, 0x0804);
    g_assert_cmpuint(kx.signature_len, ==, 256);
    g_assert_cmpuint(kx.signature_offset + kx.signature_len, ==, len);
    g_assert_cmpuint(kx.prime_bits, ==, 0);
    g_assert_false(
        dx_key_exchange_parse(&kx, 0xC030, 0x0302, body, len)); /* has no scheme: the lengths break */
    for (size_t cut = 0; cut < len; cut++)
        g_assert_false(dx_key_exchange_parse(&kx, 0xC030, 0x0303, body, cut));

    const uint8_t *dhe = dhe_flight + 62 + 1654 + 9;
    g_assert_true(dx_key_exchange_parse(&kx, 0x009F, 0x0303, dhe, 650));
    g_assert_cmpint(kx.kind, ==, DX_KX_DHE);
    g_assert_cmpuint(kx.prime_bits, ==, 1024);
    g_assert_cmpuint(kx.group, ==, 0);
    g_assert_cmpuint(kx.params_len, ==, 650 - 4 - 256);
    g_assert_true(kx.signed_params);
}

static void
test_key_exchanges(void)
{
    dx_key_exchange kx;
    /* TLS_DHE_RSA_WITH_AES_128_CBC_SHA in TLS 1.0: no scheme; p has leading zeros */
    g_assert_true(parse_key_exchange(&kx, 0x0033, 0x0301, "0004 00001fff 0001 02 0002 0102 0003 aabbcc"));
    g_assert_cmpuint(kx.prime_bits, ==, 13);
    g_assert_cmphex(kx.scheme, ==, 0);
    g_assert_cmpuint(kx.signature_offset, ==, 15);
    g_assert_cmpuint(kx.signature_len, ==, 3);
    g_assert_cmpuint(kx.params_len, ==, 13);
    /* TLS_DH_anon_WITH_AES_128_CBC_SHA, TLS_ECDH_anon_WITH_AES_128_CBC_SHA: nothing is signed */
    g_assert_true(parse_key_exchange(&kx, 0x0034, 0x0303, "0001 80 0001 02 0001 03"));
    g_assert_cmpint(kx.kind, ==, DX_KX_DHE);
    g_assert_cmpuint(kx.prime_bits, ==, 8);
    g_assert_false(kx.signed_params);
    g_assert_true(parse_key_exchange(&kx, 0xC018, 0x0303, "03 0017 02 0102"));
    g_assert_cmpint(kx.kind, ==, DX_KX_ECDHE);
    g_assert_false(kx.signed_params);
    g_assert_false(parse_key_exchange(&kx, 0xC018, 0x0303, "03 0017 02 0102 00"));
    /* TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA: a hint first (RFC 5489 section 2) */
    g_assert_true(parse_key_exchange(&kx, 0xC035, 0x0303, "0002 6869 03 001d 02 0102"));
    g_assert_cmphex(kx.group, ==, 0x001D);
    g_assert_false(kx.signed_params);
    /* explicit curves, RSA and unknown suites are not read */
    g_assert_false(parse_key_exchange(&kx, 0xC02F, 0x0303, "01 0017 02 0102"));
    g_assert_false(parse_key_exchange(&kx, 0x002F, 0x0303, "0001 80 0001 02 0001 03"));
    g_assert_cmpint(kx.kind, ==, DX_KX_UNKNOWN);
    g_assert_false(parse_key_exchange(&kx, 0x9999, 0x0303, "03 0017 02 0102"));
    /* a prime of zeros, an empty one */
    g_assert_true(parse_key_exchange(&kx, 0x0034, 0x0303, "0002 0000 0001 02 0001 03"));
    g_assert_cmpuint(kx.prime_bits, ==, 0);
    g_assert_true(parse_key_exchange(&kx, 0x0034, 0x0303, "0000 0001 02 0001 03"));
    g_assert_cmpuint(kx.prime_bits, ==, 0);
}

static void
take_certificate(void *user, const uint8_t *der, size_t len)
{
    GString *text = (GString *)user;
    g_string_append_printf(text, "%u:%02x ", (unsigned)len, der[0]);
}

static void
check_certificates(const char *hex, bool tls13, unsigned num, const char *expected, bool fits)
{
    GByteArray *body = from_hex(hex);
    uint8_t *exact = (uint8_t *)g_memdup2(body->data, body->len);
    GString *text = g_string_new(NULL);
    bool well_formed = !fits;
    g_assert_cmpuint(dx_certificates(exact, body->len, tls13, take_certificate, text, &well_formed), ==, num);
    g_assert_cmpstr(text->str, ==, expected);
    g_assert_cmpint(well_formed, ==, fits);
    g_assert_cmpuint(dx_certificates(exact, body->len, tls13, NULL, NULL, NULL), ==, num);
    g_string_free(text, TRUE);
    g_free(exact);
    g_byte_array_unref(body);
}

static void
test_certificates(void)
{
    check_certificates("000000", false, 0, "", true);
    check_certificates("000009 000002 3001 000001 31", false, 2, "2:30 1:31 ", true);
    check_certificates("000009 000002 3001 000002 31", false, 1, "2:30 ", false);
    check_certificates("000008 000002 3001 000001 31", false, 1, "2:30 ", false);
    check_certificates("00000a 000002 3001 000001 31", false, 2, "2:30 1:31 ", false);
    check_certificates("000003 000000", false, 0, "", false);
    check_certificates("00", false, 0, "", false);
    check_certificates("", false, 0, "", false);
    /* TLS 1.3: a context, and extensions after every certificate (RFC 8446 section 4.4.2) */
    check_certificates("00 000000", true, 0, "", true);
    check_certificates("01 aa 000010 000002 3001 0003 010203 000001 31 0000", true, 2, "2:30 1:31 ", true);
    check_certificates("00 000007 000002 3001 0003", true, 1, "2:30 ", false);
    check_certificates("00 000005 000002 3001", true, 1, "2:30 ", false);
    bool well_formed;
    g_assert_cmpuint(dx_certificates(dhe_flight + 62 + 9, 1645, false, NULL, NULL, &well_formed), ==, 2);
    g_assert_true(well_formed);
}

static void
test_too_many_certificates(void)
{
    GByteArray *body = g_byte_array_new();
    uint8_t len[3] = {0, (2000 * 4) >> 8, (2000 * 4) & 0xFF};
    static const uint8_t one[4] = {0, 0, 1, 0x30};
    g_byte_array_append(body, len, 3);
    for (unsigned i = 0; i < 2000; i++)
        g_byte_array_append(body, one, 4);
    bool well_formed = true;
    g_assert_cmpuint(dx_certificates(body->data, body->len, false, NULL, NULL, &well_formed), ==,
                     DX_MAX_CERTIFICATES);
    g_assert_false(well_formed);
    g_byte_array_unref(body);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/server-hello/retry", test_retry);
    g_test_add_func("/server-hello/tls13", test_server_hello_13);
    g_test_add_func("/server-hello/tls12", test_server_hello_12);
    g_test_add_func("/server-hello/encrypted-extensions", test_encrypted_extensions);
    g_test_add_func("/key-exchange/real", test_real_key_exchanges);
    g_test_add_func("/key-exchange/made", test_key_exchanges);
    g_test_add_func("/certificates/lists", test_certificates);
    g_test_add_func("/certificates/too-many", test_too_many_certificates);
    return g_test_run();
}
