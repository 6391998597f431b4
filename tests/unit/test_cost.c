/* test_cost.c - what public-key work a capture may ask for, in estimated cost and not in time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/certs.h"
#include "certs/judge.h"
#include "unit/fixtures/fixtures.h"

#define NUM_NAMESAKES 15

/* A certificate of its own with the signature `number`, which nobody made. */
static const dx_certificate *
altered(dx_certs *certs, const char *name, uint32_t number, const char *above)
{
    dx_der whole = fixture(name);
    uint8_t *der = g_memdup2(whole.data, whole.len);
    uint32_t message[2] = {number, (uint32_t)whole.len};

    memcpy(der + whole.len - sizeof number, &number, sizeof number);
    dx_der chain[2] = {{der, whole.len}, {der, whole.len}};
    if (above)
        chain[0] = fixture(above);
    const dx_chain *added = dx_certs_add(certs, (const uint8_t *)message, sizeof message, chain,
                                         above ? 2 : 1, above ? 2 : 1, false);
    g_free(der);
    return added->certificate[added->num - 1];
}

/* Authorities with the name and the key identifier of the right one, which comes last or first. A signature
 * under their key (P-521) is estimated as 679 microseconds, one under the right one's (P-256) as 164. */
static dx_certs *
with_namesakes(bool right_first)
{
    dx_certs *certs = dx_certs_new();

    dx_certs_trust(certs, "none");
    if (right_first)
        fixture_chain(certs, "leaf_self_signed", "issuing", NULL);
    for (uint32_t i = 0; i < NUM_NAMESAKES; i++)
        altered(certs, "namesake", i, "leaf_self_signed");
    if (!right_first)
        fixture_chain(certs, "leaf_self_signed", "issuing", NULL);
    return certs;
}

/* What is said of a certificate that the right authority issued, behind so many that none of them did: NULL
 * when it is found. */
static const char *
left_out_behind(unsigned num_strangers, bool right_first)
{
    dx_certs *certs = with_namesakes(right_first);
    const char *left_out = NULL;

    for (uint32_t i = 0; i < num_strangers; i++)
        g_assert_null(dx_certs_intermediate(certs, altered(certs, "leaf", i, NULL), &left_out));
    left_out = NULL;
    const dx_certificate *leaf = dx_chain_leaf(fixture_chain(certs, "leaf", NULL));
    const dx_certificate *issuer = dx_certs_intermediate(certs, leaf, &left_out);
    g_assert_true((issuer != NULL) == (left_out == NULL));
    if (issuer)
        g_assert_cmpstr(dx_certificate_read(issuer)->key, ==, "EC secp256r1");
    dx_certs_free(certs);
    return left_out;
}

/* A stranger costs 15 * 679 + 164 = 10,349 microseconds of signatures that do not fit; the leaf itself
 * 15 * 679. From 50,000 on only the first authority of a name is tried. */
static void
test_misses(void)
{
    const char *too_much = "the certificates of this capture take too much work";

    g_assert_null(left_out_behind(0, false));
    g_assert_null(left_out_behind(3, false));
    g_assert_cmpstr(left_out_behind(4, false), ==, too_much);
    g_assert_cmpstr(left_out_behind(5, false), ==, too_much);
    g_assert_null(left_out_behind(8, true));
}

/* Of one name and key identifier sixteen authorities are tried, the seventeenth no more, and that is said.
 * The number of strangers here keeps below the bound of test_misses. */
static void
test_limit(void)
{
    for (unsigned num = NUM_NAMESAKES; num <= NUM_NAMESAKES + 2; num++) {
        dx_certs *certs = dx_certs_new();
        const char *left_out = NULL;
        dx_certs_trust(certs, "none");
        for (uint32_t i = 0; i < num; i++)
            altered(certs, "namesake", i, "leaf_self_signed");
        fixture_chain(certs, "leaf_self_signed", "issuing", NULL);
        const dx_certificate *leaf = dx_chain_leaf(fixture_chain(certs, "leaf", NULL));
        const dx_certificate *issuer = dx_certs_intermediate(certs, leaf, &left_out);
        g_assert_true((issuer != NULL) == (num < 16));
        g_assert_cmpstr(left_out, ==, num < 16 ? NULL : "more than 16 authorities have the same name");
        dx_certs_free(certs);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cost/misses", test_misses);
    g_test_add_func("/cost/limit", test_limit);
    return g_test_run();
}
