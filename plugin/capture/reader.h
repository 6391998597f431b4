/* reader.h - what is kept of a connection while its bytes are read; shared by connection.c,
 * channel.c and reader.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_READER_H
#define DX_CAPTURE_READER_H

#include "capture/observe.h"
#include "capture/packet.h"
#include "capture/transcript.h"
#include "wire/openvpn.h"

typedef enum { MODE_START, MODE_PREAMBLE, MODE_TLS } dx_mode_of_reading;

typedef struct dx_held dx_held;

typedef struct dx_direction {
    dx_reader *reader;
    dx_side side;
    dx_stream stream;
    dx_mode_of_reading mode;
    dx_tls *tls;
    dx_tls *inner;              /* handshake messages of decrypted records */
    dx_tds *tds;                /* where TLS stands in packets of TDS (unwrap.h); else NULL */
    dx_openvpn_stream *openvpn; /* the same of OpenVPN */
    dx_held *held;              /* the beginning of a word (words.h), owned; mostly NULL */
    bool missing;               /* bytes were lost before the mode was known */
    bool handshake_first;
    bool fin_waits; /* a FIN came before bytes that precede it */
    uint32_t fin_seq;
    uint16_t num_chunks;
    uint32_t preamble_bytes;
} dx_direction;

struct dx_reader {
    dx_connection *connection;
    dx_ledger *ledger;
    dx_direction client, server;
    uint32_t frame; /* that is being taken */
    int64_t time_us;
    const dx_plain *plain; /* its decrypted records */
    unsigned num_plain, next_plain;
    dx_transcript transcript;
    bool inner_message; /* messages come from a decrypted record */
    bool asked;         /* the client's last line asked what the server can, and the answer goes on */
};

/* dx_reader_observe - tells the facts what was seen in the packet that is being taken. */
void dx_reader_observe(dx_reader *reader, dx_observation *observation, dx_side from);

/* dx_reader_take - takes the next bytes of a direction; a dx_stream_sink whose user is the dx_direction. */
void dx_reader_take(void *user, const uint8_t *bytes, size_t len, size_t missing);

/* dx_reader_tls - the same for bytes that are known to be TLS. */
void dx_reader_tls(dx_direction *direction, const uint8_t *bytes, size_t len, size_t missing);

/* dx_reader_foreign - notes what bytes are that are no TLS. */
void dx_reader_foreign(dx_direction *direction, const uint8_t *bytes, size_t len);

/* dx_reader_message, dx_reader_record - take a message, a record that was read already. `inner`: the message
 * was protected. */
void dx_reader_message(dx_direction *direction, const dx_message *message, bool inner);
void dx_reader_record(dx_direction *direction, const dx_record *record);

void dx_reader_free(dx_reader *reader);

#endif
