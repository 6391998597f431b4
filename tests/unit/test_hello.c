/* test_hello.c - what is read from hellos, key exchanges and certificate lists, whole and broken
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "wire_bytes.h"

#include <glib.h>
#include <string.h>

/* Bytes from hex digits; spaces are for the reader. */
static GByteArray *
from_hex(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        g_assert_true(g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]));
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value(at[0]) * 16 + g_ascii_xdigit_value(at[1]));
        g_byte_array_append(bytes, &byte, 1);
        at++;
    }
    return bytes;
}

/* A list as "1302,1303". */
static void
check_codes(const dx_codes *codes, const char *expected)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < codes->num; i++)
        g_string_append_printf(text, "%s%04x", i ? "," : "", codes->item[i]);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

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
    uint16_t common = 0;
    g_assert_false(dx_codes_have(&a, 0));
    g_assert_false(dx_codes_common(&a, &b, &common));
    dx_codes_add(&a, 0x1301);
    dx_codes_add(&a, 0x1A1A); /* GREASE */
    dx_codes_add(&a, 0x1301); /* again */
    dx_codes_add(&a, 0x0A1A);
    check_codes(&a, "1301,0a1a");
    dx_codes_add(&b, 0x0A1A);
    dx_codes_add(&b, 0x1301);
    g_assert_true(dx_codes_common(&a, &b, &common));
    g_assert_cmphex(common, ==, 0x1301);
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
    g_assert_true(hello.status_request);
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
    check_sni("0000 0008 0006 00 0003 610062", true, "a");  /* a NUL inside */
    check_sni("0000 0008 0006 00 0003 006162", true, NULL); /* or at once */
    check_sni("0000 0008 0006 01 0003 612e62", true, NULL); /* no host_name */
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
    g_assert_true(hello.encrypted_client_hello && hello.renegotiation_info && hello.status_request);
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
    g_assert_true(hello.sni_acknowledged && hello.status_request && hello.encrypt_then_mac);
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
