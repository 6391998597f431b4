/* server_hello.c - ServerHello, HelloRetryRequest and EncryptedExtensions
 *
 * Source: RFC 8446 sections 4.1.3, 4.1.4 and 4.3.1, RFC 5246 section 7.4.1.3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "knowledge/names.h"
#include "knowledge/whole.h"
#include "wire/extensions.h"

#include <glib.h>
#include <string.h>

#define RANDOM_LEN 32

/* RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest" */
static const uint8_t retry_random[RANDOM_LEN] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

/* RFC 8446 section 4.1.3: "DOWNGRD" and 00 or 01 end the random of a server that could have done better. */
static uint8_t
read_downgrade(const uint8_t random[RANDOM_LEN])
{
    static const uint8_t sentinel[7] = {'D', 'O', 'W', 'N', 'G', 'R', 'D'};
    uint8_t last = random[RANDOM_LEN - 1];
    bool found = memcmp(random + RANDOM_LEN - 8, sentinel, sizeof sentinel) == 0 && last <= 1;
    return found ? (uint8_t)(last + 1) : 0;
}

/* RFC 7301 section 3.1: the answer is a list of exactly one name. */
static bool
read_alpn(char alpn[DX_MAX_NAME + 1], dx_cursor body)
{
    dx_cursor list, name;
    bool fits = dx_read_vector(&body, 2, &list) && body.left == 0;
    fits = dx_read_vector(&list, 1, &name) && list.left == 0 && name.left > 0 && fits;
    char *whole = dx_whole(name.at, name.left);
    g_strlcpy(alpn, whole, DX_MAX_NAME + 1);
    g_free(whole);
    return fits;
}

static bool
read_extension(void *to, uint16_t type, dx_cursor body)
{
    dx_server_hello *hello = to;

    dx_codes_add(&hello->extensions, type);
    switch (type) {
    case 16:
        return read_alpn(hello->alpn, body);
    case 22:
        hello->encrypt_then_mac = true;
        return true;
    case 23:
        hello->extended_master_secret = true;
        return true;
    case 35:
        hello->session_ticket = true;
        return true;
    case 41:
        hello->psk = true;
        return body.left == 2;
    case 43:
        return dx_read_u16(&body, &hello->version) && body.left == 0;
    case 51: { /* RFC 8446 section 4.2.8: in a HelloRetryRequest just the group, else the group and a key */
        dx_cursor key;
        if (!dx_read_u16(&body, &hello->group))
            return false;
        return hello->retry || (dx_read_vector(&body, 2, &key) && body.left == 0);
    }
    case 0xFF01:
        hello->renegotiation_info = true;
        return true;
    default:
        return true;
    }
}

static bool
read_server_hello(dx_server_hello *hello, dx_cursor message)
{
    const uint8_t *random;
    uint8_t compression;
    if (!dx_read_u16(&message, &hello->legacy_version))
        return false;
    hello->version = hello->legacy_version;
    if (!dx_read_bytes(&message, RANDOM_LEN, &random))
        return false;
    memcpy(hello->random, random, RANDOM_LEN);
    hello->retry = memcmp(random, retry_random, RANDOM_LEN) == 0;
    hello->downgrade = read_downgrade(random);

    bool fits = dx_read_short(&message, hello->session_id, sizeof hello->session_id, &hello->session_id_len);
    if (!dx_read_u16(&message, &hello->cipher) || !dx_read_u8(&message, &compression))
        return false;
    return dx_read_extensions(&message, read_extension, hello) && fits;
}

bool
dx_server_hello_parse(dx_server_hello *hello, const uint8_t *body, size_t len)
{
    memset(hello, 0, sizeof *hello);
    bool fits = read_server_hello(hello, (dx_cursor){body, len});
    hello->dtls = dx_version_is_dtls(hello->legacy_version);
    hello->legacy_version = dx_version_of_dtls(hello->legacy_version);
    hello->version = dx_version_of_dtls(hello->version);
    return fits;
}

void
dx_server_hello_clear(dx_server_hello *hello)
{
    dx_codes_clear(&hello->extensions);
    memset(hello, 0, sizeof *hello);
}

static bool
read_encrypted_extension(void *alpn, uint16_t type, dx_cursor body)
{
    return type != 16 || read_alpn(alpn, body);
}

bool
dx_encrypted_extensions_alpn(char alpn[DX_MAX_NAME + 1], const uint8_t *body, size_t len)
{
    dx_cursor message = {body, len};
    alpn[0] = 0;
    return message.left > 0 && dx_read_extensions(&message, read_encrypted_extension, alpn);
}
