/* folder.c - reads the files of a folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "evidence/evidence.h"
#include "knowledge/regular.h"

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
read_one(dx_evidence_store *store, const char *path, const char *name)
{
    const char *why;
    size_t len;
    char *bytes = dx_regular_read(path, &len, &why);

    if (bytes)
        dx_evidence_read(store, name, (const uint8_t *)bytes, len);
    else if (why)
        dx_evidence_refuse(store, name, why);
    g_free(bytes);
}

dx_evidence_store *
dx_evidence_read_folder(const char *folder)
{
    dx_evidence_store *store = dx_evidence_new();
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    store->folder = g_strdup(folder);
    GDir *dir = g_dir_open(folder, 0, NULL);
    if (!dir)
        dx_evidence_refuse(store, folder, "the folder cannot be opened");
    for (unsigned looked = 0; dir && looked < 4 * DX_MAX_EVIDENCE_FILES && (name = g_dir_read_name(dir));
         looked++)
        g_ptr_array_add(names, g_strdup(name));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    for (unsigned i = 0; i < names->len; i++) {
        if (store->files->len >= DX_MAX_EVIDENCE_FILES) {
            store->trouble = g_strdup("it holds more than 256 files: the rest was not read");
            break;
        }
        char *path = g_build_filename(folder, names->pdata[i], NULL);
        read_one(store, path, names->pdata[i]);
        g_free(path);
    }
    g_ptr_array_unref(names);
    return store;
}

/* Order does not matter: a folder gives its names in any. */
uint64_t
dx_evidence_stamp(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    uint64_t stamp = dir != NULL;
    const char *name;

    for (unsigned looked = 0; dir && looked < 4 * DX_MAX_EVIDENCE_FILES && (name = g_dir_read_name(dir));
         looked++) {
        char *path = g_build_filename(folder, name, NULL);
        uint64_t size;
        int64_t changed;
        if (dx_regular_about(path, &size, &changed))
            stamp += (uint64_t)g_str_hash(name) * UINT64_C(0x9e3779b97f4a7c15) +
                     (uint64_t)changed * UINT64_C(0xc2b2ae3d27d4eb4f) + size * UINT64_C(0x165667b19e3779f9) +
                     1;
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    return stamp;
}
