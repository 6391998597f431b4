/* pool.h - memory for many structs of one size that are kept until the end
 *
 * Single blocks of the heap, taken in between what is soon given back, leave holes there: measured with
 * tests/robust/run.py, 100 bytes for each connection.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_POOL_H
#define DX_CAPTURE_POOL_H

#include <stddef.h>

typedef struct dx_pool dx_pool;

/* dx_pool_new - a pool of structs of `size` bytes. */
dx_pool *dx_pool_new(size_t size);

/* dx_pool_take - one struct, all zero. dx_pool_give - takes it back. */
void *dx_pool_take(dx_pool *pool);
void dx_pool_give(dx_pool *pool, void *item);

/* dx_pool_free - frees the pool and what was not given back. */
void dx_pool_free(dx_pool *pool);

#endif
