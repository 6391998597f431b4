/* quic_seal.h - Initial packets of QUIC, made as RFC 9001 section 5 says, for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TESTS_UNIT_QUIC_SEAL_H
#define DX_TESTS_UNIT_QUIC_SEAL_H

#include <glib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "wire/quic.h"

/* quic_seal - an Initial packet of version 1 with these frames (up to 1300 bytes), padded to at least 1200
 * bytes in all. `id`: from which the keys are made; `to`, `from`: its connection IDs. */
static inline GByteArray *
quic_seal(const dx_quic_cid *id, bool server, const dx_quic_cid *to, const dx_quic_cid *from, uint8_t number,
          const uint8_t *frames, size_t len)
{
    enum { NUMBER_LEN = 1, TAG_LEN = 16 };
    dx_quic_keys keys[2];
    GByteArray *packet = g_byte_array_new();
    size_t plain_len = MAX(len, 1180);
    uint8_t plain[1300] = {0}, sealed[1400], nonce[12], mask[16], zeros[16] = {0};
    size_t sealed_len = sizeof sealed, body = NUMBER_LEN + plain_len + TAG_LEN;
    uint8_t start[] = {0xc0, 0, 0, 0, 1, to->len};
    uint8_t rest[] = {0, (uint8_t)(0x40 | body >> 8), (uint8_t)body, number}; /* no token, length, number */

    dx_quic_keys_make(&keys[0], &keys[1], 1, id);
    memcpy(plain, frames, MIN(len, sizeof plain));
    g_byte_array_append(packet, start, sizeof start);
    g_byte_array_append(packet, to->bytes, to->len);
    g_byte_array_append(packet, &from->len, 1);
    g_byte_array_append(packet, from->bytes, from->len);
    g_byte_array_append(packet, rest, sizeof rest);
    const dx_quic_keys *k = &keys[server];
    memcpy(nonce, k->iv, sizeof nonce);
    nonce[11] ^= number;
    gnutls_aead_cipher_hd_t aead;
    gnutls_cipher_hd_t block;
    const gnutls_datum_t key = {(unsigned char *)k->key, 16}, header = {(unsigned char *)k->header, 16},
                         iv = {zeros, 16};
    gnutls_aead_cipher_init(&aead, GNUTLS_CIPHER_AES_128_GCM, &key);
    gnutls_aead_cipher_encrypt(aead, nonce, 12, packet->data, packet->len, TAG_LEN, plain, plain_len, sealed,
                               &sealed_len);
    gnutls_aead_cipher_deinit(aead);
    gnutls_cipher_init(&block, GNUTLS_CIPHER_AES_128_CBC, &header, &iv);
    gnutls_cipher_encrypt2(block, sealed + 4 - NUMBER_LEN, 16, mask, 16);
    gnutls_cipher_deinit(block);
    packet->data[0] ^= mask[0] & 0x0f;
    packet->data[packet->len - 1] ^= mask[1];
    g_byte_array_append(packet, sealed, (guint)sealed_len);
    return packet;
}

#endif
