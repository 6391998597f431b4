/* http.c - what is read from HTTP/1.x: status, headers, CONNECT, and pages that ask for TLS
 *
 * Source: RFC 9110 section 9.3.6 (CONNECT), RFC 9112 sections 3 to 5
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "knowledge/whole.h"
#include "wire/match.h"

#include <glib.h>
#include <string.h>

unsigned
dx_http_status(const uint8_t *bytes, size_t len)
{
    if (len < 12 || !dx_match_prefix(bytes, len, "HTTP/1.") || !g_ascii_isdigit(bytes[7]) || bytes[8] != ' ')
        return 0;
    for (unsigned i = 9; i < 12; i++) {
        if (!g_ascii_isdigit(bytes[i]))
            return 0;
    }
    if (len > 12 && g_ascii_isdigit(bytes[12]))
        return 0;
    return (bytes[9] - '0') * 100u + (bytes[10] - '0') * 10u + (bytes[11] - '0');
}

static const char connect_method[] = "CONNECT ";
#define CONNECT_METHOD_LEN (sizeof connect_method - 1)

#define MAX_MENTIONS 16 /* of a word that are looked at in a page: a hostile page repeats it */

/* The length of the line at `start` with its line end; a lone LF ends a line too (RFC 9112 section 2.2). */
static size_t
whole_line_len(const uint8_t *bytes, size_t len)
{
    const uint8_t *end = len > 0 ? (const uint8_t *)memchr(bytes, '\n', len) : NULL;
    return end ? (size_t)(end - bytes) + 1 : len;
}

static bool
is_empty_line(const uint8_t *line, size_t len)
{
    return len > 0 && (line[0] == '\n' || (len > 1 && line[0] == '\r' && line[1] == '\n'));
}

static void
copy_value(char *value, size_t size, const uint8_t *bytes, size_t len)
{
    while (len > 0 && g_ascii_isspace(bytes[0])) {
        bytes++;
        len--;
    }
    while (len > 0 && g_ascii_isspace(bytes[len - 1]))
        len--;
    if (size == 0)
        return;
    char *whole = dx_whole(bytes, len);
    g_strlcpy(value, whole, size);
    g_free(whole);
}

bool
dx_http_header(const uint8_t *bytes, size_t len, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    len = MIN(len, DX_MATCH_LOOK);
    copy_value(value, size, bytes, 0);
    for (size_t at = whole_line_len(bytes, len); at < len;) {
        const uint8_t *line = bytes + at;
        size_t line_len = whole_line_len(line, len - at);
        if (is_empty_line(line, line_len))
            return false;
        if (line_len > name_len && line[name_len] == ':' && dx_match_prefix_nocase(line, line_len, name)) {
            copy_value(value, size, line + name_len + 1, line_len - name_len - 1);
            return true;
        }
        at += line_len;
    }
    return false;
}

/* The length of the host:port of a CONNECT request, which begins behind the method; 0 when it is none. */
static size_t
connect_target_len(const uint8_t *bytes, size_t len)
{
    if (!dx_match_prefix(bytes, len, connect_method))
        return 0;
    size_t end = CONNECT_METHOD_LEN;
    while (end < len && bytes[end] > ' ' && bytes[end] < 0x7F)
        end++;
    return dx_match_prefix(bytes + end, len - end, " HTTP/") ? end - CONNECT_METHOD_LEN : 0;
}

bool
dx_http_is_connect(const uint8_t *bytes, size_t len)
{
    return connect_target_len(bytes, len) > 0;
}

bool
dx_http_connect_target(const uint8_t *bytes, size_t len, char *target, size_t size)
{
    size_t target_len = connect_target_len(bytes, len);

    copy_value(target, size, bytes, 0);
    if (target_len == 0 || target_len >= size)
        return false;
    copy_value(target, size, bytes + CONNECT_METHOD_LEN, target_len);
    return true;
}

static bool
is_word_byte(uint8_t byte)
{
    return g_ascii_isalnum(byte) || byte == '_';
}

/* Whether one of the words by which a page demands something stands within `reach` bytes of `at`. */
static bool
demands_near(const uint8_t *text, size_t len, size_t at)
{
    static const char *const demands[] = {"plain", "require", "http request", "must", "expect", "instead"};
    const size_t reach = 100;
    size_t start = at > reach ? at - reach : 0;
    size_t end = MIN(len, at + reach);
    for (size_t i = 0; i < G_N_ELEMENTS(demands); i++) {
        if (dx_match_find_nocase(text + start, end - start, 0, demands[i]) != DX_MATCH_NONE)
            return true;
    }
    return false;
}

/* A page in other words, for example Tomcat's "This combination of host and port requires TLS." The word
 * has to stand alone: "OpenSSL/3.0" and links to "https://" are on any server's error page. */
static bool
asks_for_tls(const uint8_t *text, size_t len)
{
    static const char *const words[] = {"https", "tls", "ssl"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t word_len = strlen(words[i]);
        size_t at = dx_match_find_nocase(text, len, 0, words[i]);
        for (unsigned num = 0; num < MAX_MENTIONS && at != DX_MATCH_NONE; num++) {
            size_t after = at + word_len;
            bool alone = (at == 0 || !is_word_byte(text[at - 1])) &&
                         (after >= len || (!is_word_byte(text[after]) && text[after] != ':'));
            if (alone && demands_near(text, len, at))
                return true;
            at = dx_match_find_nocase(text, len, after, words[i]);
        }
    }
    return false;
}

bool
dx_http_says_use_tls(const uint8_t *bytes, size_t len)
{
    /* nginx; Apache; Go's net/http. observed: lab captures *_base_http_to_tls */
    static const char *const pages[] = {"The plain HTTP request was sent to HTTPS port",
                                        "speaking plain HTTP to an SSL-enabled server port",
                                        "Client sent an HTTP request to an HTTPS server."};
    len = MIN(len, DX_MATCH_LOOK);
    unsigned status = dx_http_status(bytes, len);
    if (status > 0 && status < 400)
        return false; /* spares the search in what a healthy server answers */
    /* A request without a version (HTTP/0.9) is answered by the page alone. */
    if (status == 0 && dx_foreign_classify(bytes, len, false) != DX_FOREIGN_HTML)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (dx_match_find_nocase(bytes, len, 0, pages[i]) != DX_MATCH_NONE)
            return true;
    }
    if (status == 497) /* nginx's own code for it, sent when error_page keeps it */
        return true;
    if (status != 400 && status != 426)
        return false;
    char upgrade[64];
    if (status == 426 && dx_http_header(bytes, len, "Upgrade", upgrade, sizeof upgrade) &&
        dx_match_prefix_nocase((const uint8_t *)upgrade, strlen(upgrade), "TLS/"))
        return true; /* RFC 2817 section 4.2 */
    size_t body = dx_match_find_nocase(bytes, len, 0, "\r\n\r\n");
    return body != DX_MATCH_NONE && asks_for_tls(bytes + body, len - body);
}
