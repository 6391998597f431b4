/* flows.c - counts flows whose TLS is not judged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/flows.h"

#include <glib.h>
#include <string.h>

#define MAX_FLOWS 65536

struct dx_flows {
    GHashTable *set; /* of dx_endpoint[2], owned */
};

static guint
hash_pair(gconstpointer key)
{
    const dx_endpoint *pair = (const dx_endpoint *)key;
    return dx_endpoint_hash(&pair[0]) * 31u + dx_endpoint_hash(&pair[1]);
}

static gboolean
pair_equal(gconstpointer a, gconstpointer b)
{
    const dx_endpoint *left = (const dx_endpoint *)a, *right = (const dx_endpoint *)b;
    return dx_endpoint_equal(&left[0], &right[0]) && dx_endpoint_equal(&left[1], &right[1]);
}

dx_flows *
dx_flows_new(void)
{
    dx_flows *flows = g_new0(dx_flows, 1);
    flows->set = g_hash_table_new_full(hash_pair, pair_equal, g_free, NULL);
    return flows;
}

void
dx_flows_free(dx_flows *flows)
{
    if (flows != NULL) {
        g_hash_table_destroy(flows->set);
        g_free(flows);
    }
}

void
dx_flows_add(dx_flows *flows, const dx_endpoint *source, const dx_endpoint *destination)
{
    int order = memcmp(source->address.bytes, destination->address.bytes, sizeof source->address.bytes);
    bool swap = order > 0 || (order == 0 && source->port > destination->port);
    dx_endpoint pair[2] = {swap ? *destination : *source, swap ? *source : *destination};
    if (g_hash_table_size(flows->set) < MAX_FLOWS && !g_hash_table_contains(flows->set, pair)) {
        dx_endpoint *key = g_new(dx_endpoint, 2);
        memcpy(key, pair, sizeof pair);
        g_hash_table_add(flows->set, key);
    }
}

uint32_t
dx_flows_count(const dx_flows *flows)
{
    return g_hash_table_size(flows->set);
}
