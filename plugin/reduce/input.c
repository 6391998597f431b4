/* input.c - lines of a file or of standard input, each of bounded length
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reduce/input.h"

#include <glib.h>
#include <string.h>

void
dx_input_begin(dx_input *input, FILE *file)
{
    *input = (dx_input){.file = file, .buffer = g_malloc(DX_MAX_LINE + 1)};
}

void
dx_input_end(dx_input *input)
{
    g_free(input->buffer);
    input->buffer = NULL;
}

/* Makes room and reads on; false when there is neither room nor anything to read. */
static bool
fill(dx_input *input)
{
    if (input->at > 0) {
        memmove(input->buffer, input->buffer + input->at, input->end - input->at);
        input->end -= input->at;
        input->at = 0;
    }
    if (input->over || input->end == DX_MAX_LINE)
        return false;
    size_t num = fread(input->buffer + input->end, 1, DX_MAX_LINE - input->end, input->file);
    input->over = num == 0;
    input->end += num;
    return num > 0;
}

/* Leaves out what is left of a line. */
static void
skip_line(dx_input *input)
{
    for (;;) {
        char *from = input->buffer + input->at, *stop = memchr(from, '\n', input->end - input->at);
        if (stop) {
            input->at = (size_t)(stop - input->buffer) + 1;
            return;
        }
        input->at = input->end;
        if (!fill(input))
            return;
    }
}

char *
dx_input_line(dx_input *input, size_t *len, bool *too_long)
{
    size_t looked = 0; /* bytes of the line without an end in them */
    char *stop;
    *too_long = false;
    for (;;) {
        size_t have = input->end - input->at;
        char *line = input->buffer + input->at;
        stop = have > looked ? memchr(line + looked, '\n', have - looked) : NULL;
        if (stop)
            break;
        looked = have;
        if (fill(input))
            continue;
        have = input->end - input->at;
        if (have == 0)
            return NULL;
        *too_long = !input->over;
        stop = input->buffer + input->end;
        break;
    }
    char *line = input->buffer + input->at;
    *len = (size_t)(stop - line);
    *stop = '\0'; /* there is a byte behind the last one */
    input->at = MIN((size_t)(stop - input->buffer) + 1, input->end);
    if (*too_long)
        skip_line(input);
    if (*len && line[*len - 1] == '\r')
        line[--*len] = '\0';
    return line;
}
