/* hex.c - bytes as hexadecimal digits
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/hex.h"

#include <glib.h>

char *
dx_hex(const uint8_t *bytes, size_t len, char between)
{
    static const char digits[] = "0123456789abcdef";
    char *text = g_malloc(3 * len + 1), *at = text;
    for (size_t i = 0; i < len; i++) {
        if (i && between)
            *at++ = between;
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
    return text;
}
