/* certs.c - keeps each certificate and each list of a capture once
 *
 * A healthy connection whose server was seen before costs one hash and one comparison of the message: no
 * cryptography.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <gnutls/crypto.h>
#include <string.h>

#include "certs/certificate.h"
#include "certs/judge.h"

/* All that a capture may make us keep; 64 MB are about 15,000 lists of real servers. */
#define MAX_BYTES (64 * 1024 * 1024)

/* Intermediates that are tried as a missing issuer: real captures hold some dozen. */
#define MAX_AUTHORITIES 256

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
    size_t num_bytes;
    dx_judged *judged; /* judge.c's, made when first asked */
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
    return certs;
}

void
dx_certs_free(dx_certs *certs)
{
    if (!certs)
        return;
    dx_judged_free(certs->judged);
    g_hash_table_destroy(certs->messages);
    g_hash_table_destroy(certs->chains);
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

static const dx_certificate *
intern(dx_certs *certs, const dx_der *der)
{
    uint8_t sha256[32];

    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->len, sha256) < 0)
        return NULL;
    dx_certificate *certificate = g_hash_table_lookup(certs->certificates, sha256);
    if (!certificate) {
        certificate = dx_certificate_new(der->data, der->len, sha256);
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
        const dx_certificate *certificate = intern(certs, &der[i]);
        if (!certificate)
            break;
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

dx_judged **
dx_certs_judged(dx_certs *certs)
{
    return &certs->judged;
}

unsigned
dx_certs_count(const dx_certs *certs)
{
    return g_hash_table_size(certs->certificates);
}

const dx_certificate *
dx_certs_intermediate(dx_certs *certs, const dx_certificate *certificate)
{
    GHashTableIter iter;
    gpointer value;
    unsigned num = 0;

    g_hash_table_iter_init(&iter, certs->certificates);
    while (g_hash_table_iter_next(&iter, NULL, &value) && num < MAX_AUTHORITIES) {
        const dx_certificate_info *info = dx_certificate_read(value);
        if (info->parsed && info->authority && !info->self_issued && ++num &&
            dx_certificate_link(certificate, value) == DX_LINK_VERIFIED)
            return value;
    }
    return NULL;
}
