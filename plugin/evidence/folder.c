/* folder.c - reads the files of a folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "evidence/evidence.h"

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Opening a pipe would wait for ever, a device could be endless: regular files only. */
static void
read_one(dx_evidence_store *store, const char *path, const char *name)
{
    GStatBuf about;
    char *bytes = NULL;
    size_t len = 0;

    if (g_stat(path, &about) != 0) {
        dx_evidence_refuse(store, name, "cannot be opened");
        return;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        dx_evidence_refuse(store, name, "not a regular file");
        return;
    }
    if (about.st_size == 0) { /* also what the kernel makes up when it is read, without an end (proc) */
        dx_evidence_read(store, name, (const uint8_t *)"", 0);
        return;
    }
    if (about.st_size > (int64_t)DX_MAX_EVIDENCE_BYTES) {
        dx_evidence_refuse(store, name, "larger than 16 MB");
        return;
    }
    GError *error = NULL;
    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        dx_evidence_refuse(store, name,
                           error->code == G_FILE_ERROR_ACCES ? "permission denied" : "cannot be read");
        g_error_free(error);
        return;
    }
    dx_evidence_read(store, name, (const uint8_t *)bytes, len);
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
