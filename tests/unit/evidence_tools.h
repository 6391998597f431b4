/* evidence_tools.h - reads texts and sample files for the tests of plugin/evidence
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_EVIDENCE_TOOLS_H
#define DX_TEST_EVIDENCE_TOOLS_H

#include <glib.h>
#include <string.h>

#include "evidence/readers.h"

#define ITEM(list, type, i) (&g_array_index(list, type, i))

/* A new store that has read one text. */
static inline dx_evidence_store *
read_text(const char *text)
{
    dx_evidence_store *store = dx_evidence_new();
    dx_evidence_read(store, "test", (const uint8_t *)text, strlen(text));
    return store;
}

/* The only file of a store has this kind. */
static inline void
expect_kind(const dx_evidence_store *store, int kind)
{
    g_assert_cmpuint(store->files->len, ==, 1);
    g_assert_cmpint(ITEM(store->files, dx_evidence_file, 0)->kind, ==, kind);
}

/* Calls `use` for every sample file below tests/evidence. */
static inline void
for_each_sample(void (*use)(const char *name, const uint8_t *bytes, size_t len))
{
    const char *folder = DX_SOURCE_DIR "/tests/evidence", *name, *file;
    unsigned num = 0;
    GDir *cases = g_dir_open(folder, 0, NULL);

    g_assert_nonnull(cases);
    while ((name = g_dir_read_name(cases))) {
        char *path = g_build_filename(folder, name, NULL);
        GDir *dir = g_dir_open(path, 0, NULL);
        while (dir && (file = g_dir_read_name(dir))) {
            char *whole = g_build_filename(path, file, NULL), *bytes;
            size_t len;
            g_assert_true(g_file_get_contents(whole, &bytes, &len, NULL));
            use(file, (const uint8_t *)bytes, len);
            num++;
            g_free(bytes);
            g_free(whole);
        }
        if (dir)
            g_dir_close(dir);
        g_free(path);
    }
    g_dir_close(cases);
    g_assert_cmpuint(num, >=, 30);
}

#endif
