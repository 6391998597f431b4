/* judge.c - what is wrong with a list of certificates at the time of the capture
 *
 * Source: RFC 5280 section 6, RFC 6125 (names), CertVerifyCertificateChainPolicy. Dates are compared
 * here and not by GnuTLS: with an unknown issuer it does not look at the leaf's, and its clock is the
 * analyst's.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/judge.h"

#include <string.h>

#include "certs/certificate.h"
#include "certs/link.h"

/* Distinct pairs of certificate and name that are remembered. */
#define MAX_NAMES 65536
/* A path longer than this is no chain that a client would follow. */
#define MAX_PATH 12
/* Tries to find an issuer, each with a signature check: a list can be made in which everybody issued
 * everybody. */
#define MAX_LINKS 64
/* A leaf with more names is not held against name constraints: every name is compared with every one. */
#define MAX_CONSTRAINED 1000

typedef struct judgements {
    GHashTable *chains; /* dx_chain -> dx_judgement without question */
    GHashTable *names;  /* name_key -> GINT_TO_POINTER(matches) */
    dx_trust *trust;
    char *trust_spec;
    /* the last answer: one connection's causes all ask the same */
    const dx_chain *last_chain;
    dx_question last_question; /* its name is owned */
    unsigned last_known;       /* issuers of the capture then */
    dx_judgement last;
} judgements;

typedef struct name_key {
    const dx_certificate *certificate;
    char name[]; /* a host name or the bytes of an address in hexadecimal */
} name_key;

static const char *const windows_names[] = {
#define X(id, windows, words) windows,
#include "certs/defects.def"
#undef X
};

static const char *const defect_words[] = {
#define X(id, windows, words) words,
#include "certs/defects.def"
#undef X
};

const char *
dx_defect_windows(dx_defect defect)
{
    return windows_names[defect];
}

const char *
dx_defect_words(dx_defect defect)
{
    return defect_words[defect];
}

const char *
dx_judgement_words(const dx_judgement *judgement, dx_defect defect)
{
    bool lone = (judgement->defects & DX_BIT(DX_DEFECT_INCOMPLETE)) && judgement->num_path == 1 &&
                !judgement->missing && !judgement->leaf->names_issuers_issuer;

    if (!lone || (defect != DX_DEFECT_INCOMPLETE && defect != DX_DEFECT_UNTRUSTED))
        return defect_words[defect];
    return judgement->defects & DX_BIT(DX_DEFECT_UNTRUSTED)
               ? "its issuer is not sent, and is not in this computer's trusted roots"
               : "its issuer is not sent";
}

static guint
name_hash(gconstpointer key)
{
    const name_key *name = key;
    return g_str_hash(name->name) ^ g_direct_hash(name->certificate);
}

static gboolean
name_equal(gconstpointer a, gconstpointer b)
{
    const name_key *x = a, *y = b;
    return x->certificate == y->certificate && strcmp(x->name, y->name) == 0;
}

static void
free_judgements(void *data)
{
    judgements *judged = data;

    g_hash_table_destroy(judged->chains);
    g_hash_table_destroy(judged->names);
    dx_trust_free(judged->trust);
    g_free(judged->trust_spec);
    g_free((char *)judged->last_question.name);
    g_free(judged);
}

static judgements *
judged_of(dx_certs *certs)
{
    judgements *judged = dx_certs_kept(certs);

    if (judged)
        return judged;
    judged = g_new0(judgements, 1);
    judged->chains = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    judged->names = g_hash_table_new_full(name_hash, name_equal, g_free, NULL);
    dx_certs_keep(certs, judged, free_judgements);
    return judged;
}

void
dx_certs_trust(dx_certs *certs, const char *spec)
{
    judgements *judged = judged_of(certs);

    if (g_strcmp0(judged->trust_spec, spec) == 0)
        return;
    g_free(judged->trust_spec);
    judged->trust_spec = g_strdup(spec);
    dx_trust_free(judged->trust);
    judged->trust = NULL;
    judged->last_chain = NULL;
    g_hash_table_remove_all(judged->chains);
}

static dx_trust *
trust_of(judgements *judged)
{
    if (!judged->trust)
        judged->trust = dx_trust_load(judged->trust_spec);
    return judged->trust;
}

const char *
dx_certs_trust_text(dx_certs *certs)
{
    return dx_trust_text(trust_of(judged_of(certs)));
}

int64_t
dx_certs_trust_since(dx_certs *certs)
{
    return dx_trust_since(trust_of(judged_of(certs)));
}

static void
note(dx_judgement *judgement, dx_defect defect, unsigned at)
{
    if (judgement->defects & DX_BIT(defect))
        return;
    judgement->defects |= DX_BIT(defect);
    judgement->at[defect] = at;
}

/* The place in the list of the issuer of the certificate at `at`: the next place first, where it belongs. */
static bool
find_issuer(const dx_chain *chain, unsigned at, dx_judgement *judgement, unsigned *links, unsigned *issuer)
{
    bool broken = false;

    for (unsigned step = 1; step < chain->num && *links < MAX_LINKS; step++) {
        unsigned other = (at + step) % chain->num;
        dx_link link =
            dx_certificate_link(chain->certificate[at], chain->certificate[other], &judgement->left_out);
        if (link == DX_LINK_NONE)
            continue;
        ++*links;
        if (link == DX_LINK_BROKEN) {
            broken = true;
            continue; /* two authorities may share a name */
        }
        if (link == DX_LINK_NAME_ONLY || link == DX_LINK_LEFT_OUT)
            judgement->links_verified = false;
        *issuer = other;
        return true;
    }
    if (broken)
        note(judgement, DX_DEFECT_CORRUPT, at);
    return false;
}

static void
find_path(const dx_chain *chain, dx_judgement *judgement)
{
    unsigned links = 0, at = 0, next;
    uint64_t used = 1;

    judgement->links_verified = true;
    judgement->path[judgement->num_path++] = 0;
    while (judgement->num_path < MAX_PATH) {
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[at]);
        if (info->self_issued || !find_issuer(chain, at, judgement, &links, &next) || (used >> next & 1))
            break;
        used |= (uint64_t)1 << next;
        judgement->path[judgement->num_path++] = at = next;
    }
    judgement->has_root = dx_certificate_read(chain->certificate[at])->self_issued;
}

/* RFC 5246 section 7.4.2: the sender's certificate first, each following one certifies the one before. */
static void
judge_order(const dx_chain *chain, dx_judgement *judgement)
{
    for (unsigned i = 1; i < judgement->num_path; i++)
        if (judgement->path[i] != i)
            note(judgement, DX_DEFECT_MISORDERED, judgement->path[i]);
    if (!judgement->leaf->authority)
        return;
    for (unsigned i = 1; i < chain->num && i < MAX_PATH; i++) {
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[i]);
        if (info->parsed && !info->authority && info->for_servers) {
            judgement->leaf_not_first = true;
            note(judgement, DX_DEFECT_MISORDERED, i);
            return;
        }
    }
}

static bool
names_allowed(gnutls_x509_crt_t issuer, gnutls_x509_crt_t leaf)
{
    gnutls_x509_name_constraints_t constraints;
    bool allowed = true;

    if (gnutls_x509_name_constraints_init(&constraints) < 0)
        return true;
    if (gnutls_x509_crt_get_name_constraints(issuer, constraints, 0, NULL) >= 0)
        allowed = gnutls_x509_name_constraints_check_crt(constraints, GNUTLS_SAN_DNSNAME, leaf) != 0;
    gnutls_x509_name_constraints_deinit(constraints);
    return allowed;
}

/* Why `issuer` must not stand above `leaf` with `num_between` authorities between them; DX_NUM_DEFECTS when
 * nothing is against it.
 * Source: RFC 5280 sections 4.2.1.3, 4.2.1.9, 4.2.1.10 */
static dx_defect
issuing_defect(const dx_certificate *issuer, const dx_certificate *leaf, unsigned num_between)
{
    gnutls_x509_crt_t above = dx_certificate_crt(issuer), below = dx_certificate_crt(leaf);
    const dx_certificate_info *info = dx_certificate_read(issuer), *names = dx_certificate_read(leaf);

    if (!above || !below)
        return DX_NUM_DEFECTS;
    /* old roots have no basic constraints, and are trusted all the same */
    if (issuer->has_basic_constraints ? !info->authority : !info->self_issued)
        return DX_DEFECT_NOT_CA;
    if (info->has_key_usage && !(info->key_usage & DX_KEY_USAGE_CERT_SIGN))
        return DX_DEFECT_NO_CERT_SIGN;
    if (issuer->max_between >= 0 && num_between > (unsigned)issuer->max_between)
        return DX_DEFECT_PATH_LENGTH;
    if (issuer->has_name_constraints && !names->too_many_names && names->num_names <= MAX_CONSTRAINED &&
        !names_allowed(above, below))
        return DX_DEFECT_NAME_CONSTRAINTS;
    return DX_NUM_DEFECTS;
}

/* Whoever signed a certificate of the path must have been allowed to; the lowest that was not is named. */
static void
judge_authorities(const dx_chain *chain, dx_judgement *judgement)
{
    unsigned num_between = 0;

    for (unsigned i = 1; i < judgement->num_path; i++) {
        const dx_certificate *issuer = chain->certificate[judgement->path[i]];
        dx_defect defect = issuing_defect(issuer, chain->certificate[0], num_between);
        if (defect != DX_NUM_DEFECTS) {
            note(judgement, defect, judgement->path[i]);
            return;
        }
        if (!dx_certificate_read(issuer)->self_issued)
            num_between++;
    }
}

static void
judge_trust(dx_certs *certs, const dx_chain *chain, dx_judgement *judgement)
{
    const dx_certificate *path[DX_MAX_CHAIN];
    unsigned last = judgement->path[judgement->num_path - 1];

    for (unsigned i = 0; i < judgement->num_path; i++)
        path[i] = chain->certificate[judgement->path[i]];
    if (!judgement->left_out)
        judgement->trust =
            dx_trust_check(trust_of(judged_of(certs)), path, judgement->num_path, judgement->links_verified);
    if (judgement->trust == DX_TRUST_YES || (judgement->defects & DX_BIT(DX_DEFECT_CORRUPT)))
        return;
    if (judgement->leaf->self_issued) {
        note(judgement, DX_DEFECT_SELF_SIGNED, 0);
        return;
    }
    if (judgement->left_out)
        return;
    /* the root may be left out (RFC 8446 section 4.4.2), an intermediate may not; a lone leaf says neither */
    if (!judgement->has_root &&
        (judgement->num_path == 1 || dx_certificate_read(chain->certificate[last])->names_issuers_issuer))
        note(judgement, DX_DEFECT_INCOMPLETE, last);
    if (judgement->trust == DX_TRUST_NO)
        note(judgement, DX_DEFECT_UNTRUSTED, last);
}

/* What the list lacks may have been seen elsewhere, earlier or later in the capture. */
static void
find_missing(dx_certs *certs, const dx_chain *chain, dx_judgement *judgement)
{
    unsigned num = dx_certs_num_issuers(certs), last;
    const char *left_out = NULL;

    if (judgement->has_root || judgement->missing || !judgement->num_path || judgement->num_known == num ||
        judgement->trust == DX_TRUST_YES || judgement->left_out)
        return;
    judgement->num_known = num;
    last = judgement->path[judgement->num_path - 1];
    judgement->missing = dx_certs_intermediate(certs, chain->certificate[last], &left_out);
    judgement->left_out = left_out;
    if (judgement->missing)
        note(judgement, DX_DEFECT_INCOMPLETE, last);
}

static void
judge_content(const dx_chain *chain, dx_judgement *judgement)
{
    for (unsigned i = 0; i < judgement->num_path; i++) {
        unsigned at = judgement->path[i];
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[at]);
        if (info->weak_key)
            note(judgement, DX_DEFECT_WEAK_KEY, at);
        if (info->weak_signature)
            note(judgement, DX_DEFECT_WEAK_SIGNATURE, at);
        if (info->unknown_critical && !(info->self_issued && i > 0)) /* roots are the client's own */
            note(judgement, DX_DEFECT_UNKNOWN_CRITICAL, at);
    }
}

/* All that needs no question. */
static dx_judgement *
judge_chain(dx_certs *certs, const dx_chain *chain)
{
    dx_judgement *judgement = g_new0(dx_judgement, 1);

    if (!chain->num) {
        note(judgement, DX_DEFECT_CORRUPT, 0);
        return judgement;
    }
    judgement->leaf = dx_certificate_read(chain->certificate[0]);
    for (unsigned i = 0; i < chain->num; i++) {
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[i]);
        if (info->left_out)
            judgement->left_out = info->left_out;
        else if (!info->parsed)
            note(judgement, DX_DEFECT_CORRUPT, i);
    }
    if (chain->malformed)
        note(judgement, DX_DEFECT_CORRUPT, chain->num - 1);
    if (!judgement->leaf->parsed)
        return judgement;
    find_path(chain, judgement);
    judge_order(chain, judgement);
    judge_authorities(chain, judgement);
    judge_content(chain, judgement);
    judge_trust(certs, chain, judgement);
    if (!judgement->leaf->has_alt_name)
        note(judgement, DX_DEFECT_NO_NAMES, 0);
    return judgement;
}

/* GnuTLS imports no certificate of whose dates it cannot read one (GNUTLS_E_CERTIFICATE_TIME_ERROR). */
static void
judge_dates(const dx_chain *chain, int64_t time, dx_judgement *judgement)
{
    for (unsigned i = 0; i < judgement->num_path; i++) {
        unsigned at = judgement->path[i];
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[at]);
        bool expired = time > info->not_after, early = time < info->not_before;
        if (at == 0 && expired)
            note(judgement, DX_DEFECT_EXPIRED, at);
        else if (at == 0 && early)
            note(judgement, DX_DEFECT_NOT_YET_VALID, at);
        else if (expired || early)
            note(judgement, DX_DEFECT_ISSUER_EXPIRED, at);
    }
}

static bool
matches(const dx_certificate *certificate, const dx_question *question)
{
    gnutls_x509_crt_t crt = dx_certificate_crt(certificate);

    const dx_certificate_info *info = dx_certificate_read(certificate);
    if (!crt || info->too_many_names || info->left_out) /* GnuTLS looks at the usages, too, at each anew */
        return true;                                    /* nothing that could be said against it */
    if (question->name)
        return gnutls_x509_crt_check_hostname2(crt, question->name, 0) != 0;
    return gnutls_x509_crt_check_ip(crt, question->address, (unsigned)question->address_len, 0) != 0;
}

static bool
names_fit(judgements *judged, const dx_certificate *certificate, const dx_question *question)
{
    size_t len = question->name ? strlen(question->name) : 2 * question->address_len;
    name_key *key = g_malloc0(sizeof *key + len + 1);
    gpointer value;

    key->certificate = certificate;
    if (question->name)
        memcpy(key->name, question->name, len);
    else
        for (size_t i = 0; i < question->address_len; i++)
            g_snprintf(key->name + 2 * i, 3, "%02x", question->address[i]);
    if (g_hash_table_lookup_extended(judged->names, key, NULL, &value)) {
        g_free(key);
        return GPOINTER_TO_INT(value) != 0;
    }
    bool fit = matches(certificate, question);
    if (g_hash_table_size(judged->names) >= MAX_NAMES)
        g_hash_table_remove_all(judged->names);
    g_hash_table_insert(judged->names, key, GINT_TO_POINTER(fit));
    return fit;
}

/* OpenSSL, Go and Windows hold an issuer's extended key usage against what is below it, too; roots are the
 * client's own. */
static void
judge_usage(const dx_chain *chain, const dx_question *question, dx_judgement *judgement)
{
    for (unsigned i = 0; i < judgement->num_path; i++) {
        const dx_certificate_info *info = dx_certificate_read(chain->certificate[judgement->path[i]]);
        bool allowed = question->of_client ? info->for_clients : info->for_servers;
        if (!allowed && !(info->self_issued && i > 0))
            note(judgement, DX_DEFECT_WRONG_USAGE, judgement->path[i]);
    }
}

static void
answer(dx_certs *certs, judgements *judged, const dx_chain *chain, const dx_question *question,
       dx_judgement *judgement)
{
    dx_judgement *kept = g_hash_table_lookup(judged->chains, chain);

    if (!kept) {
        kept = judge_chain(certs, chain);
        g_hash_table_insert(judged->chains, (gpointer)chain, kept);
    }
    find_missing(certs, chain, kept);
    *judgement = *kept;
    const dx_certificate_info *leaf = judgement->leaf;
    if (!leaf || !leaf->parsed)
        return;
    if (question->time > 0)
        judge_dates(chain, question->time, judgement);
    judge_usage(chain, question, judgement);
    if (question->of_client)
        judgement->defects &= ~DX_BIT(DX_DEFECT_NO_NAMES); /* nobody compares names of clients */
    else if ((question->name || question->address_len) && !names_fit(judged, chain->certificate[0], question))
        note(judgement, DX_DEFECT_NAME_MISMATCH, 0);
}

/* An address is compared by content only while it lasts: it is not remembered. */
static bool
is_last(const dx_certs *certs, const judgements *judged, const dx_chain *chain, const dx_question *question)
{
    const dx_question *last = &judged->last_question;

    return judged->last_chain == chain && judged->last_known == dx_certs_num_issuers(certs) &&
           !question->address_len && last->time == question->time && last->of_client == question->of_client &&
           g_strcmp0(last->name, question->name) == 0;
}

void
dx_certs_judge(dx_certs *certs, const dx_chain *chain, const dx_question *question, dx_judgement *judgement)
{
    judgements *judged = judged_of(certs);

    if (!is_last(certs, judged, chain, question)) {
        judged->last_chain = NULL;
        answer(certs, judged, chain, question, &judged->last);
        if (!question->address_len) {
            g_free((char *)judged->last_question.name);
            judged->last_question = *question;
            judged->last_question.name = g_strdup(question->name);
            judged->last_chain = chain;
            judged->last_known = dx_certs_num_issuers(certs);
        }
    }
    *judgement = judged->last;
}
