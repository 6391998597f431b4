/* certutil.c - reads "certutil -store my" and "certutil -v -store my"
 *
 *     ================ Certificate 0 ================
 *      NotAfter: 1/5/2028 10:12 AM
 *     Subject: CN=www.example.com
 *     Cert Hash(sha1): 1a 1f 94 8b 21 a2 99 36 77 a8 8e b2 3f 42 8c 7e 47 e3 d1 33
 *       Key Container = 5b1d7f...
 *       Provider = Microsoft RSA SChannel Cryptographic Provider
 *     Encryption test passed
 *
 * or "Missing stored keyset" (a container is named but is not there), "No key provider information" (none
 * is named).
 * Source: Microsoft Learn, "certutil"; Microsoft's troubleshooter for IIS, scenario 1
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#define RULE "================"

typedef struct entry {
    dx_stored_certificate certificate;
    bool open;
    bool english;                 /* its words are known */
    unsigned words;               /* lines behind the hash that are sentences */
    bool asked, all, other_store; /* a command line asks for one, for all; another store than MY is named */
    uint32_t num, first;          /* entries; the number of the first one in its store */
    unsigned dates;               /* NotBefore, NotAfter */
    dx_date_order order;
} entry;

/* In other languages the lines behind the hash tell: no container, but a sentence, is "No key provider
 * information"; of a container that is there two sentences are said (may it be exported, did the test pass),
 * of one that is not, one. */
static void
judge_key(entry *now)
{
    dx_stored_certificate *certificate = &now->certificate;

    if (now->english || !certificate->thumbprint[0] || certificate->key >= DX_KEY_WORKS)
        return;
    if (certificate->key == DX_KEY_UNKNOWN && now->words)
        certificate->key = DX_KEY_MISSING;
    else if (certificate->key == DX_KEY_NAMED && now->words < 2)
        certificate->key = DX_KEY_UNKNOWN;
}

static void
close_entry(const dx_reading *reading, entry *now, uint32_t line)
{
    if (!now->open)
        return;
    judge_key(now);
    if (!now->certificate.thumbprint[0]) {
        dx_reading_skip(reading, line);
        dx_stored_certificate_clear(&now->certificate);
    } else {
        dx_reading_certificate(reading, &now->certificate);
    }
    memset(&now->certificate, 0, sizeof now->certificate);
    now->open = false;
    now->words = 0;
    now->dates = 0;
}

static void
set_key(const dx_reading *reading, entry *now, dx_key_state key, uint32_t line)
{
    now->certificate.key = key;
    now->certificate.key_where = dx_reading_at(reading, line);
}

/* "Cert Hash(sha1): 1a 1f ..."; any caption, as long as it names the algorithm. */
static void
take_hash(entry *now, dx_span line)
{
    dx_span caption, value, byte;
    char joined[41];
    unsigned num = 0;

    if (now->certificate.thumbprint[0] || !dx_span_value(line, &caption, &value) ||
        !dx_span_has(caption, "(sha1)"))
        return;
    while (dx_span_word(&value, &byte))
        for (size_t i = 0; i < byte.len; i++) {
            if (!g_ascii_isxdigit(byte.at[i]) || num >= 40)
                return;
            joined[num++] = g_ascii_tolower(byte.at[i]);
        }
    if (num != 40)
        return;
    joined[40] = '\0';
    memcpy(now->certificate.thumbprint, joined, sizeof joined);
}

static void
take_key(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    static const struct {
        const char *text;
        dx_key_state key;
    } phrases[] = {
        {"Missing stored keyset", DX_KEY_MISSING},   {"No key provider information", DX_KEY_MISSING},
        {"Encryption test passed", DX_KEY_WORKS},    {"Signature test passed", DX_KEY_WORKS},
        {"Encryption test FAILED", DX_KEY_UNUSABLE}, {"Signature test FAILED", DX_KEY_UNUSABLE},
        {"Encryption test error", DX_KEY_UNUSABLE},  {"Signature test error", DX_KEY_UNUSABLE},
    };
    size_t code = dx_span_find(line, "0x800900");

    for (unsigned i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (dx_span_has(line, phrases[i].text) && now->certificate.key < DX_KEY_MISSING)
            set_key(reading, now, phrases[i].key, number);
    if (code != SIZE_MAX && now->certificate.thumbprint[0]) {
        if (now->certificate.key < DX_KEY_MISSING)
            set_key(reading, now, DX_KEY_UNUSABLE, number);
        if (!now->certificate.key_error)
            dx_span_hex(&now->certificate.key_error, dx_span_from(line, code));
    }
    /* "Key Container = ...": in every language the line with "=" behind the hash */
    bool names = dx_span_has(line, "= ") && !dx_span_has(line, "Provider =");
    if (now->certificate.thumbprint[0] && now->certificate.key == DX_KEY_UNKNOWN && names)
        set_key(reading, now, DX_KEY_NAMED, number);
    bool sentence = !memchr(line.at, '=', line.len) && !memchr(line.at, ':', line.len);
    now->words += now->certificate.thumbprint[0] && sentence;
}

/* The second line that is a date, in any language, is NotAfter. */
static void
take_date(const dx_reading *reading, entry *now, dx_span value, uint32_t number)
{
    dx_time time;
    size_t taken = now->dates < 2 ? dx_time_latest(&time, now->order, value) : 0;

    if (!taken || taken < value.len || time.yearless || ++now->dates < 2)
        return;
    now->certificate.not_after_us = time.us;
    now->certificate.not_after_where = dx_reading_at(reading, number);
}

/* "DNS Name=www.example.com", "DNS-Name=...", "Nom DNS=...": the subjectAltName of -v */
static void
take_name(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    dx_stored_certificate *certificate = &now->certificate;
    const char *equals = memchr(line.at, '=', line.len);
    dx_span caption = {line.at, equals ? (size_t)(equals - line.at) : 0};

    if (!dx_span_has(caption, "DNS") || certificate->thumbprint[0])
        return;
    if (!certificate->names)
        certificate->names_where = dx_reading_at(reading, number);
    dx_stored_certificate_name(certificate, dx_span_trim(dx_span_from(line, caption.len + 1)));
}

static void
take_line(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    dx_stored_certificate *certificate = &now->certificate;
    dx_span caption, value;

    if (dx_span_value(line, &caption, &value) && value.len) {
        if (!certificate->subject && dx_span_equal(caption, "Subject"))
            certificate->subject = dx_span_copy(value);
        take_date(reading, now, value, number);
    }
    certificate->self_signed |= dx_span_has(line, "Subject matches Issuer");
    if (dx_span_has(line, "1.2.840.113549.1.1.1 "))
        certificate->type = DX_KEY_TYPE_RSA;
    else if (dx_span_has(line, "1.2.840.10045.2.1 "))
        certificate->type = DX_KEY_TYPE_ECDSA;
    take_name(reading, now, line, number);
    take_hash(now, line);
    take_key(reading, now, line, number);
}

dx_seeing
dx_see_certutil(const dx_look *look)
{
    bool heading = dx_span_starts(look->line, RULE " ") && dx_span_ends(look->line, " " RULE);

    return heading || dx_span_starts(look->line, "Cert Hash(sha1):") ? DX_SEEN : DX_NOT_SEEN;
}

/* "================ Certificate 0 ================", in any language */
static void
take_heading(const dx_reading *reading, entry *now, dx_span line, uint32_t number)
{
    uint32_t index = 0;

    close_entry(reading, now, number - 1);
    for (size_t at = 0; at < line.len; at++)
        if (g_ascii_isdigit(line.at[at])) {
            dx_span_decimal(&index, dx_span_from(line, at));
            break;
        }
    if (!now->num++)
        now->first = index;
    now->open = true;
    now->english = dx_span_starts(line, RULE " Certificate ");
    now->certificate.where = now->certificate.key_where = dx_reading_at(reading, number);
}

/* What was typed, and the line before the entries: my "Personal", WebHosting "Web Hosting" */
static void
take_frame(entry *now, dx_span line)
{
    dx_span command, rest = line, word, option;
    size_t quote = dx_span_find(line, " \"");

    if (dx_span_command(line, &command)) {
        size_t store = dx_span_find(command, "-store");
        if (store == SIZE_MAX)
            return;
        rest = dx_span_from(command, store);
        bool named = dx_span_word(&rest, &option) && dx_span_word(&rest, &word);
        rest = dx_span_trim(rest);
        now->other_store |= !named || !dx_span_equal(word, "my");
        now->asked |= rest.len > 0;
        now->all |= named && !rest.len;
    } else if (!now->open && quote != SIZE_MAX && dx_span_ends(line, "\"") && dx_span_word(&rest, &word)) {
        now->other_store |= !dx_span_equal(word, "my");
    }
}

/* One certificate may be all that was asked for; then its number in the store is often not 0. */
static bool
is_part(const entry *now)
{
    return now->asked || now->other_store || now->first || (!now->all && now->num < 2);
}

void
dx_read_certutil(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    entry now = {.order = dx_date_order_of(reading->text)};
    bool done = false;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        take_frame(&now, line);
        if (dx_span_starts(line, RULE " ") && dx_span_ends(line, " " RULE)) {
            take_heading(reading, &now, line, lines.number);
        } else if (dx_span_starts(line, "CertUtil:")) {
            done = true;
        } else if (now.open && line.len) {
            take_line(reading, &now, line, lines.number);
        }
    }
    if (!done)
        dx_reading_cut(reading);
    if (is_part(&now))
        dx_reading_part(reading);
    close_entry(reading, &now, lines.number);
    dx_lines_end(&lines);
}
