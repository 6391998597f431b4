/* transcript.h - what the two sides sign (RFC 8446 section 4.4.1), their signatures and certificates: taken
 * out of a handshake while it is read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_TRANSCRIPT_H
#define DX_CAPTURE_TRANSCRIPT_H

#include "capture/ledger.h"

/* What must be remembered until the server signs: kept with the reader, not with the connection. */
typedef struct dx_transcript {
    uint8_t randoms[64];    /* the client's, then the server's */
    GByteArray *messages;   /* TLS 1.3: the messages so far; NULL when not needed or not whole */
    size_t first_hello_len; /* bytes of the first ClientHello once a HelloRetryRequest has followed */
} dx_transcript;

/* dx_transcript_hello, dx_transcript_answer - a ClientHello; a ServerHello or HelloRetryRequest. `message`
 * may lack its body. */
void dx_transcript_hello(dx_transcript *transcript, const dx_facts *facts, const dx_message *message,
                         const dx_client_hello *hello);
void dx_transcript_answer(dx_transcript *transcript, const dx_message *message, const dx_server_hello *hello);

/* dx_transcript_exchange - a ServerKeyExchange: keeps what was signed, and the signature. */
void dx_transcript_exchange(dx_transcript *transcript, dx_facts *facts, const dx_message *message,
                            const dx_key_exchange *kx);

/* dx_transcript_message - any other message of the server; `inner`: it was decrypted. */
void dx_transcript_message(dx_transcript *transcript, dx_facts *facts, const dx_message *message, bool inner);

/* dx_transcript_drop - nobody needs the messages, or an encrypted record of the server without keys shows
 * that there can be no transcript. */
void dx_transcript_drop(dx_transcript *transcript);

/* dx_transcript_chain - the interned chain of a Certificate message; NULL when it could not be read. */
const dx_chain *dx_transcript_chain(dx_ledger *ledger, const dx_message *message, bool tls13);

#endif
