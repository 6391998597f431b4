/* ledger.c - what each server of the capture was seen to accept and to refuse
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/ledger.h"

#include <string.h>

#include "facts/infer.h"
#include "capture/mangled.h"
#include "capture/offer.h"

struct dx_ledger {
    GHashTable *servers; /* dx_endpoint (inside dx_server) -> dx_server */
    GPtrArray *server_order;
    GHashTable *hosts;  /* dx_address (inside dx_host) -> dx_host */
    GHashTable *offers; /* set of dx_offer */
    GHashTable *shapes; /* set of dx_shape */
    GStringChunk *strings;
    dx_retries *retries;
    GHashTable *mangled; /* mangled.h */
    dx_certs *certs;
    GArray *refusals;         /* of dx_refused */
    dx_address hello_address; /* of the first server that a ClientHello went to */
    bool heard;               /* a server has sent something */
    bool several_addresses;   /* others went elsewhere */
    uint32_t revision, counted;
};

static void
free_server(gpointer data)
{
    dx_server *server = data;

    g_array_unref(server->accepted);
    g_array_unref(server->refused);
    if (server->answered)
        g_ptr_array_unref(server->answered);
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

dx_ledger *
dx_ledger_new(void)
{
    dx_ledger *ledger = g_new0(dx_ledger, 1);

    ledger->servers = g_hash_table_new_full(dx_endpoint_hash, dx_endpoint_same, NULL, free_server);
    ledger->server_order = g_ptr_array_new();
    ledger->hosts = g_hash_table_new_full(dx_address_hash, dx_address_same, NULL, free_host);
    ledger->offers = dx_offer_set_new();
    ledger->shapes = dx_shape_set_new();
    ledger->strings = g_string_chunk_new(512);
    ledger->certs = dx_certs_new();
    ledger->mangled = dx_mangled_new();
    ledger->refusals = g_array_new(FALSE, FALSE, sizeof(dx_refused));
    ledger->retries = dx_retries_new();
    return ledger;
}

void
dx_ledger_free(dx_ledger *ledger)
{
    if (!ledger)
        return;
    dx_retries_free(ledger->retries);
    g_ptr_array_unref(ledger->server_order);
    g_array_unref(ledger->refusals);
    g_hash_table_destroy(ledger->servers);
    g_hash_table_destroy(ledger->hosts);
    g_hash_table_destroy(ledger->offers);
    g_hash_table_destroy(ledger->shapes);
    g_string_chunk_free(ledger->strings);
    g_hash_table_destroy(ledger->mangled);
    dx_certs_free(ledger->certs);
    g_free(ledger);
}

const dx_facts *
dx_ledger_unanswered(const dx_ledger *ledger, const dx_address *client, uint16_t port, int64_t from_us,
                     int64_t until_us)
{
    return dx_retries_unanswered(ledger->retries, client, port, from_us, until_us);
}

const dx_retry_list *
dx_ledger_retries(const dx_ledger *ledger, const dx_facts *facts)
{
    return dx_retries_of(ledger->retries, facts);
}

GHashTable *
dx_ledger_mangled(const dx_ledger *ledger)
{
    return ledger->mangled;
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

uint32_t
dx_ledger_counted(const dx_ledger *ledger)
{
    return ledger->revision + ledger->counted;
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

const dx_shape *
dx_ledger_shape(dx_ledger *ledger, const dx_client_hello *hello)
{
    return dx_shape_intern(ledger->shapes, hello);
}

static void
take_connecting(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    const dx_address *client = &facts->client_endpoint.address;
    bool known = server->clients->len >= DX_MAX_CLIENTS;

    server->num_connections++;
    for (unsigned i = 0; i < server->clients->len && !known; i++)
        known = dx_address_equal(&g_array_index(server->clients, dx_address, i), client);
    if (!known)
        g_array_append_val(server->clients, *client);
    dx_retries_begin(ledger->retries, facts);
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

bool
dx_ledger_heard(const dx_ledger *ledger)
{
    return ledger->heard;
}

void
dx_ledger_hear(dx_ledger *ledger)
{
    ledger->revision += !ledger->heard;
    ledger->heard = true;
}

void
dx_ledger_refusal(dx_ledger *ledger, const dx_refused *refused)
{
    g_array_append_vals(ledger->refusals, refused, 1);
}

const GArray *
dx_ledger_refusals(const dx_ledger *ledger)
{
    return ledger->refusals;
}

static void
take_hello(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    if (!server->num_hellos++)
        note_address(ledger, &server->endpoint.address);
    server->num_sslv2 += facts->offer && facts->offer->sslv2;
    if (!(facts->milestones & DX_MILESTONE_CONNECTING)) {
        take_connecting(ledger, server, facts);
    } else if (facts->sni) { /* from now on it is known by its name */
        dx_retries_named(ledger->retries, facts);
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

/* Adds a meeting to a bounded list of rows; true when that can change a verdict. */
static bool
add_sample(GArray *samples, const dx_sample *sample)
{
    for (unsigned i = 0; i < samples->len; i++) {
        dx_sample *row = &g_array_index(samples, dx_sample, i);
        if (!same_meeting(row, sample))
            continue;
        bool reshaped = !row->shapes_differ && row->shape != sample->shape;
        row->count++;
        row->shapes_differ |= reshaped;
        row->last_frame = sample->last_frame;
        row->last_us = sample->last_us;
        row->min_hello_len = MIN(row->min_hello_len, sample->min_hello_len);
        row->max_hello_len = MAX(row->max_hello_len, sample->max_hello_len);
        row->max_hello_segments = MAX(row->max_hello_segments, sample->max_hello_segments);
        bool more = row->num_kept < DX_MAX_KEPT; /* the earlier ones may yet turn out to have failed */
        row->kept[more ? row->num_kept++ : DX_MAX_KEPT - 1] = sample->kept[0];
        return more || reshaped;
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
                       .shape = facts->shape,
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
                       .kept = {facts},
                       .num_kept = 1,
                       .count = 1,
                       .first_frame = facts->last_frame,
                       .last_frame = facts->last_frame,
                       .first_stream = facts->stream,
                       .first_us = facts->last_us,
                       .last_us = facts->last_us};
}

dx_sample
dx_sample_answered(const dx_facts *facts)
{
    dx_sample sample = sample_of(facts);

    sample.answered = true;
    sample.first_frame = sample.last_frame = facts->server_hello_frame;
    sample.first_us = sample.last_us = facts->server_hello_us;
    return sample;
}

static void
take_answer(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    ledger->revision += !server->num_answers++;
    ledger->revision += facts->upgrade == DX_UPGRADE_NONE && !server->num_direct++;
    if (!facts->offer)
        return;
    if (!server->answered)
        server->answered = g_ptr_array_new();
    for (unsigned i = 0; i < server->answered->len; i++) {
        const dx_facts *known = g_ptr_array_index(server->answered, i);
        if (known->offer == facts->offer && known->sni == facts->sni)
            return;
    }
    if (server->answered->len >= DX_MAX_SAMPLES)
        return;
    g_ptr_array_add(server->answered, (gpointer)facts);
    ledger->revision++;
}

static void
take_success(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    server->num_accepted++;
    dx_sample sample = sample_of(facts);
    if (facts->offer && add_sample(server->accepted, &sample))
        ledger->revision++;
    dx_host *host = dx_ledger_host(ledger, &facts->server_endpoint.address);
    ledger->revision += dx_mangled_worked(ledger->mangled, facts);
    if (!host->tls_frame) {
        host->tls_frame = facts->last_frame;
        host->tls_port = facts->server_endpoint.port;
    }
    dx_retries_success(ledger->retries, facts);
}

static void
take_refusal(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    dx_ledger_refusal(ledger,
                      &(dx_refused){facts->last_us, facts->stream, facts->client_endpoint,
                                    facts->server_endpoint, dx_ledger_intern(ledger, facts->supplicant)});
    if (!facts->offer)
        return;
    ledger->revision += dx_mangled_failed(ledger->mangled, facts);
    dx_sample sample = sample_of(facts);
    if (add_sample(server->refused, &sample))
        ledger->revision++;
}

void
dx_ledger_learn(dx_ledger *ledger, dx_server *server, const dx_facts *facts, unsigned milestones)
{
    ledger->counted += milestones != 0;
    if (milestones & DX_MILESTONE_CONNECTING)
        take_connecting(ledger, server, facts);
    if (milestones & DX_MILESTONE_HELLO)
        take_hello(ledger, server, facts);
    if (milestones & DX_MILESTONE_ANSWER)
        take_answer(ledger, server, facts);
    if ((milestones & DX_MILESTONE_PLAIN) && !server->plain_frame) {
        server->plain_frame = facts->server_foreign_frame;
        ledger->revision++;
    }
    if ((milestones & DX_MILESTONE_PLAIN) && facts->server_foreign == DX_FOREIGN_TPKT)
        dx_retries_success(ledger->retries, facts); /* a client of RDP comes again without TLS */
    if (milestones & DX_MILESTONE_ACCEPTED)
        take_success(ledger, server, facts);
    if (milestones & DX_MILESTONE_REFUSED)
        take_refusal(ledger, server, facts);
    if (milestones & DX_MILESTONE_DATA)
        dx_retries_healthy(ledger->retries, facts);
    if (milestones & DX_MILESTONE_LEFT) /* perhaps it has not worked after all */
        ledger->revision++;
}

void
dx_ledger_forget(dx_ledger *ledger, dx_server *server, const dx_facts *facts)
{
    dx_retries_forget(ledger->retries, facts);
    if (server->signer == facts)
        server->signer = NULL;
    if (server->answered)
        g_ptr_array_remove(server->answered, (gpointer)facts);
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
