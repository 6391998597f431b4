/* index_set.c - a set of connections, by index
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/index_set.h"

#include <glib.h>
#include <string.h>

#include "capture/capture.h"

struct dx_index_set {
    GByteArray *of[2]; /* of TCP's streams, of the channels: 1 when it is in the set */
};

dx_index_set *
dx_index_set_new(void)
{
    dx_index_set *set = g_new(dx_index_set, 1);
    set->of[0] = g_byte_array_new();
    set->of[1] = g_byte_array_new();
    return set;
}

void
dx_index_set_free(dx_index_set *set)
{
    g_byte_array_free(set->of[0], TRUE);
    g_byte_array_free(set->of[1], TRUE);
    g_free(set);
}

bool
dx_index_set_add(dx_index_set *set, uint32_t index)
{
    GByteArray *bytes = set->of[index >= DX_FIRST_CHANNEL];
    uint32_t at = index & ~DX_FIRST_CHANNEL;
    if (at >= bytes->len) {
        guint old = bytes->len;
        g_byte_array_set_size(bytes, MAX(at + 1, old + old / 2));
        memset(bytes->data + old, 0, bytes->len - old);
    }
    bool is_new = bytes->data[at] == 0;
    bytes->data[at] = 1;
    return is_new;
}

bool
dx_index_set_has(const dx_index_set *set, uint32_t index)
{
    const GByteArray *bytes = set->of[index >= DX_FIRST_CHANNEL];
    uint32_t at = index & ~DX_FIRST_CHANNEL;
    return at < bytes->len && bytes->data[at] != 0;
}

void
dx_index_set_clear(dx_index_set *set)
{
    g_byte_array_set_size(set->of[0], 0);
    g_byte_array_set_size(set->of[1], 0);
}
