/* hello.c - lists of code points, and the ClientHello
 *
 * Source: RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2 and appendix E.2, RFC 6066 section 3, RFC 7301
 *         section 3.1
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "knowledge/names.h"
#include "knowledge/whole.h"
#include "wire/extensions.h"

#include <glib.h>
#include <string.h>

#define SCSV_RENEGOTIATION 0x00FF /* RFC 5746 section 3.3 */
#define SCSV_FALLBACK      0x5600 /* RFC 7507 */
#define RANDOM_LEN         32
#define FIRST_CODES        32 /* a list's room, for nearly all of them; doubled whenever it is full */

bool
dx_is_grease(uint16_t code)
{
    return (code & 0x0F0F) == 0x0A0A && code >> 8 == (code & 0xFF);
}

bool
dx_codes_have(const dx_codes *codes, uint16_t code)
{
    for (unsigned i = 0; i < codes->num; i++) {
        if (codes->item[i] == code)
            return true;
    }
    return false;
}

bool
dx_same_codes(const dx_codes *a, const dx_codes *b)
{
    return a->num == b->num && (!a->num || memcmp(a->item, b->item, a->num * sizeof *a->item) == 0);
}

void
dx_codes_add(dx_codes *codes, uint16_t code)
{
    uint64_t bit = UINT64_C(1) << ((code * 0x9E3779B1u) >> 26);
    if (codes->num >= DX_MAX_CODES || dx_is_grease(code) ||
        ((codes->seen & bit) && dx_codes_have(codes, code)))
        return;
    codes->seen |= bit;
    bool is_power_of_two = (codes->num & (codes->num - 1)) == 0;
    if (codes->num == 0)
        codes->item = (uint16_t *)g_malloc(FIRST_CODES * sizeof(uint16_t));
    else if (codes->num >= FIRST_CODES && is_power_of_two)
        codes->item = (uint16_t *)g_realloc(codes->item, 2 * codes->num * sizeof(uint16_t));
    codes->item[codes->num++] = code;
}

void
dx_codes_clear(dx_codes *codes)
{
    g_free(codes->item);
    *codes = (dx_codes){0};
}

/* Elements of 2 bytes; false when one is cut in half. */
static bool
read_codes(dx_codes *codes, bool *grease, dx_cursor list)
{
    uint16_t code;
    while (dx_read_u16(&list, &code)) {
        *grease = *grease || dx_is_grease(code);
        dx_codes_add(codes, code);
    }
    return list.left == 0;
}

/* A list with its length before it that fills the whole extension. */
static bool
read_code_list(dx_codes *codes, bool *grease, dx_cursor body, unsigned len_bytes)
{
    dx_cursor list;
    bool fits = dx_read_vector(&body, len_bytes, &list);
    return read_codes(codes, grease, list) && fits && body.left == 0;
}

static void
add_cipher(dx_client_hello *hello, uint16_t cipher)
{
    dx_hello_marks *marks = &hello->marks;
    unsigned at = 1 + hello->ciphers.num + (marks->renegotiation_at > 0) + (marks->fallback_at > 0);
    if (cipher == SCSV_RENEGOTIATION) {
        hello->renegotiation_info = true;
        marks->renegotiation_at = (uint16_t)at;
    } else if (cipher == SCSV_FALLBACK) {
        hello->fallback_scsv = true;
        marks->fallback_at = (uint16_t)at;
    } else
        dx_codes_add(&hello->ciphers, cipher);
    hello->grease = hello->grease || dx_is_grease(cipher);
}

/* RFC 6066 section 3: ServerNameList of (name_type, HostName); only host_name (0) was ever defined. */
static bool
read_sni(dx_client_hello *hello, dx_cursor body)
{
    dx_cursor list, name;
    hello->sni_present = true;
    bool fits = dx_read_vector(&body, 2, &list) && body.left == 0;
    uint8_t type;
    while (dx_read_u8(&list, &type)) {
        if (!dx_read_vector(&list, 2, &name))
            fits = false; /* a name that is cut short would be another name */
        else if (type == 0 && !hello->sni && name.left > 0)
            hello->sni = dx_whole(name.at, MIN(name.left, DX_MAX_NAME));
    }
    return fits;
}

static bool
read_alpn(dx_client_hello *hello, dx_cursor body)
{
    dx_cursor list, name;
    bool fits = dx_read_vector(&body, 2, &list) && body.left == 0;
    while (list.left > 0) {
        if (!dx_read_vector(&list, 1, &name) || name.left == 0) {
            fits = false;
            continue;
        }
        /* RFC 8701 section 3.1: GREASE protocol names are the two bytes of a GREASE code point. */
        if (name.left == 2 && dx_is_grease((uint16_t)(name.at[0] << 8 | name.at[1])))
            hello->grease = true;
        else if (hello->num_alpn < DX_MAX_ALPN)
            hello->alpn[hello->num_alpn++] = dx_whole(name.at, name.left);
    }
    return fits;
}

/* RFC 8422 section 5.1.2. */
static bool
read_point_formats(dx_client_hello *hello, dx_cursor body)
{
    dx_cursor list;
    bool fits = dx_read_vector(&body, 1, &list) && body.left == 0;
    uint8_t format;
    while (hello->marks.num_formats < sizeof hello->marks.formats && dx_read_u8(&list, &format))
        hello->marks.formats[hello->marks.num_formats++] = format;
    return fits;
}

/* RFC 8446 section 4.2.8: KeyShareEntry is a group and its key. */
static bool
read_key_shares(dx_client_hello *hello, dx_cursor body)
{
    dx_cursor list, key;
    bool fits = dx_read_vector(&body, 2, &list) && body.left == 0;
    uint16_t group;
    while (dx_read_u16(&list, &group)) {
        hello->grease = hello->grease || dx_is_grease(group);
        dx_codes_add(&hello->key_shares, group);
        if (!dx_read_vector(&list, 2, &key))
            fits = false;
    }
    return fits && list.left == 0;
}

static bool
read_extension(void *to, uint16_t type, dx_cursor body)
{
    dx_client_hello *hello = to;

    dx_codes_add(&hello->extensions, type);
    switch (type) {
    case 0:
        return read_sni(hello, body);
    case 10:
        return read_code_list(&hello->groups, &hello->grease, body, 2);
    case 11:
        return read_point_formats(hello, body);
    case 13:
        return read_code_list(&hello->signatures, &hello->grease, body, 2);
    case 16:
        return read_alpn(hello, body);
    case 22:
        hello->encrypt_then_mac = true;
        return true;
    case 23:
        hello->extended_master_secret = true;
        return true;
    case 35:
        hello->session_ticket = body.left > 0;
        return true;
    case 41:
        hello->psk = true;
        return true;
    case 42:
        hello->early_data = true;
        return true;
    case 43:
        hello->versions_listed = true;
        return read_code_list(&hello->versions, &hello->grease, body, 1);
    case 49:
        hello->post_handshake_auth = true;
        return true;
    case 50:
        return read_code_list(&hello->signatures_cert, &hello->grease, body, 2);
    case 51:
        return read_key_shares(hello, body);
    case 0xFE0D:
        hello->encrypted_client_hello = true;
        return true;
    case 0xFF01:
        hello->renegotiation_info = true;
        return true;
    default:
        hello->grease = hello->grease || dx_is_grease(type);
        return true;
    }
}

static bool
read_client_hello(dx_client_hello *hello, dx_cursor message)
{
    const uint8_t *random;
    dx_cursor cookie, ciphers, compressions;
    if (!dx_read_u16(&message, &hello->legacy_version) || !dx_read_bytes(&message, RANDOM_LEN, &random))
        return false;
    memcpy(hello->random, random, RANDOM_LEN);

    bool fits = dx_read_short(&message, hello->session_id, sizeof hello->session_id, &hello->session_id_len);

    hello->dtls = dx_version_is_dtls(hello->legacy_version);
    if (hello->dtls) /* RFC 6347 section 4.2.1 */
        fits = dx_read_vector(&message, 1, &cookie) && fits;
    fits = dx_read_vector(&message, 2, &ciphers) && fits;
    uint16_t cipher;
    while (dx_read_u16(&ciphers, &cipher))
        add_cipher(hello, cipher);
    fits = ciphers.left == 0 && fits;
    if (!dx_read_vector(&message, 1, &compressions))
        return false;
    return dx_read_extensions(&message, read_extension, hello) && fits;
}

bool
dx_client_hello_parse(dx_client_hello *hello, const uint8_t *body, size_t len)
{
    memset(hello, 0, sizeof *hello);
    hello->len = (uint32_t)len;
    bool fits = read_client_hello(hello, (dx_cursor){body, len});
    if (!hello->versions_listed && len >= 2)
        dx_codes_add(&hello->versions, hello->legacy_version);
    if (hello->dtls) {
        hello->legacy_version = dx_version_of_dtls(hello->legacy_version);
        for (unsigned i = 0; i < hello->versions.num; i++)
            hello->versions.item[i] = dx_version_of_dtls(hello->versions.item[i]);
    }
    return fits;
}

bool
dx_client_hello_parse_sslv2(dx_client_hello *hello, const uint8_t *body, size_t len)
{
    memset(hello, 0, sizeof *hello);
    hello->len = (uint32_t)len;
    hello->sslv2 = true;
    dx_cursor message = {body, len};
    uint8_t type;
    uint16_t ciphers_len, session_id_len, challenge_len;
    if (!dx_read_u8(&message, &type) || type != 1 || !dx_read_u16(&message, &hello->legacy_version))
        return false;
    dx_codes_add(&hello->versions, hello->legacy_version);
    if (!dx_read_u16(&message, &ciphers_len) || !dx_read_u16(&message, &session_id_len) ||
        !dx_read_u16(&message, &challenge_len))
        return false;

    bool fits = ciphers_len % 3 == 0;
    uint32_t cipher;
    for (unsigned i = 0; i < ciphers_len / 3u; i++) {
        if (!dx_read_number(&message, 3, &cipher))
            return false;
        if (cipher <=
            0xFFFF) /* RFC 5246 appendix E.2: those of SSLv2 itself begin with another byte than 0 */
            add_cipher(hello, (uint16_t)cipher);
    }
    const uint8_t *bytes;
    if (!fits || !dx_read_bytes(&message, session_id_len, &bytes))
        return false;
    hello->session_id_len = (uint8_t)MIN(session_id_len, sizeof hello->session_id);
    if (hello->session_id_len > 0)
        memcpy(hello->session_id, bytes, hello->session_id_len);
    if (!dx_read_bytes(&message, challenge_len, &bytes))
        return false;
    /* RFC 5246 appendix E.2: the challenge is the random, right-justified. */
    size_t num_used = MIN(challenge_len, RANDOM_LEN);
    if (num_used > 0)
        memcpy(hello->random + RANDOM_LEN - num_used, bytes + challenge_len - num_used, num_used);
    return session_id_len <= sizeof hello->session_id && message.left == 0;
}

void
dx_client_hello_clear(dx_client_hello *hello)
{
    dx_codes_clear(&hello->versions);
    dx_codes_clear(&hello->ciphers);
    dx_codes_clear(&hello->groups);
    dx_codes_clear(&hello->key_shares);
    dx_codes_clear(&hello->signatures);
    dx_codes_clear(&hello->signatures_cert);
    dx_codes_clear(&hello->extensions);
    for (unsigned i = 0; i < hello->num_alpn; i++)
        g_free(hello->alpn[i]);
    g_free(hello->sni);
    memset(hello, 0, sizeof *hello);
}
