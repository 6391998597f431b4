/* infer.c - what an encrypted record is, by its length and place
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/infer.h"

#include "knowledge/names.h"

#define JSSE_PADDING                                                                                         \
    16 /* observed: JSSE 17 pads every non-application record; test-captures/ok_jsse_user_canceled.pcapng */

static unsigned
tag_bytes(uint16_t cipher)
{
    const dx_cipher *row = dx_cipher_find(cipher);
    return row && row->mode == DX_MODE_CCM_8 ? 8 : 16;
}

static unsigned
hash_bytes(uint16_t cipher)
{
    const dx_cipher *row = dx_cipher_find(cipher);
    return row && row->hash_bytes ? row->hash_bytes : 32;
}

/* content + 1 byte of type + tag, plain or with JSSE's padding */
static bool
is_protected(uint16_t cipher, uint16_t len, unsigned content)
{
    unsigned plain = content + 1 + tag_bytes(cipher);
    return len == plain || len == plain + JSSE_PADDING;
}

uint16_t
dx_infer_content13(uint16_t cipher, uint16_t len)
{
    unsigned around = 1 + tag_bytes(cipher);

    return (uint16_t)(len > around ? len - around : 0);
}

bool
dx_infer_alert13(uint16_t cipher, uint16_t len)
{
    return is_protected(cipher, len, 2);
}

bool
dx_infer_finished13(uint16_t cipher, uint16_t len)
{
    return is_protected(cipher, len, 4 + hash_bytes(cipher));
}

/* header 4, length of the list 2, type and length of one extension 4; BoringSSL puts a flight's messages into
 * one record */
#define SETTINGS_BYTES 10

bool
dx_infer_settings13(uint16_t cipher, uint16_t len, bool empty_certificate)
{
    unsigned certificate = empty_certificate ? 8 : 0;

    return len == SETTINGS_BYTES + certificate + 4 + hash_bytes(cipher) + 1 + tag_bytes(cipher);
}

bool
dx_infer_padded_finished13(uint16_t cipher, uint16_t len)
{
    return len == 4 + hash_bytes(cipher) + 1 + tag_bytes(cipher) + JSSE_PADDING;
}

bool
dx_infer_alert13_of(uint16_t cipher, uint16_t len, bool padded)
{
    return len == 2 + 1 + tag_bytes(cipher) + (padded ? JSSE_PADDING : 0);
}

bool
dx_infer_empty_certificate13(uint16_t cipher, uint16_t len)
{
    /* header 4, context length 1, list length 3; then with the Finished behind it in the same record */
    return is_protected(cipher, len, 8) || is_protected(cipher, len, 8 + 4 + hash_bytes(cipher));
}

bool
dx_infer_late_certificate13(uint16_t cipher, uint16_t len)
{
    enum { CONTEXT = 32 };

    return dx_infer_content13(cipher, len) == 8 + CONTEXT;
}

bool
dx_infer_signature13(uint16_t cipher, uint16_t len)
{
    static const uint16_t rsa[] = {256, 384, 512};
    enum { AROUND = 8, ED25519 = 64, P256 = 72, P384_LEAST = 98, P384 = 104 }; /* ECDSA: some bytes less */
    unsigned content = dx_infer_content13(cipher, len), signature = content > AROUND ? content - AROUND : 0;

    for (unsigned i = 0; i < sizeof rsa / sizeof *rsa; i++)
        if (signature == rsa[i])
            return true;
    return (signature >= ED25519 && signature <= P256) || (signature >= P384_LEAST && signature <= P384);
}

int
dx_infer_quic_finished(uint16_t cipher, uint16_t len)
{
    enum { NUMBER = 1, FRAME = 3, ACK = 14, MESSAGE = 4 }; /* the least; ACK with what else varies */
    unsigned least = NUMBER + FRAME + MESSAGE + hash_bytes(cipher) + tag_bytes(cipher);

    return len < least ? -1 : len > least + ACK ? 1 : 0;
}

uint16_t
dx_infer_split_record(uint16_t cipher, uint16_t version, bool encrypt_then_mac)
{
    const dx_cipher *row = dx_cipher_find(cipher);

    if (!row || row->mode != DX_MODE_CBC || !row->block_bytes)
        return 0;
    unsigned block = row->block_bytes, iv = version >= DX_TLS11 ? block : 0;
    if (encrypt_then_mac) /* RFC 7366: the MAC is outside the padding */
        return (uint16_t)(iv + block + row->mac_bytes);
    return (uint16_t)(iv + (1 + row->mac_bytes + block) / block * block);
}
