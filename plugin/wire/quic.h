/* quic.h - QUIC: the packets of a datagram, Initial packets in the clear, frames,
 * and handshake messages from them
 *
 * The keys of Initial packets follow from what is on the wire: they keep nobody out (RFC 9001 section 5.2).
 * Source: RFC 8999 (what all versions share), RFC 9000 sections 12, 17 and 19, RFC 9001 section 5,
 *         RFC 9369 (version 2)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_QUIC_H
#define DX_WIRE_QUIC_H

#include "wire/tls.h"

#define DX_QUIC_MAX_CID 20 /* RFC 9000 section 17.2 */

typedef struct dx_quic_cid {
    uint8_t len;
    uint8_t bytes[DX_QUIC_MAX_CID];
} dx_quic_cid;

bool dx_quic_cid_equal(const dx_quic_cid *a, const dx_quic_cid *b);

typedef enum {
    DX_QUIC_INITIAL,
    DX_QUIC_0RTT,
    DX_QUIC_HANDSHAKE,
    DX_QUIC_RETRY,
    DX_QUIC_VERSIONS, /* Version Negotiation */
    DX_QUIC_SHORT,    /* 1-RTT */
    DX_QUIC_STRANGE   /* of a version whose packets cannot be read */
} dx_quic_type;

typedef struct dx_quic_packet {
    dx_quic_type type;
    uint32_t version;
    dx_quic_cid destination, source; /* none of DX_QUIC_SHORT */
    const uint8_t *bytes;            /* the packet, in place */
    size_t header_len;               /* up to the packet number, or to the list of versions */
    size_t len, captured;            /* of the packet */
} dx_quic_packet;

/* dx_quic_packet_read - the packet at the start of `bytes`, what is left of a datagram. Returns how many
 * bytes it takes of the `reported`; 0 when there is none that is known. A strange version's takes all. */
size_t dx_quic_packet_read(dx_quic_packet *packet, const uint8_t *bytes, size_t captured, size_t reported);

/* dx_quic_begins - whether a datagram can be a client's first: an Initial packet of a version whose keys are
 * known, or one of a draft or reserved version, in a datagram of 1200 bytes or more (RFC 9000 section 14.1).
 * Cheap for what is none. */
bool dx_quic_begins(const uint8_t *bytes, size_t captured, size_t reported);

/* One side's keys of Initial packets. */
typedef struct dx_quic_keys {
    uint8_t key[16], iv[12], header[16];
} dx_quic_keys;

/* dx_quic_keys_make - of client and server, from the destination ID of the client's first Initial (behind a
 * Retry: the first with its token); false when the version is not known. */
bool dx_quic_keys_make(dx_quic_keys *client, dx_quic_keys *server, uint32_t version, const dx_quic_cid *id);

/* dx_quic_open - decrypts an Initial packet; a new buffer of *len bytes, its frames, NULL when the keys do
 * not fit or the packet is not whole. `*number`: of the packet, its lowest bytes. */
uint8_t *dx_quic_open(const dx_quic_packet *packet, const dx_quic_keys *keys, size_t *len, uint32_t *number);

/* What is read of frames. */
typedef struct dx_quic_frames {
    /* bytes of the handshake, from `offset` on */
    void (*crypto)(void *user, uint64_t offset, const uint8_t *bytes, size_t len);
    /* CONNECTION_CLOSE; `application`: of the application (0x1d); `reason` need not be text */
    void (*close)(void *user, uint64_t error, bool application, const uint8_t *reason, size_t len);
    void (*done)(void *user); /* HANDSHAKE_DONE */
    void (*data)(void *user); /* STREAM or DATAGRAM: data of the application */
} dx_quic_frames;

/* dx_quic_frames_read - walks frames up to the first of a kind that has nothing to do with handshakes. */
void dx_quic_frames_read(const uint8_t *bytes, size_t len, const dx_quic_frames *sink, void *user);

/* Handshake messages of one direction and encryption level, from CRYPTO frames in any order. */
typedef struct dx_quic_crypto dx_quic_crypto;

/* dx_quic_crypto_new - `message` gets each message once, in order; free with dx_quic_crypto_free. Keeps no
 * more than has come, and at most DX_TLS_MAX_MESSAGE bytes. */
dx_quic_crypto *dx_quic_crypto_new(void (*message)(void *user, const dx_message *message), void *user);
void dx_quic_crypto_free(dx_quic_crypto *crypto);

/* dx_quic_crypto_take - takes the bytes of a frame; false when none of them is new. _waits - a part before
 * what has come is missing, or a message is not whole. */
bool dx_quic_crypto_take(dx_quic_crypto *crypto, uint64_t offset, const uint8_t *bytes, size_t len);
bool dx_quic_crypto_waits(const dx_quic_crypto *crypto);

#endif
