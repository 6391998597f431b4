/* certificate_text.c - reads what Java's keytool and "openssl x509 -text" print of certificates
 *
 *     Alias name: server                                   Certificate:
 *     Entry type: PrivateKeyEntry                              Data:
 *     Certificate chain length: 1                                  Subject: CN = www.example.com
 *     Certificate[1]:                                              Subject Public Key Info:
 *     Owner: CN=www.example.com                                        Public Key Algorithm: rsaEncryption
 *          SHA1: 1A:1F:94:8B:...                           SHA1 Fingerprint=1A:1F:94:8B:...
 *
 * keytool translates its captions, but neither the two sorts of entries nor "SHA1:". A certificate without a
 * key is what a truststore holds, so nothing is missing there. openssl's text is of a file: it tells nothing
 * of a store or a key.
 * Source: Oracle, "The keytool Command" (-list); openssl-x509(1)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/readers.h"

/* A certificate while its lines come. */
typedef struct entry {
    dx_stored_certificate fact;
    bool open;
} entry;

static void
finish(const dx_reading *reading, entry *now)
{
    if (now->open && (now->fact.subject || now->fact.thumbprint[0]))
        dx_reading_certificate(reading, &now->fact);
    else if (now->open)
        dx_reading_skip(reading, now->fact.where.line);
    memset(now, 0, sizeof *now);
}

static void
begin(const dx_reading *reading, entry *now, uint32_t line)
{
    finish(reading, now);
    now->open = true;
    now->fact.where = now->fact.key_where = dx_reading_at(reading, line);
}

/* "1A:1F:94:..." of 20 bytes */
static bool
take_fingerprint(entry *now, dx_span digits)
{
    char plain[41];
    size_t len = 0;

    for (size_t i = 0; i < digits.len && len < 40; i++)
        if (digits.at[i] != ':')
            plain[len++] = digits.at[i];
    if (now->fact.thumbprint[0])
        return false;
    if (len == 40 && dx_span_hash(now->fact.thumbprint, (dx_span){plain, len}) == 40)
        return true;
    now->fact.thumbprint[0] = '\0'; /* the beginning of one is none */
    return false;
}

static void
take_type(entry *now, dx_span line)
{
    if (now->fact.type != DX_KEY_TYPE_UNKNOWN)
        return;
    if (dx_span_has(line, "RSA key") || dx_span_has(line, ": rsaEncryption"))
        now->fact.type = DX_KEY_TYPE_RSA;
    else if (dx_span_has(line, "EC key") || dx_span_has(line, "EC (") ||
             dx_span_has(line, ": id-ecPublicKey"))
        now->fact.type = DX_KEY_TYPE_ECDSA;
}

/* "CN=..." behind a caption of whatever language, the first of an entry: that of the certificate itself */
static void
take_owner(entry *now, dx_span line)
{
    dx_span caption, value;

    if (!now->fact.subject && dx_span_value(line, &caption, &value) && dx_span_has(value, "="))
        now->fact.subject = dx_span_copy(value);
}

static bool
begins_entry(dx_span line)
{
    return dx_span_has(line, "PrivateKeyEntry") || dx_span_has(line, "trustedCertEntry");
}

dx_seeing
dx_see_keytool(const dx_look *look)
{
    return begins_entry(look->line) ? DX_SEEN : DX_NOT_SEEN;
}

static void
take_keytool(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    size_t comma = dx_span_find(line, ", ");

    if (begins_entry(line)) {
        begin(reading, now, number);
        now->fact.key = dx_span_has(line, "PrivateKeyEntry") ? DX_KEY_NAMED : DX_KEY_UNKNOWN;
        if (comma != SIZE_MAX) /* without -v: "server, Nov 26, 2026, PrivateKeyEntry," */
            now->fact.subject = dx_span_copy((dx_span){line.at, comma});
    } else if (now->open && dx_span_starts(line, "SHA1:")) {
        take_fingerprint(now, dx_span_trim(dx_span_from(line, 5)));
    } else if (now->open) {
        take_owner(now, line);
        take_type(now, line);
    }
}

static void
take_x509_text(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    bool fingerprint = dx_span_starts(line, "SHA1 Fingerprint=");

    if (dx_span_equal(line, "Certificate:") || (fingerprint && !now->open))
        begin(reading, now, number);
    if (fingerprint)
        take_fingerprint(now, dx_span_from(line, strlen("SHA1 Fingerprint=")));
    else if (now->open && dx_span_starts(line, "Subject: "))
        take_owner(now, line);
    else if (now->open && dx_span_starts(line, "Public Key Algorithm: "))
        take_type(now, line);
}

static void
read_lines(const dx_reading *reading, void (*take)(const dx_reading *, entry *, dx_span, uint32_t))
{
    entry now = {.open = false};
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line))
        take(reading, &now, dx_span_trim(line), lines.number);
    dx_lines_end(&lines);
    finish(reading, &now);
}

void
dx_read_keytool(const dx_reading *reading)
{
    read_lines(reading, take_keytool);
}

dx_seeing
dx_see_x509_text(const dx_look *look)
{
    bool data = dx_span_equal(look->line, "Data:") && dx_span_equal(look->before, "Certificate:");

    return data || dx_span_starts(look->line, "SHA1 Fingerprint=") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_x509_text(const dx_reading *reading)
{
    read_lines(reading, take_x509_text);
    dx_reading_part(reading);
}
