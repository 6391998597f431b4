/* json_out.c - writes JSON values
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/json_out.h"

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

void
dx_json_text(GString *out, const char *text)
{
    if (!text || !*text) {
        dx_json_put(out, "null");
        return;
    }
    size_t plain = 0;
    while (text[plain] >= 0x20 && text[plain] < 0x7f)
        plain++;
    if (!text[plain]) {
        escaped(out, text);
        return;
    }
    char *safe = dx_safe(text, strlen(text) * 4);
    escaped(out, safe);
    g_free(safe);
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
