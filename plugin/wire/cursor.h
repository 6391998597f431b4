/* cursor.h - reads numbers and length-prefixed vectors from bytes that nobody vouches for
 *
 * Source: RFC 8446 section 3 (presentation language: big endian, vectors with a length before them)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_CURSOR_H
#define DX_WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* dx_cursor - what is left to read. Every reader returns false and leaves the cursor alone when too little
 * is left. */
typedef struct dx_cursor {
    const uint8_t *at;
    size_t left;
} dx_cursor;

/* dx_read_bytes - `num_bytes` bytes in place. */
static inline bool
dx_read_bytes(dx_cursor *cursor, size_t num_bytes, const uint8_t **bytes)
{
    if (cursor->left < num_bytes)
        return false;
    *bytes = cursor->at;
    if (num_bytes > 0)
        cursor->at += num_bytes;
    cursor->left -= num_bytes;
    return true;
}

/* dx_read_number - an unsigned number of 1 to 4 bytes. */
static inline bool
dx_read_number(dx_cursor *cursor, unsigned num_bytes, uint32_t *number)
{
    const uint8_t *bytes;
    if (!dx_read_bytes(cursor, num_bytes, &bytes))
        return false;
    *number = 0;
    for (unsigned i = 0; i < num_bytes; i++)
        *number = *number << 8 | bytes[i];
    return true;
}

/* dx_read_u8 - one byte. */
static inline bool
dx_read_u8(dx_cursor *cursor, uint8_t *number)
{
    uint32_t wide;
    if (!dx_read_number(cursor, 1, &wide))
        return false;
    *number = (uint8_t)wide;
    return true;
}

/* dx_read_u16 - two bytes, big endian. */
static inline bool
dx_read_u16(dx_cursor *cursor, uint16_t *number)
{
    uint32_t wide;
    if (!dx_read_number(cursor, 2, &wide))
        return false;
    *number = (uint16_t)wide;
    return true;
}

/* dx_read_vector - a vector with a length of `len_bytes` bytes before it. When it claims more than is
 * left, `vector` gets what is left, so that a broken list can still be read to its end, and the answer is
 * false. */
static inline bool
dx_read_vector(dx_cursor *cursor, unsigned len_bytes, dx_cursor *vector)
{
    uint32_t len;
    vector->at = cursor->at;
    vector->left = 0;
    if (!dx_read_number(cursor, len_bytes, &len))
        return false;
    bool fits = len <= cursor->left;
    vector->left = fits ? len : cursor->left;
    return dx_read_bytes(cursor, vector->left, &vector->at) && fits;
}

/* dx_read_short - copies a vector with a length of one byte before it, of `max` bytes at most. When there are
 * more, or too few, those that fit are copied, and the answer is false. */
static inline bool
dx_read_short(dx_cursor *cursor, uint8_t *bytes, uint8_t max, uint8_t *len)
{
    dx_cursor vector;
    bool fits = dx_read_vector(cursor, 1, &vector) && vector.left <= max;
    *len = vector.left < max ? (uint8_t)vector.left : max;
    if (*len > 0)
        memcpy(bytes, vector.at, *len);
    return fits;
}

#endif
