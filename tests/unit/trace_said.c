/* trace_said.c - what the verdicts of a trace say, to be compared with tests/traces/said
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "trace_reader.h"

static void
say_cause(GString *out, const dx_verdict *verdict)
{
    g_string_append_printf(out, "    frame %u", verdict->frame);
    for (unsigned i = 0; i < verdict->candidates->len; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : ": ",
                               ((const dx_cause *)verdict->candidates->pdata[i])->id);
    g_string_append_c(out, '\n');
    if (strcmp(verdict->why, verdict->cause->why) != 0) /* its own sentence: tests/captures/words */
        g_string_append_printf(out, "    why: %s\n", verdict->why);
    if (verdict->contrast)
        g_string_append_printf(out, "    compare: %s\n", verdict->contrast);
    if (verdict->recovered_by)
        g_string_append_printf(out, "    recovered in frame %u\n", verdict->recovered_by);
    for (unsigned i = 0; i < verdict->lines->len; i++) {
        const dx_packet_line *line = &g_array_index(verdict->lines, dx_packet_line, i);
        g_string_append_printf(out, "    %u: %s\n", line->frame, line->text);
    }
}

void
trace_say(trace_reader *reader, const expectation *expected, const dx_verdict *verdict)
{
    GString *out = reader->report->said;

    if (!out || (!verdict->cause && !verdict->advice->len))
        return;
    g_string_append_printf(out, "%s\n    expect %s\n", reader->title, expected->text);
    if (verdict->cause)
        say_cause(out, verdict);
    for (unsigned i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        g_string_append_printf(out, "    advice in frame %u: %s: %s\n", advice->frame, advice->title,
                               advice->text);
    }
}
