/* names.h - TLS code points: versions and alerts as constants; the names of these, of cipher suites, groups,
 * signature schemes and extensions
 *
 * Source: the IANA TLS parameters registry
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_NAMES_H
#define DX_KNOWLEDGE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Protocol versions as ProtocolVersion and supported_versions carry them; the rest is in versions.def. */
enum {
    DX_SSL2 = 0x0002,
    DX_SSL3 = 0x0300,
    DX_TLS10 = 0x0301,
    DX_TLS11 = 0x0302,
    DX_TLS12 = 0x0303,
    DX_TLS13 = 0x0304
};

/* AlertLevel and AlertDescription (RFC 8446 section 6): DX_ALERT_HANDSHAKE_FAILURE = 40. */
enum { DX_ALERT_WARNING = 1, DX_ALERT_FATAL = 2 };
#define X(description, constant, name) DX_ALERT_##constant = description,
enum {
#include "knowledge/alerts.def"
};
#undef X

/* Each returns a constant name, or NULL for an unknown code point. */
const char *dx_version_name(uint16_t version);     /* 0x0303 -> "TLS 1.2", 0x0002 -> "SSL 2.0" */
const char *dx_cipher_name(uint16_t cipher);       /* 0x1301 -> "TLS_AES_128_GCM_SHA256" */
const char *dx_group_name(uint16_t group);         /* 0x001d -> "x25519" */
const char *dx_signature_name(uint16_t scheme);    /* 0x0804 -> "rsa_pss_rsae_sha256" */
const char *dx_extension_name(uint16_t extension); /* 0 -> "server_name" */
const char *dx_alert_name(uint8_t description);    /* 40 -> "handshake_failure" */
const char *dx_quic_error_name(uint32_t error);    /* 8 -> "TRANSPORT_PARAMETER_ERROR" */

/* Versions of DTLS are kept as those of TLS that they are made of, so that they compare (RFC 4347 and RFC
 * 6347 section 1, RFC 9147 section 1): 1.0 as TLS 1.1. dx_version_is_dtls - a code point of DTLS, also the
 * one before RFC 4347 (0x0100, as OpenSSL and Cisco's AnyConnect have it). dx_version_of_dtls - what it is
 * kept as, others as they are; dx_dtls_version - the way back. dx_dtls_version_name - the name of what is
 * kept: 0x0303 -> "DTLS 1.2". dx_version_names - the function for one or the other. */
bool dx_version_is_dtls(uint16_t version);
uint16_t dx_version_of_dtls(uint16_t version);
uint16_t dx_dtls_version(uint16_t version);
const char *dx_dtls_version_name(uint16_t version);
const char *(*dx_version_names(bool dtls))(uint16_t version);

/* What a cipher suite needs and how its records look. */
typedef enum {
    DX_AUTH_ANY,
    DX_AUTH_RSA,
    DX_AUTH_ECDSA,
    DX_AUTH_DSS,
    DX_AUTH_PSK,
    DX_AUTH_ANON,
    DX_AUTH_OTHER
} dx_auth;
typedef enum {
    DX_EXCHANGE_ANY,
    DX_EXCHANGE_RSA,
    DX_EXCHANGE_DHE,
    DX_EXCHANGE_ECDHE,
    DX_EXCHANGE_DH,
    DX_EXCHANGE_ECDH,
    DX_EXCHANGE_PSK,
    DX_EXCHANGE_OTHER
} dx_exchange;
typedef enum {
    DX_MODE_STREAM,
    DX_MODE_CBC,
    DX_MODE_GCM,
    DX_MODE_CCM,
    DX_MODE_CCM_8,
    DX_MODE_CHACHA20,
    DX_MODE_NULL
} dx_mode;
typedef struct dx_cipher {
    uint16_t code;
    const char *name;
    dx_exchange exchange; /* ANY for TLS 1.3 suites */
    dx_auth auth;         /* ANY for TLS 1.3 suites */
    dx_mode mode;
    uint8_t block_bytes; /* of CBC: 8 or 16; else 0 */
    uint8_t mac_bytes;   /* of the HMAC (CBC, stream, NULL); 0 for AEAD */
    uint8_t hash_bytes;  /* of the PRF/HKDF hash: 32 or 48 */
    bool tls13;
    bool tls12_only; /* needs TLS 1.2 (AEAD, SHA-256/384 MACs) */
} dx_cipher;

/* dx_cipher_find - the row of a suite, NULL when unknown. The two signaling values (RFC 5746 section 3.3, RFC
 * 7507) are no suites: a ClientHello's list comes without them (wire/hello.h). */
const dx_cipher *dx_cipher_find(uint16_t cipher);

/* dx_cipher_by_name - the code of a suite by its name, which may end in a curve as Windows up to 2012 R2
 * writes it ("_P256"). false when unknown. */
bool dx_cipher_by_name(uint16_t *code, const char *name, size_t len);

#endif
