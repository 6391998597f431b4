/* verdict.c - what became of a connection, why, and what to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdict.h"

static void
clear_advice(gpointer data)
{
    g_free(((dx_advice *)data)->text);
}

dx_verdict *
dx_verdict_new(void)
{
    dx_verdict *verdict = g_new0(dx_verdict, 1);

    verdict->candidates = g_ptr_array_new();
    verdict->checks = g_ptr_array_new_with_free_func((GDestroyNotify)g_ref_string_release);
    verdict->lines = dx_packet_lines_new();
    verdict->advice = g_array_new(FALSE, FALSE, sizeof(dx_advice));
    g_array_set_clear_func(verdict->advice, clear_advice);
    return verdict;
}

void
dx_verdict_free(dx_verdict *verdict)
{
    if (!verdict)
        return;
    g_ptr_array_unref(verdict->candidates);
    g_array_unref(verdict->lines);
    g_array_unref(verdict->advice);
    g_ptr_array_unref(verdict->checks);
    if (verdict->file_findings)
        g_ptr_array_unref(verdict->file_findings);
    if (verdict->logged)
        g_array_unref(verdict->logged);
    if (verdict->excluded)
        g_ptr_array_unref(verdict->excluded);
    g_free(verdict->points);
    g_free(verdict->why);
    g_free(verdict->contrast);
    g_free(verdict->said_fix);
    if (verdict->fix)
        g_ref_string_release(verdict->fix);
    g_free(verdict);
}
