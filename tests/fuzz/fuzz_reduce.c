/* fuzz_reduce.c - libFuzzer: lines of -z ssltrouble,json -> ssltrouble-reduce's two reports
 *
 * The input is lines, each ended by a line feed.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "reduce/line.h"
#include "reduce/report.h"

static void
check(void (*report)(GString *out, const dx_reduction *reduction, unsigned max_whole),
      const dx_reduction *reduction)
{
    GString *out = g_string_new(NULL);

    report(out, reduction, 3);
    if (!g_utf8_validate(out->str, (gssize)out->len, NULL))
        abort();
    for (size_t i = 0; i < out->len; i++)
        if (((unsigned char)out->str[i] < 0x20 && out->str[i] != '\n') || out->str[i] == 0x7f)
            abort();
    g_string_free(out, TRUE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dx_reduction *reduction = dx_reduction_new();
    dx_line_reader *reader = dx_line_reader_new();
    char *text = g_malloc(size + 1), *end = text + size;

    memcpy(text, data, size);
    *end = '\0';
    for (char *line = text; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        dx_line record;
        if (!stop)
            stop = end;
        *stop = '\0';
        dx_line_state state = dx_line_read(reader, &record, line, (size_t)(stop - line));
        dx_reduction_line(reduction, state, &record);
        line = stop + 1;
    }
    check(dx_reduce_text, reduction);
    check(dx_reduce_html, reduction);
    g_free(text);
    dx_line_reader_free(reader);
    dx_reduction_free(reduction);
    return 0;
}
