/* whole.c - text whose length was counted, kept whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/whole.h"

#include <glib.h>
#include <string.h>

char *
dx_whole(const void *bytes, size_t len)
{
    if (!len || !memchr(bytes, '\0', len))
        return g_strndup(len ? bytes : "", len);
    GString *out = g_string_sized_new(len + 8);
    for (const char *at = bytes; len > 0; at++, len--) {
        if (*at)
            g_string_append_c(out, *at);
        else
            g_string_append(out, "\\x00");
    }
    return g_string_free(out, FALSE);
}
