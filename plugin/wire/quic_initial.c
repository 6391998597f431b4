/* quic_initial.c - QUIC's Initial packets, decrypted
 *
 * Source: RFC 9001 sections 5.1 to 5.4, RFC 8446 section 7.1 (HKDF-Expand-Label), RFC 9369 section 3.3.2
 *         (labels of version 2); tests: RFC 9001 appendix A
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic.h"

#include <glib.h>
#include <string.h>

#include "knowledge/gnutls.h"
#include "wire/quic_versions.h"

#define HASH_LEN   32
#define TAG_LEN    16
#define SAMPLE_LEN 16
#define MAX_PACKET 65535

static bool
expand(const uint8_t secret[HASH_LEN], const char *label, uint8_t *out, size_t len)
{
    uint8_t info[64] = {(uint8_t)(len >> 8), (uint8_t)len};
    size_t label_len = 6 + strlen(label);
    const gnutls_datum_t key = {(unsigned char *)secret, HASH_LEN};

    info[2] = (uint8_t)label_len;
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, label_len - 6);
    const gnutls_datum_t whole = {info, (unsigned)(3 + label_len + 1)}; /* an empty context */
    return gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &key, &whole, out, len) >= 0;
}

static bool
make_side(dx_quic_keys *keys, const uint8_t initial[HASH_LEN], const char *side, bool v2)
{
    uint8_t secret[HASH_LEN];

    return expand(initial, side, secret, sizeof secret) &&
           expand(secret, v2 ? "quicv2 key" : "quic key", keys->key, sizeof keys->key) &&
           expand(secret, v2 ? "quicv2 iv" : "quic iv", keys->iv, sizeof keys->iv) &&
           expand(secret, v2 ? "quicv2 hp" : "quic hp", keys->header, sizeof keys->header);
}

bool
dx_quic_keys_make(dx_quic_keys *client, dx_quic_keys *server, uint32_t version, const dx_quic_cid *id)
{
    uint8_t initial[HASH_LEN];
    const uint8_t *bytes = dx_quic_salt(version);
    const gnutls_datum_t salt = {(unsigned char *)bytes, 20}, key = {(unsigned char *)id->bytes, id->len};
    bool v2 = dx_quic_is_v2(version);

    return bytes && gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &key, &salt, initial) >= 0 &&
           make_side(client, initial, "client in", v2) && make_side(server, initial, "server in", v2);
}

/* AES of one block: GnuTLS has it as the first of a chain that begins with zeros. */
static bool
encrypt_block(const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
    uint8_t zeros[16] = {0};
    gnutls_cipher_hd_t cipher;
    const gnutls_datum_t key_datum = {(unsigned char *)key, 16}, iv = {zeros, sizeof zeros};

    if (gnutls_cipher_init(&cipher, GNUTLS_CIPHER_AES_128_CBC, &key_datum, &iv) < 0)
        return false;
    bool done = gnutls_cipher_encrypt2(cipher, in, 16, out, 16) >= 0;
    gnutls_cipher_deinit(cipher);
    return done;
}

static uint8_t *
decrypt(const dx_quic_keys *keys, const uint8_t nonce[12], const uint8_t *header, size_t header_len,
        const uint8_t *bytes, size_t len, size_t *plain_len)
{
    gnutls_aead_cipher_hd_t cipher;
    const gnutls_datum_t key = {(unsigned char *)keys->key, sizeof keys->key};
    uint8_t *plain = g_malloc(len);

    *plain_len = len - TAG_LEN;
    if (gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_128_GCM, &key) < 0) {
        g_free(plain);
        return NULL;
    }
    int result = gnutls_aead_cipher_decrypt(cipher, nonce, 12, header, header_len, TAG_LEN, bytes, len, plain,
                                            plain_len);
    gnutls_aead_cipher_deinit(cipher);
    if (result >= 0)
        return plain;
    g_free(plain);
    return NULL;
}

uint8_t *
dx_quic_open(const dx_quic_packet *packet, const dx_quic_keys *keys, size_t *len, uint32_t *number)
{
    uint8_t mask[16], nonce[12];
    size_t at = packet->header_len;

    if (packet->captured != packet->len || packet->len > MAX_PACKET || packet->len < at + 4 + SAMPLE_LEN ||
        !encrypt_block(keys->header, packet->bytes + at + 4, mask))
        return NULL;
    uint8_t first = packet->bytes[0] ^ (mask[0] & 0x0f);
    unsigned number_len = (first & 3u) + 1;
    size_t header_len = at + number_len;
    if (packet->len < header_len + TAG_LEN)
        return NULL;
    uint8_t *header = g_malloc(header_len);
    memcpy(header, packet->bytes, header_len);
    header[0] = first;
    memcpy(nonce, keys->iv, sizeof nonce);
    *number = 0;
    for (unsigned i = 0; i < number_len; i++) {
        header[at + i] ^= mask[1 + i];
        *number = *number << 8 | header[at + i];
        nonce[sizeof nonce - number_len + i] ^= header[at + i]; /* the first numbers are whole */
    }
    uint8_t *plain =
        decrypt(keys, nonce, header, header_len, packet->bytes + header_len, packet->len - header_len, len);
    g_free(header);
    return plain;
}
