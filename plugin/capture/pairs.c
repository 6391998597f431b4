/* pairs.c - which connection two endpoints use now
 *
 * A chain of numbers for each hash of two endpoints, the newest first.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/pairs.h"

#include <glib.h>

struct dx_pairs {
    GHashTable *newest; /* hash of two endpoints -> number + 1 */
    GArray *older;      /* by number: the number + 1 before it with this hash; 0: none */
};

dx_pairs *
dx_pairs_new(void)
{
    dx_pairs *pairs = g_new(dx_pairs, 1);

    pairs->newest = g_hash_table_new(NULL, NULL);
    pairs->older = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    return pairs;
}

void
dx_pairs_free(dx_pairs *pairs)
{
    if (!pairs)
        return;
    g_hash_table_destroy(pairs->newest);
    g_array_unref(pairs->older);
    g_free(pairs);
}

static gpointer
key_of(const dx_endpoint *a, const dx_endpoint *b)
{
    return GUINT_TO_POINTER(dx_endpoint_hash(a) + dx_endpoint_hash(b));
}

void
dx_pairs_add(dx_pairs *pairs, uint32_t number, const dx_endpoint *a, const dx_endpoint *b)
{
    gpointer key = key_of(a, b);

    if (number >= pairs->older->len)
        g_array_set_size(pairs->older, number + 1);
    g_array_index(pairs->older, uint32_t, number) = GPOINTER_TO_UINT(g_hash_table_lookup(pairs->newest, key));
    g_hash_table_insert(pairs->newest, key, GUINT_TO_POINTER(number + 1));
}

uint32_t
dx_pairs_newest(const dx_pairs *pairs, const dx_endpoint *a, const dx_endpoint *b)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(pairs->newest, key_of(a, b))) - 1;
}

uint32_t
dx_pairs_older(const dx_pairs *pairs, uint32_t number)
{
    return g_array_index(pairs->older, uint32_t, number) - 1;
}
