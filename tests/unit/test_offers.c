/* test_offers.c - what ClientHellos offer, one by one, and which two can be of one program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "whole.h"

#include "capture/offer.h"
#include "verdict/unusual.h"

#define AEAD  "c02b,c02f,c02c,c030,cca9,cca8"
#define CBC   "c013,c014,002f,0035"
#define RSA   "0804,0401,0805,0501,0806,0601"
#define TLS13 "1301,1302,1303"
#define EXT12 "0000,000a,000b,000d,0010,0017,ff01"
#define EXT13 EXT12 ",002b,0033,002d"

/* Lists of four hexadecimal digits; without versions the newest is `version`. */
static const struct {
    const char *name, *versions, *ciphers, *groups, *signatures, *extensions, *alpn;
    uint16_t version;
} rows[] = {
    {"browser", "0304,0303", TLS13 "," AEAD "," CBC, "11ec,001d,0017,0018", "0403," RSA, EXT13, "h2 http/1.1",
     0x303},
    {"no_share", "0304,0303", TLS13 "," AEAD "," CBC, "001d,0017,0018", "0403," RSA, EXT13, "h2 http/1.1",
     0x303},
    {"no_h2", "0304,0303", TLS13 "," AEAD "," CBC, "001d,0017,0018", "0403," RSA, EXT13, "http/1.1", 0x303},
    {"extension", "0304,0303", TLS13 "," AEAD "," CBC, "001d,0017,0018", "0403," RSA, EXT13 ",001b",
     "h2 http/1.1", 0x303},
    {"other_order", "0304,0303", AEAD "," CBC "," TLS13, "001d,0017,0018", "0403," RSA, EXT13, "h2 http/1.1",
     0x303},
    {"with_cookie", "0304,0303", TLS13 "," AEAD "," CBC, "001d,0017,0018", "0403," RSA, EXT13 ",002c",
     "h2 http/1.1", 0x303},
    {"tls12", "", AEAD "," CBC, "001d,0017,0018", "0403," RSA, EXT12, "h2 http/1.1", 0x303},
    {"tls10", "", CBC, "001d,0017,0018", "", "0000,000a,000b,ff01", "", 0x301},
    {"ssl3", "", "002f,0035", "", "", "", "", 0x300},
    {"quic", "0304", TLS13, "001d,0017,0018", "0403," RSA, "0000,000a,000d,0010,0039,002b,0033", "h3", 0x303},
    {"quic_draft", "0304", TLS13, "001d,0017", "0403," RSA, "0000,000a,000d,0010,ffa5,002b,0033", "h3",
     0x303},
    {"tls13_only", "0304", TLS13, "001d,0017", "0403," RSA, EXT13, "", 0x303},
    {"tls13_ccm", "0304", "1304,1305", "001d,0017", "0403," RSA, EXT13, "", 0x303},
    {"tls13_pkcs1", "0304", TLS13, "001d,0017", "0403,0401", EXT13, "", 0x303},
    {"one_suite", "", "c02f", "001d,0017", RSA, EXT12, "", 0x303},
    {"one_suite13", "0304,0303", "c02f", "001d,0017", RSA, EXT12, "", 0x303},
    {"two_suites", "", "c02f,c030", "001d,0017", RSA, EXT12, "", 0x303},
    {"four_suites", "", "c02f,c030,c013,c014", "001d,0017", RSA, EXT12, "", 0x303},
    {"three_suites13", "0304,0303", TLS13, "001d,0017", "0403," RSA, EXT13, "", 0x303},
    {"ecdsa_only", "", "c02b,c02c,c009,c00a", "001d,0017", "0403,0503", EXT12, "", 0x303},
    {"rsa_schemes", "", AEAD, "001d,0017", RSA, EXT12, "", 0x303},
    {"rc4", "", "0005,0004", "", "", "", "", 0x303},
    {"no_groups", "", AEAD, "", "0403," RSA, EXT12, "", 0x303},
    {"no_groups_rsa", "", AEAD ",002f", "", "0403," RSA, EXT12, "", 0x303},
    {"one_group", "", AEAD, "001d", "0403," RSA, EXT12, "", 0x303},
    {"no_p256", "", AEAD, "001d,0018", "0403," RSA, EXT12, "", 0x303},
    {"rare_groups", "", AEAD "," CBC, "0019,001e", "0403," RSA, EXT12, "", 0x303},
    {"psk", "", "00a8,00ae", "", "", "", "", 0x303},
    {"psk_too", "", "00a8,c02f,c030,c02b", "001d,0017", "0403," RSA, EXT12, "", 0x303},
};

static dx_codes
codes(const char *text)
{
    dx_codes list = {.num = 0};

    for (; *text; text += strcspn(text, ","), text += *text == ',')
        dx_codes_add(&list, (uint16_t)g_ascii_strtoull(text, NULL, 16));
    return list;
}

/* The offer of a row, kept by the set. */
static const dx_offer *
offer_of(GHashTable *set, unsigned i)
{
    dx_client_hello hello = {.versions = codes(rows[i].versions),
                             .versions_listed = *rows[i].versions,
                             .legacy_version = rows[i].version,
                             .ciphers = codes(rows[i].ciphers),
                             .groups = codes(rows[i].groups),
                             .signatures = codes(rows[i].signatures),
                             .extensions = codes(rows[i].extensions)};
    char **alpn = g_strsplit(rows[i].alpn, " ", -1);

    if (!hello.versions_listed)
        dx_codes_add(&hello.versions, hello.legacy_version);
    hello.sni_present = dx_codes_have(&hello.extensions, 0);
    for (; alpn[hello.num_alpn]; hello.num_alpn++)
        hello.alpn[hello.num_alpn] = alpn[hello.num_alpn];
    g_free(alpn); /* not its strings */
    const dx_offer *offer = dx_offer_intern(set, &hello);
    g_assert_true(dx_offer_intern(set, &hello) == offer);
    dx_client_hello_clear(&hello);
    return offer;
}

static void
put(GString *out, bool is, const char *what)
{
    if (is)
        g_string_append_printf(out, " %s", what);
}

/* What one lacks of what nearly every server speaks. */
static void
put_offer(GString *out, const dx_offer *offer)
{
    static const char *const bits[] = {"versions",      "ciphers",          "groups",   "signatures",
                                       "auth",          "only_tls13",       "no_tls13", "narrow_ciphers",
                                       "narrow_groups", "narrow_signatures"};
    unsigned unusual = dx_offer_unusual(offer);
    bool others, psk = dx_offers_psk(offer, &others);

    for (unsigned i = 0; i < G_N_ELEMENTS(bits); i++)
        put(out, unusual >> i & 1, bits[i]);
    put(out, dx_offers_one_suite(offer), "one_suite");
    put(out, dx_offers_protocol(offer, "h2"), "http2");
    put(out, dx_offer_needs_groups(offer), "needs_groups");
    put(out, psk, others ? "psk_too" : "psk");
}

static void
test_offers(void)
{
    GHashTable *set = dx_offer_set_new();
    const dx_offer *offers[G_N_ELEMENTS(rows)];
    GString *out =
        g_string_new("# Each offer: what is unusual; which others can be of the same program when they come "
                     "behind it; which have the same lists.\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        offers[i] = offer_of(set, i);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_string_append_printf(out, "%s:", rows[i].name);
        put_offer(out, offers[i]);
        g_string_append(out, "\n    then");
        for (unsigned j = 0; j < G_N_ELEMENTS(rows); j++)
            put(out, i != j && dx_offer_same_software(offers[i], offers[j]), rows[j].name);
        g_string_append(out, "\n    lists");
        for (unsigned j = 0; j < G_N_ELEMENTS(rows); j++)
            put(out, i != j && dx_offer_same_lists(offers[i], offers[j]), rows[j].name);
        g_string_append_c(out, '\n');
    }
    check_whole("offers.txt", out->str);
    g_string_free(out, TRUE);
    g_hash_table_destroy(set);
}

/* An offer that could not be read can be anybody's, and offers nothing. */
static void
test_unknown(void)
{
    const dx_offer offer = {.versions_listed = true};

    g_assert_true(dx_offer_same_software(NULL, &offer));
    g_assert_true(dx_offer_same_software(&offer, NULL));
    g_assert_false(dx_offers_protocol(NULL, "h2"));
}

/* Nothing but ML-KEM and its draft Kyber, which stand in their names, alone and beside a curve. */
static void
test_post_quantum(void)
{
    unsigned num = 0;

    for (unsigned group = 0; group <= UINT16_MAX; group++) {
        const char *name = dx_group_name((uint16_t)group);
        bool is = name && (strstr(name, "MLKEM") || strstr(name, "Kyber"));
        if (dx_group_is_post_quantum((uint16_t)group) != is)
            g_error("%04x (%s)", group, name ? name : "not known");
        num += is;
    }
    g_assert_cmpuint(num, >=, 9);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/offers/whole", test_offers);
    g_test_add_func("/offers/unknown", test_unknown);
    g_test_add_func("/offers/post_quantum", test_post_quantum);
    return g_test_run();
}
