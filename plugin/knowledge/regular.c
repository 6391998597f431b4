/* regular.c - reads files that the user named, and nothing that only looks like one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/regular.h"

#include <glib.h>
#include <sys/stat.h>
#include <sys/types.h>

#define MAX_BYTES (64 << 20)

/* g_stat is not used: on Windows its structure is that of the compiler which built GLib, Microsoft's for the
 * official Wireshark and MinGW for this plugin. */
bool
dx_regular_about(const char *path, uint64_t *size, int64_t *changed)
{
#ifdef G_OS_WIN32
    gunichar2 *wide = g_utf8_to_utf16(path, -1, NULL, NULL, NULL);
    struct _stat64 about;
    bool good = wide && _wstat64((const wchar_t *)wide, &about) == 0;

    g_free(wide);
#else
    struct stat about;
    bool good = stat(path, &about) == 0;
#endif
    *size = good ? (uint64_t)about.st_size : 0;
    *changed = good ? (int64_t)about.st_mtime : 0;
    return good;
}

static bool
size_of(const char *path, size_t *size, GError **error)
{
    GMappedFile *file = g_mapped_file_new(path, FALSE, error);

    if (!file)
        return false;
    *size = g_mapped_file_get_length(file);
    g_mapped_file_unref(file);
    return true;
}

char *
dx_regular_read(const char *path, size_t *len, const char **why)
{
    GError *error = NULL;
    char *bytes = NULL;
    size_t size = 0;

    *len = 0;
    *why = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        *why = "cannot be opened";
        return NULL;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return NULL;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        *why = "not a regular file";
        return NULL;
    }
    bool known = size_of(path, &size, &error);
    if (known && size == 0) /* also what the kernel makes up when it is read, without an end (proc) */
        return g_strdup("");
    if (size > MAX_BYTES) {
        *why = "larger than 64 MB";
        return NULL;
    }
    if (!known || !g_file_get_contents(path, &bytes, len, &error)) {
        *why = error->code == G_FILE_ERROR_ACCES ? "permission denied" : "cannot be read";
        g_error_free(error);
    }
    return bytes;
}
