/* tds.h - SQL Server's Tabular Data Stream, as far as it carries TLS
 *
 * Up to TDS 7.x a connection begins with PRELOGIN messages in which both sides say what they want encrypted;
 * then the TLS handshake stands in packets of the same type, and what follows it is TLS (or plain TDS again,
 * when both sides wanted only the login encrypted) without packets around it. TDS 8.0 begins with TLS and
 * needs nothing of this. Source: [MS-TDS] sections 2.2.3.1 (packet header), 2.2.6.5 (PRELOGIN),
 * 3.2.5.2, 3.3.5.1 (TLS)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_TDS_H
#define DX_WIRE_TDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DX_TDS_HEADER_LEN = 8, DX_TDS_PRELOGIN = 0x12, DX_TDS_RESPONSE = 0x04 };

/* What a side says of encryption in its PRELOGIN. */
typedef enum {
    DX_TDS_ENCRYPT_OFF,     /* of the login only */
    DX_TDS_ENCRYPT_ON,      /* of everything */
    DX_TDS_ENCRYPT_NOT_SUP, /* none */
    DX_TDS_ENCRYPT_REQ,     /* of everything, or no connection */
    DX_TDS_ENCRYPT_UNKNOWN = 0xFF
} dx_tds_encryption;

/* dx_tds_name - as in [MS-TDS]: "ENCRYPT_REQ". */
const char *dx_tds_name(dx_tds_encryption encryption);

/* dx_tds_begins - the bytes are the begin of a packet that may carry a PRELOGIN message,
 * of the client or the server. */
bool dx_tds_begins(const uint8_t *bytes, size_t len, bool from_client);

/* dx_tds_encryption_of - what a PRELOGIN message (without packet header) says; UNKNOWN when it is none or
 * says nothing. */
dx_tds_encryption dx_tds_encryption_of(const uint8_t *message, size_t len);

/* dx_tds_agree - what becomes of it: 1 TLS follows, -1 one side wants what the other does not have,
 * 0 no TLS. */
int dx_tds_agree(dx_tds_encryption client, dx_tds_encryption server);

/* Where one direction stands. All zero at its first byte. */
typedef struct dx_tds {
    uint8_t header[DX_TDS_HEADER_LEN];
    uint8_t have;  /* bytes of the header */
    uint16_t left; /* of the packet's content */
    bool raw;      /* no packets any more */
} dx_tds;

/* dx_tds_feed - takes the next bytes of a direction, and `missing` ones behind them that the capture lacks;
 * `content` gets the content of packets in pieces, `begins` with the first of one, and what follows the
 * packets. */
typedef void dx_tds_sink(void *user, const uint8_t *bytes, size_t len, size_t missing, bool begins);
void dx_tds_feed(dx_tds *tds, const uint8_t *bytes, size_t len, size_t missing, dx_tds_sink *content,
                 void *user);

#endif
