/* regular.h - reads files that the user named, and nothing that only looks like one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_REGULAR_H
#define DX_KNOWLEDGE_REGULAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dx_regular_read - the content of a regular file of at most 64 MB, with a terminator behind its `*len`
 * bytes. NULL with the reason in `*why` when it is something else (to open a pipe would wait for ever, a
 * device could be endless), larger, or cannot be read; NULL and no reason when it is a folder. New string. */
char *dx_regular_read(const char *path, size_t *len, const char **why);

/* dx_regular_about - a file's size, and when it was changed last in seconds since 1970; false when there is
 * none. `path` is UTF-8 on Windows. */
bool dx_regular_about(const char *path, uint64_t *size, int64_t *changed);

#endif
