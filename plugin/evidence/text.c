/* text.c - bytes of a file to text, and text to lines
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/span.h"

#include <string.h>

#define MAX_LINE 65536 /* of a joined line */

static void
append_unit(GString *out, gunichar c)
{
    if (c == '\r')
        return;
    g_string_append_unichar(out, c == 0 ? ' ' : c);
}

/* RFC 2781; a lone surrogate becomes '?' */
static void
decode_utf16(GString *out, const uint8_t *bytes, size_t len, bool big)
{
    uint32_t high = 0;

    for (size_t at = 0; at + 1 < len; at += 2) {
        uint32_t unit =
            big ? (uint32_t)bytes[at] << 8 | bytes[at + 1] : (uint32_t)bytes[at + 1] << 8 | bytes[at];
        if (high) {
            bool pair = unit >= 0xdc00 && unit < 0xe000;
            append_unit(out, pair ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : '?');
            high = 0;
            if (pair)
                continue;
        }
        if (unit >= 0xd800 && unit < 0xdc00)
            high = unit;
        else
            append_unit(out, unit >= 0xdc00 && unit < 0xe000 ? '?' : unit);
    }
}

/* Without a byte order mark: nearly every other byte of the beginning is zero. */
static bool
looks_utf16(const uint8_t *bytes, size_t len, unsigned zero_at)
{
    size_t num = 0, look = MIN(len, 64) & ~(size_t)1;

    for (size_t at = zero_at; at < look; at += 2)
        num += bytes[at] == 0 && bytes[at ^ 1] != 0;
    return look >= 8 && num >= look / 2 - look / 8;
}

GString *
dx_text_decode(const uint8_t *bytes, size_t len)
{
    GString *out = g_string_sized_new(len + 1);

    if (len >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe) {
        decode_utf16(out, bytes + 2, len - 2, false);
        return out;
    }
    if (len >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff) {
        decode_utf16(out, bytes + 2, len - 2, true);
        return out;
    }
    if (looks_utf16(bytes, len, 1) || looks_utf16(bytes, len, 0)) {
        decode_utf16(out, bytes, len, looks_utf16(bytes, len, 0));
        return out;
    }
    size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; at < len; at++) {
        if (bytes[at] == '\r') {
            if (at + 1 < len && (bytes[at + 1] == '\n' || bytes[at + 1] == '\r'))
                continue; /* CRLF, and CRCRLF as wmic writes it */
            g_string_append_c(out, '\n');
            continue;
        }
        g_string_append_c(out, bytes[at] ? (char)bytes[at] : ' ');
    }
    return out;
}

void
dx_lines_start(dx_lines *lines, dx_span text, bool join)
{
    *lines = (dx_lines){.rest = text, .join = join};
}

static bool
take_raw(dx_lines *lines, dx_span *line)
{
    if (!lines->rest.len)
        return false;
    const char *end = memchr(lines->rest.at, '\n', lines->rest.len);
    size_t len = end ? (size_t)(end - lines->rest.at) : lines->rest.len;
    *line = (dx_span){lines->rest.at, len};
    lines->rest = dx_span_from(lines->rest, len + 1);
    lines->taken++;
    return true;
}

static bool
fills_console(size_t len)
{
    return len == 80 || len == 120;
}

bool
dx_lines_next(dx_lines *lines, dx_span *line)
{
    if (!take_raw(lines, line))
        return false;
    lines->number = lines->taken;
    if (!lines->join || !fills_console(line->len) || !lines->rest.len || g_ascii_isspace(lines->rest.at[0]))
        return true;
    if (!lines->joined)
        lines->joined = g_string_new(NULL);
    g_string_truncate(lines->joined, 0);
    g_string_append_len(lines->joined, line->at, (gssize)line->len);
    dx_span more = *line;
    while (fills_console(more.len) && lines->rest.len && !g_ascii_isspace(lines->rest.at[0]) &&
           lines->joined->len < MAX_LINE && take_raw(lines, &more))
        g_string_append_len(lines->joined, more.at, (gssize)more.len);
    *line = (dx_span){lines->joined->str, lines->joined->len};
    return true;
}

void
dx_lines_end(dx_lines *lines)
{
    if (lines->joined)
        g_string_free(lines->joined, TRUE);
    lines->joined = NULL;
}
