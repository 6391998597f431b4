/* diagnose.c - from facts to a verdict
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/diagnose.h"
#include "facts/path.h"

#include <string.h>

#include "verdict/refusal.h"
#include "verdict/remedy.h"
#include "verdict/file_finding.h"
#include "verdict/success.h"
#include "facts/text.h"

/* What may still be answered is no end yet: so long nothing must have come after it. */
#define SETTLE_US G_USEC_PER_SEC

static void
clear_advice(gpointer data)
{
    g_free(((dx_advice *)data)->text);
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
    if (verdict->excluded)
        g_ptr_array_unref(verdict->excluded);
    g_free(verdict->why);
    g_free(verdict->contrast);
    g_free(verdict->fix);
    g_free(verdict);
}

bool
dx_diagnose_is_healthy(const dx_facts *facts)
{
    return facts->end.kind == DX_END_NONE && facts->pending.kind == DX_END_NONE && facts->established_frame;
}

/* Only one direction is in the capture: the other's numbers moved though nothing of it was seen. */
static bool
is_one_way(const dx_facts *facts)
{
    return (!facts->server.num_packets && facts->server.have_acked && facts->client.num_packets) ||
           (!facts->client.num_packets && facts->server.num_packets);
}

/* The ClientHello was a disguise: after an answer that is no TLS the client goes on without TLS as well. */
static bool
is_disguised(const dx_facts *facts)
{
    return facts->end.kind == DX_END_FOREIGN && facts->client_foreign_frame > facts->end.frame;
}

/* Bytes of either side are missing in the capture, as a gap shows, the numbers (what has its place after a
 * FIN counts one), or the client's Finished behind a ServerHello that was not seen. */
static bool
is_gappy(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;

    return dx_path_bytes_missing(facts) || dx_path_lacks(client) ||
           ((client->finished || client->app_records) && !facts->server_hello_frame && !facts->early_data);
}

/* One side left without a word that can be read, after the client had sent more than its ClientHello, or what
 * it sent could not be read: it may have left a handshake that was long over. */
static bool
is_out_of_sight(const dx_facts *facts)
{
    bool quiet = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST ||
                 facts->end.kind == DX_END_ENCRYPTED_ALERT;
    bool went_on = !facts->hello_frame || dx_path_went_on(facts);

    return facts->tls && quiet && facts->server.payload_bytes && went_on && is_gappy(facts);
}

static dx_outcome
outcome_without_cause(const dx_facts *facts)
{
    if (facts->established_frame && facts->end.kind == DX_END_NONE)
        return DX_ESTABLISHED;
    if (is_one_way(facts))
        return DX_INCOMPLETE;
    if (is_disguised(facts))
        return DX_NOT_TLS;
    if (facts->tls && !facts->mid_stream && !facts->client.payload_bytes && !facts->hello_frame &&
        !facts->damaged && facts->end.by == DX_CLIENT)
        return DX_NOT_TLS; /* an alert is how OpenSSL 3 takes the end of a connection without a byte (observed) */
    if (facts->tls)
        return facts->mid_stream && facts->client.app_records && facts->server.app_records ? DX_ESTABLISHED
                                                                                           : DX_INCOMPLETE;
    if (facts->mid_stream && !facts->client_foreign_frame && !facts->server_foreign_frame)
        return DX_INCOMPLETE;
    if (facts->phase == DX_PHASE_NONE && facts->server.syn_frame && facts->client.rst_frame &&
        facts->client.syn_frame)
        return DX_NOT_TLS; /* a port scan: it learned that the port is open */
    if (facts->phase == DX_PHASE_NONE)
        return facts->end.kind == DX_END_RST && facts->end.by == DX_SERVER ? DX_NO_TCP : DX_INCOMPLETE;
    return facts->end.kind == DX_END_NONE && facts->phase == DX_PHASE_TCP ? DX_INCOMPLETE : DX_NOT_TLS;
}

typedef struct {
    const dx_cause *cause;
    dx_confidence confidence;
    dx_finding finding;
} weighed;

/* Far more than ever apply at once; what is left out then is the least likely. */
#define MAX_RESULTS 48

/* What was weighed: the causes that apply, best first. */
typedef struct {
    unsigned num;
    weighed result[MAX_RESULTS];
} results;

/* Ties stay in the order of the table. */
static void
insert_result(results *all, weighed result)
{
    if (all->num == MAX_RESULTS)
        dx_finding_clear(&all->result[--all->num].finding);
    unsigned at = all->num++;
    for (; at > 0 && all->result[at - 1].confidence < result.confidence; at--)
        all->result[at] = all->result[at - 1];
    all->result[at] = result;
}

/* Weighs every cause that is a fallback, or is not, and adds those that apply. */
static void
weigh_causes(results *all, bool fallback, const dx_causes *causes, const dx_facts *facts,
             const dx_context *context)
{
    dx_gate_end end = dx_gate_end_of(facts);

    for (unsigned i = 0; i < causes->num; i++) {
        const dx_cause *cause = causes->cause[i];
        if (!dx_gate_takes_end(&cause->gate, end) || cause->fallback != fallback || !dx_cause_weighs(cause) ||
            !dx_gate_open(cause, facts, context))
            continue;
        weighed result = {.cause = cause};
        result.confidence = dx_cause_weigh(cause, facts, context, &result.finding);
        if (result.confidence == DX_NONE)
            dx_finding_clear(&result.finding);
        else
            insert_result(all, result);
    }
    for (unsigned i = 0; i < all->num && dx_path_bytes_missing(facts); i++) /* they may say otherwise */
        all->result[i].confidence = MIN(all->result[i].confidence, DX_POSSIBLE);
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
        if (files && files->answer == DX_FILES_EXCLUDE)
            dx_finding_clear(&result->finding);
        else
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
    const weighed *best = &all->result[0];

    add_candidate(verdict, best->cause);
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
    for (unsigned i = 0; i < best->finding.num_candidates; i++)
        if (dx_gate_open(best->finding.candidates[i], facts, context))
            add_candidate(verdict, best->finding.candidates[i]);
    for (unsigned i = 1; i < all->num; i++)
        if (!all->result[i].cause->fallback)
            add_candidate(verdict, all->result[i].cause);
}

static void
take_result(dx_verdict *verdict, weighed *result, const dx_facts *facts, const dx_context *context)
{
    verdict->cause = result->cause;
    verdict->confidence = result->confidence;
    verdict->outcome = result->cause->outcome;
    verdict->frame = result->finding.frame ? result->finding.frame : facts->end.frame;
    if (!verdict->frame)
        verdict->frame = facts->last_frame;
    verdict->why = result->finding.why ? result->finding.why : g_strdup(result->cause->why);
    verdict->contrast = result->finding.contrast;
    result->finding.why = result->finding.contrast = NULL;
    if (result->finding.lines) {
        g_array_unref(verdict->lines);
        verdict->lines = result->finding.lines;
        result->finding.lines = NULL;
    }
    dx_remedy_fill(verdict, facts, context);
    if (result->finding.fix) {
        char *rest = verdict->fix;
        verdict->fix =
            rest ? g_strdup_printf("%s\n%s", result->finding.fix, rest) : g_strdup(result->finding.fix);
        g_free(rest);
    }
}

/* The files' lines about a cause, as evidence. */
static void
cite(dx_finding *finding, const dx_file_finding *files, const dx_context *context)
{
    for (unsigned i = 0; i < files->lines->len; i++) {
        char *text = dx_file_line_text(context->evidence, &g_array_index(files->lines, dx_file_line, i));
        dx_finding_say(finding, 0, "%s%s",
                       files->answer == DX_FILES_CONTRADICTED
                           ? "Contradiction (an old file, or one of another server): "
                           : "",
                       text);
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
    dx_finding_say(finding, 0,
                   "The files are of a machine with the address %s%s, not %s: it is behind a translation of "
                   "addresses, or "
                   "they are of another server. They prove nothing here",
                   address, own->len > 1 ? " and others" : "", server);
    g_free(address);
    g_free(server);
}

/* Lets what the files confirm take the place of the best result: its wire evidence stays, what the packets
 * left open is settled. Returns the outcome that the packets show. */
static dx_outcome
settle_by_files(weighed *best, const GPtrArray *file_findings, const dx_facts *facts,
                const dx_context *context)
{
    dx_outcome outcome = best->cause->outcome;
    bool replaced = false;

    for (unsigned i = 0; file_findings && i < file_findings->len; i++) {
        dx_file_finding *files = file_findings->pdata[i];
        if (files->answer == DX_FILES_CONFIRM && dx_path_bytes_missing(facts))
            files->answer = DX_FILES_SUGGEST;
        if (files->answer == DX_FILES_CONFIRM && !replaced) {
            if (best->cause != files->cause)
                g_clear_pointer(&best->finding.why, g_free);
            if (best->cause != files->cause)
                g_clear_pointer(&best->finding.fix, g_free);
            best->cause = files->cause;
            best->confidence = DX_CONFIRMED;
            replaced = true;
        }
        if (files->cause == best->cause || files->answer == DX_FILES_CONTRADICTED)
            cite(&best->finding, files, context);
    }
    return outcome;
}

/* Commands that need a thumbprint get the one that the files name. */
static void
fill_thumbprint(dx_verdict *verdict)
{
    const dx_file_finding *files = dx_file_finding_of(verdict->file_findings, verdict->cause);

    if (!files || !files->thumbprint[0] || !verdict->fix)
        return;
    char **parts = g_strsplit(verdict->fix, "THUMBPRINT", -1);
    g_free(verdict->fix);
    verdict->fix = g_strjoinv(files->thumbprint, parts);
    g_strfreev(parts);
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

/* Weighs packets and files, and writes the result down. */
static void
judge(dx_verdict *verdict, const dx_causes *causes, const dx_facts *facts, const dx_context *context)
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
        dx_outcome outcome = settle_by_files(best, verdict->file_findings, facts, context);
        if (verdict->file_findings)
            doubt_files(&best->finding, facts, context);
        list_excluded(verdict);
        dx_refusal_compare(&best->finding, context->refusal, facts);
        take_result(verdict, best, facts, context);
        verdict->outcome = outcome;
        rank_candidates(verdict, &all, facts, context);
        fill_thumbprint(verdict);
    }
    for (unsigned i = 0; i < all.num; i++)
        dx_finding_clear(&all.result[i].finding);
}

dx_facts
dx_diagnose_settled(const dx_facts *facts, int64_t now_us)
{
    dx_facts settled = *facts;

    if (settled.end.kind != DX_END_NONE)
        return settled;
    switch (settled.pending.kind) {
    case DX_END_FIN: /* a half-close that is answered is taken back; until then the client has left */
        settled.end = settled.pending;
        break;
    case DX_END_ENCRYPTED_ALERT: /* records that follow take it back */
        if (now_us - settled.pending.time_us > SETTLE_US || settled.last_frame > settled.pending.frame)
            settled.end = settled.pending;
        break;
    case DX_END_ALERT:
        if (now_us - settled.pending.time_us > SETTLE_US && settled.pending.alert != DX_ALERT_CLOSE_NOTIFY)
            settled.end = settled.pending;
        break;
    default:
        break;
    }
    return settled;
}

/* A recovery comes after the failure; one that only waits in vain fails from its beginning on. */
static int64_t
failed_us(const dx_facts *facts)
{
    if (facts->end.kind != DX_END_NONE)
        return facts->end.time_us;
    return facts->established_frame ? facts->last_us : facts->first_us;
}

/* The causes read one comparison of the ClientHello with those that were accepted; the healthy need none. */
static void
compare_and_judge(dx_verdict *verdict, const dx_causes *causes, const dx_facts *facts,
                  const dx_context *context)
{
    dx_refusal refusal = {0};
    dx_context with = *context;

    with.refusal = &refusal;
    if (!dx_diagnose_is_healthy(facts))
        dx_refusal_make(&refusal, facts, context);
    refusal.cause = causes->reader;
    judge(verdict, causes, facts, &with);
}

dx_verdict *
dx_diagnose(const dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    dx_verdict *verdict = g_new0(dx_verdict, 1);

    verdict->candidates = g_ptr_array_new();
    verdict->checks = g_ptr_array_new_with_free_func(g_free);
    verdict->lines = dx_packet_lines_new();
    verdict->advice = g_array_new(FALSE, FALSE, sizeof(dx_advice));
    g_array_set_clear_func(verdict->advice, clear_advice);
    dx_facts settled = dx_diagnose_settled(facts, context->now_us);
    verdict->outcome = outcome_without_cause(&settled);
    /* a capture that shows one direction, starts in mid-stream or lost the middle cannot blame anybody */
    if (!is_one_way(&settled) && !is_disguised(&settled) && !is_out_of_sight(&settled) &&
        !(settled.mid_stream && !settled.hello_frame && settled.tls))
        compare_and_judge(verdict, causes, &settled, context);
    if (verdict->cause && !context->alone)
        verdict->recovered_by = dx_success_recovery(causes, facts, context, failed_us(&settled));
    dx_advice_collect(verdict->advice, &settled, context, verdict->outcome);
    return verdict;
}
