/* words.h - joins what a side says before TLS when it comes in pieces
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_WORDS_H
#define DX_CAPTURE_WORDS_H

#include "capture/reader.h"

/* dx_words_take - takes the next bytes of a direction; a dx_stream_sink whose user is the dx_direction.
 * Pieces of a word that is not at its end are held; everything else goes to dx_unwrap_take at once. */
void dx_words_take(void *user, const uint8_t *bytes, size_t len, size_t missing);

/* dx_words_flush - hands on what is held, as of the frame in which it came: the other side speaks, or this
 * one closes. */
void dx_words_flush(dx_direction *direction);

#endif
