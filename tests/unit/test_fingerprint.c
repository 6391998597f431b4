/* test_fingerprint.c - JA3 and JA4
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/fingerprint.h"

#include <glib.h>

/* Codes in hexadecimal with commas between. */
static dx_codes
codes(const char *text)
{
    dx_codes out = {0};
    char **items = g_strsplit(text, ",", -1);
    for (unsigned i = 0; items[i]; i++)
        dx_codes_add(&out, (uint16_t)g_ascii_strtoull(items[i], NULL, 16));
    g_strfreev(items);
    return out;
}

static void
clear(dx_offer *offer, dx_shape *shape)
{
    dx_codes_clear(&offer->versions);
    dx_codes_clear(&offer->ciphers);
    dx_codes_clear(&offer->groups);
    dx_codes_clear(&offer->signatures);
    dx_codes_clear(&shape->extensions);
}

/* The example of JA4's own description: Chrome over TCP. */
static void
test_ja4(void)
{
    char h2[] = "h2";
    dx_offer offer = {.versions = codes("0304,0303"),
                      .ciphers =
                          codes("1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
                      .signatures = codes("0403,0804,0401,0503,0805,0501,0806,0601"),
                      .alpn = {h2},
                      .num_alpn = 1,
                      .legacy_version = 0x0303,
                      .sni_present = true};
    dx_shape shape = {.extensions = codes("001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,"
                                          "ff01,000b,000a,0015")};
    char *ja4 = dx_ja4(&offer, &shape, false);
    g_assert_cmpstr(ja4, ==, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    g_free(ja4);
    offer.num_alpn = 0;
    offer.sni_present = false;
    ja4 = dx_ja4(&offer, &shape, true);
    g_assert_cmpstr(ja4, ==, "q13i151600_8daaf6152771_e5627efa2ab1");
    g_free(ja4);
    char odd[] = "\xabx";
    offer.alpn[0] = odd; /* its hexadecimal digits are ab78 */
    offer.num_alpn = 1;
    ja4 = dx_ja4(&offer, &shape, false);
    g_assert_cmpstr(ja4, ==, "t13i1516a8_8daaf6152771_e5627efa2ab1");
    g_free(ja4);
    clear(&offer, &shape);
}

/* The example of JA3's own description, "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,
 * 23-24-25,0", and signals among the suites, which stand where they were sent. */
static void
test_ja3(void)
{
    dx_offer offer = {.versions = codes("0301"),
                      .ciphers = codes("002f,0035,0005,000a,c009,c00a,c013,c014,0032,0038,0013,0004"),
                      .groups = codes("0017,0018,0019"),
                      .legacy_version = 0x0301};
    dx_shape shape = {.extensions = codes("0000,000a,000b"), .marks = {.num_formats = 1}};
    char *ja3 = dx_ja3(&offer, &shape);
    g_assert_cmpstr(ja3, ==, "ada70206e40642a3e4461f35503241d5");
    g_free(ja3);
    const struct {
        uint16_t renegotiation_at, fallback_at;
        const char *suites;
    } rows[] = {{1, 0, "255-47"}, {2, 0, "47-255"}, {2, 3, "47-255-22016"}, {2, 1, "22016-255-47"}};
    dx_codes_clear(&offer.ciphers);
    offer.ciphers = codes("002f");
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("769,%s,0-10-11,23-24-25,0", rows[i].suites);
        char *expected = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
        shape.marks.renegotiation_at = rows[i].renegotiation_at;
        shape.marks.fallback_at = rows[i].fallback_at;
        ja3 = dx_ja3(&offer, &shape);
        g_assert_cmpstr(ja3, ==, expected);
        g_free(ja3);
        g_free(expected);
        g_free(text);
    }
    clear(&offer, &shape);
}

static void
test_undefined(void)
{
    const dx_offer sslv2 = {.sslv2 = true}, dtls = {.dtls = true}, empty = {.legacy_version = 0x0300};
    const dx_shape shape = {.marks = {.renegotiation_at = 9}}; /* a place that the suites do not reach */
    g_assert_null(dx_ja3(NULL, &shape));
    g_assert_null(dx_ja3(&empty, NULL));
    g_assert_null(dx_ja3(&sslv2, &shape));
    g_assert_null(dx_ja4(&dtls, &shape, false));
    char *ja4 = dx_ja4(&empty, &shape, false);
    g_assert_cmpstr(ja4, ==, "t00i000000_000000000000_000000000000");
    g_free(ja4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fingerprint/ja4", test_ja4);
    g_test_add_func("/fingerprint/ja3", test_ja3);
    g_test_add_func("/fingerprint/undefined", test_undefined);
    return g_test_run();
}
