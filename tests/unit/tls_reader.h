/* tls_reader.h - for the tests of tls.c: a reader whose sink writes down what it gets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_TLS_READER_H
#define DX_TEST_TLS_READER_H

#include "wire/tls.h"

#include <glib.h>
#include <string.h>

/* What the sink got, as text: "m1:239" is a message of type 1, 239 bytes ("m1:239-" without body);
 * "r22:243" a record, followed by "e" encrypted, "-" not whole, "!level.description"; "v2:46" an SSLv2
 * hello; "not:4=GET " bytes that are not TLS. */
static GString *got;
static GByteArray *bodies;
static dx_tls *tls;
static bool encrypt_after_ccs, resync_at_not_tls, resync_at_message;

static inline void
take_record(void *user, const dx_record *record)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "r%u:%u", record->type, record->len);
    if (record->encrypted)
        g_string_append_c(got, 'e');
    if (!record->whole)
        g_string_append_c(got, '-');
    if (record->alert_level > 0)
        g_string_append_printf(got, "!%u.%u", record->alert_level, record->alert_description);
    g_string_append_c(got, ' ');
    if (encrypt_after_ccs && record->type == DX_RECORD_CCS)
        dx_tls_set_encrypted(tls, true);
}

static inline void
take_message(void *user, const dx_message *message)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "m%u:%u%s ", message->type, message->len, message->body ? "" : "-");
    if (message->body && message->len > 0)
        g_byte_array_append(bodies, message->body, message->len);
    if (resync_at_message)
        dx_tls_resync(tls);
}

static inline void
take_sslv2(void *user, const uint8_t *body, size_t len)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "v2:%u ", (unsigned)len);
    g_byte_array_append(bodies, body, (guint)len);
}

static inline void
take_not_tls(void *user, const uint8_t *bytes, size_t len)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "not:%u=%.*s ", (unsigned)len, (int)MIN(len, 4), (const char *)bytes);
    if (resync_at_not_tls)
        dx_tls_resync(tls);
}

static const dx_tls_sink sink = {take_record, take_message, take_sslv2, take_not_tls};

static inline void
start(void)
{
    got = g_string_new(NULL);
    bodies = g_byte_array_new();
    tls = dx_tls_new(&sink, &got);
    encrypt_after_ccs = resync_at_not_tls = resync_at_message = false;
}

static inline void
expect(const char *expected)
{
    g_assert_cmpstr(got->str, ==, expected);
    g_string_truncate(got, 0);
}

static inline void
end(const char *expected)
{
    g_assert_cmpstr(got->str, ==, expected);
    dx_tls_free(tls);
    g_string_free(got, TRUE);
    g_byte_array_unref(bodies);
}

/* Feeds hex digits ("16 0301 ..."). */
static inline void
feed_hex(const char *hex)
{
    uint8_t bytes[256];
    size_t len = 0;
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        g_assert_cmpuint(len, <, sizeof bytes);
        g_assert_true(g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]));
        bytes[len++] = (uint8_t)(g_ascii_xdigit_value(at[0]) * 16 + g_ascii_xdigit_value(at[1]));
        at++;
    }
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len); /* so that a read beyond the end is noticed */
    dx_tls_feed(tls, exact, len, 0);
    g_free(exact);
}

/* Feeds a record of `type` with `len` content bytes; `content` may be NULL for zeros. */
static inline void
feed_record(uint8_t type, const uint8_t *content, size_t len)
{
    GByteArray *record = g_byte_array_new();
    uint8_t header[5] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};
    g_byte_array_append(record, header, 5);
    g_byte_array_set_size(record, 5 + (guint)len);
    if (content)
        memcpy(record->data + 5, content, len);
    else
        memset(record->data + 5, 0, len);
    dx_tls_feed(tls, record->data, record->len, 0);
    g_byte_array_unref(record);
}

/* Feeds in pieces of `step` bytes, each in memory of its own. */
static inline void
feed_in_steps(const uint8_t *bytes, size_t len, size_t step)
{
    for (size_t at = 0; at < len; at += step) {
        size_t part = MIN(step, len - at);
        uint8_t *exact = (uint8_t *)g_memdup2(bytes + at, part);
        dx_tls_feed(tls, exact, part, 0);
        g_free(exact);
    }
}

#endif
