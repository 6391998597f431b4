/* proof.h - whether the server owns the key of the certificate that it presents
 *
 * The handshake's own signature tells: ServerKeyExchange up to TLS 1.2, CertificateVerify in TLS 1.3
 * (decrypted).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_PROOF_H
#define DX_CERTS_PROOF_H

#include "certs/chain.h"

typedef enum {
    DX_PROOF_NOT_CHECKED, /* see the reason */
    DX_PROOF_VERIFIED,    /* the signature verifies with the leaf's key */
    DX_PROOF_REFUTED,     /* the library says that it does not, with all bytes at hand */
    DX_PROOF_OTHER        /* ... but it verifies with another certificate of the list */
} dx_proof_answer;

typedef struct dx_proof_result {
    dx_proof_answer answer;
    const char *reason; /* why it was not checked; NULL otherwise */
    unsigned at;        /* of DX_PROOF_OTHER: place in the list */
} dx_proof_result;

/* A signature and what it was made over. */
typedef struct dx_proof_input {
    uint16_t version; /* 0x0300 to 0x0304 */
    uint16_t scheme;  /* SignatureScheme; 0 below TLS 1.2 */
    bool rsa;         /* below TLS 1.2: the suite signs with RSA (MD5 and SHA-1), else with SHA-1 alone */
    bool sha384;      /* TLS 1.3: the suite's hash is SHA-384, else SHA-256 */
    dx_der signature;
    /* up to TLS 1.2: client_random, server_random and the parameters, in this order.
     * TLS 1.3: all handshake messages from the ClientHello to the Certificate, headers included. */
    dx_der content;
    size_t first_hello_len; /* TLS 1.3 after a HelloRetryRequest: bytes of the first ClientHello, else 0 */
} dx_proof_input;

/* dx_proof_check - verifies with the first certificate's key, and when that fails with each other's (at
 * most 8). */
void dx_proof_check(const dx_chain *chain, const dx_proof_input *input, dx_proof_result *result);

#endif
