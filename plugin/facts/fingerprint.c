/* fingerprint.c - JA3 and JA4
 *
 * GREASE and elements that stand twice are no part of the lists that are kept.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/fingerprint.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define JA4_HASH 12 /* characters of each hash */

enum { SCSV_RENEGOTIATION = 0x00FF, SCSV_FALLBACK = 0x5600, SERVER_NAME = 0, ALPN = 16 };

/* The suites as they were sent, with the two signals in their places; free with dx_codes_clear. */
static dx_codes
sent_ciphers(const dx_offer *offer, const dx_hello_marks *marks)
{
    unsigned num = offer->ciphers.num + (marks->renegotiation_at > 0) + (marks->fallback_at > 0), taken = 0;
    dx_codes sent = {.item = g_new(uint16_t, num + 1)};
    while (sent.num < num) {
        unsigned at = sent.num + 1u;
        bool signal = at == marks->renegotiation_at || at == marks->fallback_at;
        if (!signal && taken == offer->ciphers.num)
            break;
        sent.item[sent.num++] = at == marks->renegotiation_at ? SCSV_RENEGOTIATION
                                : at == marks->fallback_at    ? SCSV_FALLBACK
                                                              : offer->ciphers.item[taken++];
    }
    return sent;
}

/* Of a scanner's list that is longer than what is kept, nothing can be said. */
static bool
is_defined(const dx_offer *offer, const dx_shape *shape)
{
    return offer && shape && !offer->dtls && !offer->sslv2 && offer->ciphers.num < DX_MAX_CODES;
}

static void
add_numbers(GString *text, const dx_codes *codes)
{
    for (unsigned i = 0; i < codes->num; i++)
        g_string_append_printf(text, "%s%u", i ? "-" : "", codes->item[i]);
    g_string_append_c(text, ',');
}

char *
dx_ja3(const dx_offer *offer, const dx_shape *shape)
{
    if (!is_defined(offer, shape))
        return NULL;
    const dx_hello_marks *marks = &shape->marks;
    dx_codes ciphers = sent_ciphers(offer, marks);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%u,", offer->legacy_version);
    add_numbers(text, &ciphers);
    add_numbers(text, &shape->extensions);
    add_numbers(text, &offer->groups);
    for (unsigned i = 0; i < marks->num_formats; i++)
        g_string_append_printf(text, "%s%u", i ? "-" : "", marks->formats[i]);
    char *hash = g_compute_checksum_for_string(G_CHECKSUM_MD5, text->str, -1);
    dx_codes_clear(&ciphers);
    g_string_free(text, TRUE);
    return hash;
}

static int
compare_codes(const void *a, const void *b)
{
    const uint16_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void
add_hex(GString *text, const dx_codes *codes)
{
    for (unsigned i = 0; i < codes->num; i++)
        g_string_append_printf(text, "%s%04x", i ? "," : "", codes->item[i]);
}

/* The first characters of a text's SHA-256; zeros for an empty one. */
static void
add_hash(GString *ja4, const GString *text)
{
    char *hash = text->len ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, -1) : NULL;
    g_string_append_printf(ja4, "_%.*s", JA4_HASH, hash ? hash : "000000000000");
    g_free(hash);
}

static const char *
version_word(const dx_offer *offer)
{
    uint16_t newest = 0;
    for (unsigned i = 0; i < offer->versions.num; i++)
        newest = MAX(newest, offer->versions.item[i]);
    switch (newest) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    default:
        return "00";
    }
}

/* First and last character of the first protocol, or of its bytes in hexadecimal. */
static void
add_protocol(GString *ja4, const dx_offer *offer)
{
    const char *name = offer->num_alpn ? offer->alpn[0] : NULL;
    if (!name || !*name) {
        g_string_append(ja4, "00");
        return;
    }
    unsigned char first = (unsigned char)name[0], last = (unsigned char)name[strlen(name) - 1];
    if (g_ascii_isalnum(first) && g_ascii_isalnum(last))
        g_string_append_printf(ja4, "%c%c", first, last);
    else
        g_string_append_printf(ja4, "%x%x", first >> 4, last & 15u);
}

char *
dx_ja4(const dx_offer *offer, const dx_shape *shape, bool quic)
{
    if (!is_defined(offer, shape))
        return NULL;
    dx_codes ciphers = sent_ciphers(offer, &shape->marks);
    dx_codes extensions = {.item = g_new(uint16_t, shape->extensions.num + 1)};
    for (unsigned i = 0; i < shape->extensions.num; i++)
        if (shape->extensions.item[i] != SERVER_NAME && shape->extensions.item[i] != ALPN)
            extensions.item[extensions.num++] = shape->extensions.item[i];
    qsort(ciphers.item, ciphers.num, sizeof *ciphers.item, compare_codes);
    qsort(extensions.item, extensions.num, sizeof *extensions.item, compare_codes);

    GString *ja4 = g_string_new(NULL), *suites = g_string_new(NULL), *rest = g_string_new(NULL);
    g_string_append_printf(ja4, "%c%s%c%02u%02u", quic ? 'q' : 't', version_word(offer),
                           offer->sni_present ? 'd' : 'i', MIN(ciphers.num, 99u),
                           MIN(shape->extensions.num, 99u));
    add_protocol(ja4, offer);
    add_hex(suites, &ciphers);
    add_hash(ja4, suites);
    add_hex(rest, &extensions);
    if (offer->signatures.num)
        g_string_append_c(rest, '_');
    add_hex(rest, &offer->signatures);
    add_hash(ja4, rest);
    g_string_free(suites, TRUE);
    g_string_free(rest, TRUE);
    dx_codes_clear(&ciphers);
    dx_codes_clear(&extensions);
    return g_string_free(ja4, FALSE);
}
