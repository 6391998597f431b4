/* retries.c - which later success may have made a failure good
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/retries.h"

#include <glib.h>

#include "capture/offer.h"

#define MAX_WAITING     32 /* connections of one client and name that a success may recover */
#define MAX_UNCONNECTED 64
#define MAX_COMPARED    8
/* RFC 8305 section 5 tries the other family after 250 ms; stacks wait up to 2 s. */
#define OTHER_FAMILY_US (2 * G_USEC_PER_SEC)

/* Who may recover whom: the same client address and name, at whatever address (dual stack, failover);
 * without a name the same client and server. Names are interned, so pointers tell them apart. */
typedef struct {
    dx_address client;
    const char *sni;
    dx_endpoint server; /* without a name */
    GPtrArray *facts;   /* of const dx_facts * */
} waiting_row;

struct dx_retries {
    GHashTable *waiting;    /* set of waiting_row */
    GPtrArray *unconnected; /* recent dx_facts without a TCP connection, for dual stack clients */
    GHashTable *lists;      /* dx_facts -> dx_retry_list */
};

static waiting_row
waiting_key(const dx_facts *facts, const char *sni)
{
    waiting_row key = {.client = facts->client_endpoint.address, .sni = sni};

    if (!sni)
        key.server = facts->server_endpoint;
    return key;
}

static guint
waiting_hash(gconstpointer data)
{
    const waiting_row *row = data;
    return dx_address_hash(&row->client) ^ g_direct_hash(row->sni) ^ dx_endpoint_hash(&row->server);
}

static gboolean
waiting_equal(gconstpointer data_a, gconstpointer data_b)
{
    const waiting_row *a = data_a, *b = data_b;
    return a->sni == b->sni && dx_address_equal(&a->client, &b->client) &&
           dx_endpoint_equal(&a->server, &b->server);
}

static void
free_waiting(gpointer data)
{
    waiting_row *row = data;

    g_ptr_array_unref(row->facts);
    g_free(row);
}

dx_retries *
dx_retries_new(void)
{
    dx_retries *retries = g_new(dx_retries, 1);

    retries->waiting = g_hash_table_new_full(waiting_hash, waiting_equal, free_waiting, NULL);
    retries->unconnected = g_ptr_array_new();
    retries->lists = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return retries;
}

void
dx_retries_free(dx_retries *retries)
{
    g_hash_table_destroy(retries->waiting);
    g_ptr_array_unref(retries->unconnected);
    g_hash_table_destroy(retries->lists);
    g_free(retries);
}

static void
wait_for_success(dx_retries *retries, const dx_facts *facts, const char *sni)
{
    waiting_row key = waiting_key(facts, sni);
    waiting_row *row = g_hash_table_lookup(retries->waiting, &key);

    if (!row) {
        row = g_new(waiting_row, 1);
        *row = key;
        row->facts = g_ptr_array_sized_new(1);
        g_hash_table_add(retries->waiting, row);
    }
    if (row->facts->len >= MAX_WAITING)
        g_ptr_array_remove_index(row->facts, 0);
    g_ptr_array_add(row->facts, (gpointer)facts);
}

static void
stop_waiting(dx_retries *retries, const dx_facts *facts, const char *sni)
{
    waiting_row key = waiting_key(facts, sni);
    waiting_row *row = g_hash_table_lookup(retries->waiting, &key);

    if (row && g_ptr_array_remove(row->facts, (gpointer)facts) && !row->facts->len)
        g_hash_table_remove(retries->waiting, row);
}

void
dx_retries_begin(dx_retries *retries, const dx_facts *facts)
{
    if (facts->phase == DX_PHASE_NONE) {
        if (retries->unconnected->len >= MAX_UNCONNECTED)
            g_ptr_array_remove_index(retries->unconnected, 0);
        g_ptr_array_add(retries->unconnected, (gpointer)facts);
    }
    wait_for_success(retries, facts, facts->sni);
}

void
dx_retries_named(dx_retries *retries, const dx_facts *facts)
{
    stop_waiting(retries, facts, NULL);
    wait_for_success(retries, facts, facts->sni);
}

static void
add(dx_retries *retries, const dx_facts *facts, const dx_facts *success)
{
    dx_retry_list *list = g_hash_table_lookup(retries->lists, facts);
    bool new_list = !list;

    if (new_list)
        list = g_new(dx_retry_list, 1);
    if (new_list)
        list->num = 0;
    unsigned at = list->num < DX_MAX_RETRIES ? list->num++ : DX_MAX_RETRIES - 1;
    list->retry[at] = (dx_retry){success, success->last_frame, success->last_us};
    if (new_list)
        g_hash_table_insert(retries->lists, (gpointer)facts, list);
}

static void
add_to_row(dx_retries *retries, const dx_facts *success, const char *sni)
{
    waiting_row key = waiting_key(success, sni);
    const waiting_row *row = g_hash_table_lookup(retries->waiting, &key);

    const dx_offer *compared[MAX_COMPARED]; /* those that wait have few offers */
    bool same[MAX_COMPARED];
    unsigned num = 0;
    for (unsigned i = 0; row && i < row->facts->len; i++) {
        const dx_facts *facts = g_ptr_array_index(row->facts, i);
        int64_t failed_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->first_us;

        if (facts == success || success->last_us < failed_us ||
            success->last_us - failed_us > DX_RECOVERY_US || success->first_us < facts->first_us)
            continue;
        unsigned at = 0;
        while (at < num && compared[at] != facts->offer)
            at++;
        if (at == num) {
            at = MIN(num, MAX_COMPARED - 1);
            num = at + 1;
            compared[at] = facts->offer;
            same[at] = dx_offer_same_software(facts->offer, success->offer);
        }
        if (same[at])
            add(retries, facts, success);
    }
}

/* Without TCP there is no name: a client of both address families is known by trying the same port in the
 * other family at the same time. */
static void
add_to_other_family(dx_retries *retries, const dx_facts *success)
{
    for (unsigned i = 0; i < retries->unconnected->len; i++) {
        const dx_facts *facts = g_ptr_array_index(retries->unconnected, i);
        int64_t apart = success->first_us - facts->first_us;

        if (facts->phase == DX_PHASE_NONE && facts != success &&
            facts->client_endpoint.address.family != success->client_endpoint.address.family &&
            facts->server_endpoint.port == success->server_endpoint.port && apart >= 0 &&
            apart <= OTHER_FAMILY_US)
            add(retries, facts, success);
    }
}

void
dx_retries_success(dx_retries *retries, const dx_facts *facts)
{
    add_to_row(retries, facts, NULL);
    add_to_other_family(retries, facts);
    if (facts->sni)
        add_to_row(retries, facts, facts->sni);
}

void
dx_retries_healthy(dx_retries *retries, const dx_facts *facts)
{
    stop_waiting(retries, facts, NULL);
    if (facts->sni)
        stop_waiting(retries, facts, facts->sni);
    g_hash_table_remove(retries->lists, facts);
}

void
dx_retries_forget(dx_retries *retries, const dx_facts *facts)
{
    g_ptr_array_remove(retries->unconnected, (gpointer)facts);
    dx_retries_healthy(retries, facts);
}

const dx_retry_list *
dx_retries_of(const dx_retries *retries, const dx_facts *facts)
{
    return g_hash_table_lookup(retries->lists, facts);
}

const dx_facts *
dx_retries_unanswered(const dx_retries *retries, const dx_address *client, uint16_t port, int64_t from_us,
                      int64_t until_us)
{
    for (unsigned i = 0; i < retries->unconnected->len; i++) {
        const dx_facts *facts = g_ptr_array_index(retries->unconnected, i);
        if (facts->phase == DX_PHASE_NONE && facts->server_endpoint.port == port &&
            facts->first_us >= from_us && facts->first_us <= until_us &&
            dx_address_equal(&facts->client_endpoint.address, client))
            return facts;
    }
    return NULL;
}
