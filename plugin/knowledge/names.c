/* names.c - looks TLS code points up in the tables of the .def files
 *
 * Every table is sorted by code point (tests/unit/test_knowledge.c checks it) and searched by bisection.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/names.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct name_row {
    uint16_t code;
    const char *name;
} name_row;

#define X(code, name) {code, name},
static const name_row versions[] = {
#include "knowledge/versions.def"
};
static const name_row groups[] = {
#include "knowledge/groups.def"
};
static const name_row signatures[] = {
#include "knowledge/signatures.def"
};
static const name_row extensions[] = {
#include "knowledge/extensions.def"
};
#undef X

#define X(description, constant, name) {description, name},
static const name_row alerts[] = {
#include "knowledge/alerts.def"
};
#undef X

enum { VERSIONS_ANY, VERSIONS_TLS12, VERSIONS_TLS13 };
#define X(code, name, exchange, auth, mode, block_bytes, mac_bytes, hash_bytes, versions)                    \
    {code,                                                                                                   \
     #name,                                                                                                  \
     DX_EXCHANGE_##exchange,                                                                                 \
     DX_AUTH_##auth,                                                                                         \
     DX_MODE_##mode,                                                                                         \
     block_bytes,                                                                                            \
     mac_bytes,                                                                                              \
     hash_bytes,                                                                                             \
     VERSIONS_##versions == VERSIONS_TLS13,                                                                  \
     VERSIONS_##versions == VERSIONS_TLS12},
static const dx_cipher ciphers[] = {
#include "knowledge/ciphers.def"
};
#undef X

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int
compare_name(const void *key, const void *row)
{
    return (int)*(const uint16_t *)key - (int)((const name_row *)row)->code;
}

static int
compare_cipher(const void *key, const void *row)
{
    return (int)*(const uint16_t *)key - (int)((const dx_cipher *)row)->code;
}

static const char *
find_name(const name_row *table, size_t num_rows, uint16_t code)
{
    const name_row *row = bsearch(&code, table, num_rows, sizeof table[0], compare_name);
    return row ? row->name : NULL;
}

const char *
dx_version_name(uint16_t version)
{
    return find_name(versions, COUNT(versions), version);
}

/* RFC 9000 section 20.1, RFC 9368 section 5 */
const char *
dx_quic_error_name(uint32_t error)
{
    static const char *const names[] = {"NO_ERROR",
                                        "INTERNAL_ERROR",
                                        "CONNECTION_REFUSED",
                                        "FLOW_CONTROL_ERROR",
                                        "STREAM_LIMIT_ERROR",
                                        "STREAM_STATE_ERROR",
                                        "FINAL_SIZE_ERROR",
                                        "FRAME_ENCODING_ERROR",
                                        "TRANSPORT_PARAMETER_ERROR",
                                        "CONNECTION_ID_LIMIT_ERROR",
                                        "PROTOCOL_VIOLATION",
                                        "INVALID_TOKEN",
                                        "APPLICATION_ERROR",
                                        "CRYPTO_BUFFER_EXCEEDED",
                                        "KEY_UPDATE_ERROR",
                                        "AEAD_LIMIT_REACHED",
                                        "NO_VIABLE_PATH",
                                        "VERSION_NEGOTIATION_ERROR"};

    return error < COUNT(names) ? names[error] : NULL;
}

static const struct {
    uint16_t code, version;
} dtls_versions[] = {{0xFEFC, DX_TLS13}, {0xFEFD, DX_TLS12}, {0xFEFF, DX_TLS11}, {0x0100, DX_TLS11}};

bool
dx_version_is_dtls(uint16_t version)
{
    return dx_version_of_dtls(version) != version;
}

uint16_t
dx_version_of_dtls(uint16_t version)
{
    for (size_t i = 0; i < COUNT(dtls_versions); i++)
        if (dtls_versions[i].code == version)
            return dtls_versions[i].version;
    return version;
}

uint16_t
dx_dtls_version(uint16_t version)
{
    for (size_t i = 0; i < COUNT(dtls_versions); i++)
        if (dtls_versions[i].version == version)
            return dtls_versions[i].code;
    return version;
}

const char *
dx_dtls_version_name(uint16_t version)
{
    return dx_version_name(dx_dtls_version(version));
}

const char *(*dx_version_names(bool dtls))(uint16_t version)
{
    return dtls ? dx_dtls_version_name : dx_version_name;
}

const char *
dx_cipher_name(uint16_t cipher)
{
    const dx_cipher *row = dx_cipher_find(cipher);
    return row ? row->name : NULL;
}

const char *
dx_group_name(uint16_t group)
{
    return find_name(groups, COUNT(groups), group);
}

const char *
dx_signature_name(uint16_t scheme)
{
    return find_name(signatures, COUNT(signatures), scheme);
}

const char *
dx_extension_name(uint16_t extension)
{
    return find_name(extensions, COUNT(extensions), extension);
}

const char *
dx_alert_name(uint8_t description)
{
    return find_name(alerts, COUNT(alerts), description);
}

const dx_cipher *
dx_cipher_find(uint16_t cipher)
{
    return bsearch(&cipher, ciphers, COUNT(ciphers), sizeof ciphers[0], compare_cipher);
}

bool
dx_cipher_by_name(uint16_t *code, const char *name, size_t len)
{
    static const char *const curves[] = {"_P256", "_P384", "_P521"};

    for (unsigned i = 0; i < COUNT(curves); i++)
        if (len > 5 && memcmp(name + len - 5, curves[i], 5) == 0)
            len -= 5;
    for (size_t i = 0; i < COUNT(ciphers); i++)
        if (strlen(ciphers[i].name) == len && memcmp(ciphers[i].name, name, len) == 0) {
            *code = ciphers[i].code;
            return true;
        }
    return false;
}
