/* input.h - lines of a file or of standard input, each of bounded length
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_REDUCE_INPUT_H
#define DX_REDUCE_INPUT_H

#include <stdbool.h>
#include <stdio.h>

#define DX_MAX_LINE (4 * 1024 * 1024) /* bytes; a line of the plugin has some thousand */

typedef struct dx_input {
    FILE *file;
    char *buffer;
    size_t at, end; /* what is read and not yet taken */
    bool over;      /* nothing more to read */
} dx_input;

/* dx_input_begin - reads from `file`, which stays the caller's. dx_input_end frees what it holds. */
void dx_input_begin(dx_input *input, FILE *file);
void dx_input_end(dx_input *input);

/* dx_input_line - the next line without its end, followed by a NUL; the caller may write into it until the
 * next call. NULL at the end. `too_long`: it had more than DX_MAX_LINE bytes, and the rest is left out. */
char *dx_input_line(dx_input *input, size_t *len, bool *too_long);

#endif
