/* look.c - whether bytes look like TLS
 *
 * Source: RFC 8446 sections 4 and 5, RFC 5246 section 6.2 and appendix E.2 (SSLv2 hello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/look.h"

/* SSLv2 ClientHello: type, version and three lengths. RFC 5246 appendix E.2 */
#define SSLV2_MIN_LEN 9
/* A message that claims more is no message but protected bytes. unsourced; real ones stay below 300 KB */
#define MAX_PLAUSIBLE_MESSAGE (1024 * 1024)

bool
dx_has_type_and_version(const uint8_t *bytes, size_t len)
{
    if (len >= 1 && (bytes[0] < DX_RECORD_CCS || bytes[0] > DX_RECORD_HEARTBEAT))
        return false;
    if (len >= 2 && bytes[1] == 1) /* TLCP, GB/T 38636: 0x0101 */
        return len < 3 || bytes[2] == 1;
    return (len < 2 || bytes[1] == 3) && (len < 3 || bytes[2] <= 4);
}

bool
dx_tls_looks_like_record(const uint8_t *bytes, size_t len)
{
    if (len == 0 || !dx_has_type_and_version(bytes, len))
        return false;
    if (len < DX_HEADER_LEN)
        return len < 4 || bytes[3] <= DX_MAX_RECORD_LEN >> 8;
    return dx_u16(bytes + 3) >= 1 && dx_u16(bytes + 3) <= DX_MAX_RECORD_LEN;
}

bool
dx_looks_like_sslv2(const uint8_t *bytes, size_t len)
{
    if (len < 1 || !(bytes[0] & 0x80))
        return false;
    if (len >= 2 && (dx_u16(bytes) & 0x7FFF) < SSLV2_MIN_LEN)
        return false;
    if ((len >= 3 && bytes[2] != DX_HS_CLIENT_HELLO) || (len >= 4 && bytes[3] != 3 && bytes[3] != 0))
        return false;
    return len < 5 || (bytes[3] == 3 ? bytes[4] <= 4 : bytes[4] == 2);
}

/* Source: draft-hickman-netscape-ssl-00 sections 1.1, 1.2.1 and 2.6 */
int
dx_sslv2_answer(const uint8_t *bytes, size_t len)
{
    if (len < 5 || !(bytes[0] & 0x80))
        return -1;
    bool is_error = dx_u16(bytes) == 0x8003 && bytes[2] == DX_SSLV2_ERROR;
    bool is_hello = len >= 7 && bytes[2] == DX_SSLV2_SERVER_HELLO && bytes[3] <= 1 && dx_u16(bytes + 5) == 2;
    return is_error || is_hello ? bytes[2] : -1;
}

bool
dx_tls_looks_like_client_hello(const uint8_t *bytes, size_t len)
{
    if (len >= 5 && dx_looks_like_sslv2(bytes, len))
        return true;
    return len > DX_HEADER_LEN && dx_tls_looks_like_record(bytes, len) && bytes[0] == DX_RECORD_HANDSHAKE &&
           bytes[DX_HEADER_LEN] == DX_HS_CLIENT_HELLO;
}

/* Telling a message from a protected record whose ChangeCipherSpec is not in the capture matters most for
 * type 0: an explicit GCM nonce that counts from 0 looks like two HelloRequests (RFC 5288 section 3),
 * hence the record's length. */
bool
dx_is_plausible_message(uint8_t type, uint32_t len, uint16_t record_len)
{
    switch (type) {
    case DX_HS_HELLO_REQUEST:
        return len == 0 && record_len == DX_MESSAGE_HEADER_LEN;
    case DX_HS_END_OF_EARLY_DATA:
    case DX_HS_SERVER_HELLO_DONE:
        return len == 0;
    case DX_HS_KEY_UPDATE:
        return len == 1;
    case DX_HS_FINISHED: /* 12 bytes, in SSL 3.0 36, in TLS 1.3 the hash's length */
        return len >= 12 && len <= 64;
    case DX_HS_CLIENT_HELLO:
    case DX_HS_SERVER_HELLO:
    case 3: /* hello_verify_request */
    case DX_HS_NEW_SESSION_TICKET:
    case 6: /* hello_retry_request of the TLS 1.3 drafts */
    case DX_HS_ENCRYPTED_EXTENSIONS:
    case DX_HS_CERTIFICATE:
    case DX_HS_SERVER_KEY_EXCHANGE:
    case DX_HS_CERTIFICATE_REQUEST:
    case DX_HS_CERTIFICATE_VERIFY:
    case DX_HS_CLIENT_KEY_EXCHANGE:
    case 21: /* certificate_url */
    case DX_HS_CERTIFICATE_STATUS:
    case 23: /* supplemental_data */
    case DX_HS_COMPRESSED_CERTIFICATE:
        return len <= MAX_PLAUSIBLE_MESSAGE;
    default:
        return false;
    }
}
