/* hex.h - bytes as hexadecimal digits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_HEX_H
#define DX_KNOWLEDGE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* dx_hex - two small digits for each byte, with `between` between bytes unless that is 0. New string. */
char *dx_hex(const uint8_t *bytes, size_t len, char between);

#endif
