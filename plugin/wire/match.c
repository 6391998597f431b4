/* match.c - small tests on first bytes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/match.h"

#include <glib.h>
#include <string.h>

bool
dx_match_prefix(const uint8_t *bytes, size_t len, const char *prefix)
{
    size_t prefix_len = strlen(prefix);
    return len >= prefix_len && memcmp(bytes, prefix, prefix_len) == 0;
}

bool
dx_match_prefix_nocase(const uint8_t *bytes, size_t len, const char *prefix)
{
    size_t prefix_len = strlen(prefix);
    return len >= prefix_len && g_ascii_strncasecmp((const char *)bytes, prefix, prefix_len) == 0;
}

size_t
dx_match_find_nocase(const uint8_t *bytes, size_t len, size_t start, const char *text)
{
    size_t text_len = strlen(text);
    char first = g_ascii_tolower(text[0]);
    len = MIN(len, DX_MATCH_LOOK);
    for (size_t i = start; i + text_len <= len; i++) {
        if (g_ascii_tolower((char)bytes[i]) == first &&
            g_ascii_strncasecmp((const char *)bytes + i, text, text_len) == 0)
            return i;
    }
    return DX_MATCH_NONE;
}

size_t
dx_match_line_len(const uint8_t *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && bytes[i] != '\r' && bytes[i] != '\n')
        i++;
    return i;
}

unsigned
dx_match_reply(const uint8_t *bytes, size_t len)
{
    if (len < 4 || (bytes[3] != ' ' && bytes[3] != '-'))
        return 0;
    for (unsigned i = 0; i < 3; i++) {
        if (!g_ascii_isdigit(bytes[i]))
            return 0;
    }
    return (bytes[0] - '0') * 100u + (bytes[1] - '0') * 10u + (bytes[2] - '0');
}

bool
dx_match_ber(dx_cursor *cursor, uint8_t *tag, dx_cursor *content)
{
    dx_cursor at = *cursor;
    uint8_t first;
    if (!dx_read_u8(&at, tag) || !dx_read_u8(&at, &first))
        return false;
    uint32_t len = first;
    if (first >= 0x80) {
        unsigned num_bytes = first & 0x7F;
        if (num_bytes == 0 || num_bytes > 4 || !dx_read_number(&at, num_bytes, &len))
            return false;
    }
    content->left = MIN(len, at.left);
    if (!dx_read_bytes(&at, content->left, &content->at))
        return false;
    *cursor = at;
    return true;
}

bool
dx_match_ldap(const uint8_t *bytes, size_t len, uint8_t *op, dx_cursor *content)
{
    dx_cursor cursor = {bytes, len}, message, id;
    uint8_t tag;
    if (!dx_match_ber(&cursor, &tag, &message) || tag != 0x30)
        return false;
    if (!dx_match_ber(&message, &tag, &id) || tag != 0x02 || id.left < 1 || id.left > 4)
        return false;
    /* The class bits of an application tag are 01: what tells it from SNMP and X.509, which begin alike. */
    return dx_match_ber(&message, op, content) && (*op & 0xC0) == 0x40;
}
