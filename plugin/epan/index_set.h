/* index_set.h - a set of connections, by index (capture.h)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_INDEX_SET_H
#define DX_EPAN_INDEX_SET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct dx_index_set dx_index_set;

/* dx_index_set_new - an empty set; free with dx_index_set_free. */
dx_index_set *dx_index_set_new(void);
void dx_index_set_free(dx_index_set *set);

/* dx_index_set_add - adds a connection; false when it was there already. */
bool dx_index_set_add(dx_index_set *set, uint32_t index);
bool dx_index_set_has(const dx_index_set *set, uint32_t index);
void dx_index_set_clear(dx_index_set *set);

#endif
