/* ledger.c - what each server of the capture was seen to accept and to refuse
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/ledger.h"

#include <string.h>

#include "facts/infer.h"
#include "capture/offer.h"

#define MAX_WAITING 32 /* connections of one client and name that a success may recover */

struct dx_ledger {
    GHashTable *servers; /* dx_endpoint (inside dx_server) -> dx_server */
    GPtrArray *server_order;
    GHashTable *hosts;  /* dx_address (inside dx_host) -> dx_host */
    GHashTable *offers; /* set of dx_offer */
    GStringChunk *strings;
    GHashTable *waiting;    /* set of waiting_row */
    GPtrArray *unconnected; /* recent dx_facts without a TCP connection, for dual stack clients */
    dx_certs *certs;
    GArray *refusal_us;       /* of int64_t */
    dx_address hello_address; /* of the first server that a ClientHello went to */
    bool several_addresses;   /* others went elsewhere */
    uint32_t revision;
};

#define MAX_UNCONNECTED 64
/* RFC 8305 section 5 tries the other family after 250 ms; stacks wait up to 2 s. */
#define OTHER_FAMILY_US (2 * G_USEC_PER_SEC)

static void
free_server(gpointer data)
{
    dx_server *server = data;

    g_array_unref(server->accepted);
    g_array_unref(server->refused);
    g_array_unref(server->clients);
    dx_authorities_clear(server->authorities);
    g_free(server->authorities);
    g_free(server);
}

static void
free_host(gpointer data)
{
    dx_host *host = data;

    g_free(host->http_server);
    g_free(host);
}

static guint waiting_hash(gconstpointer data);
static gboolean waiting_equal(gconstpointer data_a, gconstpointer data_b);
static void free_waiting(gpointer data);

dx_ledger *
dx_ledger_new(void)
{
    dx_ledger *ledger = g_new0(dx_ledger, 1);

    ledger->servers = g_hash_table_new_full(dx_endpoint_hash, dx_endpoint_same, NULL, free_server);
    ledger->server_order = g_ptr_array_new();
    ledger->hosts = g_hash_table_new_full(dx_address_hash, dx_address_same, NULL, free_host);
    ledger->offers = dx_offer_set_new();
    ledger->strings = g_string_chunk_new(512);
    ledger->certs = dx_certs_new();
    ledger->waiting = g_hash_table_new_full(waiting_hash, waiting_equal, free_waiting, NULL);
    ledger->unconnected = g_ptr_array_new();
    ledger->refusal_us = g_array_new(FALSE, FALSE, sizeof(int64_t));
    return ledger;
}

void
dx_ledger_free(dx_ledger *ledger)
{
    if (!ledger)
        return;
    g_hash_table_destroy(ledger->waiting);
    g_ptr_array_unref(ledger->unconnected);
    g_ptr_array_unref(ledger->server_order);
    g_array_unref(ledger->refusal_us);
    g_hash_table_destroy(ledger->servers);
    g_hash_table_destroy(ledger->hosts);
    g_hash_table_destroy(ledger->offers);
    g_string_chunk_free(ledger->strings);
    dx_certs_free(ledger->certs);
    g_free(ledger);
}

const dx_facts *
dx_ledger_unanswered(const dx_ledger *ledger, const dx_address *client, uint16_t port, int64_t from_us,
                     int64_t until_us)
{
    for (unsigned i = 0; i < ledger->unconnected->len; i++) {
        const dx_facts *facts = g_ptr_array_index(ledger->unconnected, i);
        if (facts->phase == DX_PHASE_NONE && facts->server_endpoint.port == port &&
            facts->first_us >= from_us && facts->first_us <= until_us &&
            dx_address_equal(&facts->client_endpoint.address, client))
            return facts;
    }
    return NULL;
}

dx_certs *
dx_ledger_certs(const dx_ledger *ledger)
{
    return ledger->certs;
}

uint32_t
dx_ledger_revision(const dx_ledger *ledger)
{
    return ledger->revision;
}

void
dx_ledger_touch(dx_ledger *ledger)
{
    ledger->revision++;
}

dx_server *
dx_ledger_server(dx_ledger *ledger, const dx_endpoint *endpoint)
{
    dx_server *server = g_hash_table_lookup(ledger->servers, endpoint);

    if (server)
        return server;
    server = g_new0(dx_server, 1);
    server->endpoint = *endpoint;
    server->authorities = g_new0(dx_authorities, 1);
    server->accepted = g_array_new(FALSE, FALSE, sizeof(dx_sample));
    server->refused = g_array_new(FALSE, FALSE, sizeof(dx_sample));
    server->clients = g_array_new(FALSE, FALSE, sizeof(dx_address));
    g_hash_table_insert(ledger->servers, &server->endpoint, server);
    g_ptr_array_add(ledger->server_order, server);
    return server;
}

const dx_server *
dx_ledger_find_server(const dx_ledger *ledger, const dx_endpoint *endpoint)
{
    return g_hash_table_lookup(ledger->servers, endpoint);
}

const GPtrArray *
dx_ledger_servers(const dx_ledger *ledger)
{
    return ledger->server_order;
}

dx_host *
dx_ledger_host(dx_ledger *ledger, const dx_address *address)
{
    dx_host *host = g_hash_table_lookup(ledger->hosts, address);

    if (host)
        return host;
    host = g_new0(dx_host, 1);
    host->address = *address;
    g_hash_table_insert(ledger->hosts, &host->address, host);
    return host;
}

const dx_host *
dx_ledger_find_host(const dx_ledger *ledger, const dx_address *address)
{
    return g_hash_table_lookup(ledger->hosts, address);
}

const char *
dx_ledger_intern(dx_ledger *ledger, const char *text)
{
    return text ? g_string_chunk_insert_const(ledger->strings, text) : NULL;
}

const dx_offer *
dx_ledger_offer(dx_ledger *ledger, const dx_client_hello *hello)
{
    return dx_offer_intern(ledger->offers, hello);
}

/* Who may recover whom: the same client address and name, at whatever address (dual stack, failover);
 * without a name the same client and server. Names are interned, so pointers tell them apart. */
typedef struct waiting_row {
    dx_address client;
    const char *sni;
    dx_endpoint server; /* without a name */
    GPtrArray *facts;   /* of dx_facts * */
} waiting_row;

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

static void
wait_for_recovery(dx_ledger *ledger, dx_facts *facts, const char *sni)
{
    waiting_row key = waiting_key(facts, sni);
    waiting_row *row = g_hash_table_lookup(ledger->waiting, &key);

    if (!row) {
        row = g_new(waiting_row, 1);
        *row = key;
        row->facts = g_ptr_array_sized_new(1);
        g_hash_table_add(ledger->waiting, row);
    }
    if (row->facts->len >= MAX_WAITING)
        g_ptr_array_remove_index(row->facts, 0);
    g_ptr_array_add(row->facts, facts);
}

static void
stop_waiting(dx_ledger *ledger, const dx_facts *facts, const char *sni)
{
    waiting_row key = waiting_key(facts, sni);
    waiting_row *row = g_hash_table_lookup(ledger->waiting, &key);

    if (row && g_ptr_array_remove(row->facts, (gpointer)facts) && !row->facts->len)
        g_hash_table_remove(ledger->waiting, row);
}

static void
recover(dx_ledger *ledger, const dx_facts *success, const char *sni)
{
    waiting_row key = waiting_key(success, sni);
    const waiting_row *row = g_hash_table_lookup(ledger->waiting, &key);

    for (unsigned i = 0; row && i < row->facts->len; i++) {
        dx_facts *facts = g_ptr_array_index(row->facts, i);
        int64_t failed_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->first_us;

        if (facts == success || facts->recovered_frame || success->last_us < failed_us ||
            success->last_us - failed_us > DX_RECOVERY_US || success->first_us < facts->first_us)
            continue;
        facts->recovered_frame = success->last_frame;
        facts->recovered_us = success->last_us;
    }
}

/* Without TCP there is no name: a client of both address families is known by trying the same port in the
 * other family at the same time. */
static void
recover_other_family(dx_ledger *ledger, const dx_facts *success)
{
    for (unsigned i = 0; i < ledger->unconnected->len; i++) {
        dx_facts *facts = g_ptr_array_index(ledger->unconnected, i);
        int64_t apart = success->first_us - facts->first_us;

        if (facts->phase != DX_PHASE_NONE || facts->recovered_frame || facts == success ||
            facts->client_endpoint.address.family == success->client_endpoint.address.family ||
            facts->server_endpoint.port != success->server_endpoint.port || apart < 0 ||
            apart > OTHER_FAMILY_US)
            continue;
        facts->recovered_frame = success->last_frame;
        facts->recovered_us = success->last_us;
    }
}

/* A client starts: a later success of it may be this connection's recovery. */
static void
take_connecting(dx_ledger *ledger, dx_server *server, dx_facts *facts)
{
    const dx_address *client = &facts->client_endpoint.address;
    bool known = server->clients->len >= DX_MAX_CLIENTS;

    server->num_connections++;
    for (unsigned i = 0; i < server->clients->len && !known; i++)
        known = dx_address_equal(&g_array_index(server->clients, dx_address, i), client);
    if (!known)
        g_array_append_val(server->clients, *client);
    if (facts->phase == DX_PHASE_NONE) {
        if (ledger->unconnected->len >= MAX_UNCONNECTED)
            g_ptr_array_remove_index(ledger->unconnected, 0);
        g_ptr_array_add(ledger->unconnected, facts);
    }
    wait_for_recovery(ledger, facts, facts->sni);
}

static void
note_address(dx_ledger *ledger, const dx_address *address)
{
    if (!ledger->hello_address.family)
        ledger->hello_address = *address;
    else if (!dx_address_equal(&ledger->hello_address, address))
        ledger->several_addresses = true;
}

bool
dx_ledger_other_address(const dx_ledger *ledger, const dx_address *address)
{
    return ledger->several_addresses ||
           (ledger->hello_address.family && !dx_address_equal(&ledger->hello_address, address));
}

void
dx_ledger_refusal(dx_ledger *ledger, int64_t time_us)
{
    g_array_append_val(ledger->refusal_us, time_us);
}

const GArray *
dx_ledger_refusals(const dx_ledger *ledger)
{
    return ledger->refusal_us;
}

static void
take_hello(dx_ledger *ledger, dx_server *server, dx_facts *facts)
{
    if (!server->num_hellos++)
        note_address(ledger, &server->endpoint.address);
    if (!(facts->milestones & DX_MILESTONE_CONNECTING)) {
        take_connecting(ledger, server, facts);
    } else if (facts->sni) { /* from now on it is known by its name */
        stop_waiting(ledger, facts, NULL);
        wait_for_recovery(ledger, facts, facts->sni);
    }
}

static bool
same_meeting(const dx_sample *a, const dx_sample *b)
{
    return a->offer == b->offer && a->sni == b->sni && a->chosen.version == b->chosen.version &&
           a->chosen.cipher == b->chosen.cipher && a->chosen.group == b->chosen.group &&
           a->chosen.alpn == b->chosen.alpn && a->chosen.resumed == b->chosen.resumed &&
           a->split == b->split && a->resumption_offered == b->resumption_offered &&
           a->proxy_header == b->proxy_header && a->client_certificate == b->client_certificate &&
           a->chain == b->chain && a->end == b->end && a->by == b->by && a->phase == b->phase &&
           a->alert == b->alert;
}

/* Adds a meeting to a bounded list of rows; true when it was not known before. */
static bool
add_sample(GArray *samples, const dx_sample *sample)
{
    for (unsigned i = 0; i < samples->len; i++) {
        dx_sample *row = &g_array_index(samples, dx_sample, i);
        if (!same_meeting(row, sample))
            continue;
        row->count++;
        row->last_frame = sample->last_frame;
        row->last_us = sample->last_us;
        row->min_hello_len = MIN(row->min_hello_len, sample->min_hello_len);
        row->max_hello_len = MAX(row->max_hello_len, sample->max_hello_len);
        row->max_hello_segments = MAX(row->max_hello_segments, sample->max_hello_segments);
        row->several_clients |= !dx_address_equal(&row->client, &sample->client);
        return false;
    }
    if (samples->len >= DX_MAX_SAMPLES)
        return false;
    g_array_append_val(samples, *sample);
    return true;
}

static dx_sample
sample_of(const dx_facts *facts)
{
    uint16_t split = facts->server_hello_frame && facts->chosen.version <= DX_TLS10
                         ? dx_infer_split_record(facts->chosen.cipher, facts->chosen.version,
                                                 facts->chosen.encrypt_then_mac)
                         : 0;
    return (dx_sample){.offer = facts->offer,
                       .sni = facts->sni,
                       .chosen = facts->chosen,
                       .split = split && facts->client.first_app_len[0] == split,
                       .resumption_offered = facts->resumption_offered,
                       .proxy_header = facts->proxy_header,
                       .client_certificate = facts->client_certificate,
                       .chain = facts->chain,
                       .end = facts->end.kind,
                       .by = facts->end.by,
                       .phase = facts->end.phase,
                       .alert = facts->end.alert,
                       .min_hello_len = facts->hello_len,
                       .max_hello_len = facts->hello_len,
                       .max_hello_segments = facts->hello_segments,
                       .client = facts->client_endpoint.address,
                       .count = 1,
                       .first_frame = facts->last_frame,
                       .last_frame = facts->last_frame,
                       .first_stream = facts->stream,
                       .first_us = facts->last_us,
                       .last_us = facts->last_us};
}

static void
take_success(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    server->num_accepted++;
    dx_sample sample = sample_of(facts);
    if (facts->offer && add_sample(server->accepted, &sample))
        ledger->revision++;
    dx_host *host = dx_ledger_host(ledger, &facts->server_endpoint.address);
    if (!host->tls_frame) {
        host->tls_frame = facts->last_frame;
        host->tls_port = facts->server_endpoint.port;
    }
    stop_waiting(ledger, facts, NULL);
    recover(ledger, facts, NULL);
    recover_other_family(ledger, facts);
    if (facts->sni) {
        stop_waiting(ledger, facts, facts->sni);
        recover(ledger, facts, facts->sni);
    }
}

static void
take_refusal(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    server->num_refused++;
    dx_ledger_refusal(ledger, facts->last_us);
    if (!facts->offer)
        return;
    dx_sample sample = sample_of(facts);
    if (add_sample(server->refused, &sample))
        ledger->revision++;
}

void
dx_ledger_learn(dx_ledger *ledger, dx_server *server, dx_facts *facts, unsigned milestones)
{
    if (milestones & DX_MILESTONE_CONNECTING)
        take_connecting(ledger, server, facts);
    if (milestones & DX_MILESTONE_HELLO)
        take_hello(ledger, server, facts);
    if ((milestones & DX_MILESTONE_ANSWER) && !server->num_answers++)
        ledger->revision++;
    if (milestones & DX_MILESTONE_ACCEPTED)
        take_success(ledger, server, facts);
    if (milestones & DX_MILESTONE_REFUSED)
        take_refusal(ledger, server, facts);
}

void
dx_ledger_forget(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    g_ptr_array_remove(ledger->unconnected, (gpointer)facts);
    if (server->signer == facts)
        server->signer = NULL;
    stop_waiting(ledger, facts, NULL);
    if (facts->sni)
        stop_waiting(ledger, facts, facts->sni);
}

void
dx_ledger_http(dx_ledger *ledger, const dx_address *server, uint32_t frame, uint16_t status,
               const char *server_header)
{
    dx_host *host = dx_ledger_host(ledger, server);

    if (host->http_frame)
        return;
    host->http_frame = frame;
    host->http_status = status;
    host->http_server = server_header && *server_header ? g_strndup(server_header, 120) : NULL;
    ledger->revision++;
}
