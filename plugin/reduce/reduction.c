/* reduction.c - the failures of any number of lines, folded by server and cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reduce/reduction.h"

#include <string.h>

#include "causes/causes.h"
#include "facts/text.h"
#include "present/clients.h"

#define DAY_US  (INT64_C(86400) * G_USEC_PER_SEC)
#define HOUR_US (INT64_C(3600) * G_USEC_PER_SEC)

enum { MAX_TEXTS = 16, MAX_TEXT = 2000, MAX_VALUE = 300 };

/* What is kept is made safe to show. */
static char *
kept(const char *text, size_t max)
{
    return dx_safe(text, max);
}

static dx_seen
seen_new(void)
{
    return (dx_seen){g_hash_table_new(g_str_hash, g_str_equal), g_ptr_array_new_with_free_func(g_free),
                     false};
}

static void
seen_clear(dx_seen *seen)
{
    g_hash_table_destroy(seen->set);
    g_ptr_array_free(seen->values, TRUE);
}

static void
see(dx_seen *seen, const char *value)
{
    if (!value || g_hash_table_contains(seen->set, value))
        return;
    char *copy = kept(value, MAX_VALUE);
    bool known = g_hash_table_contains(seen->set, copy); /* cut, it may be */
    if (known || seen->values->len == DX_MAX_SEEN) {
        seen->more |= !known;
        g_free(copy);
        return;
    }
    g_hash_table_add(seen->set, copy);
    g_ptr_array_add(seen->values, copy);
}

/* The row of a day or hour, mostly the last one; NULL when there is no room. */
static dx_count *
count_of(GArray *counts, int64_t when, unsigned max)
{
    unsigned at = counts->len;
    while (at > 0 && g_array_index(counts, dx_count, at - 1).when > when)
        at--;
    if (at > 0 && g_array_index(counts, dx_count, at - 1).when == when)
        return &g_array_index(counts, dx_count, at - 1);
    if (counts->len == max)
        return NULL;
    dx_count row = {.when = when};
    g_array_insert_val(counts, at, row);
    return &g_array_index(counts, dx_count, at);
}

static void
count(GArray *counts, int64_t when, unsigned max, bool failed, bool established)
{
    dx_count *row = count_of(counts, when, max);
    if (!row)
        return;
    row->num_failed += failed;
    row->num_established += established;
}

static void
texts_free(GPtrArray *texts)
{
    if (texts)
        g_ptr_array_free(texts, TRUE);
}

/* What is said of the example. */
static void
clear_example(dx_problem *problem)
{
    char **const texts[] = {&problem->title,   &problem->why,  &problem->compare,    &problem->fix,
                            &problem->service, &problem->file, &problem->supplicant, &problem->transport};
    GPtrArray **const lists[] = {&problem->checks,   &problem->candidates, &problem->evidence,
                                 &problem->commands, &problem->events,     &problem->fix_steps};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_clear_pointer(texts[i], g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_clear_pointer(lists[i], texts_free);
}

/* In the order of the frames; what has none, from the server's files, comes last. */
static int
compare_evidence(gconstpointer a, gconstpointer b)
{
    static const char prefix[] = "frame ";
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    guint64 frames[2] = {G_MAXUINT64, G_MAXUINT64};
    if (g_str_has_prefix(x, prefix))
        frames[0] = g_ascii_strtoull(x + strlen(prefix), NULL, 10);
    if (g_str_has_prefix(y, prefix))
        frames[1] = g_ascii_strtoull(y + strlen(prefix), NULL, 10);
    return (frames[0] > frames[1]) - (frames[0] < frames[1]);
}

static void
take_example(dx_problem *problem, const dx_line *record)
{
    clear_example(problem);
    problem->title = kept(record->title ? record->title : record->cause, MAX_TEXT);
    problem->why = kept(record->why, MAX_TEXT);
    problem->compare = kept(record->compare, MAX_TEXT);
    problem->fix = kept(record->fix, MAX_TEXT);
    problem->service = kept(record->service, MAX_VALUE);
    problem->transport = kept(record->transport, MAX_VALUE);
    problem->file = kept(record->file, MAX_VALUE);
    problem->stream = record->stream;
    problem->supplicant = kept(record->supplicant, MAX_VALUE);
    problem->time_us = record->time_us;
    problem->fix_steps = dx_line_texts(record, "fix_steps", MAX_TEXTS);
    problem->events = dx_line_events(record, MAX_TEXTS);
    problem->checks = dx_line_texts(record, "checks", MAX_TEXTS);
    problem->candidates = dx_line_texts(record, "candidates", MAX_TEXTS);
    problem->evidence = dx_line_texts(record, "evidence", MAX_TEXTS);
    g_ptr_array_sort(problem->evidence, compare_evidence);
    problem->commands = dx_line_texts(record, "commands", MAX_TEXTS * 2);
}

static void
problem_free(gpointer data)
{
    dx_problem *problem = data;
    clear_example(problem);
    g_free(problem->cause);
    g_free(problem->why_key);
    g_free(problem->first_file);
    g_free(problem->last_file);
    g_array_free(problem->days, TRUE);
    seen_clear(&problem->names);
    seen_clear(&problem->clients);
    seen_clear(&problem->files);
    texts_free(problem->users);
    g_free(problem);
}

static void
server_free(gpointer data)
{
    dx_reduced_server *server = data;
    g_free(server->endpoint);
    g_array_free(server->days, TRUE);
    g_ptr_array_free(server->problems, TRUE);
    g_free(server);
}

dx_reduction *
dx_reduction_new(void)
{
    dx_reduction *reduction = g_new0(dx_reduction, 1);
    reduction->servers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, server_free);
    reduction->hours = g_array_new(FALSE, TRUE, sizeof(dx_count));
    reduction->files = seen_new();
    return reduction;
}

void
dx_reduction_free(dx_reduction *reduction)
{
    g_hash_table_destroy(reduction->servers);
    g_array_free(reduction->hours, TRUE);
    seen_clear(&reduction->files);
    g_free(reduction);
}

/* NULL when there is no room. */
static dx_reduced_server *
server_of(dx_reduction *reduction, const char *endpoint)
{
    dx_reduced_server *server = g_hash_table_lookup(reduction->servers, endpoint);
    if (server || g_hash_table_size(reduction->servers) == DX_MAX_REDUCED_SERVERS)
        return server;
    server = g_new0(dx_reduced_server, 1);
    server->endpoint = g_strdup(endpoint);
    server->days = g_array_new(FALSE, TRUE, sizeof(dx_count));
    server->problems = g_ptr_array_new_with_free_func(problem_free);
    g_hash_table_insert(reduction->servers, server->endpoint, server);
    return server;
}

/* The part of a sentence that makes another problem of it, "" for most causes. */
static const char *
why_key(const dx_line *record)
{
    const dx_causes *causes = dx_all_causes();
    for (unsigned i = 0; i < causes->num; i++)
        if (causes->cause[i]->by_reason && g_str_equal(causes->cause[i]->id, record->cause))
            return record->why ? record->why : "";
    return "";
}

/* NULL when there is no room. */
static dx_problem *
problem_of(dx_reduction *reduction, dx_reduced_server *server, const dx_line *record)
{
    const char *key = why_key(record);
    for (unsigned i = 0; i < server->problems->len; i++) {
        dx_problem *problem = server->problems->pdata[i];
        if (g_str_equal(problem->cause, record->cause) && g_str_equal(problem->why_key, key) &&
            g_strcmp0(problem->transport, record->transport) == 0)
            return problem;
    }
    if (server->problems->len == DX_MAX_SERVER_PROBLEMS || reduction->num_problems == DX_MAX_REDUCED_PROBLEMS)
        return NULL;
    reduction->num_problems++;
    dx_problem *problem = g_new0(dx_problem, 1);
    problem->server = server;
    problem->cause = kept(record->cause, MAX_VALUE);
    problem->why_key = kept(key, MAX_TEXT);
    problem->transport = kept(record->transport, MAX_VALUE);
    problem->days = g_array_new(FALSE, TRUE, sizeof(dx_count));
    problem->names = seen_new();
    problem->clients = seen_new();
    problem->files = seen_new();
    problem->users = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(server->problems, problem);
    return problem;
}

static void
set_file(char **file, const char *value)
{
    g_free(*file);
    *file = kept(value, MAX_VALUE);
}

/* Each program's words once, in the order of dx_clients_rank. */
static void
see_users(dx_problem *problem, const char *text)
{
    unsigned hash = text ? g_str_hash(text) : 0, num = problem->num_users_texts;

    for (unsigned i = 0; i < num; i++)
        if (problem->users_hash[i] == hash)
            return;
    if (!text || num == DX_MAX_USERS_TEXTS)
        return;
    problem->users_hash[problem->num_users_texts++] = hash;
    char **parts = g_strsplit(text, "; ", DX_MAX_USERS + 1);
    for (unsigned i = 0; parts[i] && i < DX_MAX_USERS; i++) {
        char *part = kept(parts[i], MAX_VALUE);
        unsigned at = problem->users->len, rank = dx_clients_rank(part);
        bool known = at == DX_MAX_USERS;
        for (unsigned k = 0; k < problem->users->len; k++)
            known |= g_str_equal(problem->users->pdata[k], part);
        while (at > 0 && dx_clients_rank(problem->users->pdata[at - 1]) > rank)
            at--;
        if (known)
            g_free(part);
        else
            g_ptr_array_insert(problem->users, (int)at, part);
    }
    g_strfreev(parts);
}

static void
add_failure(dx_reduction *reduction, dx_reduced_server *server, const dx_line *record)
{
    dx_problem *problem = server ? problem_of(reduction, server, record) : NULL;
    if (!problem) {
        reduction->num_unkept++;
        return;
    }
    bool first = problem->num++ == 0;
    server->num_failed++;
    problem->num_recovered += record->recovered;
    problem->num_by_confidence[record->confidence]++;
    if (first || record->confidence > problem->best) {
        problem->best = record->confidence;
        take_example(problem, record);
    }
    if (first || record->time_us < problem->first_us) {
        problem->first_us = record->time_us;
        set_file(&problem->first_file, record->file);
    }
    if (first || record->time_us >= problem->last_us) {
        problem->last_us = record->time_us;
        set_file(&problem->last_file, record->file);
    }
    count(problem->days, record->time_us / DAY_US, DX_MAX_DAYS, true, false);
    see(&problem->names, record->sni);
    see(&problem->clients, record->client);
    see(&problem->files, record->file);
    see_users(problem, record->users_see);
}

static void
add_success(dx_reduced_server *server, const dx_line *record)
{
    bool first = server->num_established++ == 0;
    if (first || record->time_us < server->first_success_us)
        server->first_success_us = record->time_us;
    if (first || record->time_us > server->last_success_us)
        server->last_success_us = record->time_us;
}

static void
take(dx_reduction *reduction, const dx_line *record)
{
    bool established = record->outcome == DX_ESTABLISHED, failed = record->cause != NULL;
    dx_reduced_server *server = server_of(reduction, record->server);
    bool first = reduction->num_by_line[DX_LINE_GOOD] == 1;
    if (first || record->time_us < reduction->first_us)
        reduction->first_us = record->time_us;
    if (first || record->time_us > reduction->last_us)
        reduction->last_us = record->time_us;
    if (failed && record->recovered)
        reduction->num_recovered++;
    else
        reduction->num_by_outcome[record->outcome]++;
    count(reduction->hours, record->time_us / HOUR_US, DX_MAX_HOURS, failed, established);
    see(&reduction->files, record->file);
    if (server) {
        server->num_connections++;
        count(server->days, record->time_us / DAY_US, DX_MAX_DAYS, failed, established);
    }
    if (failed)
        add_failure(reduction, server, record);
    else if (server && established)
        add_success(server, record);
    else if (!server)
        reduction->num_unseen++;
}

void
dx_reduction_line(dx_reduction *reduction, dx_line_state line, const dx_line *record)
{
    reduction->num_lines++;
    reduction->num_by_line[line]++;
    if (line != DX_LINE_GOOD && line != DX_LINE_EMPTY && !reduction->first_bad)
        reduction->first_bad = reduction->num_lines;
    if (line == DX_LINE_GOOD)
        take(reduction, record);
}

/* Most failures that did not succeed later, then the surest; the endpoint decides at last, so that the order
 * is the same whatever that of the lines. */
static int
compare_problems(gconstpointer a, gconstpointer b)
{
    const dx_problem *x = *(const dx_problem *const *)a, *y = *(const dx_problem *const *)b;
    uint64_t p = x->num - x->num_recovered, q = y->num - y->num_recovered;
    if (p != q)
        return p > q ? -1 : 1;
    if (x->best != y->best)
        return x->best > y->best ? -1 : 1;
    if (x->num != y->num)
        return x->num > y->num ? -1 : 1;
    int order = g_strcmp0(x->server->endpoint, y->server->endpoint);
    if (order)
        return order;
    order = g_strcmp0(x->cause, y->cause);
    return order ? order : g_strcmp0(x->why_key, y->why_key);
}

GPtrArray *
dx_reduction_problems(const dx_reduction *reduction)
{
    GPtrArray *problems = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, reduction->servers);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const dx_reduced_server *server = value;
        for (unsigned i = 0; i < server->problems->len; i++)
            g_ptr_array_add(problems, server->problems->pdata[i]);
    }
    g_ptr_array_sort(problems, compare_problems);
    return problems;
}
