/* look.h - the numbers of records and handshake messages, and whether bytes look like TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_LOOK_H
#define DX_WIRE_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DX_RECORD_CCS = 20,
    DX_RECORD_ALERT = 21,
    DX_RECORD_HANDSHAKE = 22,
    DX_RECORD_APPLICATION = 23,
    DX_RECORD_HEARTBEAT = 24
};

enum {
    DX_HS_HELLO_REQUEST = 0,
    DX_HS_CLIENT_HELLO = 1,
    DX_HS_SERVER_HELLO = 2,
    DX_HS_HELLO_VERIFY_REQUEST = 3, /* DTLS: RFC 6347 section 4.2.1 */
    DX_HS_NEW_SESSION_TICKET = 4,
    DX_HS_END_OF_EARLY_DATA = 5,
    DX_HS_ENCRYPTED_EXTENSIONS = 8,
    DX_HS_CERTIFICATE = 11,
    DX_HS_SERVER_KEY_EXCHANGE = 12,
    DX_HS_CERTIFICATE_REQUEST = 13,
    DX_HS_SERVER_HELLO_DONE = 14,
    DX_HS_CERTIFICATE_VERIFY = 15,
    DX_HS_CLIENT_KEY_EXCHANGE = 16,
    DX_HS_FINISHED = 20,
    DX_HS_CERTIFICATE_STATUS = 22,
    DX_HS_KEY_UPDATE = 24,
    DX_HS_COMPRESSED_CERTIFICATE = 25
};

#define DX_HEADER_LEN         5 /* of a record */
#define DX_MESSAGE_HEADER_LEN 4 /* of a handshake message */
#define DX_SSLV2_HEADER_LEN   2
/* RFC 5246 section 6.2.3: a protected record is at most 2^14 + 2048 bytes long. */
#define DX_MAX_RECORD_LEN ((1 << 14) + 2048)

/* dx_u16 - two bytes, big endian. */
static inline uint16_t
dx_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* dx_has_type_and_version - whether a record header may begin so, its length aside; fewer than 3 bytes are
 * judged as far as they go. */
bool dx_has_type_and_version(const uint8_t *bytes, size_t len);

/* dx_looks_like_sslv2 - whether an SSLv2 ClientHello may begin so (RFC 5246 appendix E.2); fewer than 5
 * bytes are judged as far as they go. */
bool dx_looks_like_sslv2(const uint8_t *bytes, size_t len);

/* dx_is_plausible_message - whether a handshake message in the clear may have this header, in a record of
 * `record_len` bytes. */
bool dx_is_plausible_message(uint8_t type, uint32_t len, uint16_t record_len);

/* dx_tls_looks_like_record - whether `bytes` could begin a TLS record: type 20-24, version 3.0 to 3.4 or
 * 1.1 (TLCP), length 1..2^14+2048. With fewer than 5 bytes judges what is there (false for 0). */
bool dx_tls_looks_like_record(const uint8_t *bytes, size_t len);

/* dx_tls_looks_like_client_hello - a handshake record that begins with a ClientHello, or an SSLv2
 * ClientHello. Needs 6 bytes (SSLv2: 5) to say true. */
bool dx_tls_looks_like_client_hello(const uint8_t *bytes, size_t len);

/* dx_sslv2_answer - the type of the SSLv2 message by which a server answers an SSLv2 hello, -1 when it is
 * none. */
enum { DX_SSLV2_ERROR = 0, DX_SSLV2_SERVER_HELLO = 4 };
int dx_sslv2_answer(const uint8_t *bytes, size_t len);

#endif
