/* regular.c - reads files that the user named, and nothing that only looks like one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/regular.h"

#include <glib.h>
#include <glib/gstdio.h>

#define MAX_BYTES (64 << 20)

char *
dx_regular_read(const char *path, size_t *len, const char **why)
{
    GStatBuf about;
    GError *error = NULL;
    char *bytes = NULL;

    *len = 0;
    *why = NULL;
    if (g_stat(path, &about) != 0) {
        *why = "cannot be opened";
        return NULL;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return NULL;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        *why = "not a regular file";
        return NULL;
    }
    if (about.st_size == 0) /* also what the kernel makes up when it is read, without an end (proc) */
        return g_strdup("");
    if (about.st_size > MAX_BYTES) {
        *why = "larger than 64 MB";
        return NULL;
    }
    if (!g_file_get_contents(path, &bytes, len, &error)) {
        *why = error->code == G_FILE_ERROR_ACCES ? "permission denied" : "cannot be read";
        g_error_free(error);
    }
    return bytes;
}
