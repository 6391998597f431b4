/* wire_hex.h - for the tests of plugin/wire: bytes from hex digits, lists as text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_WIRE_HEX_H
#define DX_TEST_WIRE_HEX_H

#include "wire/hello.h"

#include <glib.h>
#include <string.h>

/* Bytes from hex digits; spaces are for the reader. */
static inline GByteArray *
from_hex(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        g_assert_true(g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]));
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value(at[0]) * 16 + g_ascii_xdigit_value(at[1]));
        g_byte_array_append(bytes, &byte, 1);
        at++;
    }
    return bytes;
}

/* A list as "1302,1303". */
static inline void
check_codes(const dx_codes *codes, const char *expected)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < codes->num; i++)
        g_string_append_printf(text, "%s%04x", i ? "," : "", codes->item[i]);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

#endif
