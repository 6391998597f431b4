/* test_evidence_hostile.c - files that are cut or damaged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#define MOST 100 /* places of a sample that are tried; fuzzing tries the others */

/* Reads bytes from a block of exactly their size, so that a sanitizer sees any step beyond. */
static void
read_exactly(const char *name, const uint8_t *bytes, size_t len)
{
    uint8_t *exact = g_malloc(len ? len : 1);
    dx_evidence_store *store = dx_evidence_new();

    memcpy(exact, bytes, len);
    dx_evidence_read(store, name, exact, len);
    g_assert_cmpuint(store->files->len, >=, 1); /* read or refused, never ignored */
    for (unsigned i = 0; i < store->files->len; i++) {
        const dx_evidence_file *file = ITEM(store->files, dx_evidence_file, i);
        g_assert_true(file->read || file->reason);
    }
    dx_evidence_free(store);
    g_free(exact);
}

static void
cut_everywhere(const char *name, const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at <= len; at += 1 + len / MOST)
        read_exactly(name, bytes, at);
}

static void
test_cut(void)
{
    for_each_sample(cut_everywhere);
}

static void
damage(const char *name, const uint8_t *bytes, size_t len)
{
    static const uint8_t hostile[] = {0, '\n', '\r', ':', '{', '"', '<', '>', 0xff, 0x80, ' '};
    uint8_t *copy = g_malloc(len ? len : 1);

    for (size_t at = 0; at < len; at += 1 + len / MOST) {
        memcpy(copy, bytes, len);
        copy[at] = hostile[at % sizeof hostile];
        read_exactly(name, copy, len);
    }
    g_free(copy);
}

static void
test_damaged(void)
{
    for_each_sample(damage);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/hostile/cut", test_cut);
    g_test_add_func("/evidence/hostile/damaged", test_damaged);
    return g_test_run();
}
