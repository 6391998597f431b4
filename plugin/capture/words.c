/* words.c - joins what a side says before TLS when it comes in pieces
 *
 * A greeting, a command or a packet's header that a program writes byte by byte is one word to its peer.
 * Only short segments are held, only before TLS has begun, and never longer than until somebody else does
 * something.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/words.h"

#include <string.h>

#include "capture/unwrap.h"
#include "wire/look.h"
#include "wire/word.h"

#define MAX_PIECE 32  /* bytes; who sends more at a time sends whole words */
#define MAX_HELD  512 /* bytes of a word */

struct dx_held {
    uint32_t frame; /* of the last piece */
    int64_t time_us;
    uint16_t len;
    uint8_t bytes[MAX_HELD];
};

static bool
comes_before_tls(const dx_direction *direction)
{
    const dx_facts *facts = &direction->reader->connection->facts;

    return direction->mode != MODE_TLS && !direction->tds && !direction->openvpn && !direction->missing &&
           !facts->mid_stream && !facts->tls;
}

void
dx_words_flush(dx_direction *direction)
{
    dx_reader *reader = direction->reader;
    dx_held *held = direction->held;
    uint32_t frame = reader->frame;
    int64_t time_us = reader->time_us;

    if (!held)
        return;
    direction->held = NULL;
    reader->frame = held->frame;
    reader->time_us = held->time_us;
    dx_unwrap_take(direction, held->bytes, held->len, 0);
    reader->frame = frame;
    reader->time_us = time_us;
    g_free(held);
}

static void
hold(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    dx_held *held = direction->held;

    if (!held)
        direction->held = held = g_new0(dx_held, 1);
    memcpy(held->bytes + held->len, bytes, len);
    held->len += (uint16_t)len;
    held->frame = direction->reader->frame;
    held->time_us = direction->reader->time_us;
}

/* Behind other words a ClientHello is known by its message's type, the sixth byte. */
static bool
goes_on(const dx_direction *direction, const uint8_t *bytes, size_t len)
{
    if (direction->mode == MODE_PREAMBLE && len <= DX_HEADER_LEN && dx_tls_looks_like_record(bytes, len))
        return true;
    return dx_word_goes_on(bytes, len);
}

void
dx_words_take(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    dx_direction *direction = user;
    bool is_piece = len && len <= MAX_PIECE && !missing && comes_before_tls(direction);

    if (direction->held && (!is_piece || direction->held->len + len > MAX_HELD))
        dx_words_flush(direction);
    if (!is_piece || (!direction->held && !goes_on(direction, bytes, len))) {
        dx_unwrap_take(direction, bytes, len, missing);
        return;
    }
    hold(direction, bytes, len);
    if (!goes_on(direction, direction->held->bytes, direction->held->len))
        dx_words_flush(direction);
}
