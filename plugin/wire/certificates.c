/* certificates.c - walks the certificates of a Certificate message
 *
 * Source: RFC 5246 section 7.4.2, RFC 8446 section 4.4.2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello.h"
#include "wire/cursor.h"

unsigned
dx_certificates(const uint8_t *body, size_t len, bool tls13,
                void (*each)(void *user, const uint8_t *der, size_t der_len), void *user, bool *well_formed)
{
    dx_cursor message = {body, len}, context, list, der, extensions;
    bool fits = !tls13 || dx_read_vector(&message, 1, &context);
    fits = dx_read_vector(&message, 3, &list) && message.left == 0 && fits;

    unsigned num = 0;
    while (list.left > 0 && num < DX_MAX_CERTIFICATES) {
        /* A certificate that is cut short is none, and nothing readable follows it. */
        if (!dx_read_vector(&list, 3, &der) || der.left == 0) {
            fits = false;
            break;
        }
        num++;
        if (each)
            each(user, der.at, der.left);
        if (tls13 && !dx_read_vector(&list, 2, &extensions)) {
            fits = false;
            break;
        }
    }
    if (well_formed)
        *well_formed = fits && list.left == 0;
    return num;
}
