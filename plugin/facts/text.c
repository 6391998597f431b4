/* text.c - text for people: wire values made safe, times, templates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/text.h"

#include <glib.h>
#include <string.h>

#include "facts/authentication.h"
#include "knowledge/hex.h"
#include "knowledge/names.h"

#define SAFE_MAX_CHARACTERS      255
#define HOST_NAME_MAX_CHARACTERS 253 /* RFC 1035 section 2.3.4, without the root's dot */
#define LABEL_MAX_CHARACTERS     63

/* Letters and marks that nobody sees: Default_Ignorable_Code_Point of Unicode 15's DerivedCoreProperties
 * outside category Cf, and the blank Braille pattern. */
static bool
is_invisible(gunichar c)
{
    static const struct {
        gunichar from, to;
    } ranges[] = {{0x034f, 0x034f}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},  {0x2800, 0x2800},
                  {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xffa0, 0xffa0}, {0xe0100, 0xe01ef}};

    for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

/* Shown as it is? Format characters (Unicode category Cf, which g_unichar_isprint refuses) are the
 * bidirectional marks, joiners and tags by which a name can be made to look like another. */
static bool
is_harmless(gunichar c)
{
    if (c < 0x7f)
        return c >= 0x20;
    GUnicodeType type = g_unichar_type(c);
    return g_unichar_isprint(c) && !is_invisible(c) && type != G_UNICODE_SPACE_SEPARATOR &&
           type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Appends what a harmful character is shown as: its code point, "<U+202E>"; of bytes that are no text, and
 * of ASCII's controls, the bytes, "\x1b". */
static void
append_harmful(GString *out, gunichar c, const char *bytes, size_t len)
{
    if (len > 1)
        g_string_append_printf(out, "<U+%04X>", (unsigned)c);
    else
        g_string_append_printf(out, "\\x%02x", (unsigned char)*bytes);
}

char *
dx_safe(const char *text, size_t max)
{
    if (!text)
        return NULL;
    if (max == 0)
        max = SAFE_MAX_CHARACTERS;
    size_t plain = 0; /* the usual case first: a report holds megabytes of plain ASCII */
    while (text[plain] >= 0x20 && text[plain] < 0x7f)
        plain++;
    if (!text[plain] && plain <= max)
        return g_strndup(text, plain);
    GString *out = g_string_new(NULL);
    size_t used = 0, num_fit = 0; /* num_fit: bytes of `out` that leave room for the dots of a cut text */
    for (const char *at = text; *at;) {
        gunichar c = g_utf8_get_char_validated(at, -1);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        size_t len = valid ? (size_t)(g_utf8_next_char(at) - at) : 1;
        bool harmless = valid && is_harmless(c);
        size_t width = harmless ? 1 : len == 1 ? 4 : c > 0xfffff ? 10 : c > 0xffff ? 9 : 8;
        if (used + width > max) {
            g_string_truncate(out, num_fit);
            if (max >= 3)
                g_string_append(out, "...");
            break;
        }
        if (harmless)
            g_string_append_len(out, at, (gssize)len);
        else
            append_harmful(out, c, at, len);
        used += width;
        if (used + 3 <= max)
            num_fit = out->len;
        at += len;
    }
    return g_string_free(out, FALSE);
}

bool
dx_is_host_name(const char *text)
{
    if (!text || !*text)
        return false;
    size_t label = 0;
    for (size_t i = 0; text[i]; i++) {
        char c = text[i];
        if (i == HOST_NAME_MAX_CHARACTERS)
            return c == '.' && !text[i + 1] && label > 0;
        if (c == '.') {
            if (label == 0)
                return false;
            label = 0;
            continue;
        }
        /* a leading '-' would be read as an option by the command that is given the name */
        bool fit = g_ascii_isalnum(c) || c == '_' || (c == '-' && label > 0);
        if (!fit || ++label > LABEL_MAX_CHARACTERS)
            return false;
    }
    return true;
}

/* A number in so many decimal digits; g_strdup_printf costs twenty times as much, and a report has tens of
 * thousands. */
static void
put_digits(char *at, unsigned number, unsigned num_digits)
{
    while (num_digits-- > 0) {
        at[num_digits] = (char)('0' + number % 10);
        number /= 10;
    }
}

char *
dx_time_text(int64_t time_us)
{
    const int64_t day_us = INT64_C(86400) * G_USEC_PER_SEC;
    int64_t days = time_us / day_us, us = time_us % day_us;
    if (us < 0) {
        us += day_us;
        days--;
    }
    GDate date;
    if (days < -719162 || days > 2932896) /* 0001-01-01 to 9999-12-31 */
        return g_strdup("");
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(days + 719163)); /* GDate's day 1 is 0001-01-01 */
    unsigned seconds = (unsigned)(us / G_USEC_PER_SEC);
    const unsigned value[] = {g_date_get_year(&date),
                              g_date_get_month(&date),
                              g_date_get_day(&date),
                              seconds / 3600,
                              seconds / 60 % 60,
                              seconds % 60,
                              (unsigned)(us % G_USEC_PER_SEC)};
    static const unsigned num_digits[] = {4, 2, 2, 2, 2, 2, 6};
    char text[32], *at = text;
    for (unsigned i = 0; i < G_N_ELEMENTS(value); i++) {
        put_digits(at, value[i], num_digits[i]);
        at += num_digits[i];
        *at++ = "--T::.Z"[i];
    }
    return g_strndup(text, (size_t)(at - text));
}

static void
append_code(GString *out, uint16_t code, const char *(*name)(uint16_t code))
{
    const char *known = name ? name(code) : NULL;
    if (known)
        g_string_append(out, known);
    else
        g_string_append_printf(out, "0x%04x", code);
}

char *
dx_codes_text(const dx_codes *codes, const char *(*name)(uint16_t code), unsigned max)
{
    if (codes->num == 0)
        return g_strdup("none");
    if (max == 0)
        max = codes->num;
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < codes->num && i < max; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        append_code(out, codes->item[i], name);
    }
    if (codes->num > max)
        g_string_append_printf(out, " and %u more", codes->num - max);
    return g_string_free(out, FALSE);
}

char *
dx_versions_text(const dx_codes *versions, bool dtls)
{
    uint16_t newest = 0, oldest = UINT16_MAX;
    bool whole = versions->num > 2;
    unsigned seen = 0; /* by minor version: a list may name one twice */
    for (unsigned i = 0; i < versions->num; i++) {
        uint16_t version = versions->item[i];
        newest = MAX(newest, version);
        oldest = MIN(oldest, version);
        whole = whole && version >= DX_TLS10 && version <= DX_TLS13 && !(seen >> (version - DX_TLS10) & 1);
        seen |= whole ? 1u << (version - DX_TLS10) : 0;
    }
    if (whole && newest - oldest + 1u == versions->num && !dtls)
        return g_strdup_printf("TLS 1.%d to 1.%d", oldest - DX_TLS10, newest - DX_TLS10);
    return dx_codes_text(versions, dx_version_names(dtls), 6);
}

char *
dx_code_text(uint16_t code, const char *(*name)(uint16_t code))
{
    GString *out = g_string_new(NULL);
    append_code(out, code, name);
    return g_string_free(out, FALSE);
}

char *
dx_host_name(const dx_facts *facts)
{
    char *host = dx_server_name(facts);
    if (dx_is_host_name(host))
        return host;
    g_free(host);
    return NULL;
}

static char *
host_or(const dx_facts *facts, const char *placeholder)
{
    char *host = dx_host_name(facts);
    return host ? host : g_strdup(placeholder);
}

static char *
address_or(const dx_address *address, const char *placeholder)
{
    return address->family ? dx_address_text(address) : g_strdup(placeholder);
}

/* As netsh shows it, without blanks; certutil takes it, too. */
static char *
thumbprint_text(const dx_facts *facts)
{
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);
    const dx_certificate_info *info = leaf ? dx_certificate_read(leaf) : NULL;

    return info ? dx_hex(info->sha1, sizeof info->sha1, '\0') : g_strdup("THUMBPRINT");
}

char *
dx_fill_value(const char *name, size_t len, const dx_facts *facts)
{
    const dx_endpoint *server = &facts->server_endpoint;
#define IS(word) (len == sizeof(word) - 1 && memcmp(name, word, sizeof(word) - 1) == 0)
    if (IS("server"))
        return address_or(&server->address, "SERVER");
    if (IS("client"))
        return address_or(&facts->client_endpoint.address, "CLIENT");
    if (IS("port"))
        return server->port ? g_strdup_printf("%u", server->port) : g_strdup("PORT");
    if (IS("protocol"))
        return g_strdup(server->datagram ? "UDP" : "TCP");
    if (IS("sockets")) /* of ss(8) */
        return g_strdup(server->datagram ? "-lunp" : "-ltnp");
    if (IS("endpoint"))
        return server->address.family && server->port ? dx_endpoint_text(server) : g_strdup("SERVER:PORT");
    if (IS("sni")) /* in a command */
        return host_or(facts, "HOSTNAME");
    if (IS("name")) /* in a sentence */
        return host_or(facts, "the name that clients use");
    if (IS("thumbprint"))
        return thumbprint_text(facts);
#undef IS
    return NULL;
}

char *
dx_fill(const char *template_text, const dx_facts *facts)
{
    if (!template_text)
        return NULL;
    GString *out = g_string_new(NULL);
    const char *at = template_text;
    for (const char *open; (open = strchr(at, '{'));) {
        g_string_append_len(out, at, open - at);
        const char *end = strchr(open, '}');
        char *value = end ? dx_fill_value(open + 1, (size_t)(end - open - 1), facts) : NULL;
        if (value) {
            g_string_append(out, value);
            g_free(value);
            at = end + 1;
        } else {
            /* some other brace, a GUID say */
            g_string_append_c(out, '{');
            at = open + 1;
        }
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}

char *
dx_step_line(const char *step)
{
    return step ? g_strdelimit(g_strdup(step), "\t\n", ' ') : NULL;
}

/* Integers only: printf's "%.1f" writes a comma in many locales. */
char *
dx_duration_text(int64_t us)
{
    if (us < 0)
        us = 0;
    if (us < 10 * 1000)
        return g_strdup_printf("%d.%d ms", (int)(us / 1000), (int)(us % 1000 / 100));
    if (us < G_USEC_PER_SEC)
        return g_strdup_printf("%d ms", (int)(us / 1000));
    int64_t seconds = us / G_USEC_PER_SEC;
    if (seconds < 120)
        return g_strdup_printf("%d.%d s", (int)seconds, (int)(us % G_USEC_PER_SEC / (G_USEC_PER_SEC / 10)));
    if (seconds < 2 * 3600)
        return g_strdup_printf("%d min %d s", (int)(seconds / 60), (int)(seconds % 60));
    return g_strdup_printf("%" G_GINT64_FORMAT " h %d min", seconds / 3600, (int)(seconds / 60 % 60));
}
