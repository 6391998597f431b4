/* extensions.h - the list that ends the hellos of both sides
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_EXTENSIONS_H
#define DX_WIRE_EXTENSIONS_H

#include "wire/cursor.h"

/* What reads the content of one extension; false when it is broken. */
typedef bool dx_extension_reader(void *user, uint16_t type, dx_cursor body);

/* dx_read_extensions - the extensions that end a message, each with read(user, ...). False when one is
 * broken, or the list: that does not hide those after it. */
bool dx_read_extensions(dx_cursor *message, dx_extension_reader *read, void *user);

#endif
