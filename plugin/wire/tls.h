/* tls.h - TLS records and handshake messages of one direction, from bytes in order
 *
 * Source: RFC 8446 sections 4 and 5, RFC 5246 sections 6 and 7, RFC 6101 appendix E (SSLv2 hello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_TLS_H
#define DX_WIRE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knowledge/names.h"
#include "wire/look.h"

/* A handshake message longer than this is not kept; its type and length are still reported. RFC 8446
 * allows 2^24-1; real Certificate messages stay below 100 KB (badssl's 10000-sans: about 300 KB). */
#define DX_TLS_MAX_MESSAGE (512 * 1024)

/* One record. It is reported when its last byte has been seen (or is known to be missing). */
typedef struct dx_record {
    uint8_t type;
    uint16_t version; /* record layer version, 0x0303 = TLS 1.2 */
    uint16_t len;     /* the header's length field */
    /* The direction's records are protected (dx_tls_set_encrypted); or it is an alert that cannot be read; or
     * a handshake record without a plausible message, whose CCS is not in the capture. Never set for an alert
     * of 2 bytes or a CCS of 1: nothing protected is so short. */
    bool encrypted;
    bool whole;                             /* all its bytes are in the capture */
    uint8_t alert_level, alert_description; /* of a readable alert record, the first fatal one of up to 4,
                                                else the first; level 0: not readable or not whole */
    const char *alert_reason;               /* in words, which QUIC may send with it; NULL: none */
} dx_record;

/* One handshake message. `body` (without the 4-byte header) is valid during the call; NULL when the
 * message was longer than DX_TLS_MAX_MESSAGE or bytes of it are missing in the capture. */
typedef struct dx_message {
    uint8_t type;
    uint32_t len; /* of the body, from the header */
    const uint8_t *body;
} dx_message;

/* Receiver of what dx_tls_feed finds, in wire order. A handshake record's messages come before the record
 * itself. Any member may be NULL. */
typedef struct dx_tls_sink {
    void (*record)(void *user, const dx_record *record);
    void (*message)(void *user, const dx_message *message);
    /* An SSLv2-framed ClientHello (first bytes 0x80|len, len, 1): `body` starts at the message type. */
    void (*sslv2_hello)(void *user, const uint8_t *body, size_t len);
    /* The bytes at this point are no TLS record: nothing more comes until dx_tls_resync. `bytes` are what
     * is there. */
    void (*not_tls)(void *user, const uint8_t *bytes, size_t len);
} dx_tls_sink;

typedef struct dx_tls dx_tls;

/* dx_tls_new - a reader for one direction; free with dx_tls_free. `sink` is copied. Memory is bounded:
 * headers, the handshake message being assembled (at most DX_TLS_MAX_MESSAGE), never application data. */
dx_tls *dx_tls_new(const dx_tls_sink *sink, void *user);
void dx_tls_free(dx_tls *tls);

/* dx_tls_feed - the next `len` bytes in order, then `missing` bytes that the capture lacks. Missing bytes
 * inside a record that need not be read (application data, encrypted) are skipped by length; elsewhere the
 * reader loses step and looks for a record header at the start of each later call (lost_step). */
void dx_tls_feed(dx_tls *tls, const uint8_t *bytes, size_t len, size_t missing);

/* dx_tls_set_encrypted - from the next record on, handshake and alert records are protected (TLS 1.2 and
 * below after ChangeCipherSpec): their content is not parsed, only type and length reported. */
void dx_tls_set_encrypted(dx_tls *tls, bool encrypted);

/* dx_tls_resync - forget a partial record; the next bytes fed are a record start (after STARTTLS,
 * CONNECT), where an SSLv2 hello may come again. What was set by dx_tls_set_encrypted stays. */
void dx_tls_resync(dx_tls *tls);

/* dx_tls_in_record - bytes of an unfinished record or handshake message seen so far; 0 at a boundary.
 * `*expected` (may be NULL) gets how many bytes it should have (record header or message header, whichever
 * says more). */
size_t dx_tls_in_record(const dx_tls *tls, size_t *expected);

/* dx_tls_lost_step - missing bytes made record boundaries unknown. */
bool dx_tls_lost_step(const dx_tls *tls);

#endif
