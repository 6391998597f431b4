/* authentication.c - the messages by which the two sides authenticate, besides Certificate and
 * ServerKeyExchange
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/authentication.h"

#include "knowledge/names.h"
#include "wire/cursor.h"

enum {
    STATUS_TYPE_OCSP = 1,
    EXTENSION_STATUS_REQUEST = 5,
    EXTENSION_SIGNATURE_ALGORITHMS = 13,
    EXTENSION_CERTIFICATE_AUTHORITIES = 47
};

bool
dx_read_certificate_verify(const uint8_t *body, size_t len, uint16_t *scheme, const uint8_t **signature,
                           size_t *signature_len)
{
    dx_cursor message = {body, len}, vector;

    if (!dx_read_u16(&message, scheme) || !dx_read_vector(&message, 2, &vector) || message.left)
        return false;
    *signature = vector.at;
    *signature_len = vector.left;
    return true;
}

bool
dx_read_certificate_status(const uint8_t *body, size_t len, const uint8_t **response, size_t *response_len)
{
    dx_cursor message = {body, len}, vector;
    uint8_t type;

    if (!dx_read_u8(&message, &type) || type != STATUS_TYPE_OCSP || !dx_read_vector(&message, 3, &vector) ||
        !vector.left)
        return false;
    *response = vector.at;
    *response_len = vector.left;
    return true;
}

/* The extension of a type in a list of extensions. */
static bool
find_extension(dx_cursor list, uint16_t wanted, dx_cursor *content)
{
    uint16_t type;

    while (dx_read_u16(&list, &type) && dx_read_vector(&list, 2, content))
        if (type == wanted)
            return true;
    return false;
}

bool
dx_read_staple(const uint8_t *body, size_t len, const uint8_t **response, size_t *response_len)
{
    dx_cursor message = {body, len}, context, list, der, extensions, content;

    return dx_read_vector(&message, 1, &context) && dx_read_vector(&message, 3, &list) &&
           dx_read_vector(&list, 3, &der) && dx_read_vector(&list, 2, &extensions) &&
           find_extension(extensions, EXTENSION_STATUS_REQUEST, &content) &&
           dx_read_certificate_status(content.at, content.left, response, response_len);
}

bool
dx_read_request_schemes(const uint8_t *body, size_t len, uint16_t version, const uint8_t **schemes,
                        size_t *schemes_len)
{
    dx_cursor message = {body, len}, first, extensions, content, list;

    if (version < DX_TLS12 || !dx_read_vector(&message, 1, &first)) /* certificate types; TLS 1.3: context */
        return false;
    if (version >= DX_TLS13 ? !dx_read_vector(&message, 2, &extensions) ||
                                  !find_extension(extensions, EXTENSION_SIGNATURE_ALGORITHMS, &content) ||
                                  !dx_read_vector(&content, 2, &list)
                            : !dx_read_vector(&message, 2, &list))
        return false;
    *schemes = list.at;
    *schemes_len = list.left / 2 * 2;
    return list.left >= 2;
}

/* The list of names itself, wherever a version of TLS puts it. */
static bool
find_authorities(dx_cursor message, uint16_t version, dx_cursor *list)
{
    dx_cursor first, algorithms;

    if (!dx_read_vector(&message, 1, &first)) /* certificate types; TLS 1.3: context */
        return false;
    if (version >= DX_TLS13) {
        dx_cursor extensions, content;
        return dx_read_vector(&message, 2, &extensions) &&
               find_extension(extensions, EXTENSION_CERTIFICATE_AUTHORITIES, &content) &&
               dx_read_vector(&content, 2, list);
    }
    if (version == DX_TLS12 && !dx_read_vector(&message, 2, &algorithms))
        return false;
    return dx_read_vector(&message, 2, list);
}

unsigned
dx_read_authorities(const uint8_t *body, size_t len, uint16_t version,
                    void (*each)(void *user, const uint8_t *der, size_t der_len), void *user)
{
    dx_cursor list = {NULL, 0}, name;
    unsigned num = 0;

    if (!find_authorities((dx_cursor){body, len}, version, &list))
        return 0;
    while (num < DX_MAX_AUTHORITIES && dx_read_vector(&list, 2, &name)) {
        num++;
        if (each)
            each(user, name.at, name.left);
    }
    return num;
}
