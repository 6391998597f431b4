/* json_out.c - writes JSON values
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/json_out.h"

#include <string.h>

#include "facts/text.h"

void
dx_json_number(GString *out, uint64_t number)
{
    char digits[20];
    unsigned at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    dx_json_bytes(out, digits + at, sizeof digits - at);
}

void
dx_json_frame(GString *out, uint32_t frame)
{
    if (frame)
        dx_json_number(out, frame);
    else
        dx_json_put(out, "null");
}

static void
escaped(GString *out, const char *safe)
{
    dx_json_bytes(out, "\"", 1);
    for (;;) {
        size_t len = strcspn(safe, "\"\\");
        dx_json_bytes(out, safe, len);
        safe += len;
        if (!*safe)
            break;
        dx_json_bytes(out, "\\", 1);
        dx_json_bytes(out, safe++, 1);
    }
    dx_json_bytes(out, "\"", 1);
}

/* Eight bytes that JSON takes as they are: printable ASCII, no quote, no backslash. A report is megabytes of
 * text. */
static bool
are_plain(const char *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highest = ones << 7;
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    /* a byte of 0 has its highest bit set when 1 is taken off, and one below a blank when a blank is */
    uint64_t quote = (bytes ^ ones * '"') - ones, slash = (bytes ^ ones * '\\') - ones;
    uint64_t control = bytes - ones * ' ', delete = (bytes ^ ones * 0x7f) - ones;
    return !((bytes | quote | slash | control | delete) & highest);
}

/* Writes what is ASCII to its end, which nearly all is, in one walk; of other text nothing, and says so. In a
 * step tabs and newlines are blanks. */
static bool
plain(GString *out, const char *text, size_t len, bool step)
{
    size_t before = out->len, from = 0;

    dx_json_bytes(out, "\"", 1);
    for (size_t at = 0; at < len; at++) {
        while (len - at >= 8 && are_plain(text + at))
            at += 8;
        if (at == len)
            break;
        char c = text[at];
        bool blank = step && (c == '\t' || c == '\n');
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            continue;
        if (!blank && c != '"' && c != '\\') {
            g_string_truncate(out, before);
            return false;
        }
        dx_json_bytes(out, text + from, at - from);
        dx_json_bytes(out, blank ? " " : "\\", 1);
        from = at + blank;
    }
    dx_json_bytes(out, text + from, len - from);
    dx_json_bytes(out, "\"", 1);
    return true;
}

void
dx_json_text(GString *out, const char *text)
{
    if (!text || !*text) {
        dx_json_put(out, "null");
        return;
    }
    size_t len = strlen(text);
    if (plain(out, text, len, false))
        return;
    char *safe = dx_safe(text, len * 4);
    escaped(out, safe);
    g_free(safe);
}

void
dx_json_step(GString *out, const char *step, size_t len)
{
    if (!len)
        dx_json_put(out, "null");
    else if (!plain(out, step, len, true))
        dx_json_take_text(out, g_strdelimit(g_strndup(step, len), "\t\n", ' '));
}

void
dx_json_take_text(GString *out, char *text)
{
    dx_json_text(out, text);
    g_free(text);
}

void
dx_json_element(GString *out, const char *text)
{
    if (!text || !*text)
        return;
    dx_json_comma(out);
    dx_json_text(out, text);
}
