/* key_exchange.c - ServerKeyExchange of TLS 1.2 and below
 *
 * Source: RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279 section 2 and RFC 5489 section 2 (PSK hint)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/names.h"
#include "wire/hello.h"
#include "wire/cursor.h"

#include <glib.h>
#include <string.h>

#define NAMED_CURVE                                                                                          \
    3 /* RFC 8422 section 5.4: the curve types 1 and 2 (explicit curves) are no longer allowed */

static uint16_t
count_bits(dx_cursor number)
{
    while (number.left > 0 && number.at[0] == 0) {
        number.at++;
        number.left--;
    }
    if (number.left == 0)
        return 0;
    size_t bits = (number.left - 1) * 8;
    for (unsigned top = number.at[0]; top > 0; top >>= 1)
        bits++;
    return (uint16_t)MIN(bits, UINT16_MAX);
}

static bool
read_dhe(dx_key_exchange *kx, dx_cursor *message)
{
    dx_cursor prime, generator, public_key;
    bool fits = dx_read_vector(message, 2, &prime);
    kx->prime_bits = count_bits(prime);
    return fits && dx_read_vector(message, 2, &generator) && dx_read_vector(message, 2, &public_key);
}

static bool
read_ecdhe(dx_key_exchange *kx, dx_cursor *message)
{
    dx_cursor point;
    uint8_t curve_type;
    if (!dx_read_u8(message, &curve_type) || curve_type != NAMED_CURVE)
        return false;
    return dx_read_u16(message, &kx->group) && dx_read_vector(message, 1, &point);
}

bool
dx_key_exchange_parse(dx_key_exchange *kx, uint16_t cipher, uint16_t version, const uint8_t *body, size_t len)
{
    memset(kx, 0, sizeof *kx);
    const dx_cipher *suite = dx_cipher_find(cipher);
    if (!suite)
        return false;
    if (suite->exchange == DX_EXCHANGE_DHE || suite->exchange == DX_EXCHANGE_DH)
        kx->kind = DX_KX_DHE;
    else if (suite->exchange == DX_EXCHANGE_ECDHE || suite->exchange == DX_EXCHANGE_ECDH)
        kx->kind = DX_KX_ECDHE;
    else
        return false;

    dx_cursor message = {body, len}, hint, signature;
    if (suite->auth == DX_AUTH_PSK && !dx_read_vector(&message, 2, &hint))
        return false;
    if (!(kx->kind == DX_KX_DHE ? read_dhe(kx, &message) : read_ecdhe(kx, &message)))
        return false;
    kx->params_len = len - message.left;
    if (suite->auth == DX_AUTH_PSK || suite->auth == DX_AUTH_ANON)
        return message.left == 0;

    if (version >= DX_TLS12 && !dx_read_u16(&message, &kx->scheme))
        return false;
    if (!dx_read_vector(&message, 2, &signature))
        return false;
    kx->signed_params = true;
    kx->signature_offset = len - message.left - signature.left;
    kx->signature_len = signature.left;
    return message.left == 0;
}
