/* extensions.c - the list that ends the hellos of both sides
 *
 * Source: RFC 8446 section 4.2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/extensions.h"

bool
dx_read_extensions(dx_cursor *message, dx_extension_reader *read, void *user)
{
    if (message->left == 0)
        return true; /* RFC 5246 section 7.4.1.2: none at all */
    dx_cursor list, body;
    bool fits = dx_read_vector(message, 2, &list) && message->left == 0;
    uint16_t type;
    while (dx_read_u16(&list, &type)) {
        bool whole = dx_read_vector(&list, 2, &body);
        if (!read(user, type, body) || !whole)
            fits = false;
    }
    return fits && list.left == 0;
}
