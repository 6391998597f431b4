/* mangled.c - clients whose large ClientHellos fail where small ones of theirs work
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/mangled.h"

#define MAX_SERVERS 16 /* kept of one client: one other is enough */

/* One client; only those of which a large ClientHello failed. */
typedef struct client_row {
    dx_address address;
    GArray *servers; /* of dx_mangled */
} client_row;

static guint
row_hash(gconstpointer key)
{
    const client_row *row = key;
    return dx_address_hash(&row->address);
}

static gboolean
row_equal(gconstpointer a, gconstpointer b)
{
    return dx_address_equal(&((const client_row *)a)->address, &((const client_row *)b)->address);
}

static void
free_row(gpointer data)
{
    client_row *row = data;

    g_array_unref(row->servers);
    g_free(row);
}

GHashTable *
dx_mangled_new(void)
{
    return g_hash_table_new_full(row_hash, row_equal, free_row, NULL);
}

static client_row *
find_row(GHashTable *set, const dx_facts *facts)
{
    client_row key = {.address = facts->client_endpoint.address};

    return g_hash_table_lookup(set, &key);
}

static dx_mangled *
find_server(const client_row *row, const dx_endpoint *server)
{
    for (unsigned i = 0; row && i < row->servers->len; i++) {
        dx_mangled *mangled = &g_array_index(row->servers, dx_mangled, i);
        if (dx_endpoint_equal(&mangled->server, server))
            return mangled;
    }
    return NULL;
}

/* A client that leaves sooner changed its mind. */
#define PATIENCE_US (2 * G_USEC_PER_SEC)

bool
dx_mangled_failed(GHashTable *set, const dx_facts *facts)
{
    bool ended = facts->end.by == DX_SERVER || facts->end.time_us - facts->hello_us >= PATIENCE_US;

    if (facts->hello_len < DX_LARGE_HELLO || facts->server_hello_frame || facts->retry_frame || !ended)
        return false;
    client_row *row = find_row(set, facts);
    if (!row) {
        row = g_new(client_row, 1);
        row->address = facts->client_endpoint.address;
        row->servers = g_array_new(FALSE, FALSE, sizeof(dx_mangled));
        g_hash_table_add(set, row);
    }
    if (row->servers->len >= MAX_SERVERS || find_server(row, &facts->server_endpoint))
        return false;
    dx_mangled mangled = {
        .server = facts->server_endpoint, .large_frame = facts->hello_frame, .large_len = facts->hello_len};
    g_array_append_val(row->servers, mangled);
    return true;
}

bool
dx_mangled_worked(GHashTable *set, const dx_facts *facts)
{
    if (!facts->hello_len || facts->hello_len >= DX_LARGE_HELLO)
        return false;
    dx_mangled *mangled = find_server(find_row(set, facts), &facts->server_endpoint);
    if (!mangled || mangled->small_frame)
        return false;
    mangled->small_frame = facts->hello_frame;
    mangled->small_len = facts->hello_len;
    return true;
}

unsigned
dx_mangled_elsewhere(GHashTable *set, const dx_facts *facts, const dx_mangled **first)
{
    const client_row *row = find_row(set, facts);
    unsigned num = 0;

    if (first)
        *first = NULL;

    for (unsigned i = 0; row && i < row->servers->len; i++) {
        const dx_mangled *mangled = &g_array_index(row->servers, dx_mangled, i);
        if (!mangled->small_frame || dx_endpoint_equal(&mangled->server, &facts->server_endpoint))
            continue;
        if (first && !num)
            *first = mangled;
        num++;
    }
    return num;
}
