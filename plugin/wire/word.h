/* word.h - whether what a side says before TLS is whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_WORD_H
#define DX_WIRE_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dx_word_goes_on - whether more must follow these first bytes of a word that is not TLS: a line without its
 * end, a packet shorter than its header says. `len` > 0. True proves nothing: some servers never end their
 * line. */
bool dx_word_goes_on(const uint8_t *bytes, size_t len);

#endif
