/* index.c - finds what the files say of a port, an event or an address without a walk through all of it
 *
 * A verdict asks a dozen times, a capture has tens of thousands of them, and so have files.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

struct dx_evidence_index {
    guint num[6];                            /* how long the lists were when it was made */
    GHashTable *bindings, *sockets, *events; /* port or event id -> GPtrArray of what is in the lists */
    GHashTable *processes;                   /* process number -> dx_process */
    GHashTable *own, *named;                 /* sets of dx_address inside the lists */
    GPtrArray *by_time[DX_NUM_CLOCKS];       /* dx_log_event, in order of time */
};

dx_evidence_index *
dx_evidence_index_new(void)
{
    dx_evidence_index *index = g_new0(dx_evidence_index, 1);
    GHashTable **lists[] = {&index->bindings, &index->sockets, &index->events};

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        *lists[i] = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    index->processes = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < DX_NUM_CLOCKS; i++)
        index->by_time[i] = g_ptr_array_new();
    index->own = g_hash_table_new(dx_address_hash, dx_address_same);
    index->named = g_hash_table_new(dx_address_hash, dx_address_same);
    return index;
}

void
dx_evidence_index_free(dx_evidence_index *index)
{
    GHashTable *tables[] = {index->bindings,  index->sockets, index->events,
                            index->processes, index->own,     index->named};

    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(tables[i]);
    for (unsigned i = 0; i < DX_NUM_CLOCKS; i++)
        g_ptr_array_unref(index->by_time[i]);
    g_free(index);
}

static void
add(GHashTable *lists, unsigned key, void *item)
{
    GPtrArray *list = g_hash_table_lookup(lists, GUINT_TO_POINTER(key));

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(lists, GUINT_TO_POINTER(key), list);
    }
    g_ptr_array_add(list, item);
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
    const dx_log_event *x = *(dx_log_event *const *)a, *y = *(dx_log_event *const *)b;
    return x->time_us != y->time_us ? (x->time_us < y->time_us ? -1 : 1) : (x > y) - (x < y);
}

static void
fill_times(dx_evidence_index *index, const dx_evidence_store *store)
{
    for (unsigned i = 0; i < DX_NUM_CLOCKS; i++)
        g_ptr_array_set_size(index->by_time[i], 0);
    for (unsigned i = 0; i < store->events->len; i++) {
        dx_log_event *event = &g_array_index(store->events, dx_log_event, i);
        dx_clock clock = !event->have_time ? DX_CLOCK_NONE
                         : event->yearless ? DX_CLOCK_YEARLESS
                         : event->utc      ? DX_CLOCK_UTC
                                           : DX_CLOCK_LOCAL;
        g_ptr_array_add(index->by_time[clock], event);
    }
    for (unsigned i = 0; i < DX_NUM_CLOCKS; i++)
        g_ptr_array_sort(index->by_time[i], compare_times);
}

static void
fill(dx_evidence_index *index, const dx_evidence_store *store)
{
    fill_times(index, store);
    for (unsigned i = 0; i < store->bindings->len; i++) {
        dx_binding *binding = &g_array_index(store->bindings, dx_binding, i);
        add(index->bindings, binding->endpoint.port, binding);
        g_hash_table_add(index->named, &binding->endpoint.address);
    }
    for (unsigned i = 0; i < store->sockets->len; i++) {
        dx_socket *socket = &g_array_index(store->sockets, dx_socket, i);
        add(index->sockets, socket->local.port, socket);
    }
    for (unsigned i = 0; i < store->events->len; i++) {
        dx_log_event *event = &g_array_index(store->events, dx_log_event, i);
        add(index->events, event->id, event);
    }
    for (unsigned i = 0; i < store->listen_addresses->len; i++)
        g_hash_table_add(index->named, &g_array_index(store->listen_addresses, dx_listen_address, i).address);
    for (unsigned i = 0; i < store->processes->len; i++) {
        dx_process *process = &g_array_index(store->processes, dx_process, i);
        const dx_process *known = g_hash_table_lookup(index->processes, GUINT_TO_POINTER(process->pid));
        if (!known || !known->services) /* who tells the services tells more */
            g_hash_table_insert(index->processes, GUINT_TO_POINTER(process->pid), process);
    }
    for (unsigned i = 0; i < store->own_addresses->len; i++)
        g_hash_table_add(index->own, &g_array_index(store->own_addresses, dx_address, i));
}

/* The index, made anew when the lists have grown: they move in memory then. */
static const dx_evidence_index *
index_of(const dx_evidence_store *store)
{
    dx_evidence_index *index = store->index;
    const guint num[G_N_ELEMENTS(index->num)] = {store->bindings->len,      store->sockets->len,
                                                 store->events->len,        store->listen_addresses->len,
                                                 store->own_addresses->len, store->processes->len};

    if (memcmp(index->num, num, sizeof num) == 0)
        return index;
    GHashTable *tables[] = {index->bindings,  index->sockets, index->events,
                            index->processes, index->own,     index->named};
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_remove_all(tables[i]);
    memcpy(index->num, num, sizeof num);
    fill(index, store);
    return index;
}

const GPtrArray *
dx_evidence_bindings(const dx_evidence_store *store, uint16_t port)
{
    const GPtrArray *list = g_hash_table_lookup(index_of(store)->bindings, GUINT_TO_POINTER(port));
    return list ? list : store->nothing;
}

const GPtrArray *
dx_evidence_sockets(const dx_evidence_store *store, uint16_t port)
{
    const GPtrArray *list = g_hash_table_lookup(index_of(store)->sockets, GUINT_TO_POINTER(port));
    return list ? list : store->nothing;
}

const GPtrArray *
dx_evidence_events(const dx_evidence_store *store, uint16_t id)
{
    const GPtrArray *list = g_hash_table_lookup(index_of(store)->events, GUINT_TO_POINTER(id));
    return list ? list : store->nothing;
}

const dx_process *
dx_evidence_process(const dx_evidence_store *store, uint32_t pid)
{
    return g_hash_table_lookup(index_of(store)->processes, GUINT_TO_POINTER(pid));
}

const char *
dx_evidence_image(const dx_evidence_store *store, const dx_socket *socket)
{
    const dx_process *process = socket->have_pid ? dx_evidence_process(store, socket->pid) : NULL;
    return socket->image ? socket->image : process ? process->image : NULL;
}

bool
dx_evidence_owns(const dx_evidence_store *store, const dx_address *address)
{
    return g_hash_table_contains(index_of(store)->own, address);
}

bool
dx_evidence_names(const dx_evidence_store *store, const dx_address *address)
{
    return g_hash_table_contains(index_of(store)->named, address);
}

void
dx_evidence_between(const dx_evidence_store *store, dx_clock clock, int64_t from_us, int64_t to_us,
                    GPtrArray *out, unsigned most)
{
    const GPtrArray *list = index_of(store)->by_time[clock];
    unsigned low = 0, high = list->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (((const dx_log_event *)list->pdata[middle])->time_us < from_us)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->len && out->len < most; low++) {
        if (((const dx_log_event *)list->pdata[low])->time_us > to_us)
            return;
        g_ptr_array_add(out, list->pdata[low]);
    }
}
