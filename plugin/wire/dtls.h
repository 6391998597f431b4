/* dtls.h - DTLS: the records of a datagram, and handshake messages from their fragments
 *
 * Source: RFC 6347 section 4 (DTLS 1.2; 1.0: RFC 4347), RFC 9146 section 4 (connection IDs), RFC 9147 section
 *         4 (DTLS 1.3)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_DTLS_H
#define DX_WIRE_DTLS_H

#include "wire/tls.h"

enum { DX_DTLS_ACK = 26 }; /* RFC 9147 section 7: the last of the record types */

/* A record. */
typedef struct dx_dtls_record {
    uint8_t type;           /* DX_RECORD_...; 0 when it is encrypted, too: a connection ID, or DTLS 1.3 */
    uint16_t version;       /* of the record layer, 0xfefd = DTLS 1.2; 0 of DTLS 1.3's short header */
    uint16_t epoch;         /* 0: not protected; of a short header the lowest two bits */
    uint64_t sequence;      /* of the record within its epoch, from 0; 0 of a short header, which hides it */
    uint16_t len;           /* of the content */
    const uint8_t *content; /* in place */
    size_t captured;        /* bytes of the content that are in the capture */
} dx_dtls_record;

/* dx_dtls_record_read - the record at the start of `bytes`, what is left of a datagram of which the capture
 * holds `captured` of `reported` bytes. Returns how many bytes it takes of the `reported`;
 * 0 when there is none. */
size_t dx_dtls_record_read(dx_dtls_record *record, const uint8_t *bytes, size_t captured, size_t reported);

/* dx_dtls_begins - whether a datagram can be the first of DTLS that is seen: a record with a version fills
 * it, or is followed by another. Cheap for what is none: most of UDP. */
bool dx_dtls_begins(const uint8_t *bytes, size_t captured, size_t reported);

/* A fragment of a handshake message, or all of it. */
typedef struct dx_dtls_fragment {
    uint8_t type;
    uint16_t sequence;         /* of the message */
    uint32_t len, offset, num; /* the message's length; this part of it */
    const uint8_t *bytes;      /* NULL when they are not all in the capture */
} dx_dtls_fragment;

/* dx_dtls_fragment_read - the fragment at the start of a handshake record's content; returns how many bytes
 * it takes, 0 when there is none. */
size_t dx_dtls_fragment_read(dx_dtls_fragment *fragment, const uint8_t *bytes, size_t captured,
                             size_t reported);

/* Handshake messages of one direction, put together from fragments in any order. */
typedef struct dx_dtls dx_dtls;

/* dx_dtls_new - `message` gets each message once, in order; free with dx_dtls_free. Keeps no more than has
 * come, and at most DX_TLS_MAX_MESSAGE bytes. */
dx_dtls *dx_dtls_new(void (*message)(void *user, const dx_message *message), void *user);
void dx_dtls_free(dx_dtls *dtls);

/* dx_dtls_take - takes a fragment; false when nothing of it is new. */
bool dx_dtls_take(dx_dtls *dtls, const dx_dtls_fragment *fragment);

/* dx_dtls_give_up - what was kept goes out as it is, messages that are not whole without a body: the other
 * side has gone on, so what is missing is missing in the capture. True when something was. */
bool dx_dtls_give_up(dx_dtls *dtls);

#endif
