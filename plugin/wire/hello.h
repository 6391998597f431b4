/* hello.h - the handshake messages that are read for diagnosis
 *
 * Source: RFC 8446 section 4, RFC 5246 section 7.4, RFC 6066, RFC 7301, RFC 5746, RFC 7627, RFC 8422, RFC
 *         8701 (GREASE) Parsers take the message body without its 4-byte header, never trust a length, and
 *         return false when the message breaks its own lengths; what could be read before that is still
 *         filled in.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_HELLO_H
#define DX_WIRE_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DX_MAX_CODES 256 /* elements kept of any list */
#define DX_MAX_ALPN  16
#define DX_MAX_NAME  255 /* bytes kept of a host or protocol name */

enum { DX_EXTENSION_MAX_FRAGMENT_LENGTH = 1 }; /* RFC 6066 section 4 */

/* A list of 16-bit code points in wire order, GREASE (RFC 8701) and duplicates removed. */
typedef struct dx_codes {
    uint16_t num;
    uint16_t *item; /* owned, NULL when num is 0 */
    uint64_t seen;  /* while a list is read: one bit of 64 for each element */
} dx_codes;

bool dx_codes_have(const dx_codes *codes, uint16_t code);
/* dx_same_codes - the same elements in the same order. */
bool dx_same_codes(const dx_codes *a, const dx_codes *b);
void dx_codes_add(dx_codes *codes, uint16_t code);
void dx_codes_clear(dx_codes *codes);
/* dx_is_grease - RFC 8701 values 0x0A0A, 0x1A1A, ... 0xFAFA. */
bool dx_is_grease(uint16_t code);

/* What of a ClientHello tells programs apart though no server chooses by it (JA3, JA4), besides the order of
 * its extensions. */
typedef struct dx_hello_marks {
    uint16_t renegotiation_at, fallback_at; /* place of the SCSV among the suites, from 1; 0: none */
    uint8_t num_formats, formats[4];        /* ec_point_formats */
} dx_hello_marks;

/* A ClientHello. Free with dx_client_hello_clear; zero-initialised is empty. */
typedef struct dx_client_hello {
    uint16_t legacy_version;
    bool sslv2;           /* SSLv2 framing */
    bool dtls;            /* versions are dx_version_of_dtls */
    dx_codes versions;    /* supported_versions, or just legacy_version when the extension is absent */
    bool versions_listed; /* the extension is present, so `versions` is the whole offer */
    dx_codes ciphers;     /* SCSVs (0x00FF, 0x5600) taken out; SSLv2 ciphers that fit 16 bits */
    dx_codes groups, key_shares, signatures, extensions;
    dx_codes signatures_cert; /* signature_algorithms_cert; empty when absent: `signatures` counts */
    char *sni;                /* as on the wire, may be hostile; NULL when absent; see dx_whole */
    bool sni_present;         /* also when empty or malformed */
    char *alpn[DX_MAX_ALPN];  /* offered, in order */
    uint8_t num_alpn;
    uint32_t len; /* of the message body */
    uint8_t random[32];
    uint8_t session_id[32];
    uint8_t session_id_len;
    bool session_ticket; /* a non-empty SessionTicket extension */
    bool psk;            /* pre_shared_key present */
    bool early_data, post_handshake_auth, extended_master_secret, encrypt_then_mac;
    bool renegotiation_info;     /* extension 0xFF01 or SCSV 0x00FF */
    bool fallback_scsv;          /* 0x5600 */
    bool encrypted_client_hello; /* extension 0xFE0D */
    bool grease;
    dx_hello_marks marks;
} dx_client_hello;

bool dx_client_hello_parse(dx_client_hello *hello, const uint8_t *body, size_t len);
/* dx_client_hello_parse_sslv2 - `body` starts at the message type (1). */
bool dx_client_hello_parse_sslv2(dx_client_hello *hello, const uint8_t *body, size_t len);
void dx_client_hello_clear(dx_client_hello *hello);

/* A ServerHello or HelloRetryRequest; no owned memory. */
typedef struct dx_server_hello {
    uint16_t legacy_version;
    uint16_t version; /* supported_versions when present, else legacy_version */
    uint16_t cipher;
    uint16_t group; /* key_share (TLS 1.3); 0 when absent */
    bool retry;     /* HelloRetryRequest, by its fixed random (RFC 8446 section 4.1.3) */
    uint8_t
        downgrade; /* last byte of the downgrade sentinel + 1: 1 = "00" (to 1.1 or below), 2 = "01" (to 1.2);
                                  0 = none. RFC 8446 section 4.1.3 */
    char alpn[DX_MAX_NAME + 1]; /* chosen protocol when readable here (TLS 1.2), else "" */
    uint8_t random[32];
    uint8_t session_id[32];
    uint8_t session_id_len;
    bool psk;  /* pre_shared_key accepted */
    bool dtls; /* versions are dx_version_of_dtls */
    bool extended_master_secret, encrypt_then_mac, renegotiation_info, session_ticket;
    dx_codes extensions; /* owned: free with dx_server_hello_clear */
} dx_server_hello;

bool dx_server_hello_parse(dx_server_hello *hello, const uint8_t *body, size_t len);
void dx_server_hello_clear(dx_server_hello *hello);

/* TLS 1.3 EncryptedExtensions (decrypted sessions): the chosen ALPN, "" when none. */
bool dx_encrypted_extensions_alpn(char alpn[DX_MAX_NAME + 1], const uint8_t *body, size_t len);

/* ServerKeyExchange (TLS 1.2 and below); offsets into the body. */
typedef struct dx_key_exchange {
    enum { DX_KX_UNKNOWN, DX_KX_DHE, DX_KX_ECDHE } kind;
    uint16_t group;      /* named group of ECDHE */
    uint16_t prime_bits; /* of DHE's p, without leading zero bits */
    size_t params_len;   /* the signed parameters are body[0..params_len) */
    bool signed_params;  /* a signature follows (not anonymous) */
    uint16_t scheme;     /* SignatureScheme / (hash,signature) in TLS 1.2; 0 below */
    size_t signature_offset, signature_len;
} dx_key_exchange;

/* dx_key_exchange_parse - `cipher` and `version` are the ServerHello's: they tell DHE, ECDHE and anonymous
 * apart. */
bool dx_key_exchange_parse(dx_key_exchange *kx, uint16_t cipher, uint16_t version, const uint8_t *body,
                           size_t len);

/* dx_certificates - walks a Certificate message of TLS 1.2 or below (`tls13` false) or TLS 1.3 (true) and
 * calls `each` with every DER certificate. Returns how many there were; `*well_formed` (may be NULL) says
 * whether all lengths fit. `each` may be NULL. At most `DX_MAX_CERTIFICATES` are walked. */
#define DX_MAX_CERTIFICATES 1024
unsigned dx_certificates(const uint8_t *body, size_t len, bool tls13,
                         void (*each)(void *user, const uint8_t *der, size_t der_len), void *user,
                         bool *well_formed);

#endif
