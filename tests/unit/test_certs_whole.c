/* test_certs_whole.c - all that is read of every fixture's certificate, and how lists of them are judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixtures/fixtures.h"
#include "whole.h"

#include "certs/judge.h"
#include "certs/staple.h"

#define DAY 86400

static void
put_text(GString *out, const char *key, const char *text)
{
    char *shown = text ? g_strescape(text, NULL) : NULL;

    if (shown)
        g_string_append_printf(out, " %s=%s", key, shown);
    g_free(shown);
}

static void
put_flag(GString *out, const char *key, bool flag)
{
    if (flag)
        g_string_append_printf(out, " %s", key);
}

static void
put_hex(GString *out, const char *key, const uint8_t *bytes, unsigned num)
{
    g_string_append_printf(out, " %s=", key);
    for (unsigned i = 0; i < num; i++)
        g_string_append_printf(out, "%02x", bytes[i]);
}

/* What a certificate says; of a long list of names the number. */
static void
put_certificate(GString *out, const char *name)
{
    dx_certs *certs = dx_certs_new();
    const dx_chain *chain = fixture_chain(certs, name, NULL);
    const dx_certificate_info *info = dx_certificate_read(chain->certificate[0]);

    g_string_append_printf(out, "%s:", name);
    put_flag(out, "parsed", info->parsed);
    put_text(out, "left_out", info->left_out);
    put_text(out, "subject", info->subject);
    put_text(out, "issuer", info->issuer);
    put_text(out, "cn", info->common_name);
    g_string_append_printf(out, "\n    names %u", info->num_names);
    for (unsigned i = 0; info->names && info->names[i] && i < 4; i++)
        put_text(out, "name", info->names[i]);
    put_flag(out, "has_alt_name", info->has_alt_name);
    put_flag(out, "too_many_names", info->too_many_names);
    g_string_append_printf(out, " from %d to %d", (int)(info->not_before / DAY),
                           (int)(info->not_after / DAY));
    put_text(out, "serial", info->serial);
    put_hex(out, "sha1", info->sha1, 4);
    put_hex(out, "sha256", info->sha256, 4);
    put_text(out, "\n    key", info->key);
    put_text(out, "signature", info->signature);
    put_text(out, "usages", info->usages);
    put_flag(out, "for_servers", info->for_servers);
    put_flag(out, "for_clients", info->for_clients);
    if (info->has_key_usage)
        g_string_append_printf(out, " key_usage=%x", info->key_usage);
    put_flag(out, "authority", info->authority);
    put_flag(out, "self_issued", info->self_issued);
    put_flag(out, "weak_key", info->weak_key);
    put_flag(out, "weak_signature", info->weak_signature);
    put_flag(out, "must_staple", info->must_staple);
    put_flag(out, "names_issuers_issuer", info->names_issuers_issuer);
    put_text(out, "ca_issuers", info->ca_issuers);
    put_text(out, "ocsp", info->ocsp);
    put_text(out, "crl", info->crl);
    put_text(out, "critical", info->unknown_critical);
    g_string_append_c(out, '\n');
    dx_certs_free(certs);
}

static const char *const leaves[] = {"leaf",
                                     "leaf_expired",
                                     "leaf_old_issuer",
                                     "leaf_usage",
                                     "leaf_no_names",
                                     "leaf_rsa1024",
                                     "leaf_ec521",
                                     "leaf_sha1",
                                     "leaf_must_staple",
                                     "leaf_names_above",
                                     "leaf_under_root",
                                     "leaf_self_signed",
                                     "leaf_hostile",
                                     "leaf_many",
                                     "leaf_addresses",
                                     "leaf_long_name",
                                     "leaf_no_ca",
                                     "leaf_no_signing",
                                     "leaf_path",
                                     "leaf_names",
                                     "leaf_below",
                                     "leaf_critical"};
static const char *const others[] = {
    "root",         "issuing",       "issuing_expired", "other",   "issuing_no_ca", "issuing_no_signing",
    "issuing_path", "issuing_names", "below",           "key_rsa", "key_pss",       "key_ec",
    "key_ed25519",  "key_ec384",     "key_ed448"};

static void
test_information(void)
{
    GString *out = g_string_new("What certificates say\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(leaves); i++)
        put_certificate(out, leaves[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        put_certificate(out, others[i]);
    check_whole("certificates.txt", out->str);
    g_string_free(out, TRUE);
}

/* Answers in the order in which they were first given, each with all questions that got it. */
typedef struct {
    GPtrArray *answers, *questions; /* strings; GString */
} grouped;

static grouped
grouped_new(void)
{
    return (grouped){g_ptr_array_new_with_free_func(g_free), g_ptr_array_new()};
}

/* Takes both strings. */
static void
group(grouped *groups, char *question, char *answer)
{
    unsigned at = 0;

    while (at < groups->answers->len && strcmp(groups->answers->pdata[at], answer) != 0)
        at++;
    if (at == groups->answers->len) {
        g_ptr_array_add(groups->answers, g_strdup(answer));
        g_ptr_array_add(groups->questions, g_string_new(NULL));
    }
    GString *questions = groups->questions->pdata[at];
    g_string_append_printf(questions, "%s%s", questions->len ? ", " : "", question);
    g_free(question);
    g_free(answer);
}

static void
put_groups(GString *out, grouped *groups)
{
    for (unsigned i = 0; i < groups->answers->len; i++) {
        GString *questions = groups->questions->pdata[i];
        g_string_append_printf(out, "  %s\n    %s\n", (const char *)groups->answers->pdata[i],
                               questions->str);
        g_string_free(questions, TRUE);
    }
    g_ptr_array_free(groups->answers, TRUE);
    g_ptr_array_free(groups->questions, TRUE);
}

static void
judge(grouped *groups, dx_certs *certs, const dx_chain *chain, const char *asked, const dx_question *question)
{
    dx_judgement judgement;
    GString *out = g_string_new("path");

    dx_certs_judge(certs, chain, question, &judgement);
    for (unsigned i = 0; i < judgement.num_path; i++)
        g_string_append_printf(out, " %u", judgement.path[i]);
    put_flag(out, "has_root", judgement.has_root);
    put_flag(out, "leaf_not_first", judgement.leaf_not_first);
    put_flag(out, "links_verified", judgement.links_verified);
    put_flag(out, "missing", judgement.missing != NULL);
    put_text(out, "left_out", judgement.left_out);
    g_string_append_printf(out, " trust %d known %u", judgement.trust, judgement.num_known);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (judgement.defects & DX_BIT(defect))
            g_string_append_printf(out, "; %u %s", judgement.at[defect], dx_defect_words((dx_defect)defect));
    group(groups, g_strdup(asked), g_string_free(out, FALSE));
}

static void
put_list(GString *out, const char *first, const char *second, const char *third)
{
    static const char *const names[] = {"www.example.com", "WWW.Example.COM", "a.www.example.com",
                                        "www.example.org", "a.example.net",   "192.0.2.1"};
    static const uint8_t address[] = {192, 0, 2, 1};
    dx_certs *certs = dx_certs_new();

    dx_certs_trust(certs, "none");
    const dx_chain *chain = fixture_chain(certs, first, second, third, NULL);
    const dx_certificate_info *leaf = dx_certificate_read(dx_chain_leaf(chain));
    static const char *const when[] = {"at no known time", "before its first second", "in its first second",
                                       "in its last second", "after its last second"};
    const int64_t times[] = {0, leaf->not_before - 1, leaf->not_before, leaf->not_after, leaf->not_after + 1};
    grouped groups = grouped_new();
    g_string_append_printf(out, "%s %s %s\n", first, second ? second : "", third ? third : "");
    for (unsigned i = 0; i < G_N_ELEMENTS(times); i++)
        judge(&groups, certs, chain, when[i], &(dx_question){.name = names[0], .time = times[i]});
    for (unsigned i = 1; i < G_N_ELEMENTS(names); i++)
        judge(&groups, certs, chain, names[i], &(dx_question){.name = names[i], .time = times[2]});
    judge(&groups, certs, chain, "no name", &(dx_question){.time = times[2]});
    judge(&groups, certs, chain, "address 192.0.2.1",
          &(dx_question){.address = address, .address_len = 4, .time = times[2]});
    judge(&groups, certs, chain, "as a client's", &(dx_question){.time = times[2], .of_client = true});
    put_groups(out, &groups);
    dx_certs_free(certs);
}

/* Every leaf alone and below its issuer, lists in the wrong order, too long, or of something else. */
static void
test_judgements(void)
{
    GString *out =
        g_string_new("How lists are judged: the answer, below it the questions (of www.example.com, and "
                     "in the leaf's first second, where nothing else is said)\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(leaves); i++)
        put_list(out, leaves[i], NULL, NULL);
    put_list(out, "leaf", "issuing", NULL);
    put_list(out, "leaf", "issuing", "root");
    put_list(out, "leaf", "root", "issuing");
    put_list(out, "issuing", "leaf", NULL);
    put_list(out, "leaf", "other", NULL);
    put_list(out, "leaf", "leaf", "issuing");
    put_list(out, "leaf_old_issuer", "issuing_expired", NULL);
    put_list(out, "leaf_no_ca", "issuing_no_ca", NULL);
    put_list(out, "leaf_no_signing", "issuing_no_signing", NULL);
    put_list(out, "leaf_path", "issuing_path", NULL);
    put_list(out, "leaf_below", "below", "issuing_path");
    put_list(out, "leaf_names", "issuing_names", NULL);
    put_list(out, "leaf_under_root", "root", NULL);
    check_whole("judgements.txt", out->str);
    g_string_free(out, TRUE);
}

/* What was seen before is known by its bytes. */
static void
test_seen(void)
{
    dx_certs *certs = dx_certs_new();
    const dx_der leaf = fixture("leaf");
    const uint8_t one[] = "message one", other[] = "message two";
    const dx_chain *chain = dx_certs_add(certs, one, sizeof one, &leaf, 1, 1, false);

    g_assert_nonnull(chain);
    g_assert_true(dx_certs_seen(certs, one, sizeof one) == chain);
    g_assert_null(dx_certs_seen(certs, other, sizeof other));
    g_assert_null(dx_certs_seen(certs, one, sizeof one - 1));
    g_assert_true(dx_certs_add(certs, other, sizeof other, &leaf, 1, 1, false) == chain);
    g_assert_true(dx_certs_add(certs, (const uint8_t *)"a", 1, &leaf, 1, 2, false) != chain);
    g_assert_true(dx_certs_add(certs, (const uint8_t *)"b", 1, &leaf, 1, 1, true) != chain);
    g_assert_cmpuint(dx_certs_count(certs), ==, 1);
    dx_certs_free(certs);
}

/* Staples of the fixtures, at every time and beside every certificate. */
static void
test_staples(void)
{
    static const char *const names[] = {"staple_good", "staple_revoked", "staple_unsigned"};
    static const int64_t days[] = {0, 20119, 20120, 20121, 20127, 20128, 20500}; /* valid from 2025-02-01 */
    static const char *const lists[] = {"leaf issuing", "leaf", "leaf_usage issuing", "leaf other"};
    GString *out = g_string_new("What stapled answers say\n");
    dx_certs *certs = dx_certs_new();
    const dx_chain *chains[] = {
        fixture_chain(certs, "leaf", "issuing", NULL), fixture_chain(certs, "leaf", NULL),
        fixture_chain(certs, "leaf_usage", "issuing", NULL), fixture_chain(certs, "leaf", "other", NULL)};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        for (unsigned j = 0; j < G_N_ELEMENTS(chains); j++) {
            grouped groups = grouped_new();
            g_string_append_printf(out, "%s beside %s\n", names[i], lists[j]);
            for (unsigned k = 0; k < G_N_ELEMENTS(days); k++) {
                const dx_der der = fixture(names[i]);
                int64_t revoked_at = 0;
                dx_staple staple = dx_staple_read(der.data, der.len, chains[j], days[k] * DAY, &revoked_at);
                group(&groups, g_strdup_printf("day %d", (int)days[k]),
                      revoked_at ? g_strdup_printf("%s, since day %d", dx_staple_words(staple),
                                                   (int)(revoked_at / DAY))
                                 : g_strdup(dx_staple_words(staple)));
            }
            put_groups(out, &groups);
        }
    check_whole("staples.txt", out->str);
    dx_certs_free(certs);
    g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/certs/whole/information", test_information);
    g_test_add_func("/certs/whole/judgements", test_judgements);
    g_test_add_func("/certs/whole/seen", test_seen);
    g_test_add_func("/certs/whole/staples", test_staples);
    return g_test_run();
}
