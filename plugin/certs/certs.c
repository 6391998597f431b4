/* certs.c - keeps each certificate and each list of a capture once
 *
 * A healthy connection whose server was seen before costs one hash and one comparison of the message: no
 * cryptography.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/certs.h"

#include <string.h>

#include "certs/certificate.h"
#include "certs/link.h"
#include "knowledge/gnutls.h"

/* All that a capture may make us keep; 64 MB are about 15,000 lists of real servers. */
#define MAX_BYTES (64 * 1024 * 1024)

/* Microseconds (dx_certificate.key_cost) that signatures which do not fit may take until only the first of a
 * name is tried: more than a hundred certificates that look for theirs among ten honest namesakes. */
#define MISSES_US 50000

/* Public-key work of one capture: so much, and more for each distinct certificate (and each signature of a
 * handshake, dx_budget_of_handshake). Honest certificates take less than the share of each. */
#define BUDGET_US                G_USEC_PER_SEC
#define BUDGET_OF_CERTIFICATE_US 500

typedef struct message {
    uint64_t hash;
    size_t len;
    const uint8_t *bytes; /* owned once it is in the table */
    const dx_chain *chain;
} message;

struct dx_certs {
    GHashTable *messages;     /* set of message */
    GHashTable *certificates; /* SHA-256 (inside dx_certificate) -> dx_certificate */
    GHashTable *chains;       /* set of dx_chain */
    GPtrArray *issuers;       /* of dx_certificate that stood behind another */
    unsigned num_indexed;     /* of them */
    GHashTable *authorities;  /* name and key identifier -> GPtrArray of dx_certificate; see authority_key */
    size_t num_bytes;
    dx_budget budget;
    void *kept; /* dx_certs_keep */
    void (*free_kept)(void *kept);
};

/* Fast, for a table with bounded content: eight bytes a step (multiplier of FNV-1a's 64-bit variant). */
static uint64_t
hash_bytes(const uint8_t *bytes, size_t len)
{
    uint64_t hash = 14695981039346656037u ^ len, word;

    for (; len >= sizeof word; len -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 29;
    }
    for (; len; len--)
        hash = (hash ^ *bytes++) * 1099511628211u;
    return hash ^ hash >> 32;
}

static guint
message_hash(gconstpointer key)
{
    return (guint)((const message *)key)->hash;
}

static gboolean
message_equal(gconstpointer a, gconstpointer b)
{
    const message *x = a, *y = b;
    return x->hash == y->hash && x->len == y->len && memcmp(x->bytes, y->bytes, x->len) == 0;
}

static void
message_free(gpointer data)
{
    g_free((gpointer)((message *)data)->bytes);
    g_free(data);
}

static guint
digest_hash(gconstpointer key)
{
    guint hash;
    memcpy(&hash, key, sizeof hash);
    return hash;
}

static gboolean
digest_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, 32) == 0;
}

static guint
chain_hash(gconstpointer key)
{
    const dx_chain *chain = key;
    return (guint)hash_bytes((const uint8_t *)chain->certificate, chain->num * sizeof chain->certificate[0]);
}

static gboolean
chain_equal(gconstpointer a, gconstpointer b)
{
    const dx_chain *x = a, *y = b;
    return x->num == y->num && x->num_sent == y->num_sent && x->malformed == y->malformed &&
           memcmp(x->certificate, y->certificate, x->num * sizeof x->certificate[0]) == 0;
}

static void
certificate_free(gpointer data)
{
    dx_certificate_free(data);
}

dx_certs *
dx_certs_new(void)
{
    dx_certs *certs = g_new0(dx_certs, 1);

    certs->messages = g_hash_table_new_full(message_hash, message_equal, message_free, NULL);
    certs->certificates = g_hash_table_new_full(digest_hash, digest_equal, NULL, certificate_free);
    certs->chains = g_hash_table_new_full(chain_hash, chain_equal, g_free, NULL);
    certs->issuers = g_ptr_array_new();
    certs->authorities = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                               (GDestroyNotify)g_ptr_array_unref);
    certs->budget.left_us = BUDGET_US;
    return certs;
}

void
dx_certs_free(dx_certs *certs)
{
    if (!certs)
        return;
    if (certs->free_kept)
        certs->free_kept(certs->kept);
    g_hash_table_destroy(certs->messages);
    g_hash_table_destroy(certs->chains);
    g_hash_table_destroy(certs->authorities);
    g_ptr_array_unref(certs->issuers);
    g_hash_table_destroy(certs->certificates);
    g_free(certs);
}

const dx_chain *
dx_certs_seen(dx_certs *certs, const uint8_t *bytes, size_t len)
{
    message wanted = {.hash = hash_bytes(bytes, len), .len = len, .bytes = bytes};
    const message *found = g_hash_table_lookup(certs->messages, &wanted);

    return found ? found->chain : NULL;
}

static dx_certificate *
intern(dx_certs *certs, const dx_der *der)
{
    uint8_t sha256[32];

    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->len, sha256) < 0)
        return NULL;
    dx_certificate *certificate = g_hash_table_lookup(certs->certificates, sha256);
    if (!certificate) {
        certificate = dx_certificate_new(der->data, der->len, sha256, &certs->budget);
        certs->budget.left_us += BUDGET_OF_CERTIFICATE_US;
        certs->num_bytes += sizeof *certificate + der->len;
        g_hash_table_insert(certs->certificates, certificate->info.sha256, certificate);
    }
    return certificate;
}

const dx_chain *
dx_certs_add(dx_certs *certs, const uint8_t *bytes, size_t len, const dx_der *der, unsigned num,
             unsigned num_sent, bool malformed)
{
    if (certs->num_bytes + 2 * len > MAX_BYTES)
        return NULL;
    num = MIN(num, DX_MAX_CHAIN);
    size_t size = sizeof(dx_chain) + num * sizeof(dx_certificate *);
    dx_chain *chain = g_malloc0(size);
    chain->num_sent = num_sent;
    chain->len = (uint32_t)len;
    chain->malformed = malformed;
    for (unsigned i = 0; i < num; i++) {
        dx_certificate *certificate = intern(certs, &der[i]);
        if (!certificate)
            break;
        if (i > 0 && !certificate->possible_issuer) {
            certificate->possible_issuer = true;
            g_ptr_array_add(certs->issuers, certificate);
        }
        chain->certificate[chain->num++] = certificate;
    }
    dx_chain *known = g_hash_table_lookup(certs->chains, chain);
    if (known) {
        g_free(chain);
        chain = known;
    } else {
        g_hash_table_add(certs->chains, chain);
        certs->num_bytes += size;
    }
    message *kept = g_new(message, 1);
    uint8_t *copy = g_malloc(MAX(len, 1));
    memcpy(copy, bytes, len);
    *kept = (message){.hash = hash_bytes(bytes, len), .len = len, .bytes = copy, .chain = chain};
    certs->num_bytes += sizeof *kept + len;
    g_hash_table_add(certs->messages, kept);
    return chain;
}

const dx_certificate *
dx_chain_leaf(const dx_chain *chain)
{
    return chain && chain->num ? chain->certificate[0] : NULL;
}

void
dx_certs_keep(dx_certs *certs, void *kept, void (*free_kept)(void *kept))
{
    certs->kept = kept;
    certs->free_kept = free_kept;
}

void *
dx_certs_kept(const dx_certs *certs)
{
    return certs->kept;
}

unsigned
dx_certs_count(const dx_certs *certs)
{
    return g_hash_table_size(certs->certificates);
}

unsigned
dx_certs_num_issuers(const dx_certs *certs)
{
    return certs->issuers->len;
}

/* A name in DER, and behind it a key identifier if there is one. */
static GBytes *
authority_key(gnutls_x509_crt_t crt, bool of_issuer, GBytes *key_id)
{
    gnutls_datum_t name = {0};
    GByteArray *key = g_byte_array_new();

    if ((of_issuer ? gnutls_x509_crt_get_raw_issuer_dn(crt, &name)
                   : gnutls_x509_crt_get_raw_dn(crt, &name)) >= 0)
        g_byte_array_append(key, name.data, name.size);
    gnutls_free(name.data);
    if (key_id) {
        gsize len;
        const guint8 *id = g_bytes_get_data(key_id, &len);
        g_byte_array_append(key, id, (guint)len);
    }
    return g_byte_array_free_to_bytes(key);
}

/* Takes over `key`. */
static void
add_authority(dx_certs *certs, GBytes *key, dx_certificate *certificate)
{
    GPtrArray *namesakes = g_hash_table_lookup(certs->authorities, key);

    if (namesakes) {
        g_bytes_unref(key);
    } else {
        namesakes = g_ptr_array_sized_new(1);
        g_hash_table_insert(certs->authorities, key, namesakes);
    }
    if (namesakes->len <= DX_MAX_ISSUERS) /* one more shows that there were too many */
        g_ptr_array_add(namesakes, certificate);
}

/* An authority is found by its name alone, and by name and key identifier. */
static void
index_authorities(dx_certs *certs)
{
    for (; certs->num_indexed < certs->issuers->len; certs->num_indexed++) {
        dx_certificate *certificate = g_ptr_array_index(certs->issuers, certs->num_indexed);
        const dx_certificate_info *info = dx_certificate_read(certificate);
        if (!info->parsed || !info->authority || info->self_issued)
            continue;
        gnutls_x509_crt_t crt = dx_certificate_crt(certificate);
        if (!crt)
            continue;
        add_authority(certs, authority_key(crt, false, NULL), certificate);
        if (certificate->key_id)
            add_authority(certs, authority_key(crt, false, certificate->key_id), certificate);
    }
}

static const dx_certificate *
try_namesakes(dx_certs *certs, GBytes *key, const dx_certificate *certificate, const char **left_out)
{
    const GPtrArray *namesakes = g_hash_table_lookup(certs->authorities, key);

    for (unsigned i = 0; namesakes && i < namesakes->len; i++) {
        const dx_certificate *issuer = namesakes->pdata[i];
        if (i == DX_MAX_ISSUERS) {
            *left_out = DX_TOO_MANY_ISSUERS;
        } else if (i > 0 && certs->budget.missed_us > MISSES_US) {
            *left_out = "the certificates of this capture take too much work";
            break;
        } else if (dx_certificate_link(certificate, issuer, left_out) == DX_LINK_VERIFIED) {
            return issuer;
        }
    }
    return NULL;
}

const dx_certificate *
dx_certs_intermediate(dx_certs *certs, const dx_certificate *certificate, const char **left_out)
{
    gnutls_x509_crt_t crt = dx_certificate_crt(certificate);
    const dx_certificate *found = NULL;

    if (!crt)
        return NULL;
    index_authorities(certs);
    if (certificate->issuer_key_id) {
        GBytes *key = authority_key(crt, true, certificate->issuer_key_id);
        found = try_namesakes(certs, key, certificate, left_out);
        g_bytes_unref(key);
    }
    if (!found) {
        GBytes *key = authority_key(crt, true, NULL);
        found = try_namesakes(certs, key, certificate, left_out);
        g_bytes_unref(key);
    }
    if (found)
        *left_out = NULL;
    return found;
}
