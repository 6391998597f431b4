/* span.c - pieces of text with a length, and what the readers look for in them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/span.h"

#include <string.h>

#define MAX_COPY 255

dx_span
dx_span_from(dx_span span, size_t from)
{
    from = MIN(from, span.len);
    return from ? (dx_span){span.at + from, span.len - from} : span; /* an empty one may be NULL */
}

dx_span
dx_span_trim(dx_span span)
{
    while (span.len && g_ascii_isspace(span.at[0]))
        span = dx_span_from(span, 1);
    while (span.len && g_ascii_isspace(span.at[span.len - 1]))
        span.len--;
    return span;
}

bool
dx_span_equal(dx_span span, const char *literal)
{
    return span.len == strlen(literal) && g_ascii_strncasecmp(span.at, literal, span.len) == 0;
}

bool
dx_span_starts(dx_span span, const char *literal)
{
    size_t len = strlen(literal);
    return span.len >= len && g_ascii_strncasecmp(span.at, literal, len) == 0;
}

bool
dx_span_ends(dx_span span, const char *literal)
{
    size_t len = strlen(literal);
    return span.len >= len && g_ascii_strncasecmp(span.at + span.len - len, literal, len) == 0;
}

size_t
dx_span_find(dx_span span, const char *literal)
{
    size_t len = strlen(literal);
    char lower = g_ascii_tolower(literal[0]), upper = g_ascii_toupper(literal[0]);

    for (size_t at = 0; at + len <= span.len; at++)
        if ((span.at[at] == lower || span.at[at] == upper) &&
            g_ascii_strncasecmp(span.at + at, literal, len) == 0)
            return at;
    return SIZE_MAX;
}

bool
dx_span_has(dx_span span, const char *literal)
{
    return dx_span_find(span, literal) != SIZE_MAX;
}

char *
dx_span_copy(dx_span span)
{
    return g_strndup(span.at, MIN(span.len, MAX_COPY));
}

bool
dx_span_word(dx_span *rest, dx_span *word)
{
    while (rest->len && g_ascii_isspace(rest->at[0]))
        *rest = dx_span_from(*rest, 1);
    size_t len = 0;
    while (len < rest->len && !g_ascii_isspace(rest->at[len]))
        len++;
    *word = (dx_span){rest->at, len};
    *rest = dx_span_from(*rest, len);
    return len > 0;
}

bool
dx_span_value(dx_span line, dx_span *caption, dx_span *value)
{
    for (size_t at = 0; at < line.len; at++) {
        if (line.at[at] != ':' || (at + 1 < line.len && !g_ascii_isspace(line.at[at + 1])))
            continue;
        *caption = dx_span_trim((dx_span){line.at, at});
        *value = dx_span_trim(dx_span_from(line, at + 1));
        return caption->len > 0;
    }
    return false;
}

bool
dx_span_rule(dx_span line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] != '-')
            return false;
    return line.len >= 8;
}

bool
dx_span_heading(dx_span line)
{
    /* U+FF1A in UTF-8 and in code page 932 */
    return dx_span_ends(line, ":") || dx_span_ends(line, "\xef\xbc\x9a") || dx_span_ends(line, "\x81\x46");
}

bool
dx_span_command(dx_span line, dx_span *command)
{
    line = dx_span_trim(line);
    for (size_t at = 0; at < line.len && at < 120; at++) {
        dx_span prompt = {line.at, at};
        bool windows =
            line.at[at] == '>' && (!at || dx_span_has(prompt, ":\\") || dx_span_starts(prompt, "PS") ||
                                   dx_span_starts(prompt, "netsh"));
        bool shell = (line.at[at] == '#' || line.at[at] == '$') && at + 1 < line.len &&
                     line.at[at + 1] == ' ' && (!at || dx_span_has(prompt, "@"));
        if (!windows && !shell)
            continue;
        *command = dx_span_trim(dx_span_from(line, at + 1));
        return command->len > 0;
    }
    return false;
}

size_t
dx_span_decimal(uint32_t *out, dx_span span)
{
    uint64_t value = 0;
    size_t at = 0;

    for (; at < span.len && g_ascii_isdigit(span.at[at]); at++) {
        value = value * 10 + (uint64_t)(span.at[at] - '0');
        if (value > UINT32_MAX)
            return 0;
    }
    *out = (uint32_t)value;
    return at;
}

size_t
dx_span_hex(uint32_t *out, dx_span span)
{
    size_t from = dx_span_starts(span, "0x") ? 2 : 0, at = from;
    uint64_t value = 0;

    for (; at < span.len && g_ascii_isxdigit(span.at[at]); at++) {
        value = value << 4 | (uint64_t)g_ascii_xdigit_value(span.at[at]);
        if (value > UINT32_MAX)
            return 0;
    }
    *out = (uint32_t)value;
    return at > from ? at : 0;
}

unsigned
dx_span_hash(char out[41], dx_span span)
{
    char padded[41];
    unsigned num = 0, num_padded = 0;

    out[0] = '\0';
    span = dx_span_trim(span);
    for (size_t i = 0; i < span.len; i++) {
        char c = span.at[i];
        if (c != ' ' && !g_ascii_isxdigit(c))
            return 0;
        if (num_padded < 40)
            padded[num_padded] = c == ' ' ? '0' : g_ascii_tolower(c);
        num_padded++;
        if (c == ' ')
            continue;
        if (num < 40)
            out[num] = g_ascii_tolower(c);
        num++;
    }
    out[MIN(num, 40)] = '\0';
    if (num == 40)
        return num;
    out[0] = '\0';
    if (num_padded == 40 && num >= 30) { /* httpcfg prints bytes below 0x10 as a blank and a digit */
        padded[40] = '\0';
        memcpy(out, padded, sizeof padded);
    }
    return num >= 30 && num < 40 ? num : 0;
}

size_t
dx_span_guid(dx_span span, bool *zero)
{
    static const char shape[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

    *zero = true;
    if (span.len < sizeof shape - 1)
        return 0;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == 'x' ? !g_ascii_isxdigit(span.at[i]) : span.at[i] != shape[i])
            return 0;
        if (shape[i] == 'x' && span.at[i] != '0')
            *zero = false;
    }
    return sizeof shape - 1;
}
