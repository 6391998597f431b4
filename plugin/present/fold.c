/* fold.c - the verdicts of a capture, folded by server and cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/fold.h"

typedef struct entry_key {
    dx_endpoint server;
    const char *id;
    bool is_advice;
} entry_key;

static unsigned
hash_key(gconstpointer key)
{
    const entry_key *k = key;
    return dx_endpoint_hash(&k->server) * 31 + g_str_hash(k->id) + k->is_advice;
}

static gboolean
equal_key(gconstpointer a, gconstpointer b)
{
    const entry_key *x = a, *y = b;
    return x->is_advice == y->is_advice && g_str_equal(x->id, y->id) &&
           dx_endpoint_equal(&x->server, &y->server);
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
    distinct_clear(&entry->names);
    distinct_clear(&entry->clients);
    g_free(entry->text);
    g_free(entry);
}

/* The time of a verdict's frame; facts keep the times of the frames that matter only. */
static int64_t
frame_us(const dx_facts *facts, uint32_t frame)
{
    const struct {
        uint32_t frame;
        int64_t us;
    } known[] = {
        {facts->end.frame, facts->end.time_us},
        {facts->hello_frame, facts->hello_us},
        {facts->server_hello_frame, facts->server_hello_us},
        {facts->client_finished_frame, facts->client_finished_us},
        {facts->established_frame, facts->established_us},
        {facts->first_frame, facts->first_us},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (frame && frame == known[i].frame)
            return known[i].us;
    return facts->last_us;
}

static dx_tally *
tally_of(dx_fold *fold, const dx_facts *facts)
{
    dx_tally *tally = g_hash_table_lookup(fold->tallies, &facts->server_endpoint);
    if (!tally) {
        tally = g_new0(dx_tally, 1);
        tally->endpoint = facts->server_endpoint;
        tally->first_stream = facts->stream;
        g_hash_table_insert(fold->tallies, &tally->endpoint, tally);
        fold->num_servers++;
    }
    return tally;
}

static dx_entry *
entry_of(dx_fold *fold, const dx_tally *server, const char *id, bool is_advice)
{
    entry_key wanted = {.server = server->endpoint, .id = id, .is_advice = is_advice};
    dx_entry *entry = g_hash_table_lookup(fold->by_key, &wanted);
    if (!entry) {
        entry = g_new0(dx_entry, 1);
        entry->server = server;
        entry->id = id;
        entry->streams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        entry->names = (dx_distinct){g_hash_table_new(g_str_hash, g_str_equal), g_ptr_array_new()};
        entry->clients = (dx_distinct){g_hash_table_new(dx_address_hash, dx_address_same), g_ptr_array_new()};
        g_ptr_array_add(is_advice ? fold->advices : fold->entries, entry);
        entry_key *key = g_new(entry_key, 1);
        *key = wanted;
        g_hash_table_insert(fold->by_key, key, entry);
    }
    return entry;
}

/* True when the connection becomes the entry's example. */
static bool
entry_add(dx_entry *entry, const dx_facts *facts, dx_confidence confidence, uint32_t frame, int64_t time_us)
{
    bool first = entry->streams->len == 0, better = first || confidence > entry->best;
    g_array_append_val(entry->streams, facts->stream);
    distinct_add(&entry->clients, &facts->client_endpoint.address);
    if (facts->sni && *facts->sni)
        distinct_add(&entry->names, facts->sni);
    else
        entry->num_nameless++;
    entry->num_by_confidence[confidence]++;
    if (better) {
        entry->best = confidence;
        entry->example = facts->stream;
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
add_connection(dx_fold *fold, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_tally *server = tally_of(fold, facts);
    bool failed = verdict->cause != NULL, recovered = failed && verdict->recovered_by;
    fold->num_connections++;
    server->num_connections++;
    server->num_established += verdict->outcome == DX_ESTABLISHED;
    if (recovered)
        fold->num_recovered++;
    else
        fold->num_by_outcome[verdict->outcome]++;
    if (failed) {
        server->num_failed++;
        server->num_unrecovered += !recovered;
        server->best = MAX(server->best, verdict->confidence);
        dx_entry *entry = entry_of(fold, server, verdict->cause->id, false);
        entry->cause = verdict->cause;
        entry->num_recovered += recovered;
        uint32_t frame = verdict->frame ? verdict->frame : facts->last_frame;
        entry_add(entry, facts, verdict->confidence, frame, frame_us(facts, frame));
    }
    for (unsigned i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        dx_entry *entry = entry_of(fold, server, advice->id, true);
        uint32_t frame = advice->frame ? advice->frame : facts->last_frame;
        if (entry_add(entry, facts, DX_NONE, frame, frame_us(facts, frame))) {
            /* copied: verdicts of healthy connections are not kept */
            entry->title = advice->title;
            entry->text = g_strdup(advice->text);
        }
    }
}

static unsigned
num_unrecovered(const dx_entry *entry)
{
    return entry->streams->len - entry->num_recovered;
}

/* Worst first; the example's stream decides at last, so that the order is always the same. */
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
        return s->first_stream < t->first_stream ? -1 : 1;
    }
    if (num_unrecovered(x) != num_unrecovered(y))
        return num_unrecovered(x) > num_unrecovered(y) ? -1 : 1;
    if (x->best != y->best)
        return x->best > y->best ? -1 : 1;
    return (x->example > y->example) - (x->example < y->example);
}

dx_fold *
dx_fold_new(dx_verdicts *verdicts, const dx_report *report)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    dx_fold *fold = g_new0(dx_fold, 1);
    fold->entries = g_ptr_array_new_with_free_func(entry_free);
    fold->advices = g_ptr_array_new_with_free_func(entry_free);
    fold->tallies = g_hash_table_new_full(dx_endpoint_hash, dx_endpoint_same, NULL, g_free);
    fold->by_key = g_hash_table_new_full(hash_key, equal_key, g_free, NULL);
    uint32_t num_streams = dx_capture_num_streams(capture);
    for (uint32_t stream = 0; stream < num_streams; stream++) {
        if (!dx_capture_reportable(capture, stream))
            continue;
        if (report->selected && !report->selected(stream, report->user))
            continue;
        const dx_verdict *verdict = dx_verdicts_of(verdicts, stream);
        if (verdict)
            add_connection(fold, dx_capture_facts(capture, stream), verdict);
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
    g_free(fold);
}
