/* pool.c - memory for many structs of one size that are kept until the end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/pool.h"

#include <glib.h>
#include <string.h>

#ifdef NDEBUG
#define ITEMS_OF_BLOCK 64
#else
#define ITEMS_OF_BLOCK 1 /* so that the sanitizers see the bounds of each */
#endif

typedef struct free_item {
    struct free_item *next;
} free_item;

struct dx_pool {
    size_t size;
    GPtrArray *blocks;
    free_item *free;
    size_t num_left; /* at the end of the last block */
};

dx_pool *
dx_pool_new(size_t size)
{
    dx_pool *pool = g_new0(dx_pool, 1);

    pool->size = (MAX(size, sizeof(free_item)) + 15) / 16 * 16; /* aligned for any member */
    pool->blocks = g_ptr_array_new_with_free_func(g_free);
    return pool;
}

void *
dx_pool_take(dx_pool *pool)
{
    free_item *given = pool->free;

    if (given) {
        pool->free = given->next;
        return memset(given, 0, pool->size);
    }
    if (!pool->num_left) {
        g_ptr_array_add(pool->blocks, g_malloc0_n(ITEMS_OF_BLOCK, pool->size));
        pool->num_left = ITEMS_OF_BLOCK;
    }
    char *block = g_ptr_array_index(pool->blocks, pool->blocks->len - 1);
    return block + --pool->num_left * pool->size;
}

void
dx_pool_give(dx_pool *pool, void *item)
{
    free_item *given = item;

    given->next = pool->free;
    pool->free = given;
}

void
dx_pool_free(dx_pool *pool)
{
    if (!pool)
        return;
    g_ptr_array_unref(pool->blocks);
    g_free(pool);
}
