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

/* What has its highest bit set in a byte that JSON does not take as it is: it takes printable ASCII without
 * quote and backslash. A report is megabytes of text. */
static uint64_t
not_plain(const char *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    /* a byte of 0 has its highest bit set when 1 is taken off, one below a blank when a blank is, and 0x7f
     * when 1 is added */
    uint64_t quote = (bytes ^ ones * '"') - ones, slash = (bytes ^ ones * '\\') - ones;
    return bytes | quote | slash | (bytes - ones * ' ') | (bytes + ones);
}

/* How many bytes from `at` on JSON takes as they are. The last eight of a text are read as one, whatever
 * stands before them. */
static size_t
plain_len(const char *text, size_t at, size_t len)
{
    const uint64_t highest = UINT64_C(0x8080808080808080);
    size_t from = at;

    while (len - at >= 16 && !((not_plain(text + at) | not_plain(text + at + 8)) & highest))
        at += 16;
    if (len - at >= 8 && !(not_plain(text + at) & highest))
        at += 8;
    if (len >= 8 && len - at < 8 && !(not_plain(text + len - 8) & highest))
        return len - from;
    while (at < len && text[at] >= 0x20 && text[at] < 0x7f && text[at] != '"' && text[at] != '\\')
        at++;
    return at - from;
}

/* Writes what is ASCII to its end, which nearly all is, in one walk; of other text nothing, and says so. In a
 * step tabs and newlines are blanks. */
static bool
plain(GString *out, const char *text, size_t len, bool step)
{
    size_t before = out->len;

    dx_json_bytes(out, "\"", 1);
    for (size_t at = 0; at < len;) {
        size_t num = plain_len(text, at, len);
        dx_json_bytes(out, text + at, num);
        at += num;
        if (at == len)
            break;
        bool blank = step && (text[at] == '\t' || text[at] == '\n');
        if (!blank && text[at] != '"' && text[at] != '\\') {
            g_string_truncate(out, before);
            return false;
        }
        dx_json_bytes(out, blank ? " " : text[at] == '"' ? "\\\"" : "\\\\", blank ? 1 : 2);
        at++;
    }
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
dx_json_name(GString *out, const char *name)
{
    if (!name) {
        dx_json_put(out, "null");
        return;
    }
    dx_json_bytes(out, "\"", 1);
    dx_json_put(out, name);
    dx_json_bytes(out, "\"", 1);
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

void
dx_json_seconds(GString *out, int64_t us)
{
    if (us < 0)
        dx_json_put(out, "-");
    us = MIN(us < 0 ? -us : us, (int64_t)UINT32_MAX * G_USEC_PER_SEC);
    char micro[] = ".000000";
    uint32_t rest = (uint32_t)(us % G_USEC_PER_SEC);
    for (unsigned i = 6; i > 0; i--, rest /= 10)
        micro[i] = (char)('0' + rest % 10);
    dx_json_number(out, (uint32_t)(us / G_USEC_PER_SEC));
    dx_json_put(out, micro);
}
