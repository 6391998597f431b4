/* look.h - whether bytes look like TLS; what tls.c and look.c share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_LOOK_H
#define DX_WIRE_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
