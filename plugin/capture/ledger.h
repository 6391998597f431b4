/* ledger.h - what each server of the capture was seen to accept and to refuse
 *
 * Bounded sets: a thousand like failures are one row with a count. The revision moves only on new
 * information.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_LEDGER_H
#define DX_CAPTURE_LEDGER_H

#include <glib.h>

#include "capture/retries.h"
#include "facts/facts.h"
#include "facts/authentication.h"

#define DX_MAX_SAMPLES 64 /* rows kept per server of successes, and of failures */
#define DX_MAX_CLIENTS 64 /* distinct client addresses counted per server */
#define DX_MAX_KEPT    3  /* connections that a row of successes keeps */

/* One way in which clients and a server met; equal meetings are one row. */
typedef struct dx_sample {
    const dx_offer *offer;
    const dx_shape *shape; /* of the first */
    bool shapes_differ;    /* another one of them had another shape */
    const char *sni;
    dx_choice chosen;
    bool answered; /* dx_sample_answered made it: nothing is said of what came after the ServerHello */
    bool split;    /* TLS 1.0 CBC and the client's first record was split (1/n-1) */
    bool resumption_offered;
    bool proxy_header; /* a PROXY protocol header stood before the ClientHello */
    dx_client_certificate client_certificate;
    const dx_chain *chain; /* what the server presented; NULL when it could not be read */
    dx_end_kind end;       /* failures */
    dx_side by;
    dx_phase phase;
    uint8_t alert;
    uint32_t min_hello_len, max_hello_len;
    uint16_t max_hello_segments;
    dx_address client;                 /* of the first */
    const dx_facts *kept[DX_MAX_KEPT]; /* the first ones and the latest: to ask whether it worked */
    uint8_t num_kept;
    uint32_t count, first_frame, last_frame, first_stream;
    int64_t first_us, last_us;
} dx_sample;

typedef struct dx_host dx_host;

typedef struct dx_server {
    dx_endpoint endpoint;
    GArray *accepted, *refused; /* of dx_sample, at most DX_MAX_SAMPLES each; accepted: the handshake was
                                   complete, which is not yet a success (dx_context.accepted) */
    GPtrArray *answered; /* of dx_facts, not owned: the first connection of each offer and name that got a
                            ServerHello or HelloRetryRequest, at most DX_MAX_SAMPLES; NULL: none */
    GArray *clients;     /* of dx_address, at most DX_MAX_CLIENTS */
    uint32_t num_sslv2;  /* of num_hellos: in SSLv2 framing */
    uint32_t num_connections, num_hellos, num_accepted;
    uint32_t num_answers;        /* connections on which it was seen to speak TLS ... */
    uint32_t num_direct;         /* ... from the first byte, not behind STARTTLS or CONNECT */
    uint32_t plain_frame;        /* where it first said something that is no TLS, unasked for TLS; 0: never */
    uint8_t ttl_max;             /* of its packets without RST; 0: none seen */
    const dx_facts *signer;      /* its first connection with a signature that could be read; NULL: none */
    dx_authorities *authorities; /* a cache; owned */
    dx_host *host;               /* of its address; NULL until a packet of it was noted */
} dx_server;

/* One server address, all ports. */
struct dx_host {
    dx_address address;
    uint32_t http_frame; /* first HTTP answer on port 80 */
    uint16_t http_status;
    char *http_server;      /* its Server header, as on the wire; NULL when none */
    uint32_t syn_ack_frame; /* first SYN-ACK from any of its ports */
    uint16_t syn_ack_port;
    uint32_t tls_frame; /* first complete handshake on any port */
    uint16_t tls_port;
    uint8_t ttl_min, ttl_max; /* of its packets without RST, any port */
    uint32_t num_packets;     /* from this address */
};

typedef struct dx_ledger dx_ledger;

/* dx_ledger_new - an empty ledger; free with dx_ledger_free. */
dx_ledger *dx_ledger_new(void);
void dx_ledger_free(dx_ledger *ledger);

/* dx_ledger_revision - moves whenever something new was learnt that could change a verdict.
 * dx_ledger_counted - moves also when only a number has grown that a verdict may say. */
uint32_t dx_ledger_revision(const dx_ledger *ledger);
uint32_t dx_ledger_counted(const dx_ledger *ledger);

dx_server *dx_ledger_server(dx_ledger *ledger, const dx_endpoint *endpoint);                  /* makes it */
const dx_server *dx_ledger_find_server(const dx_ledger *ledger, const dx_endpoint *endpoint); /* or NULL */
dx_host *dx_ledger_host(dx_ledger *ledger, const dx_address *address);                        /* makes it */
const dx_host *dx_ledger_find_host(const dx_ledger *ledger, const dx_address *address);       /* or NULL */
/* dx_ledger_servers - all servers in order of first sight, as dx_server *; owned by the ledger. */
const GPtrArray *dx_ledger_servers(const dx_ledger *ledger);

/* dx_sample_answered - the ClientHello of `facts` and what its ServerHello chose, as a row of one. */
dx_sample dx_sample_answered(const dx_facts *facts);

/* dx_ledger_other_address - a ClientHello went to a server of another address than this. */
bool dx_ledger_other_address(const dx_ledger *ledger, const dx_address *address);

/* dx_ledger_heard - a server was heard, whichever: the capture has both directions.
 * dx_ledger_hear - one was. */
bool dx_ledger_heard(const dx_ledger *ledger);
void dx_ledger_hear(dx_ledger *ledger);

/* When a connection was refused, and whose it was. */
typedef struct dx_refused {
    int64_t time_us;
    uint32_t stream;
    dx_endpoint client, server;
    const char *supplicant; /* EAP (facts.h); interned, NULL: none */
} dx_refused;

/* dx_ledger_refusals - all refused connections, as dx_refused, in the order in which they were noted; only
 * grows. dx_ledger_refusal - notes one. */
const GArray *dx_ledger_refusals(const dx_ledger *ledger);
void dx_ledger_refusal(dx_ledger *ledger, const dx_refused *refused);

/* dx_ledger_intern - a string that lives as long as the ledger; NULL for NULL. */
const char *dx_ledger_intern(dx_ledger *ledger, const char *text);
/* dx_ledger_offer - the interned offer of a hello. */
const dx_offer *dx_ledger_offer(dx_ledger *ledger, const dx_client_hello *hello);
/* dx_ledger_shape - the interned shape of a hello. */
const dx_shape *dx_ledger_shape(dx_ledger *ledger, const dx_client_hello *hello);

/* dx_ledger_learn - a connection of this server has reached milestones (dx_facts_apply). */
void dx_ledger_learn(dx_ledger *ledger, dx_server *server, const dx_facts *facts, unsigned milestones);
/* dx_ledger_retries - later connections that may have made good what failed here;
 * NULL when there are none. */
const dx_retry_list *dx_ledger_retries(const dx_ledger *ledger, const dx_facts *facts);
/* dx_ledger_forget - facts are about to be freed, or to be those of another server. */
void dx_ledger_forget(dx_ledger *ledger, dx_server *server, const dx_facts *facts);
/* dx_ledger_http - an HTTP answer of a server's port 80. */
void dx_ledger_http(dx_ledger *ledger, const dx_address *server, uint32_t frame, uint16_t status,
                    const char *server_header);
/* dx_ledger_unanswered - a connection of this client to a port, begun between two times, whose SYN nobody
 * answered; NULL when none is among the latest. */
const dx_facts *dx_ledger_unanswered(const dx_ledger *ledger, const dx_address *client, uint16_t port,
                                     int64_t from_us, int64_t until_us);
/* dx_ledger_mangled - clients whose large ClientHellos fail where small ones work (mangled.h). */
GHashTable *dx_ledger_mangled(const dx_ledger *ledger);
/* dx_ledger_certs - the certificates of the capture; owned by the ledger. Judging fills its caches. */
dx_certs *dx_ledger_certs(const dx_ledger *ledger);
/* dx_ledger_touch - something else was learnt. */
void dx_ledger_touch(dx_ledger *ledger);

#endif
