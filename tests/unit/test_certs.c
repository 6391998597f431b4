/* test_certs.c - certificates: what they say, what is wrong with them, whose signature it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/certs.h"

#include <glib/gstdio.h>

#include "certs/judge.h"
#include "certs/proof.h"
#include "certs/staple.h"
#include "knowledge/hex.h"
#include "unit/fixtures/fixtures.h"

#define FEBRUARY_2025 1738368000
#define DAY           86400
/* make_certs.py's CONTENT */
static const char parameters[] = "parameters of a key exchange";

static void
judge(dx_judgement *out, dx_certs *certs, const dx_chain *chain, const char *name)
{
    dx_question question = {.name = name, .time = FEBRUARY_2025 + DAY};
    dx_certs_judge(certs, chain, &question, out);
}

static dx_certs *
new_certs(void)
{
    dx_certs *certs = dx_certs_new();
    dx_certs_trust(certs, "none");
    return certs;
}

/* RFC 5952, as everywhere else. */
static void
test_addresses(void)
{
    dx_certs *certs = new_certs();
    const dx_chain *chain = fixture_chain(certs, "leaf_addresses", NULL);
    const dx_certificate_info *leaf = dx_certificate_read(dx_chain_leaf(chain));

    g_assert_cmpstr(leaf->names[0], ==, "2001:db8::1");
    g_assert_cmpstr(leaf->names[1], ==, "192.0.2.1");
    g_assert_null(leaf->names[2]);
    dx_certs_free(certs);
}

static void
test_what_it_says(void)
{
    dx_certs *certs = new_certs();
    const dx_chain *chain = fixture_chain(certs, "leaf", "issuing", NULL);
    const dx_certificate_info *leaf = dx_certificate_read(dx_chain_leaf(chain));

    g_assert_true(leaf->parsed);
    g_assert_cmpstr(leaf->subject, ==, "CN=www.example.com,O=Example");
    g_assert_cmpstr(leaf->issuer, ==, "CN=Example Issuing CA,O=Example");
    g_assert_cmpstr(leaf->common_name, ==, "www.example.com");
    g_assert_cmpstr(leaf->key, ==, "EC secp256r1");
    g_assert_cmpstr(leaf->signature, ==, "ECDSA-SHA256");
    g_assert_cmpstr(leaf->usages, ==, "serverAuth");
    g_assert_cmpstr(leaf->names[0], ==, "www.example.com");
    g_assert_cmpstr(leaf->names[2], ==, "192.0.2.1");
    g_assert_null(leaf->names[3]);
    g_assert_cmpstr(leaf->ca_issuers, ==, "http://ca.example.com/issuing.crt");
    g_assert_cmpstr(leaf->ocsp, ==, "http://ocsp.example.com/");
    g_assert_cmpstr(leaf->crl, ==, "http://crl.example.com/issuing.crl");
    g_assert_cmpint(leaf->not_before, ==, 1735689600);
    g_assert_true(leaf->has_key_usage && leaf->key_usage == DX_KEY_USAGE_SIGNATURE);
    g_assert_false(leaf->authority || leaf->self_issued || leaf->weak_key || leaf->weak_signature ||
                   leaf->must_staple);
    char *thumbprint = dx_hex(leaf->sha1, sizeof leaf->sha1, ' ');
    g_assert_cmpuint(strlen(thumbprint), ==, 59);
    g_assert_true(thumbprint[2] == ' ');
    g_free(thumbprint);
    dx_certs_free(certs);
}

static void
test_interned(void)
{
    dx_certs *certs = new_certs();
    const dx_chain *chain = fixture_chain(certs, "leaf", "issuing", NULL);

    g_assert_true(fixture_chain(certs, "leaf", "issuing", NULL) == chain);
    g_assert_true(fixture_chain(certs, "leaf", "root", NULL) != chain);
    g_assert_true(fixture_chain(certs, "leaf", "root", NULL)->certificate[0] == chain->certificate[0]);
    g_assert_cmpuint(dx_certs_num_issuers(certs), ==, 2);
    dx_der der = fixture("leaf");
    /* another message with the same certificates (a staple in TLS 1.3, say) is the same chain */
    dx_der both[2] = {der, fixture("issuing")};
    g_assert_true(dx_certs_add(certs, (const uint8_t *)"other", 5, both, 2, 2, false) == chain);
    dx_certs_free(certs);
}

static unsigned
defects(const char *leaf, const char *second, const char *name)
{
    dx_certs *certs = new_certs();
    dx_judgement judgement;

    judge(&judgement, certs, fixture_chain(certs, leaf, second, NULL), name);
    dx_certs_free(certs);
    return judgement.defects;
}

static void
test_defects(void)
{
    const char *www = "www.example.com";

    g_assert_cmphex(defects("leaf", "issuing", www), ==, 0);
    g_assert_cmphex(defects("leaf", "issuing", NULL), ==, 0);
    g_assert_cmphex(defects("leaf", "issuing", "a.wild.example.com"), ==, 0);
    g_assert_cmphex(defects("leaf", "issuing", "a.b.wild.example.com"), ==, DX_BIT(DX_DEFECT_NAME_MISMATCH));
    g_assert_cmphex(defects("leaf", "issuing", "192.0.2.1"), ==, 0);
    g_assert_cmphex(defects("leaf", "issuing", "192.0.2.2"), ==, DX_BIT(DX_DEFECT_NAME_MISMATCH));
    g_assert_cmphex(defects("leaf_expired", "issuing", www), ==, DX_BIT(DX_DEFECT_EXPIRED));
    g_assert_cmphex(defects("leaf_old_issuer", "issuing_expired", www), ==, DX_BIT(DX_DEFECT_ISSUER_EXPIRED));
    g_assert_cmphex(defects("leaf_usage", "issuing", www), ==, DX_BIT(DX_DEFECT_WRONG_USAGE));
    g_assert_cmphex(defects("leaf_no_names", "issuing", www), ==, DX_BIT(DX_DEFECT_NO_NAMES));
    g_assert_cmphex(defects("leaf_rsa1024", "issuing", www), ==, DX_BIT(DX_DEFECT_WEAK_KEY));
    g_assert_cmphex(defects("leaf_sha1", "issuing", www), ==, DX_BIT(DX_DEFECT_WEAK_SIGNATURE));
    g_assert_cmphex(defects("leaf_self_signed", NULL, www), ==, DX_BIT(DX_DEFECT_SELF_SIGNED));
    g_assert_cmphex(defects("leaf_critical", NULL, www), ==,
                    DX_BIT(DX_DEFECT_SELF_SIGNED) | DX_BIT(DX_DEFECT_UNKNOWN_CRITICAL));
    g_assert_cmphex(defects("leaf", NULL, www), ==, DX_BIT(DX_DEFECT_INCOMPLETE));
    g_assert_cmphex(defects("leaf", "other", www), ==, DX_BIT(DX_DEFECT_INCOMPLETE));
    g_assert_cmphex(defects("issuing", "leaf", NULL) & DX_BIT(DX_DEFECT_MISORDERED), !=, 0);
    g_assert_cmphex(defects("leaf_hostile", "issuing", www), ==, DX_BIT(DX_DEFECT_NAME_MISMATCH));
    g_assert_cmphex(defects("leaf_many", "issuing", "host-1499.example.com"), ==, 0);
}

/* RFC 5280 section 6.1.4: who signed a certificate must have been allowed to. */
static void
test_issuers(void)
{
    const char *www = "www.example.com";
    static const char *const names[] = {"no_ca", "no_signing", "names"};
    static const dx_defect expected[] = {DX_DEFECT_NOT_CA, DX_DEFECT_NO_CERT_SIGN,
                                         DX_DEFECT_NAME_CONSTRAINTS};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        char *leaf = g_strconcat("leaf_", names[i], NULL), *issuer = g_strconcat("issuing_", names[i], NULL);
        g_test_message("%s", leaf);
        g_assert_cmphex(defects(leaf, issuer, www), ==, DX_BIT(expected[i]));
        g_free(leaf);
        g_free(issuer);
    }
    /* a path length of 0 allows a leaf, and no authority between */
    g_assert_cmphex(defects("leaf_path", "issuing_path", www), ==, 0);
    dx_certs *certs = new_certs();
    dx_judgement judgement;
    judge(&judgement, certs, fixture_chain(certs, "leaf_below", "below", "issuing_path", NULL), www);
    g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_PATH_LENGTH));
    g_assert_cmpuint(judgement.at[DX_DEFECT_PATH_LENGTH], ==, 2);
    dx_certs_free(certs);
}

static void
test_dates(void)
{
    dx_certs *certs = new_certs();
    const dx_chain *chain = fixture_chain(certs, "leaf_expired", "issuing", NULL);
    const dx_certificate_info *leaf = dx_certificate_read(dx_chain_leaf(chain));
    static const struct {
        int step;
        bool from_end;
        unsigned defects;
    } cases[] = {{-1, false, DX_BIT(DX_DEFECT_NOT_YET_VALID)},
                 {0, false, 0},
                 {0, true, 0},
                 {1, true, DX_BIT(DX_DEFECT_EXPIRED)}};
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_judgement judgement;
        dx_question question = {.time =
                                    (cases[i].from_end ? leaf->not_after : leaf->not_before) + cases[i].step};
        dx_certs_judge(certs, chain, &question, &judgement);
        g_assert_cmphex(judgement.defects & ~DX_BIT(DX_DEFECT_ISSUER_EXPIRED), ==, cases[i].defects);
    }
    /* a frame without a time says nothing of dates */
    dx_judgement judgement;
    dx_certs_judge(certs, chain, &(dx_question){0}, &judgement);
    g_assert_cmphex(judgement.defects, ==, 0);
    dx_certs_free(certs);
}

static char *
find_bytes(uint8_t *bytes, size_t len, const char *text)
{
    size_t wanted = strlen(text);

    for (size_t i = 0; i + wanted <= len; i++)
        if (memcmp(bytes + i, text, wanted) == 0)
            return (char *)bytes + i;
    return NULL;
}

/* There is no month 19: a certificate with such a date is none, and nothing is said of its other date. */
static void
test_unreadable_dates(void)
{
    static const char *const dates[] = {"250101000000Z", "341230000000Z"};
    dx_der leaf = fixture("leaf");

    for (unsigned i = 0; i < G_N_ELEMENTS(dates); i++) {
        dx_certs *certs = new_certs();
        uint8_t *bytes = g_memdup2(leaf.data, leaf.len);
        char *at = find_bytes(bytes, leaf.len, dates[i]);
        dx_judgement judgement;
        g_assert_nonnull(at);
        memcpy(at + 2, "19", 2);
        const dx_chain *chain =
            dx_certs_add(certs, (const uint8_t *)"d", 1, &(dx_der){bytes, leaf.len}, 1, 1, false);
        judge(&judgement, certs, chain, "www.example.com");
        g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_CORRUPT));
        g_assert_nonnull(strstr(judgement.leaf->problem, "time"));
        g_assert_cmpint(judgement.leaf->not_before, ==, -1);
        g_assert_cmpint(judgement.leaf->not_after, ==, -1);
        g_free(bytes);
        dx_certs_free(certs);
    }
}

static void
test_path(void)
{
    dx_certs *certs = new_certs();
    dx_judgement judgement;

    judge(&judgement, certs, fixture_chain(certs, "leaf", "root", "issuing", NULL), NULL);
    g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_MISORDERED));
    g_assert_cmpuint(judgement.num_path, ==, 3);
    g_assert_cmpuint(judgement.path[1], ==, 2);
    g_assert_true(judgement.has_root && judgement.links_verified);
    /* the same list without the intermediate, which the capture has shown above */
    judge(&judgement, certs, fixture_chain(certs, "leaf", NULL), NULL);
    g_assert_true(judgement.missing == fixture_chain(certs, "issuing", NULL)->certificate[0]);
    dx_certs_free(certs);

    certs = new_certs();
    const dx_chain *chain = fixture_chain(certs, "leaf_names_above", NULL);
    g_assert_true(dx_certificate_read(dx_chain_leaf(chain))->names_issuers_issuer);
    chain = fixture_chain(certs, "leaf_under_root", NULL);
    g_assert_false(dx_certificate_read(dx_chain_leaf(chain))->names_issuers_issuer);
    /* learnt later than first judged */
    judge(&judgement, certs, chain, NULL);
    g_assert_null(judgement.missing);
    dx_certs_free(certs);
}

static void
test_corrupt(void)
{
    dx_certs *certs = new_certs();
    dx_der leaf = fixture("leaf"), list[2] = {leaf, fixture("issuing")};
    uint8_t *bytes = g_malloc(leaf.len);
    dx_judgement judgement;

    memcpy(bytes, leaf.data, leaf.len);
    bytes[leaf.len - 1] ^= 1; /* the last byte of the signature */
    list[0].data = bytes;
    judge(&judgement, certs, dx_certs_add(certs, (const uint8_t *)"a", 1, list, 2, 2, false), NULL);
    g_assert_true(judgement.defects & DX_BIT(DX_DEFECT_CORRUPT));
    g_assert_cmpuint(judgement.at[DX_DEFECT_CORRUPT], ==, 0);
    bytes[1] = 0; /* no DER any more */
    judge(&judgement, certs, dx_certs_add(certs, (const uint8_t *)"b", 1, list, 2, 2, false),
          "www.example.com");
    g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_CORRUPT));
    g_assert_nonnull(judgement.leaf->problem);
    /* cut short at every length */
    for (size_t len = 0; len < leaf.len; len += 7) {
        dx_der part = {leaf.data, len};
        char key[32];
        g_snprintf(key, sizeof key, "c%d", (int)len);
        judge(&judgement, certs, dx_certs_add(certs, (const uint8_t *)key, strlen(key), &part, 1, 1, false),
              NULL);
        g_assert_true(judgement.defects & DX_BIT(DX_DEFECT_CORRUPT));
    }
    judge(&judgement, certs, dx_certs_add(certs, (const uint8_t *)"", 0, NULL, 0, 0, false), NULL);
    g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_CORRUPT));
    g_free(bytes);
    dx_certs_free(certs);
}

static char *
pem_file(const char *name)
{
    dx_der der = fixture(name);
    char *base64 = g_base64_encode(der.data, der.len), *path = NULL;
    char *text = g_strdup_printf("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", base64);
    int handle = g_file_open_tmp("dxXXXXXX.pem", &path, NULL);

    g_assert_cmpint(handle, >=, 0);
    g_close(handle, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_free(text);
    g_free(base64);
    return path;
}

static void
test_trust(void)
{
    dx_certs *certs = dx_certs_new();
    dx_judgement judgement;
    char *path = pem_file("root");
    const dx_chain *chain = fixture_chain(certs, "leaf", "issuing", NULL);

    dx_certs_trust(certs, path);
    judge(&judgement, certs, chain, "www.example.com");
    g_assert_cmpint(judgement.trust, ==, DX_TRUST_YES);
    g_assert_cmphex(judgement.defects, ==, 0);
    g_assert_nonnull(strstr(dx_certs_trust_text(certs), "(1 root)"));
    judge(&judgement, certs, fixture_chain(certs, "leaf_under_root", NULL), NULL);
    g_assert_cmphex(judgement.defects, ==, 0); /* complete: its root may be left out */
    /* dates are none of the store's business: expired long before the test runs */
    judge(&judgement, certs, fixture_chain(certs, "leaf_expired", "issuing", NULL), NULL);
    g_assert_cmpint(judgement.trust, ==, DX_TRUST_YES);
    g_unlink(path);
    g_free(path);
    path = pem_file("other");
    dx_certs_trust(certs, path);
    judge(&judgement, certs, chain, NULL);
    g_assert_cmphex(judgement.defects, ==, DX_BIT(DX_DEFECT_UNTRUSTED));
    g_unlink(path);
    char *nowhere = g_strconcat(path, "/nowhere", NULL);
    dx_certs_trust(certs, nowhere);
    g_free(nowhere);
    judge(&judgement, certs, chain, NULL);
    g_assert_cmpint(judgement.trust, ==, DX_TRUST_UNKNOWN);
    g_assert_nonnull(strstr(dx_certs_trust_text(certs), "cannot be read"));
    g_free(path);
    dx_certs_free(certs);
}

/* What the machine has, and how much of it, is its own; that nothing said is the same as "system" is not. */
static void
test_trust_system(void)
{
    dx_certs *certs = dx_certs_new(), *unsaid = dx_certs_new();

    dx_certs_trust(certs, "system");
    dx_certs_trust(unsaid, "");
    const char *text = dx_certs_trust_text(certs);
    g_assert_cmpstr(dx_certs_trust_text(unsaid), ==, text);
#ifdef _WIN32
    const char *const some = "Windows' store ROOT (";
    const char *const none = "none: Windows' store ROOT holds no certificates";
#else
    const char *const some = "system (";
    const char *const none = "none: system holds no certificates";
#endif
    g_assert_true(g_str_has_prefix(text, some) || g_str_has_prefix(text, none));
    dx_certs_free(certs);
    dx_certs_free(unsaid);
}

/* Of a folder what is no root is passed over, and there may be much of it. */
static void
test_trust_folder(void)
{
    dx_certs *certs = dx_certs_new();
    dx_judgement judgement;
    char *folder = g_dir_make_tmp("certs.XXXXXX", NULL);
    const char *const roots[] = {"root", "other"};

    dx_certs_trust(certs, folder);
    g_assert_nonnull(strstr(dx_certs_trust_text(certs), "holds no certificates"));
    char *key = g_build_filename(folder, "key.pem", NULL), *inner = g_build_filename(folder, "private", NULL);
    g_assert_true(g_file_set_contents(key, "no certificate", -1, NULL));
    g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(roots); i++) {
        char *from = pem_file(roots[i]), *to = g_build_filename(folder, roots[i], NULL), *pem;
        gsize len;
        g_assert_true(g_file_get_contents(from, &pem, &len, NULL));
        g_assert_true(g_file_set_contents(to, pem, (gssize)len, NULL));
        g_unlink(from);
        g_free(pem);
        g_free(from);
        g_free(to);
    }
    dx_certs_trust(certs, "none");
    dx_certs_trust(certs, folder);
    g_assert_nonnull(strstr(dx_certs_trust_text(certs), "(2 roots)"));
    judge(&judgement, certs, fixture_chain(certs, "leaf", "issuing", NULL), NULL);
    g_assert_cmpint(judgement.trust, ==, DX_TRUST_YES);
    for (unsigned i = 0; i < G_N_ELEMENTS(roots); i++) {
        char *path = g_build_filename(folder, roots[i], NULL);
        g_unlink(path);
        g_free(path);
    }
    g_unlink(key);
    g_rmdir(inner);
    g_rmdir(folder);
    g_free(key);
    g_free(inner);
    g_free(folder);
    dx_certs_free(certs);
}

static dx_proof_answer
prove(const char *key, const char *signature, uint16_t version, uint16_t scheme)
{
    dx_certs *certs = new_certs();
    GByteArray *content = g_byte_array_new();
    dx_proof_result result;

    for (uint8_t i = 0; i < 64; i++)
        g_byte_array_append(content, &i, 1);
    g_byte_array_append(content, (const guint8 *)parameters, (guint)strlen(parameters));
    dx_proof_input input = {.version = version,
                            .scheme = scheme,
                            .rsa = strcmp(key, "key_rsa") == 0,
                            .signature = fixture(signature),
                            .content = {content->data, content->len}};
    dx_proof_check(fixture_chain(certs, key, NULL), &input, &result);
    g_assert_true((result.reason != NULL) == (result.answer == DX_PROOF_NOT_CHECKED));
    g_byte_array_free(content, TRUE);
    dx_certs_free(certs);
    return result.answer;
}

static void
test_signatures(void)
{
    static const struct {
        const char *scheme, *key;
    } cases[] = {{"0401", "key_rsa"},  {"0501", "key_rsa"},   {"0601", "key_rsa"},   {"0201", "key_rsa"},
                 {"0101", "key_rsa"},  {"0804", "key_rsa"},   {"0805", "key_rsa"},   {"0806", "key_rsa"},
                 {"0809", "key_pss"},  {"080a", "key_pss"},   {"080b", "key_pss"},   {"0403", "key_ec"},
                 {"0203", "key_ec"},   {"0503", "key_ec384"}, {"0603", "key_ec384"}, {"0807", "key_ed25519"},
                 {"0808", "key_ed448"}};
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *good = g_strdup_printf("sig_%s", cases[i].scheme),
             *bad = g_strdup_printf("bad_%s", cases[i].scheme);
        uint16_t scheme = (uint16_t)g_ascii_strtoull(cases[i].scheme, NULL, 16);
        g_test_message("%s", cases[i].scheme);
        g_assert_cmpint(prove(cases[i].key, good, 0x0303, scheme), ==, DX_PROOF_VERIFIED);
        g_assert_cmpint(prove(cases[i].key, bad, 0x0303, scheme), ==, DX_PROOF_REFUTED);
        g_free(good);
        g_free(bad);
    }
    for (uint16_t version = 0x0300; version < 0x0303; version++) {
        g_assert_cmpint(prove("key_rsa", "sig_0000", version, 0), ==, DX_PROOF_VERIFIED);
        g_assert_cmpint(prove("key_rsa", "bad_0000", version, 0), ==, DX_PROOF_REFUTED);
        g_assert_cmpint(prove("key_ec", "sig_0203", version, 0), ==, DX_PROOF_VERIFIED);
        g_assert_cmpint(prove("key_ec", "bad_0203", version, 0), ==, DX_PROOF_REFUTED);
    }
    /* what the library does not know or cannot try is no mismatch */
    g_assert_cmpint(prove("key_rsa", "sig_0401", 0x0303, 0x0708), ==, DX_PROOF_NOT_CHECKED);
    g_assert_cmpint(prove("key_ec", "sig_0401", 0x0303, 0x0401), ==, DX_PROOF_NOT_CHECKED);
    g_assert_cmpint(prove("key_ed25519", "sig_0403", 0x0303, 0x0403), ==, DX_PROOF_NOT_CHECKED);
}

static void
test_other_certificate(void)
{
    dx_certs *certs = new_certs();
    uint8_t content[64 + sizeof parameters - 1];
    dx_proof_result result;

    for (uint8_t i = 0; i < 64; i++)
        content[i] = i;
    memcpy(content + 64, parameters, sizeof parameters - 1);
    dx_proof_input input = {.version = 0x0303,
                            .scheme = 0x0403,
                            .signature = fixture("sig_0403"),
                            .content = {content, sizeof content}};
    dx_proof_check(fixture_chain(certs, "issuing", "root", "key_ec", NULL), &input, &result);
    g_assert_cmpint(result.answer, ==, DX_PROOF_OTHER);
    g_assert_cmpuint(result.at, ==, 2);
    dx_proof_check(NULL, &input, &result);
    g_assert_cmpint(result.answer, ==, DX_PROOF_NOT_CHECKED);
    dx_certs_free(certs);
}

static void
test_staples(void)
{
    dx_certs *certs = new_certs();
    const dx_chain *leaf = fixture_chain(certs, "leaf", "issuing", NULL);
    const dx_chain *other = fixture_chain(certs, "leaf_usage", "issuing", NULL);
    dx_der good = fixture("staple_good"), revoked = fixture("staple_revoked"),
           odd = fixture("staple_unsigned");
    int64_t at = 0;

    g_assert_cmpint(dx_staple_read(good.data, good.len, leaf, FEBRUARY_2025 + DAY, NULL), ==, DX_STAPLE_GOOD);
    g_assert_cmpint(dx_staple_read(good.data, good.len, leaf, FEBRUARY_2025 + 9 * DAY, NULL), ==,
                    DX_STAPLE_STALE);
    g_assert_cmpint(dx_staple_read(good.data, good.len, leaf, FEBRUARY_2025 - DAY, NULL), ==,
                    DX_STAPLE_STALE);
    g_assert_cmpint(dx_staple_read(good.data, good.len, other, FEBRUARY_2025 + DAY, NULL), ==,
                    DX_STAPLE_NOT_FOR_IT);
    g_assert_cmpint(dx_staple_read(revoked.data, revoked.len, other, FEBRUARY_2025 + DAY, &at), ==,
                    DX_STAPLE_REVOKED);
    g_assert_cmpint(at, ==, 1736899200);
    g_assert_cmpint(dx_staple_read(odd.data, odd.len, leaf, FEBRUARY_2025 + DAY, NULL), ==,
                    DX_STAPLE_UNSIGNED);
    for (size_t len = 0; len < good.len; len++)
        g_assert_cmpint(dx_staple_read(good.data, len, leaf, 0, NULL), >=, DX_STAPLE_FAILURE);
    dx_certs_free(certs);
}

/* Bounded: a thousand certificates, and more bytes than any capture may make us keep. */
static void
test_bounds(void)
{
    dx_certs *certs = new_certs();
    dx_der der[1000];
    dx_judgement judgement;

    for (unsigned i = 0; i < G_N_ELEMENTS(der); i++)
        der[i] = fixture(i % 2 ? "issuing" : "leaf_many");
    const dx_chain *chain = dx_certs_add(certs, (const uint8_t *)"x", 1, der, G_N_ELEMENTS(der), 1000, false);
    g_assert_cmpuint(chain->num, ==, DX_MAX_CHAIN);
    g_assert_cmpuint(chain->num_sent, ==, 1000);
    judge(&judgement, certs, chain, "www.example.com");
    uint8_t *big = g_malloc0(1024 * 1024);
    unsigned num = 0;
    for (; num < 200; num++) {
        dx_der one = {big, 1024 * 1024};
        memcpy(big, &num, sizeof num);
        if (!dx_certs_add(certs, big, one.len, &one, 1, 1, false))
            break;
    }
    g_assert_cmpuint(num, <, 64);
    g_free(big);
    dx_certs_free(certs);
}

/* GnuTLS's objects of the first certificates are gone when more than a thousand others were asked for. */
static void
test_many(void)
{
    dx_certs *certs = new_certs();
    dx_judgement before, after;
    const dx_chain *chain = fixture_chain(certs, "leaf", "issuing", NULL);
    dx_der leaf = fixture("leaf");
    uint8_t *other = g_memdup2(leaf.data, leaf.len);

    judge(&before, certs, chain, "www.example.com");
    for (unsigned i = 0; i < 1500; i++) {
        dx_judgement judgement;
        memcpy(other + leaf.len - sizeof i, &i, sizeof i); /* in the signature */
        judge(&judgement, certs,
              dx_certs_add(certs, (const uint8_t *)&i, sizeof i, &(dx_der){other, leaf.len}, 1, 1, false),
              "www.example.com");
        g_assert_true(judgement.leaf->parsed);
    }
    judge(&after, certs, chain, "www.example.com");
    g_assert_cmpuint(after.defects, ==, before.defects);
    judge(&after, certs, chain, "elsewhere.example.net");
    g_assert_cmpuint(after.defects, ==, before.defects | DX_BIT(DX_DEFECT_NAME_MISMATCH));
    g_free(other);
    dx_certs_free(certs);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/certs/what-it-says", test_what_it_says);
    g_test_add_func("/certs/addresses", test_addresses);
    g_test_add_func("/certs/interned", test_interned);
    g_test_add_func("/certs/defects", test_defects);
    g_test_add_func("/certs/issuers", test_issuers);
    g_test_add_func("/certs/dates", test_dates);
    g_test_add_func("/certs/unreadable_dates", test_unreadable_dates);
    g_test_add_func("/certs/path", test_path);
    g_test_add_func("/certs/corrupt", test_corrupt);
    g_test_add_func("/certs/trust", test_trust);
    g_test_add_func("/certs/trust_system", test_trust_system);
    g_test_add_func("/certs/trust_folder", test_trust_folder);
    g_test_add_func("/certs/signatures", test_signatures);
    g_test_add_func("/certs/other-certificate", test_other_certificate);
    g_test_add_func("/certs/staples", test_staples);
    g_test_add_func("/certs/bounds", test_bounds);
    g_test_add_func("/certs/many", test_many);
    return g_test_run();
}
