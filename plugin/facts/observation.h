/* observation.h - what can be observed of one TLS connection, one thing at a time
 *
 * The reader makes observations from bytes, the tests from lines of text; apply.c takes them.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_OBSERVATION_H
#define DX_FACTS_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/certs.h"
#include "wire/foreign.h"
#include "wire/hello.h"
#include "wire/stream.h"
#include "wire/tds.h"
#include "wire/tls.h"

typedef enum { DX_NOBODY, DX_CLIENT, DX_SERVER } dx_side;

enum { DX_TCP_FIN = 1, DX_TCP_SYN = 2, DX_TCP_RST = 4, DX_TCP_PSH = 8, DX_TCP_ACK = 16 };

/* What a client offers, without what is new in every hello; interned by who makes observations,
 * immutable. */
typedef struct dx_offer {
    dx_codes versions, ciphers, groups, key_shares, signatures, signatures_cert, extensions;
    char *alpn[DX_MAX_ALPN];
    uint8_t num_alpn;
    uint16_t legacy_version;
    bool versions_listed, sslv2, dtls, sni_present;
    bool post_handshake_auth, extended_master_secret, renegotiation_info, fallback_scsv,
        encrypted_client_hello;
    bool post_quantum; /* a key share of 800 bytes or more */
} dx_offer;

/* What of a ClientHello is no part of the offer, and by which filters tell programs apart. */
typedef struct dx_shape {
    dx_codes extensions; /* all, in the order of the wire */
    dx_hello_marks marks;
} dx_shape;

/* The header of one TCP segment. */
typedef struct dx_segment {
    uint8_t flags;
    uint32_t seq, ack; /* raw */
    uint32_t len;      /* payload bytes on the wire */
    uint32_t window;   /* unscaled */
    uint8_t ttl;       /* or hop limit; 0 = not known */
    uint16_t ip_id;    /* 0 for IPv6 */
    unsigned kind;     /* dx_segment_kind bits of its payload; 0 when the bytes were not looked at */
} dx_segment;

typedef enum {
    DX_OBS_SEGMENT,  /* segment; precedes the observations made from its payload;
                       its FIN flag is not looked at */
    DX_OBS_FIN,      /* the segment's FIN, after the observations made from its payload */
    DX_OBS_OPENED,   /* the transport is ready for TLS; of TCP its segments show that */
    DX_OBS_PAYLOAD,  /* payload: bytes of a channel that has no segments; precedes what is read from them */
    DX_OBS_SEEN,     /* a packet of such a channel that says nothing */
    DX_OBS_HIDDEN,   /* record: handshake messages that cannot be read; or data in one datagram with them */
    DX_OBS_DATA,     /* record: data of the application, known to be that */
    DX_OBS_VERSIONS, /* the server's transport does not speak the client's version of it */
    DX_OBS_REFUSED,  /* refused: the transport's own error ends the connection */
    DX_OBS_REPEATED, /* payload: bytes that were sent before, of such a channel */
    DX_OBS_UNREACHABLE,  /* icmp: an ICMP error that quotes a segment of this connection, sent by `from` */
    DX_OBS_CLIENT_HELLO, /* client_hello, with its offer and name */
    DX_OBS_SERVER_HELLO, /* server_hello, with its protocol */
    DX_OBS_KEY_EXCHANGE, /* key_exchange: a ServerKeyExchange */
    DX_OBS_MESSAGE,      /* message: any other handshake message whose type can be read */
    DX_OBS_RECORD,       /* record, after its messages */
    DX_OBS_ALPN,         /* text, and alpn: the protocol that decrypted EncryptedExtensions chose */
    DX_OBS_FOREIGN,      /* foreign: bytes that are no TLS where TLS could have begun */
    DX_OBS_UPGRADE,      /* upgrade: a STARTTLS-like command, a CONNECT, or the answer */
    DX_OBS_PARTIAL_HELLO /* partial: a ClientHello has begun and is not whole yet */
} dx_observation_kind;

typedef struct dx_observation {
    dx_observation_kind kind;
    dx_side from;
    uint32_t frame;  /* 1-based capture frame number */
    int64_t time_us; /* microseconds since the epoch; may run backward */
    /* interned: they live as long as the facts, and equal ones are one pointer; NULL when there is none */
    const dx_offer *offer;
    const dx_shape *shape;
    const char *sni, *alpn;
    union {
        dx_segment segment;
        uint32_t payload; /* bytes */
        struct {
            uint8_t version; /* 4 or 6 */
            uint8_t type, code;
        } icmp;
        const dx_client_hello *client_hello;
        const dx_server_hello *server_hello;
        dx_key_exchange key_exchange;
        struct {
            uint8_t type;
            uint32_t len;
            bool empty;            /* of a Certificate: the list is empty */
            const dx_chain *chain; /* of a Certificate that could be read, interned; else NULL */
            bool decrypted;
        } message;
        struct {
            dx_record header;
            bool
                decrypted; /* Wireshark had the keys: inner_type and the alert bytes are the inner record's */
            uint8_t inner_type;
        } record;
        const char *text;
        struct {
            uint32_t error;
            const char *reason; /* "" when there is none; may be hostile */
        } refused;
        struct {
            dx_foreign kind;
            uint16_t http_status;
            bool says_use_tls; /* an HTTP error page that asks for TLS */
            const char *text;  /* the first line, may be hostile */
        } foreign;
        struct {
            dx_upgrade kind;
            int answer; /* 0 the request, 1 agreed, -1 refused */
            uint16_t http_status;
            uint8_t rdp_failure;          /* of a refused negotiation of RDP; 0: none */
            uint8_t rdp_protocols;        /* of RDP: what this side says (dx_rdp_protocols) */
            dx_demand demand;             /* the server wants TLS of a client that did not ask for it */
            const char *target;           /* of CONNECT, on the request */
            const char *text;             /* the first line of a refusal in words, may be hostile; or NULL */
            dx_tds_encryption encryption; /* of TDS: what this side says */
            bool proxy_header; /* a PROXY protocol header stood before the first bytes; kind is NONE */
            int listed; /* -1 the server's list has no STARTTLS, -2 it wants that before a login, -3 a device
                         * masked it, 1 the client goes on without; kind is whose list it is */
        } upgrade;
        struct {
            uint32_t have, expected; /* bytes */
        } partial;
    } u;
} dx_observation;

#endif
