/* judge.c - weighs packets and files: what became of a connection, and why
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/judge.h"

#include <string.h>

#include "facts/path.h"
#include "verdict/ended.h"
#include "verdict/file_finding.h"
#include "verdict/outcome.h"
#include "verdict/points.h"
#include "verdict/refusal.h"
#include "verdict/rejection.h"
#include "verdict/sights.h"

bool
dx_cause_weighs(const dx_cause *cause)
{
    return cause->weigh || cause->stated != DX_NONE;
}

/* What the cause weighs, or what it says by data, whatever its gate. */
static dx_confidence
weigh_one(const dx_cause *cause, const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint32_t frame;

    if (cause->weigh)
        return cause->weigh(facts, context, finding);
    if (cause->stated == DX_NONE || facts->end.kind == DX_END_NONE)
        return DX_NONE;
    dx_say_hello(finding, facts);
    if (cause->says.text && dx_gate_saw(cause->says.when, facts, context)) {
        memcpy(&frame, (const char *)facts + cause->says.frame, sizeof frame);
        dx_finding_say(finding, frame, "%s", cause->says.text);
    }
    dx_say_end(finding, facts);
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->rivals) && cause->rivals[i]; i++)
        dx_finding_candidates(finding, cause->rivals[i], NULL);
    return cause->stated;
}

/* How sure a cause can be. Bytes that the capture lacks may say otherwise; certificates that the server shows
 * to somebody else are this connection's if an alert in clear bears them out. In a wrong order an alert does
 * not tell what it answers. Who waited, and how long, is not told where times tell nothing. */
static dx_confidence
surest(const dx_cause *cause, const dx_facts *facts)
{
    bool said = facts->end.kind == DX_END_ALERT || facts->end.kind == DX_END_FOREIGN ||
                facts->end.kind == DX_END_UNREACHABLE;
    if (dx_path_bytes_missing(facts) || dx_facts_shuffled(facts) || dx_facts_one_way(facts) ||
        (!said && dx_facts_untimed(facts)))
        return DX_POSSIBLE;
    bool shown_elsewhere = cause->gate.defects && facts->shown_frame;
    return shown_elsewhere && facts->end.kind != DX_END_ALERT ? DX_LIKELY : DX_CONFIRMED;
}

typedef struct {
    const dx_cause *cause;
    dx_confidence confidence; /* no more than surest() allows */
    dx_confidence weight;     /* what the cause said itself */
} weighed;

/* Far more than ever apply at once; what is left out then is the least likely. */
#define MAX_RESULTS 48

/* What was weighed: the causes that apply, best first, and what the best of them has to say. */
typedef struct {
    unsigned num;
    weighed result[MAX_RESULTS];
    dx_finding finding;
} results;

/* Where all can be no more than possible, what they said themselves still tells. */
static bool
is_likelier(const weighed *x, const weighed *y)
{
    return x->confidence != y->confidence ? x->confidence > y->confidence : x->weight > y->weight;
}

/* Ties stay in the order of the table. */
static void
insert_result(results *all, const weighed *result)
{
    if (all->num == MAX_RESULTS)
        all->num--;
    unsigned at = all->num++;
    for (; at > 0 && is_likelier(result, &all->result[at - 1]); at--)
        all->result[at] = all->result[at - 1];
    all->result[at] = *result;
}

/* Weighs every cause that is a fallback, or is not, and adds those that apply. Quietly: nobody hears more
 * than one of them. */
static void
weigh_causes(results *all, bool fallback, const dx_causes *causes, const dx_facts *facts,
             const dx_context *context)
{
    dx_gate_end end = dx_gate_end_of(facts);

    for (unsigned i = 0; i < causes->num; i++) {
        const dx_cause *cause = causes->cause[i];
        if (!dx_gate_takes_end(&cause->gate, end) || cause->fallback != fallback || !dx_cause_weighs(cause) ||
            dx_gate_is_refuted(&cause->gate, context->seen) || !dx_gate_open_at_end(cause, facts, context))
            continue;
        dx_finding unheard = {.quiet = true};
        weighed result = {.cause = cause, .weight = weigh_one(cause, facts, context, &unheard)};
        result.confidence = MIN(result.weight, surest(cause, facts));
        if (result.weight != DX_NONE)
            insert_result(all, &result);
    }
}

/* Drops what the files rule out. What the packets prove stays: then the files are wrong. */
static void
drop_excluded(results *all, const GPtrArray *file_findings)
{
    unsigned num = 0;

    for (unsigned i = 0; i < all->num; i++) {
        weighed *result = &all->result[i];
        dx_file_finding *files = dx_file_finding_of(file_findings, result->cause);
        if (files && files->answer == DX_FILES_EXCLUDE && result->confidence == DX_CONFIRMED)
            files->answer = DX_FILES_CONTRADICTED;
        if (!files || files->answer != DX_FILES_EXCLUDE)
            all->result[num++] = *result;
    }
    all->num = num;
}

static void
add_candidate(const dx_verdict *verdict, const dx_cause *cause)
{
    GPtrArray *candidates = verdict->candidates;

    if (cause && !g_ptr_array_find(candidates, cause, NULL) &&
        !(verdict->excluded && g_ptr_array_find(verdict->excluded, cause, NULL)))
        g_ptr_array_add(candidates, (gpointer)cause);
}

static void
rank_candidates(dx_verdict *verdict, const results *all, const dx_facts *facts, const dx_context *context)
{
    add_candidate(verdict, verdict->cause);
    if (verdict->confidence == DX_CONFIRMED)
        return;
    for (unsigned i = 0; verdict->file_findings && i < verdict->file_findings->len; i++) {
        const dx_file_finding *files = verdict->file_findings->pdata[i];
        if (files->answer == DX_FILES_SUGGEST)
            add_candidate(verdict, files->cause);
    }
    for (unsigned i = 1; i < all->num; i++) /* as sure as the verdict, or nearly */
        if (all->result[i].confidence >= DX_LIKELY)
            add_candidate(verdict, all->result[i].cause);
    for (unsigned i = 0; i < all->finding.num_candidates; i++)
        if (dx_gate_open(all->finding.candidates[i], facts, context))
            add_candidate(verdict, all->finding.candidates[i]);
    for (unsigned i = 1; i < all->num; i++)
        if (!all->result[i].cause->fallback)
            add_candidate(verdict, all->result[i].cause);
}

static void
take_result(dx_verdict *verdict, const weighed *result, dx_finding *finding, const dx_facts *facts)
{
    verdict->cause = result->cause;
    verdict->confidence = result->confidence;
    verdict->frame = finding->frame ? finding->frame : facts->end.frame;
    if (!verdict->frame)
        verdict->frame = facts->last_frame;
    verdict->why = finding->why ? finding->why : g_strdup(result->cause->why);
    verdict->contrast = finding->contrast;
    verdict->contrast_frame = finding->contrast_frame;
    finding->why = finding->contrast = NULL;
    if (finding->lines) {
        g_array_unref(verdict->lines);
        verdict->lines = finding->lines;
        finding->lines = NULL;
    }
    verdict->said_fix = finding->fix;
    verdict->own_checks = finding->checks;
    verdict->own_clients = finding->clients;
    verdict->own_events = finding->events;
    verdict->own_fix = finding->steps;
    finding->fix = NULL;
}

/* The files' lines about a cause, as evidence. */
static void
cite(dx_finding *finding, const dx_file_finding *files, const dx_context *context)
{
    for (unsigned i = 0; i < files->lines->len; i++) {
        char *text = dx_file_line_text(context->evidence, &g_array_index(files->lines, dx_file_line, i));
        const char *but = files->by_log
                              ? "A line of the log disagrees with the packets (perhaps it is about "
                                "another connection): "
                              : "Server files disagree with the packets (old, of another server, or "
                                "a restart is pending): ";
        dx_finding_say(finding, 0, "%s%s", files->answer == DX_FILES_CONTRADICTED ? but : "", text);
        g_free(text);
    }
}

/* Files that may be of another machine are not believed, and that is said. */
static void
doubt_files(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    const GArray *own = context->evidence->own_addresses;
    dx_files_place place = dx_files_place_of(facts, context);

    if (place == DX_FILES_ANYWHERE)
        dx_finding_say(finding, 0,
                       "The files name no address, and the capture holds several servers: they prove nothing "
                       "here (add netstat -ano to them)");
    if (place != DX_FILES_ELSEWHERE)
        return;
    char *address = dx_address_text(&g_array_index(own, dx_address, 0));
    char *server = dx_address_text(&facts->server_endpoint.address);
    dx_finding_say(
        finding, 0,
        "The files are from a machine with the address %s%s, not %s (NAT, or another server). They are "
        "not used as proof",
        address, own->len > 1 ? " and others" : "", server);
    g_free(address);
    g_free(server);
}

/* What a cause says of itself, once another one takes its place. */
static void
forget_advice(dx_finding *finding)
{
    g_clear_pointer(&finding->why, g_free);
    g_clear_pointer(&finding->fix, g_free);
    finding->checks = finding->clients = NULL;
    finding->events = NULL;
}

/* Lets what the files confirm take the place of the best result: its wire evidence stays, what the packets
 * left open is settled. A line of a log takes no place of another cause that the packets confirm: it may be
 * about another connection, a setting is about all. */
static void
settle_by_files(weighed *best, dx_finding *finding, const GPtrArray *file_findings, const dx_facts *facts,
                const dx_context *context)
{
    bool replaced = false;
    const dx_cause *proved = best->confidence == DX_CONFIRMED && !best->cause->symptom ? best->cause : NULL;

    for (unsigned i = 0; file_findings && i < file_findings->len; i++) {
        dx_file_finding *files = file_findings->pdata[i];
        if (files->answer == DX_FILES_CONFIRM && dx_path_bytes_missing(facts))
            files->answer = DX_FILES_SUGGEST;
        if (files->answer == DX_FILES_CONFIRM && files->by_log && proved && proved != files->cause)
            files->answer = DX_FILES_CONTRADICTED;
        if (files->answer == DX_FILES_CONFIRM && !replaced) {
            if (best->cause != files->cause)
                forget_advice(finding);
            finding->steps = NULL;
            best->cause = files->cause;
            best->confidence = DX_CONFIRMED;
            replaced = true;
        }
        if (files->cause == best->cause || files->answer == DX_FILES_CONTRADICTED)
            cite(finding, files, context);
    }
}

static void
list_excluded(dx_verdict *verdict)
{
    if (!verdict->file_findings)
        return;
    verdict->excluded = g_ptr_array_new();
    for (unsigned i = 0; i < verdict->file_findings->len; i++) {
        const dx_file_finding *files = verdict->file_findings->pdata[i];
        if (files->answer == DX_FILES_EXCLUDE)
            g_ptr_array_add(verdict->excluded, (gpointer)files->cause);
    }
}

/* What the files suggest is looked into soon. */
static void
take_suggestion(dx_verdict *verdict)
{
    const dx_cause *next = verdict->candidates->len > 1 ? verdict->candidates->pdata[1] : NULL;
    const dx_file_finding *files = next ? dx_file_finding_of(verdict->file_findings, next) : NULL;

    if (verdict->confidence == DX_POSSIBLE && files && files->answer == DX_FILES_SUGGEST)
        verdict->also_checks = next->checks;
}

/* Weighs packets and files, and writes the result down. */
static void
weigh(dx_verdict *verdict, const dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    results all; /* not cleared: this runs for every connection */

    all.num = 0;
    weigh_causes(&all, false, causes, facts, context);
    if (!all.num)
        weigh_causes(&all, true, causes, facts, context);
    if (all.num && context->evidence) {
        verdict->file_findings = dx_file_findings_collect(causes, facts, context);
        drop_excluded(&all, verdict->file_findings);
        if (!all.num)
            weigh_causes(&all, true, causes, facts, context);
    }
    if (all.num) {
        weighed *best = &all.result[0];
        all.finding = (dx_finding){.quiet = false};
        weigh_one(best->cause, facts, context, &all.finding);
        verdict->outcome = best->cause->outcome; /* as the packets show it */
        settle_by_files(best, &all.finding, verdict->file_findings, facts, context);
        if (verdict->file_findings)
            doubt_files(&all.finding, facts, context);
        list_excluded(verdict);
        dx_refusal_compare(&all.finding, context->refusal, facts);
        if (context->points)
            dx_points_say(context->points, &all.finding);
        take_result(verdict, best, &all.finding, facts);
        rank_candidates(verdict, &all, facts, context);
        take_suggestion(verdict);
        dx_finding_clear(&all.finding);
    }
}

/* The causes read one comparison of the ClientHello with those that were accepted; the healthy need none. */
static void
compare_and_weigh(dx_verdict *verdict, const dx_causes *causes, const dx_facts *facts,
                  const dx_context *context)
{
    dx_refusal refusal = {0};
    dx_looked seen = {0, 0};
    dx_context with = *context;

    with.refusal = &refusal;
    with.seen = &seen;
    if (!dx_outcome_is_healthy(facts))
        dx_refusal_make(&refusal, facts, context);
    refusal.cause = causes->reader;
    weigh(verdict, causes, facts, &with);
    dx_refusal_clear(&refusal);
}

dx_verdict *
dx_judge(const dx_causes *causes, const dx_facts *settled, const dx_context *context)
{
    dx_verdict *verdict = dx_verdict_new();

    verdict->outcome = dx_outcome_without_cause(settled);
    if (dx_outcome_can_have_cause(settled) && !dx_is_surplus(settled, context))
        compare_and_weigh(verdict, causes, settled, context);
    return verdict;
}
