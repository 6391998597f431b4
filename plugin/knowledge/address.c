/* address.c - network addresses: read, compared, shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/address.h"

#include <glib.h>
#include <string.h>

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A decimal number of at most `max`; returns the digits taken, 0 when there are none or it is too big. */
static size_t
parse_decimal(uint32_t *out, uint32_t max, const char *text, size_t len)
{
    uint32_t value = 0;
    size_t at = 0;

    for (; at < len && is_digit(text[at]); at++) {
        value = value * 10 + (uint32_t)(text[at] - '0');
        if (value > max)
            return 0;
    }
    *out = value;
    return at;
}

static size_t
parse_ipv4(uint8_t *bytes, const char *text, size_t len)
{
    size_t at = 0;

    for (unsigned i = 0; i < 4; i++) {
        uint32_t value = 0;
        if (i > 0 && (at >= len || text[at++] != '.'))
            return 0;
        size_t digits = parse_decimal(&value, 255, text + at, len - at);
        if (!digits || digits > 3)
            return 0;
        bytes[i] = (uint8_t)value;
        at += digits;
    }
    return at;
}

/* One group of up to four hex digits. */
static size_t
parse_group(uint8_t *bytes, const char *text, size_t len)
{
    unsigned value = 0;
    size_t at = 0;

    for (; at < len && at < 4 && hex_value(text[at]) >= 0; at++)
        value = value << 4 | (unsigned)hex_value(text[at]);
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return at;
}

static size_t
skip_zone(const char *text, size_t len, size_t at)
{
    if (at < len && text[at] == '%')
        for (at++; at < len && (is_digit(text[at]) || hex_value(text[at]) >= 0); at++)
            ;
    return at;
}

static size_t
parse_ipv6(uint8_t *bytes, const char *text, size_t len)
{
    size_t at = 0, num = 0, gap = 16;

    while (num < 16) {
        if (at + 1 < len && text[at] == ':' && text[at + 1] == ':' && gap == 16) {
            gap = num;
            at += 2;
        }
        size_t colon = num && gap != num;
        if (colon && (at >= len || text[at] != ':'))
            break;
        size_t from = at + colon;
        size_t quad = num <= 12 ? parse_ipv4(bytes + num, text + from, len - from) : 0;
        size_t taken = quad ? quad : parse_group(bytes + num, text + from, len - from);
        if (!taken)
            break;
        num += quad ? 4 : 2;
        at = from + taken;
        if (quad)
            break;
    }
    if (num < 16 && gap == 16)
        return 0;
    if (num == 16 && gap < 16)
        return 0;
    if (gap < num)
        memmove(bytes + 16 - (num - gap), bytes + gap, num - gap);
    if (gap < 16)
        memset(bytes + gap, 0, 16 - num);
    return skip_zone(text, len, at);
}

static size_t
parse_bare(dx_address *out, const char *text, size_t len)
{
    static const dx_address none;

    *out = none;
    size_t taken = parse_ipv4(out->bytes, text, len);
    if (taken) {
        out->family = 4;
        return taken;
    }
    *out = none;
    taken = parse_ipv6(out->bytes, text, len);
    if (taken)
        out->family = 6;
    else
        *out = none;
    return taken;
}

size_t
dx_link_parse(dx_address *out, const char *text, size_t len)
{
    static const dx_address none;
    unsigned digits = 0;
    size_t at = 0;

    *out = none;
    for (; at < len && digits < 12; at++) {
        int digit = g_ascii_xdigit_value(text[at]);
        bool between = digits && digits % 2 == 0 && g_ascii_xdigit_value(text[at - 1]) >= 0;
        if (digit < 0 && !(between && (text[at] == '-' || text[at] == ':' || text[at] == '.')))
            break;
        if (digit >= 0) {
            out->bytes[digits / 2] = (uint8_t)(out->bytes[digits / 2] << 4 | digit);
            digits++;
        }
    }
    if (digits < 12 || (at < len && g_ascii_xdigit_value(text[at]) >= 0)) {
        *out = none;
        return 0;
    }
    out->family = DX_ADDRESS_LINK;
    return at;
}

size_t
dx_address_parse(dx_address *out, const char *text, size_t len)
{
    if (len == 0) {
        memset(out, 0, sizeof *out);
        return 0;
    }
    if (text[0] != '[')
        return parse_bare(out, text, len);
    size_t taken = parse_bare(out, text + 1, len - 1);
    if (taken && out->family == 6 && taken + 1 < len && text[taken + 1] == ']')
        return taken + 2;
    out->family = 0;
    return 0;
}

size_t
dx_endpoint_parse(dx_endpoint *out, const char *text, size_t len)
{
    static const dx_endpoint none;
    uint32_t port;

    *out = none;
    size_t at = dx_address_parse(&out->address, text, len);
    bool ok = at && (out->address.family == 6) == (text[0] == '[') && at < len && text[at++] == ':';
    size_t taken = ok ? parse_decimal(&port, 65535, text + at, len - at) : 0;
    if (!taken) {
        *out = none;
        return 0;
    }
    out->port = (uint16_t)port;
    return at + taken;
}

bool
dx_address_is_any(const dx_address *address)
{
    static const uint8_t zero[16];
    return address->family && memcmp(address->bytes, zero, address->family == 4 ? 4 : 16) == 0;
}

bool
dx_address_is_local(const dx_address *address)
{
    static const uint8_t loopback[16] = {[15] = 1};

    if (address->family == 4)
        return address->bytes[0] == 127 || (address->bytes[0] == 169 && address->bytes[1] == 254);
    return address->family == 6 && (memcmp(address->bytes, loopback, 16) == 0 ||
                                    (address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80));
}

bool
dx_address_is_private(const dx_address *address)
{
    const uint8_t *at = address->bytes;

    if (dx_address_is_local(address))
        return true;
    if (address->family == 6)
        return (at[0] & 0xfe) == 0xfc;
    return address->family == 4 && (at[0] == 10 || (at[0] == 172 && (at[1] & 0xf0) == 16) ||
                                    (at[0] == 192 && at[1] == 168) || (at[0] == 100 && (at[1] & 0xc0) == 64));
}

bool
dx_address_equal(const dx_address *a, const dx_address *b)
{
    /* lengths known to the compiler: this runs for every packet */
    if (a->family != b->family)
        return false;
    if (a->family == DX_ADDRESS_LINK)
        return memcmp(a->bytes, b->bytes, 6) == 0;
    return a->family == 6 ? memcmp(a->bytes, b->bytes, 16) == 0 : memcmp(a->bytes, b->bytes, 4) == 0;
}

bool
dx_endpoint_equal(const dx_endpoint *a, const dx_endpoint *b)
{
    return a->port == b->port && a->datagram == b->datagram && dx_address_equal(&a->address, &b->address);
}

unsigned
dx_endpoint_hash(const void *key)
{
    const dx_endpoint *endpoint = key;
    unsigned hash = 2166136261u ^ endpoint->port ^ (unsigned)endpoint->datagram << 16;
    size_t len = endpoint->address.family == 6 ? 16 : endpoint->address.family == DX_ADDRESS_LINK ? 6 : 4;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ endpoint->address.bytes[i]) * 16777619u;
    return hash;
}

unsigned
dx_address_hash(const void *key)
{
    dx_endpoint endpoint = {.address = *(const dx_address *)key};
    return dx_endpoint_hash(&endpoint);
}

int
dx_address_same(const void *a, const void *b)
{
    return dx_address_equal(a, b);
}

int
dx_endpoint_same(const void *a, const void *b)
{
    return dx_endpoint_equal(a, b);
}

/* g_strdup_printf costs twenty times as much, and a report has tens of thousands. */
static char *
append_decimal(char *at, unsigned number)
{
    char digits[10];
    unsigned num = 0;
    do {
        digits[num++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (num)
        *at++ = digits[--num];
    return at;
}

static char *
append_ipv4(char *at, const uint8_t *bytes)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned number = bytes[i];
        if (i > 0)
            *at++ = '.';
        if (number >= 100)
            *at++ = (char)('0' + number / 100);
        if (number >= 10)
            *at++ = (char)('0' + number / 10 % 10);
        *at++ = (char)('0' + number % 10);
    }
    return at;
}

/* RFC 5952 section 4: lower case, no leading zeros, the first longest run of zero groups is "::" */
static char *
append_ipv6(char *at, const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        memcpy(at, "::ffff:", 7);
        return append_ipv4(at + 7, bytes + 12);
    }

    unsigned group[8], best = 8, best_num = 1;
    for (unsigned i = 0; i < 8; i++)
        group[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    for (unsigned i = 0; i < 8; i++) {
        unsigned num = 0;
        while (i + num < 8 && group[i + num] == 0)
            num++;
        if (num > best_num) {
            best = i;
            best_num = num;
        }
    }
    char *start = at;
    for (unsigned i = 0; i < 8; i++) {
        if (i == best) {
            *at++ = ':';
            *at++ = ':';
            i += best_num - 1;
            continue;
        }
        if (at > start && at[-1] != ':')
            *at++ = ':';
        for (int shift = 12; shift >= 0; shift -= 4)
            if (shift == 0 || group[i] >> shift)
                *at++ = "0123456789abcdef"[group[i] >> shift & 15];
    }
    return at;
}

/* As RADIUS writes it (RFC 3580 section 3.21), so that no colon of its own stands before that of a port. */
static char *
append_link(char *at, const uint8_t *bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < 6; i++) {
        if (i)
            *at++ = '-';
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    return at;
}

static char *
append_address(char *at, const dx_address *address)
{
    if (address->family == 4)
        return append_ipv4(at, address->bytes);
    if (address->family == 6)
        return append_ipv6(at, address->bytes);
    if (address->family == DX_ADDRESS_LINK)
        return append_link(at, address->bytes);
    *at++ = '?';
    return at;
}

/* longest: [2001:db8:1111:2222:3333:4444:5555:6666]:65535 */
#define ENDPOINT_SIZE 56

char *
dx_address_text(const dx_address *address)
{
    char text[ENDPOINT_SIZE];
    return g_strndup(text, (size_t)(append_address(text, address) - text));
}

char *
dx_endpoint_text(const dx_endpoint *endpoint)
{
    char text[ENDPOINT_SIZE], *at = text;
    if (endpoint->address.family == 6)
        *at++ = '[';
    at = append_address(at, &endpoint->address);
    if (endpoint->address.family == 6)
        *at++ = ']';
    if (endpoint->address.family != DX_ADDRESS_LINK) {
        *at++ = ':';
        at = append_decimal(at, endpoint->port);
    }
    return g_strndup(text, (size_t)(at - text));
}
