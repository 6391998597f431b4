/* dtls.c - DTLS: the records of a datagram, and handshake messages from their fragments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dtls.h"

#include <glib.h>
#include <string.h>

#define RECORD_HEADER_LEN   13
#define FRAGMENT_HEADER_LEN 12
#define MAX_CONTENT_LEN     ((1 << 14) + 2048) /* RFC 5246 section 6.2.3 */
#define MAX_CID_LEN         20 /* longer ones are allowed (RFC 9146 section 3); unsourced: nobody uses them */
#define RECORD_CID          25 /* tls12_cid, RFC 9146 section 4 */
#define MAX_PARTS                                                                                            \
    256              /* fragments that wait; OpenSSL's smallest MTU cuts 64 KB in 320
                                   (unsourced) */
#define MAX_AHEAD 32 /* messages that wait for an earlier one */

static uint32_t
number(const uint8_t *bytes, unsigned len)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* 0x0100: DTLS before RFC 4347, which Cisco's AnyConnect speaks (OpenSSL's DTLS1_BAD_VER). */
static bool
is_version(uint16_t version)
{
    return version == 0xfeff || version == 0xfefd || version == 0xfefc || version == 0x0100;
}

/* Where the length stands behind a connection ID, whose own length only the hellos tell: the shortest with
 * which the record fills the datagram; more than MAX_CID_LEN when none does. */
static size_t
cid_len(const uint8_t *bytes, size_t captured, size_t reported)
{
    for (size_t len = 0; len <= MAX_CID_LEN && RECORD_HEADER_LEN + len <= captured; len++)
        if (RECORD_HEADER_LEN + len + number(bytes + RECORD_HEADER_LEN - 2 + len, 2) == reported)
            return len;
    return MAX_CID_LEN + 1;
}

/* RFC 9147 section 4: 001CSLEE, connection ID, sequence number of one or two bytes, length. With a connection
 * ID (of a length that only the hellos tell) or without a length the record is taken to fill the datagram. */
static size_t
read_short(dx_dtls_record *record, const uint8_t *bytes, size_t captured, size_t reported)
{
    bool has_cid = bytes[0] & 0x10, has_len = bytes[0] & 4;
    size_t header = 1 + (bytes[0] & 8 ? 2 : 1) + (has_len ? 2 : 0);

    if (header > captured)
        return 0;
    size_t len = has_len && !has_cid ? number(bytes + header - 2, 2) : reported - header;
    if (header + len > reported || len > MAX_CONTENT_LEN || len < 16)
        return 0;
    *record = (dx_dtls_record){.epoch = bytes[0] & 3,
                               .len = (uint16_t)len,
                               .content = bytes + header,
                               .captured = MIN(len, captured - header)};
    return header + len;
}

size_t
dx_dtls_record_read(dx_dtls_record *record, const uint8_t *bytes, size_t captured, size_t reported)
{
    if (!captured)
        return 0;
    if (bytes[0] >> 5 == 1)
        return read_short(record, bytes, captured, reported);
    if (captured < RECORD_HEADER_LEN || bytes[0] < DX_RECORD_CCS || bytes[0] > DX_DTLS_ACK)
        return 0;
    uint16_t version = (uint16_t)number(bytes + 1, 2);
    size_t cid = bytes[0] == RECORD_CID ? cid_len(bytes, captured, reported) : 0;
    size_t header = RECORD_HEADER_LEN + cid;
    if (!is_version(version) || cid > MAX_CID_LEN || header > captured)
        return 0;
    size_t len = number(bytes + header - 2, 2);
    if (len > MAX_CONTENT_LEN || header + len > reported)
        return 0;
    *record = (dx_dtls_record){.type = bytes[0] == RECORD_CID ? 0 : bytes[0],
                               .version = version,
                               .epoch = (uint16_t)number(bytes + 3, 2),
                               .sequence = (uint64_t)number(bytes + 5, 2) << 32 | number(bytes + 7, 4),
                               .len = (uint16_t)len,
                               .content = bytes + header,
                               .captured = MIN(len, captured - header)};
    return header + len;
}

bool
dx_dtls_begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    dx_dtls_record record;

    if (captured < RECORD_HEADER_LEN || bytes[0] < DX_RECORD_CCS || bytes[0] > DX_DTLS_ACK ||
        (bytes[1] != 0xfe && bytes[1] != 0x01))
        return false;
    size_t len = dx_dtls_record_read(&record, bytes, captured, reported);
    if (!len || !record.version)
        return false;
    return len == reported || len >= captured || (bytes[len] >= DX_RECORD_CCS && bytes[len] <= DX_DTLS_ACK) ||
           bytes[len] >> 5 == 1;
}

size_t
dx_dtls_fragment_read(dx_dtls_fragment *fragment, const uint8_t *bytes, size_t captured, size_t reported)
{
    if (captured < FRAGMENT_HEADER_LEN)
        return 0;
    *fragment = (dx_dtls_fragment){.type = bytes[0],
                                   .len = number(bytes + 1, 3),
                                   .sequence = (uint16_t)number(bytes + 4, 2),
                                   .offset = number(bytes + 6, 3),
                                   .num = number(bytes + 9, 3)};
    size_t whole = (size_t)FRAGMENT_HEADER_LEN + fragment->num;
    if (whole > reported || fragment->offset + fragment->num > fragment->len)
        return 0;
    fragment->bytes = whole <= captured ? bytes + FRAGMENT_HEADER_LEN : NULL;
    return whole;
}

/* A fragment that waits. */
typedef struct {
    uint16_t sequence;
    uint8_t type;
    uint32_t len, offset, num;
    uint8_t *bytes; /* owned */
} part;

struct dx_dtls {
    void (*message)(void *user, const dx_message *message);
    void *user;
    GArray *parts; /* of part, by sequence and offset */
    size_t kept;   /* bytes in all parts */
    uint16_t next; /* the message that is due */
    bool started;
};

static void
clear_part(gpointer data)
{
    g_free(((part *)data)->bytes);
}

dx_dtls *
dx_dtls_new(void (*message)(void *user, const dx_message *message), void *user)
{
    dx_dtls *dtls = g_new0(dx_dtls, 1);

    dtls->message = message;
    dtls->user = user;
    dtls->parts = g_array_new(FALSE, FALSE, sizeof(part));
    g_array_set_clear_func(dtls->parts, clear_part);
    return dtls;
}

void
dx_dtls_free(dx_dtls *dtls)
{
    if (!dtls)
        return;
    g_array_unref(dtls->parts);
    g_free(dtls);
}

/* How many parts at the front belong to the first message; `*whole`: they are all of it. */
static unsigned
first_message(const dx_dtls *dtls, bool *whole)
{
    uint32_t end = 0;
    unsigned num = 0;

    *whole = true;
    for (; num < dtls->parts->len; num++) {
        const part *p = &g_array_index(dtls->parts, part, num);
        if (p->sequence != g_array_index(dtls->parts, part, 0).sequence)
            break;
        *whole = *whole && p->offset <= end;
        end = MAX(end, p->offset + p->num);
    }
    *whole = *whole && num && end == g_array_index(dtls->parts, part, 0).len;
    return num;
}

/* Gives out the first message, of `num` parts. */
static void
deliver(dx_dtls *dtls, unsigned num, bool whole)
{
    static const uint8_t nothing[1] = {0};
    const part *first = &g_array_index(dtls->parts, part, 0);
    dx_message message = {.type = first->type, .len = first->len};
    uint8_t *body = whole && first->len ? g_malloc(first->len) : NULL;

    for (unsigned i = 0; i < num; i++) {
        const part *p = &g_array_index(dtls->parts, part, i);
        if (body && p->num)
            memcpy(body + p->offset, p->bytes, p->num);
        dtls->kept -= p->num;
    }
    dtls->next = (uint16_t)(first->sequence + 1);
    g_array_remove_range(dtls->parts, 0, num);
    message.body = !whole ? NULL : body ? body : nothing;
    dtls->message(dtls->user, &message);
    g_free(body);
}

static void
insert(dx_dtls *dtls, const dx_dtls_fragment *fragment)
{
    part new_part = {.sequence = fragment->sequence,
                     .type = fragment->type,
                     .len = fragment->len,
                     .offset = fragment->offset,
                     .num = fragment->num,
                     .bytes = g_malloc(fragment->num)};
    unsigned at = dtls->parts->len;

    if (fragment->num)
        memcpy(new_part.bytes, fragment->bytes, fragment->num);
    for (; at > 0; at--) {
        const part *p = &g_array_index(dtls->parts, part, at - 1);
        if (p->sequence < fragment->sequence ||
            (p->sequence == fragment->sequence && p->offset <= fragment->offset))
            break;
    }
    g_array_insert_val(dtls->parts, at, new_part);
    dtls->kept += fragment->num;
}

/* A part that was seen, or one that contradicts what the others say of the message. */
static bool
is_known(const dx_dtls *dtls, const dx_dtls_fragment *fragment)
{
    for (unsigned i = 0; i < dtls->parts->len; i++) {
        const part *p = &g_array_index(dtls->parts, part, i);
        if (p->sequence == fragment->sequence &&
            (p->len != fragment->len || p->type != fragment->type ||
             (p->offset <= fragment->offset && p->offset + p->num >= fragment->offset + fragment->num)))
            return true;
    }
    return false;
}

bool
dx_dtls_take(dx_dtls *dtls, const dx_dtls_fragment *fragment)
{
    bool whole, begins = fragment->type <= DX_HS_SERVER_HELLO;

    if (!dtls->started && begins) { /* behind a cookie a server goes on counting where it likes */
        dtls->started = true;
        dtls->next = fragment->sequence;
    }
    bool is_old = dtls->started && (uint16_t)(fragment->sequence - dtls->next) > MAX_AHEAD;
    if (is_old || !fragment->bytes || is_known(dtls, fragment))
        return false;
    if (dtls->parts->len >= MAX_PARTS || dtls->kept + fragment->num > DX_TLS_MAX_MESSAGE)
        return true;
    insert(dtls, fragment);
    while (dtls->started && dtls->parts->len && g_array_index(dtls->parts, part, 0).sequence == dtls->next) {
        unsigned num = first_message(dtls, &whole);
        if (!whole)
            break;
        deliver(dtls, num, true);
    }
    return true;
}

bool
dx_dtls_give_up(dx_dtls *dtls)
{
    bool whole, any = dtls->parts->len > 0;

    while (dtls->parts->len) {
        unsigned num = first_message(dtls, &whole);
        deliver(dtls, num, whole);
    }
    return any;
}
