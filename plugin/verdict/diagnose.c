/* diagnose.c - from facts to a verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/diagnose.h"

#include "verdict/advice.h"
#include "verdict/event_words.h"
#include "verdict/file_finding.h"
#include "verdict/judge.h"
#include "verdict/near.h"
#include "verdict/outcome.h"
#include "verdict/points.h"
#include "verdict/remedy.h"
#include "verdict/shown.h"
#include "verdict/success.h"

/* Commands that need a thumbprint get the one that the files name. */
static void
fill_thumbprint(dx_verdict *verdict)
{
    const dx_file_finding *files = dx_file_finding_of(verdict->file_findings, verdict->cause);

    if (!files || !files->thumbprint[0] || !verdict->fix)
        return;
    char **parts = g_strsplit(verdict->fix, "THUMBPRINT", -1);
    char *joined = g_strjoinv(files->thumbprint, parts);
    g_ref_string_release(verdict->fix);
    verdict->fix = g_ref_string_new(joined);
    g_free(joined);
    g_strfreev(parts);
}

/* A recovery comes after the failure; one that only waits in vain fails from its beginning on. */
static int64_t
failed_us(const dx_facts *facts)
{
    if (facts->end.kind != DX_END_NONE)
        return facts->end.time_us;
    return facts->established_frame ? facts->last_us : facts->first_us;
}

/* The line of the log that told which alert it was. */
static void
cite_alert(dx_verdict *verdict, const dx_context *context, const dx_log_event *event)
{
    dx_file_line line = {event->where, dx_event_text(context, event)};
    dx_packet_line cited = {0, dx_file_line_text(context->evidence, &line)};

    g_array_append_val(verdict->lines, cited);
    g_free(line.text);
}

dx_verdict *
dx_diagnose(const dx_causes *causes, const dx_facts *facts, const dx_context *without)
{
    dx_context with = *without, *context = &with;
    dx_facts settled = dx_outcome_settled(facts, context->now_us);
    dx_shown_certificates(&settled, context);
    bool left_out;
    GArray *near = dx_near_find(&settled, context, &left_out);

    dx_near_sum sum = dx_near_sum_up(near);
    sum.left_out = left_out;

    const dx_facts *known = context->points ? context->points->known : facts;

    with.retries = dx_ledger_retries(context->ledger, known);
    with.near = near;
    with.near_sum = &sum;
    const dx_log_event *told = dx_near_tell_alert(&settled, context);
    dx_verdict *verdict = dx_judge(causes, &settled, context);
    if (verdict->cause) {
        if (told)
            cite_alert(verdict, context, told);
        verdict->logged = dx_file_lines_logged(verdict->file_findings, context, told);
        dx_remedy_fill(verdict, &settled, context);
        fill_thumbprint(verdict);
        dx_facts failed = dx_outcome_settled(known, context->now_us);
        verdict->recovered_by = dx_success_recovery(causes, known, context, failed_us(&failed));
    }
    dx_advice_collect(verdict->advice, &settled, context, verdict->outcome);
    if (near)
        g_array_unref(near);
    return verdict;
}
