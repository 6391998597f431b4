/* identity.h - takes certificates and signatures out of a handshake while it is read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_IDENTITY_H
#define DX_CAPTURE_IDENTITY_H

#include "capture/ledger.h"

/* What must be remembered until the server signs: kept with the reader, not with the connection. */
typedef struct dx_identity {
    uint8_t randoms[64];    /* the client's, then the server's */
    GByteArray *transcript; /* TLS 1.3: the messages so far; NULL when not needed or not whole */
    size_t first_hello_len; /* bytes of the first ClientHello once a HelloRetryRequest has followed */
} dx_identity;

/* dx_identity_hello, dx_identity_answer - a ClientHello; a ServerHello or HelloRetryRequest. `message` may
 * lack its body. */
void dx_identity_hello(dx_identity *identity, const dx_facts *facts, const dx_message *message,
                       const dx_client_hello *hello);
void dx_identity_answer(dx_identity *identity, const dx_message *message, const dx_server_hello *hello);

/* dx_identity_exchange - a ServerKeyExchange: keeps what was signed, and the signature. */
void dx_identity_exchange(dx_identity *identity, dx_facts *facts, const dx_message *message,
                          const dx_key_exchange *kx);

/* dx_identity_message - any other message of the server; `inner`: it was decrypted. */
void dx_identity_message(dx_identity *identity, dx_facts *facts, const dx_message *message, bool inner);

/* dx_identity_unreadable - an encrypted record of the server without keys: no transcript can be made. */
void dx_identity_unreadable(dx_identity *identity);

/* dx_identity_chain - the interned chain of a Certificate message; NULL when it could not be read. */
const dx_chain *dx_identity_chain(dx_ledger *ledger, const dx_message *message, bool tls13);

void dx_identity_clear(dx_identity *identity);

#endif
