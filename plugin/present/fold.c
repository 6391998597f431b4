/* fold.c - the verdicts of a capture, folded by server and cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/fold.h"

#include "verdict/late_check.h"
#include "verdict/points.h"

typedef struct entry_key {
    dx_endpoint server;
    const char *id;
    const char *why; /* of a cause that is told apart by it, else "" */
    bool is_advice;
    dx_transport transport;
} entry_key;

static unsigned
hash_key(gconstpointer key)
{
    const entry_key *k = key;
    return dx_endpoint_hash(&k->server) * 31 + g_str_hash(k->id) + g_str_hash(k->why) + k->is_advice;
}

static gboolean
equal_key(gconstpointer a, gconstpointer b)
{
    const entry_key *x = a, *y = b;
    return x->is_advice == y->is_advice && x->transport == y->transport && g_str_equal(x->id, y->id) &&
           g_str_equal(x->why, y->why) && dx_endpoint_equal(&x->server, &y->server);
}

static void
distinct_add(dx_distinct *distinct, gconstpointer value)
{
    if (g_hash_table_add(distinct->seen, (gpointer)value))
        g_ptr_array_add(distinct->values, (gpointer)value);
}

static void
distinct_clear(dx_distinct *distinct)
{
    g_hash_table_destroy(distinct->seen);
    g_ptr_array_free(distinct->values, TRUE);
}

static void
entry_free(gpointer data)
{
    dx_entry *entry = data;
    g_array_free(entry->streams, TRUE);
    if (entry->also)
        g_array_free(entry->also, TRUE);
    distinct_clear(&entry->names);
    distinct_clear(&entry->clients);
    g_free(entry->text);
    g_free(entry->why);
    g_free(entry);
}

static void
tally_free(gpointer data)
{
    dx_tally *tally = data;
    g_ptr_array_free(tally->entries, TRUE);
    distinct_clear(&tally->names);
    g_free(tally);
}

static dx_distinct
distinct_names(void)
{
    return (dx_distinct){g_hash_table_new(g_str_hash, g_str_equal), g_ptr_array_new()};
}

/* The time of a verdict's frame, about; facts keep the times of the frames that matter only. */
static int64_t
frame_us(const dx_facts *facts, uint32_t frame)
{
    int64_t us = dx_facts_frame_us(facts, frame);
    return us ? us : facts->last_us;
}

static dx_tally *
tally_of(dx_fold *fold, const dx_facts *facts)
{
    dx_tally *tally = g_hash_table_lookup(fold->tallies, &facts->server_endpoint);
    if (!tally) {
        tally = g_new0(dx_tally, 1);
        tally->endpoint = facts->server_endpoint;
        tally->entries = g_ptr_array_new();
        tally->names = distinct_names();
        tally->index = fold->num_servers++;
        g_hash_table_insert(fold->tallies, &tally->endpoint, tally);
    }
    return tally;
}

static dx_entry *
entry_of(dx_fold *fold, const dx_tally *server, dx_transport transport, const char *id, const char *why)
{
    bool is_advice = !why;
    entry_key wanted = {.server = server->endpoint,
                        .id = id,
                        .why = why ? why : "",
                        .is_advice = is_advice,
                        .transport = transport};
    dx_entry *entry = g_hash_table_lookup(fold->by_key, &wanted);
    if (!entry) {
        entry = g_new0(dx_entry, 1);
        entry->server = server;
        entry->id = id;
        entry->why = g_strdup(wanted.why);
        entry->transport = transport;
        entry->streams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        entry->names = distinct_names();
        entry->clients = (dx_distinct){g_hash_table_new(dx_address_hash, dx_address_same), g_ptr_array_new()};
        g_ptr_array_add(is_advice ? fold->advices : fold->entries, entry);
        entry_key *key = g_new(entry_key, 1);
        *key = wanted;
        key->why = entry->why;
        g_hash_table_insert(fold->by_key, key, entry);
    }
    return entry;
}

/* True when the connection becomes the entry's example. */
static bool
entry_add(dx_entry *entry, uint32_t index, const dx_facts *facts, dx_confidence confidence, uint32_t frame,
          int64_t time_us)
{
    bool first = entry->streams->len == 0, better = first || confidence > entry->best;
    g_array_append_val(entry->streams, facts->stream);
    entry->libraries |= 1u << dx_client_library(facts);
    distinct_add(&entry->clients, &facts->client_endpoint.address);
    if (facts->sni && *facts->sni)
        distinct_add(&entry->names, facts->sni);
    else
        entry->num_nameless++;
    entry->num_by_confidence[confidence]++;
    if (better) {
        entry->best = confidence;
        entry->example = index;
    }
    /* by time, not by frame: merged captures need not be in order */
    if (first || time_us < entry->first_us) {
        entry->first_frame = frame;
        entry->first_us = time_us;
    }
    if (first || time_us >= entry->last_us) {
        entry->last_frame = frame;
        entry->last_us = time_us;
    }
    return better;
}

static void
count_version(dx_tally *server, uint16_t version)
{
    for (unsigned i = 0; i < server->num_versions; i++)
        if (server->versions[i] == version)
            return;
    if (version && server->num_versions < DX_MAX_TALLY_VERSIONS)
        server->versions[server->num_versions++] = version;
}

static void
count_cause(dx_fold *fold, const dx_cause *cause, bool new_server, bool recovered, uint32_t frame)
{
    dx_cause_tally *tally = g_hash_table_lookup(fold->causes, cause);
    if (!tally) {
        tally = g_new0(dx_cause_tally, 1);
        *tally =
            (dx_cause_tally){.cause = cause, .index = g_hash_table_size(fold->causes), .first_frame = frame};
        g_hash_table_insert(fold->causes, (gpointer)cause, tally);
    }
    tally->num++;
    tally->num_recovered += recovered;
    tally->num_servers += new_server;
    tally->first_frame = MIN(tally->first_frame, frame);
}

static bool
has_cause(const dx_tally *server, const dx_cause *cause)
{
    for (unsigned i = 0; i < server->entries->len; i++)
        if (((const dx_entry *)server->entries->pdata[i])->cause == cause)
            return true;
    return false;
}

/* The connection has other numbers where addresses are translated. */
static void
add_other_points(dx_entry *entry, const dx_points *points, uint32_t stream)
{
    for (unsigned i = 0; points && i < points->num; i++) {
        if (points->at[i]->stream == stream)
            continue;
        if (!entry->also)
            entry->also = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_array_append_val(entry->also, points->at[i]->stream);
    }
}

static unsigned
num_unrecovered(const dx_entry *entry)
{
    return entry->streams->len - entry->num_recovered;
}

/* Of one server's. */
static bool
is_worse(const dx_entry *x, const dx_entry *y)
{
    if (num_unrecovered(x) != num_unrecovered(y))
        return num_unrecovered(x) > num_unrecovered(y);
    return x->best != y->best ? x->best > y->best : x->index < y->index;
}

static void
add_failure(dx_fold *fold, dx_tally *server, uint32_t index, const dx_facts *facts, const dx_verdict *verdict)
{
    bool recovered = verdict->recovered_by != 0;
    uint32_t frame = verdict->frame ? verdict->frame : facts->last_frame;
    dx_entry *entry = entry_of(fold, server, facts->transport, verdict->cause->id,
                               verdict->cause->by_reason ? verdict->why : "");
    server->num_failed++;
    server->num_unrecovered += !recovered;
    server->best = MAX(server->best, verdict->confidence);
    count_cause(fold, verdict->cause, !has_cause(server, verdict->cause), recovered, frame);
    if (!entry->cause) {
        entry->index = server->entries->len;
        g_ptr_array_add(server->entries, entry);
    }
    entry->cause = verdict->cause;
    entry->num_recovered += recovered;
    entry_add(entry, index, facts, verdict->confidence, frame,
              frame_us(dx_points_facts_of(verdict->points, facts), frame) - dx_points_ahead(verdict->points));
    add_other_points(entry, verdict->points, facts->stream);
    if (!server->top || is_worse(entry, server->top)) /* what is counted never gets less */
        server->top = entry;
}

unsigned
dx_timeline_part(const dx_timeline *timeline, int64_t time_us)
{
    int64_t span = timeline->to_us - timeline->from_us;
    if (span <= 0 || time_us <= timeline->from_us)
        return 0;
    double part = (double)(time_us - timeline->from_us) / (double)span * DX_TIMELINE_PARTS;
    return part < DX_TIMELINE_PARTS ? (unsigned)part : DX_TIMELINE_PARTS - 1;
}

static void
count_time(dx_timeline *timeline, const dx_facts *facts, const dx_verdict *verdict)
{
    if (!timeline->to_us)
        return;
    unsigned part = dx_timeline_part(timeline, facts->first_us);
    timeline->num_failed[part] += verdict->cause != NULL;
    timeline->num_established[part] += verdict->outcome == DX_ESTABLISHED;
}

/* Said by another note of the same connection, which knows more. */
static bool
is_said(const dx_verdict *verdict, const dx_advice *advice)
{
    if (!g_str_equal(advice->id, "closed_after_handshake"))
        return false;
    for (unsigned i = 0; i < verdict->advice->len; i++)
        if (g_str_equal(g_array_index(verdict->advice, dx_advice, i).id, "certificate_may_be_refused"))
            return true;
    return false;
}

void
dx_fold_add(dx_fold *fold, uint32_t index, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_tally *server = tally_of(fold, facts);
    fold->num_connections++;
    count_time(&fold->timeline, facts, verdict);
    server->num_connections++;
    server->num_established += verdict->outcome == DX_ESTABLISHED;
    if (facts->sni && *facts->sni)
        distinct_add(&server->names, facts->sni);
    count_version(server,
                  facts->chosen.dtls ? dx_dtls_version(facts->chosen.version) : facts->chosen.version);
    if (verdict->cause && verdict->recovered_by)
        fold->num_recovered++;
    else
        fold->num_by_outcome[verdict->outcome]++;
    if (verdict->cause)
        add_failure(fold, server, index, facts, verdict);
    for (unsigned i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        if (is_said(verdict, advice))
            continue;
        dx_entry *entry = entry_of(fold, server, facts->transport, advice->id, NULL);
        uint32_t frame = advice->frame ? advice->frame : facts->last_frame;
        if (entry_add(entry, index, facts, DX_NONE, frame, frame_us(facts, frame))) {
            /* copied: verdicts of healthy connections are not kept */
            entry->title = advice->title;
            entry->text = g_strdup(advice->text);
        }
    }
}

/* Worst first; what was seen first decides at last, so that the order is always the same. */
static int
compare_entries(gconstpointer a, gconstpointer b)
{
    const dx_entry *x = *(const dx_entry *const *)a, *y = *(const dx_entry *const *)b;
    const dx_tally *s = x->server, *t = y->server;
    if (s != t) {
        if (s->num_unrecovered != t->num_unrecovered)
            return s->num_unrecovered > t->num_unrecovered ? -1 : 1;
        if (s->best != t->best)
            return s->best > t->best ? -1 : 1;
        return s->index < t->index ? -1 : 1;
    }
    if (num_unrecovered(x) != num_unrecovered(y))
        return num_unrecovered(x) > num_unrecovered(y) ? -1 : 1;
    if (x->best != y->best)
        return x->best > y->best ? -1 : 1;
    return (x->example > y->example) - (x->example < y->example);
}

const dx_tally *
dx_fold_server(const dx_fold *fold, const dx_endpoint *server)
{
    return g_hash_table_lookup(fold->tallies, server);
}

const dx_cause_tally *
dx_fold_cause(const dx_fold *fold, const dx_cause *cause)
{
    return g_hash_table_lookup(fold->causes, cause);
}

dx_fold *
dx_fold_begin(void)
{
    dx_fold *fold = g_new0(dx_fold, 1);
    fold->entries = g_ptr_array_new_with_free_func(entry_free);
    fold->advices = g_ptr_array_new_with_free_func(entry_free);
    fold->tallies = g_hash_table_new_full(dx_endpoint_hash, dx_endpoint_same, NULL, tally_free);
    fold->causes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    fold->by_key = g_hash_table_new_full(hash_key, equal_key, g_free, NULL);
    return fold;
}

dx_fold *
dx_fold_new(dx_verdicts *verdicts, const dx_report *report)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    dx_fold *fold = dx_fold_begin();
    fold->timeline.from_us = dx_capture_first_us(capture);
    fold->timeline.to_us = dx_capture_last_us(capture);
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;) {
        if (!dx_capture_reportable(capture, index))
            continue;
        if (report->selected && !report->selected(index, report->user))
            continue;
        const dx_verdict *verdict = dx_verdicts_of(verdicts, index);
        if (verdict)
            dx_fold_add(fold, index, dx_capture_facts(capture, index), verdict);
        if (report->turn && !report->turn(fold->num_connections, report->turns)) {
            dx_fold_free(fold);
            return NULL;
        }
    }
    g_ptr_array_sort(fold->entries, compare_entries);
    return fold;
}

void
dx_fold_free(dx_fold *fold)
{
    g_ptr_array_free(fold->entries, TRUE);
    g_ptr_array_free(fold->advices, TRUE);
    g_hash_table_destroy(fold->by_key);
    g_hash_table_destroy(fold->tallies);
    g_hash_table_destroy(fold->causes);
    g_free(fold);
}
