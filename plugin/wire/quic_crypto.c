/* quic_crypto.c - handshake messages from QUIC's CRYPTO frames
 *
 * Source: RFC 9000 section 19.6, RFC 9001 section 4.1.3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic.h"

#include <glib.h>
#include <string.h>

#define MESSAGE_HEADER_LEN 4
#define MAX_PARTS          512 /* that wait; a ClientHello of Chromium comes in up to 30 (observed) */
#define MAX_AHEAD          DX_TLS_MAX_MESSAGE

/* Bytes that wait for earlier ones. */
typedef struct {
    uint64_t offset;
    size_t len;
    uint8_t *bytes; /* owned */
} part;

struct dx_quic_crypto {
    void (*message)(void *user, const dx_message *message);
    void *user;
    GArray *parts;       /* of part, by offset */
    GByteArray *ordered; /* bytes in order that are no whole message yet */
    uint64_t next;       /* the offset behind them */
    size_t kept;         /* in parts */
};

static void
clear_part(gpointer data)
{
    g_free(((part *)data)->bytes);
}

dx_quic_crypto *
dx_quic_crypto_new(void (*message)(void *user, const dx_message *message), void *user)
{
    dx_quic_crypto *crypto = g_new0(dx_quic_crypto, 1);

    crypto->message = message;
    crypto->user = user;
    crypto->parts = g_array_new(FALSE, FALSE, sizeof(part));
    g_array_set_clear_func(crypto->parts, clear_part);
    crypto->ordered = g_byte_array_new();
    return crypto;
}

void
dx_quic_crypto_free(dx_quic_crypto *crypto)
{
    if (!crypto)
        return;
    g_array_unref(crypto->parts);
    g_byte_array_unref(crypto->ordered);
    g_free(crypto);
}

/* Gives out the messages that are whole. */
static void
deliver(dx_quic_crypto *crypto)
{
    size_t done = 0;
    const uint8_t *data = crypto->ordered->data;
    size_t have = crypto->ordered->len;

    while (have - done >= MESSAGE_HEADER_LEN) {
        const uint8_t *at = data + done;
        uint32_t len = (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        if (have - done - MESSAGE_HEADER_LEN < len)
            break;
        dx_message message = {.type = at[0], .len = len, .body = at + MESSAGE_HEADER_LEN};
        crypto->message(crypto->user, &message);
        done += MESSAGE_HEADER_LEN + len;
    }
    if (done)
        g_byte_array_remove_range(crypto->ordered, 0, (guint)done);
}

/* Takes bytes at or before the next offset. */
static void
append(dx_quic_crypto *crypto, uint64_t offset, const uint8_t *bytes, size_t len)
{
    uint64_t known = crypto->next - offset;

    if (known >= len || crypto->ordered->len + len - known > DX_TLS_MAX_MESSAGE)
        return;
    g_byte_array_append(crypto->ordered, bytes + known, (guint)(len - known));
    crypto->next += len - known;
}

static void
keep(dx_quic_crypto *crypto, uint64_t offset, const uint8_t *bytes, size_t len)
{
    part kept = {.offset = offset, .len = len, .bytes = g_malloc(len)};
    unsigned at = crypto->parts->len;

    memcpy(kept.bytes, bytes, len);
    while (at > 0 && g_array_index(crypto->parts, part, at - 1).offset > offset)
        at--;
    g_array_insert_val(crypto->parts, at, kept);
    crypto->kept += len;
}

static bool
is_kept(const dx_quic_crypto *crypto, uint64_t offset, size_t len)
{
    for (unsigned i = 0; i < crypto->parts->len; i++) {
        const part *p = &g_array_index(crypto->parts, part, i);
        if (p->offset <= offset && p->offset + p->len >= offset + len)
            return true;
    }
    return false;
}

bool
dx_quic_crypto_take(dx_quic_crypto *crypto, uint64_t offset, const uint8_t *bytes, size_t len)
{
    if (!len || offset + len <= crypto->next || is_kept(crypto, offset, len))
        return false;
    if (offset > crypto->next) {
        if (offset - crypto->next <= MAX_AHEAD && crypto->parts->len < MAX_PARTS &&
            crypto->kept + len <= DX_TLS_MAX_MESSAGE)
            keep(crypto, offset, bytes, len);
        return true;
    }
    append(crypto, offset, bytes, len);
    unsigned num = 0;
    for (; num < crypto->parts->len; num++) {
        const part *p = &g_array_index(crypto->parts, part, num);
        if (p->offset > crypto->next)
            break;
        append(crypto, p->offset, p->bytes, p->len);
        crypto->kept -= p->len;
    }
    if (num)
        g_array_remove_range(crypto->parts, 0, num);
    deliver(crypto);
    return true;
}

bool
dx_quic_crypto_waits(const dx_quic_crypto *crypto)
{
    return crypto && (crypto->parts->len || crypto->ordered->len);
}
