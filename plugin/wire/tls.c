/* tls.c - TLS records and handshake messages of one direction, from bytes in order
 *
 * Source: RFC 8446 sections 4 and 5, RFC 5246 sections 6 and 7, RFC 6101 appendix E (SSLv2 hello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tls.h"

#include <glib.h>
#include <string.h>

/* Four alerts in one record: the longest content that is still read as alerts. */
#define SHORT_LEN 8

/* What the content of the current record is to this reader. */
typedef enum { CONTENT_SKIPPED, CONTENT_SHORT, CONTENT_HANDSHAKE, CONTENT_SSLV2 } content;

struct dx_tls {
    dx_tls_sink sink;
    void *user;
    uint8_t *buffer; /* the message being assembled; NULL when there is none */
    uint32_t buffer_len, buffer_size;
    uint32_t message_len, message_seen; /* of its body */
    uint8_t message_header[DX_MESSAGE_HEADER_LEN], message_header_len;
    bool message_damaged; /* too long or not whole: reported without body */
    uint8_t header[DX_HEADER_LEN], header_len;
    uint8_t content; /* of the current record */
    bool in_record;  /* its header is read, and `remaining` bytes of its content are still to come */
    bool record_has_message;
    uint16_t remaining;
    dx_record record;
    uint8_t small[SHORT_LEN]; /* content of an alert or CCS */
    bool started;             /* a record was read since the start or resync */
    bool encrypted, lost, stopped;
};

static void
clear_message(dx_tls *tls)
{
    g_free(tls->buffer);
    tls->buffer = NULL;
    tls->buffer_len = tls->buffer_size = 0;
    tls->message_len = tls->message_seen = 0;
    tls->message_header_len = 0;
    tls->message_damaged = false;
}

/* The reader is already past the message when the sink hears of it: the sink may call dx_tls_resync. */
static void
report_message(dx_tls *tls, uint8_t type, uint32_t len, const uint8_t *body)
{
    dx_message message = {.type = type, .len = len, .body = body};
    tls->record_has_message = true;
    if (tls->sink.message)
        tls->sink.message(tls->user, &message);
}

static void
end_message(dx_tls *tls)
{
    static const uint8_t empty[1] = {0};
    uint8_t type = tls->message_header[0];
    uint32_t len = tls->message_len;
    uint8_t *buffer = tls->buffer;
    const uint8_t *body = tls->message_damaged ? NULL : buffer ? buffer : empty;
    tls->buffer = NULL;
    clear_message(tls);
    report_message(tls, type, len, body);
    g_free(buffer);
}

static void
lose_step(dx_tls *tls)
{
    tls->in_record = false;
    tls->header_len = 0;
    tls->lost = true;
    if (tls->message_header_len == DX_MESSAGE_HEADER_LEN) {
        tls->message_damaged = true;
        end_message(tls);
    } else {
        clear_message(tls);
    }
}

/* The buffer grows with what has come, not with what a length claims. */
static void
keep(dx_tls *tls, const uint8_t *bytes, size_t len, uint32_t expected)
{
    uint32_t needed = tls->buffer_len + (uint32_t)len;
    if (needed > tls->buffer_size) {
        uint32_t size = MAX(needed, MIN(tls->buffer_size * 2, expected));
        tls->buffer = (uint8_t *)g_realloc(tls->buffer, size);
        tls->buffer_size = size;
    }
    memcpy(tls->buffer + tls->buffer_len, bytes, len);
    tls->buffer_len = needed;
}

/* Alerts are 2 bytes; nothing protected is shorter than its MAC or tag, so 2 bytes are readable even where
 * protection is expected (OpenSSL sends them so in TLS 1.3), and up to four in one record when they look
 * like it. */
static void
read_alert(dx_tls *tls, dx_record *record)
{
    enum { WARNING = 1, FATAL = 2 };
    bool readable = record->len == 2;
    if (record->whole && !tls->record.encrypted && record->len >= 2 && record->len % 2 == 0 &&
        record->len <= SHORT_LEN) {
        readable = true;
        for (unsigned i = 0; i < record->len && record->len > 2; i += 2)
            readable = readable && (tls->small[i] == WARNING || tls->small[i] == FATAL);
    }
    record->encrypted = !readable;
    if (readable && record->whole) {
        unsigned at = 0; /* the fatal one is the end, whatever stands before it */
        while (at + 2 < record->len && tls->small[at] != FATAL)
            at += 2;
        if (tls->small[at] != FATAL)
            at = 0;
        record->alert_level = tls->small[at];
        record->alert_description = tls->small[at + 1];
    }
}

static void
end_record(dx_tls *tls)
{
    dx_record record = tls->record;
    tls->in_record = false;
    tls->header_len = 0;
    if (record.type == DX_RECORD_ALERT) {
        read_alert(tls, &record);
    } else if (record.type == DX_RECORD_CCS) {
        record.encrypted = record.encrypted && record.len > 1;
    }
    if (tls->sink.record)
        tls->sink.record(tls->user, &record);
}

/* The header is whole and plausible. */
static void
begin_record(dx_tls *tls)
{
    memset(&tls->record, 0, sizeof tls->record);
    tls->record.type = tls->header[0];
    tls->record.version = dx_u16(tls->header + 1);
    tls->record.len = dx_u16(tls->header + 3);
    tls->record.encrypted = tls->encrypted;
    tls->record.whole = true;
    tls->remaining = tls->record.len;
    tls->record_has_message = false;
    tls->in_record = true;
    tls->started = true;

    uint8_t type = tls->record.type;
    if (type == DX_RECORD_HANDSHAKE && !tls->encrypted)
        tls->content = CONTENT_HANDSHAKE;
    else if (type == DX_RECORD_ALERT || type == DX_RECORD_CCS)
        tls->content = CONTENT_SHORT;
    else
        tls->content = CONTENT_SKIPPED;

    /* RFC 8446 section 5.1: no other record may come inside a message, so it was none. */
    if (tls->content != CONTENT_HANDSHAKE && type != DX_RECORD_ALERT)
        clear_message(tls);
    if (tls->remaining == 0)
        end_record(tls);
}

/* The bytes here are no record. `num_held` bytes of the header came with earlier calls. */
static void
refuse(dx_tls *tls, size_t num_held, const uint8_t *bytes, size_t len)
{
    uint8_t joined[512];
    if (num_held > 0) {
        size_t num_more = MIN(len, sizeof joined - num_held);
        memcpy(joined, tls->header, num_held);
        memcpy(joined + num_held, bytes, num_more);
        bytes = joined;
        len = num_held + num_more;
    }
    tls->header_len = 0;
    tls->stopped = true;
    clear_message(tls);
    if (tls->sink.not_tls)
        tls->sink.not_tls(tls->user, bytes, len);
}

/* The 5 header bytes begin an SSLv2 hello; 3 of them belong to its body. `bytes` follow them. Returns how
 * many of those were used. */
static size_t
begin_sslv2(dx_tls *tls, const uint8_t *bytes, size_t len, bool in_place)
{
    uint16_t body_len = dx_u16(tls->header) & 0x7FFF;
    uint16_t num_more = (uint16_t)(body_len - (DX_HEADER_LEN - DX_SSLV2_HEADER_LEN));
    tls->started = true;
    if (in_place && len >= num_more) {
        tls->header_len = 0;
        if (tls->sink.sslv2_hello)
            tls->sink.sslv2_hello(tls->user, bytes - (DX_HEADER_LEN - DX_SSLV2_HEADER_LEN), body_len);
        return num_more;
    }
    tls->content = CONTENT_SSLV2;
    tls->remaining = num_more;
    tls->in_record = true;
    tls->message_len = body_len;
    keep(tls, tls->header + DX_SSLV2_HEADER_LEN, DX_HEADER_LEN - DX_SSLV2_HEADER_LEN, body_len);
    return 0;
}

/* At a record boundary or inside a header. Returns how many bytes were used. */
static size_t
take_header(dx_tls *tls, const uint8_t *bytes, size_t len)
{
    size_t num_held = tls->header_len;
    size_t used = MIN(DX_HEADER_LEN - num_held, len);
    memcpy(tls->header + num_held, bytes, used);
    tls->header_len = (uint8_t)(num_held + used);

    bool sslv2 = !tls->started && dx_looks_like_sslv2(tls->header, tls->header_len);
    if (!sslv2 && !dx_has_type_and_version(tls->header, tls->header_len)) {
        refuse(tls, num_held, bytes, len);
        return len;
    }
    if (tls->header_len < DX_HEADER_LEN)
        return used;
    if (sslv2)
        return used + begin_sslv2(tls, bytes + used, len - used, num_held == 0);
    if (dx_u16(tls->header + 3) > DX_MAX_RECORD_LEN) {
        if (tls->started)
            lose_step(tls);
        else
            refuse(tls, num_held, bytes, len);
        return len;
    }
    begin_record(tls);
    return used;
}

/* The header of a message is whole. What is no message is taken for protected (or garbage): not read
 * further. */
static bool
begin_message(dx_tls *tls)
{
    const uint8_t *header = tls->message_header;
    tls->message_len = (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
    if (!dx_is_plausible_message(header[0], tls->message_len, tls->record.len)) {
        tls->content = CONTENT_SKIPPED;
        tls->record.encrypted = !tls->record_has_message;
        clear_message(tls);
        return false;
    }
    tls->message_damaged = tls->message_len > DX_TLS_MAX_MESSAGE;
    if (tls->message_len == 0)
        end_message(tls);
    return true;
}

/* Part of a message that is not whole in the bytes at hand. Returns how many bytes were used. */
static size_t
take_message_part(dx_tls *tls, const uint8_t *bytes, size_t len)
{
    if (tls->message_header_len < DX_MESSAGE_HEADER_LEN) {
        size_t used = MIN((size_t)(DX_MESSAGE_HEADER_LEN - tls->message_header_len), len);
        memcpy(tls->message_header + tls->message_header_len, bytes, used);
        tls->message_header_len = (uint8_t)(tls->message_header_len + used);
        if (tls->message_header_len == DX_MESSAGE_HEADER_LEN && !begin_message(tls))
            return len;
        return used;
    }
    size_t used = MIN((size_t)(tls->message_len - tls->message_seen), len);
    if (!tls->message_damaged)
        keep(tls, bytes, used, tls->message_len);
    tls->message_seen += (uint32_t)used;
    if (tls->message_seen == tls->message_len)
        end_message(tls);
    return used;
}

/* Content of a readable handshake record. */
static void
take_handshake(dx_tls *tls, const uint8_t *bytes, size_t len)
{
    /* in_record ends here only when a sink calls dx_tls_resync. */
    while (len > 0 && tls->in_record && tls->content == CONTENT_HANDSHAKE) {
        size_t used;
        if (tls->message_header_len == 0 && len >= DX_MESSAGE_HEADER_LEN) {
            uint32_t body_len = (uint32_t)bytes[1] << 16 | (uint32_t)dx_u16(bytes + 2);
            used = DX_MESSAGE_HEADER_LEN + (size_t)body_len;
            if (used <= len && dx_is_plausible_message(bytes[0], body_len, tls->record.len))
                report_message(tls, bytes[0], body_len, bytes + DX_MESSAGE_HEADER_LEN);
            else
                used = take_message_part(tls, bytes, len);
        } else {
            used = take_message_part(tls, bytes, len);
        }
        bytes += used;
        len -= used;
    }
}

/* Content of the current record. Returns how many bytes were used. */
static size_t
take_content(dx_tls *tls, const uint8_t *bytes, size_t len)
{
    size_t used = MIN((size_t)tls->remaining, len);
    size_t done = (size_t)tls->record.len - tls->remaining;
    tls->remaining = (uint16_t)(tls->remaining - used);
    if (tls->content == CONTENT_SSLV2) {
        keep(tls, bytes, used, tls->message_len);
        if (tls->remaining == 0) {
            uint8_t *body = tls->buffer;
            uint32_t body_len = tls->buffer_len;
            tls->buffer = NULL;
            clear_message(tls);
            tls->in_record = false;
            tls->header_len = 0;
            if (tls->sink.sslv2_hello)
                tls->sink.sslv2_hello(tls->user, body, body_len);
            g_free(body);
        }
        return used;
    }
    if (tls->content == CONTENT_HANDSHAKE)
        take_handshake(tls, bytes, used);
    else if (tls->content == CONTENT_SHORT && done < SHORT_LEN)
        memcpy(tls->small + done, bytes, MIN(used, SHORT_LEN - done));
    if (tls->in_record && tls->remaining == 0)
        end_record(tls);
    return used;
}

/* `missing` bytes of a readable handshake record are not in the capture. */
static void
miss_handshake(dx_tls *tls, size_t missing)
{
    size_t left = (size_t)tls->message_len - tls->message_seen;
    if (tls->message_header_len < DX_MESSAGE_HEADER_LEN) {
        clear_message(tls);
        tls->content = CONTENT_SKIPPED;
        return;
    }
    g_free(tls->buffer);
    tls->buffer = NULL;
    tls->buffer_len = tls->buffer_size = 0;
    tls->message_damaged = true;
    tls->message_seen += (uint32_t)MIN(missing, left);
    if (missing > left)
        tls->content = CONTENT_SKIPPED; /* where the next message begins is not known */
    if (missing >= left)
        end_message(tls);
}

static void
skip_missing(dx_tls *tls, size_t missing)
{
    if (tls->stopped || tls->lost)
        return;
    if (!tls->in_record || tls->content == CONTENT_SSLV2) {
        lose_step(tls);
        return;
    }
    size_t part = MIN(missing, (size_t)tls->remaining);
    tls->remaining = (uint16_t)(tls->remaining - part);
    tls->record.whole = false;
    if (tls->content == CONTENT_HANDSHAKE)
        miss_handshake(tls, part);
    if (tls->in_record && tls->remaining == 0)
        end_record(tls);
    if (missing > part && !tls->stopped && !tls->lost)
        lose_step(tls);
}

/* Whether `bytes` begin a record, and the next record as far as it is visible. */
static bool
is_in_step(const uint8_t *bytes, size_t len)
{
    if (len < DX_HEADER_LEN || !dx_tls_looks_like_record(bytes, len))
        return false;
    size_t record_len = DX_HEADER_LEN + (size_t)dx_u16(bytes + 3);
    return len <= record_len || dx_tls_looks_like_record(bytes + record_len, len - record_len);
}

void
dx_tls_feed(dx_tls *tls, const uint8_t *bytes, size_t len, size_t missing)
{
    if (tls->lost && !tls->stopped && is_in_step(bytes, len)) {
        tls->lost = false;
        tls->started = true;
    }
    while (len > 0 && !tls->stopped && !tls->lost) {
        size_t used = tls->in_record ? take_content(tls, bytes, len) : take_header(tls, bytes, len);
        bytes += used;
        len -= used;
    }
    if (missing > 0)
        skip_missing(tls, missing);
}

dx_tls *
dx_tls_new(const dx_tls_sink *sink, void *user)
{
    dx_tls *tls = g_new0(dx_tls, 1);
    tls->sink = *sink;
    tls->user = user;
    return tls;
}

void
dx_tls_free(dx_tls *tls)
{
    if (tls)
        g_free(tls->buffer);
    g_free(tls);
}

void
dx_tls_set_encrypted(dx_tls *tls, bool encrypted)
{
    tls->encrypted = encrypted;
}

void
dx_tls_resync(dx_tls *tls)
{
    clear_message(tls);
    tls->header_len = 0;
    tls->remaining = 0;
    tls->in_record = false;
    tls->started = false;
    tls->lost = false;
    tls->stopped = false;
}

size_t
dx_tls_in_record(const dx_tls *tls, size_t *expected)
{
    size_t seen = 0, whole = 0;
    if (tls->in_record && tls->content == CONTENT_SSLV2) {
        seen = DX_SSLV2_HEADER_LEN + (size_t)tls->buffer_len;
        whole = DX_SSLV2_HEADER_LEN + (size_t)tls->message_len;
    } else if (tls->in_record) {
        whole = DX_HEADER_LEN + (size_t)tls->record.len;
        seen = whole - tls->remaining;
    } else if (tls->header_len > 0) {
        seen = tls->header_len;
        whole = DX_HEADER_LEN;
    }
    if (tls->message_header_len > 0 && DX_MESSAGE_HEADER_LEN + (size_t)tls->message_len > whole) {
        seen = tls->message_header_len + (size_t)tls->message_seen;
        whole = DX_MESSAGE_HEADER_LEN + (size_t)tls->message_len;
    }
    if (expected)
        *expected = whole;
    return seen;
}

bool
dx_tls_lost_step(const dx_tls *tls)
{
    return tls->lost;
}
