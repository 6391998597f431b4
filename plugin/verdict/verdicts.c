/* verdicts.c - the verdicts on all connections of one capture, kept until something changes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/verdicts.h"

#include "certs/judge.h"
#include "verdict/diagnose.h"
#include "verdict/log_clock.h"
#include "verdict/points.h"
#include "verdict/remedy.h"
#include "verdict/success.h"

/* What a verdict rests on; it is given anew when any of these has moved. */
typedef struct {
    uint32_t counted;             /* dx_ledger_counted */
    uint32_t frame, retried;      /* the last of its connection, and of those that may have made it good */
    const dx_facts *latest_retry; /* NULL: none */
    int64_t time_us;              /* 0: time does not matter */
} as_of;

/* A verdict that was given. Only those that are not `established` are kept: most connections of a capture are
 * healthy, and theirs are cheap. */
typedef struct {
    dx_verdict *verdict;
    as_of as_of;
} kept_verdict;

/* What worked at a server, and as of when. */
typedef struct {
    GArray *rows;
    uint32_t counted;
    int64_t time_us;
} kept_rows;

struct dx_verdicts {
    const dx_causes *causes;
    const dx_preferences *preferences;
    dx_capture *capture;
    GHashTable *worked, *rows; /* dx_success_cache_new; dx_server -> kept_rows */
    GHashTable *remedies;      /* dx_remedy_cache_new */
    GHashTable *kept;          /* dx_facts -> kept_verdict */
    dx_log_clock log_clock;    /* as of clock_revision */
    uint32_t clock_revision;
    bool have_clock;
    unsigned changes;    /* of preferences */
    dx_verdict *healthy; /* the last one that was asked for */
};

static void
free_kept(gpointer data)
{
    kept_verdict *kept = data;

    dx_verdict_free(kept->verdict);
    g_free(kept);
}

static void
free_rows(gpointer data)
{
    kept_rows *kept = data;

    g_array_unref(kept->rows);
    g_free(kept);
}

dx_verdicts *
dx_verdicts_new(const dx_causes *causes, const dx_preferences *preferences,
                bool (*is_tls_port)(uint16_t port, void *user), void *user)
{
    dx_verdicts *verdicts = g_new0(dx_verdicts, 1);

    verdicts->causes = causes;
    verdicts->preferences = preferences;
    verdicts->capture = dx_capture_new(is_tls_port, user);
    verdicts->kept = g_hash_table_new_full(NULL, NULL, NULL, free_kept);
    verdicts->rows = g_hash_table_new_full(NULL, NULL, NULL, free_rows);
    verdicts->worked = dx_success_cache_new();
    verdicts->remedies = dx_remedy_cache_new();
    dx_certs_trust(dx_ledger_certs(dx_capture_ledger(verdicts->capture)), preferences->trust_store);
    return verdicts;
}

void
dx_verdicts_free(dx_verdicts *verdicts)
{
    if (!verdicts)
        return;
    g_hash_table_destroy(verdicts->kept);
    g_hash_table_destroy(verdicts->rows);
    g_hash_table_destroy(verdicts->worked);
    g_hash_table_destroy(verdicts->remedies);
    dx_verdict_free(verdicts->healthy);
    dx_log_clock_clear(&verdicts->log_clock);
    dx_capture_free(verdicts->capture);
    g_free(verdicts);
}

dx_capture *
dx_verdicts_capture(const dx_verdicts *verdicts)
{
    return verdicts->capture;
}

const dx_evidence_store *
dx_verdicts_evidence(const dx_verdicts *verdicts)
{
    return verdicts->preferences->evidence;
}

/* The offset of the files' event log is estimated again when more is known. */
const dx_log_clock *
dx_verdicts_log_clock(dx_verdicts *verdicts)
{
    const dx_ledger *ledger = dx_capture_ledger(verdicts->capture);
    uint32_t revision = dx_ledger_revision(ledger);

    if (!verdicts->preferences->evidence)
        return NULL;
    if (!verdicts->have_clock || verdicts->clock_revision != revision)
        dx_log_clock_estimate(&verdicts->log_clock, verdicts->preferences->evidence, ledger);
    verdicts->have_clock = true;
    verdicts->clock_revision = revision;
    return &verdicts->log_clock;
}

/* What worked at the context's server as of now. */
static const GArray *
success_rows(dx_verdicts *verdicts, const dx_context *context)
{
    uint32_t counted = dx_ledger_counted(context->ledger);
    kept_rows *kept = g_hash_table_lookup(verdicts->rows, context->server);

    if (kept && kept->counted == counted && kept->time_us == context->now_us)
        return kept->rows;
    kept = g_new(kept_rows, 1);
    *kept = (kept_rows){dx_success_rows(verdicts->causes, context), counted, context->now_us};
    g_hash_table_replace(verdicts->rows, (gpointer)context->server, kept);
    return kept->rows;
}

static dx_verdict *
judge(dx_verdicts *verdicts, const dx_facts *facts, const dx_points *points, int64_t now_us)
{
    dx_capture *capture = verdicts->capture;
    const dx_ledger *ledger = dx_capture_ledger(capture);
    dx_context context = {.ledger = ledger,
                          .server = dx_ledger_find_server(ledger, &facts->server_endpoint),
                          .host = dx_ledger_find_host(ledger, &facts->server_endpoint.address),
                          .preferences = verdicts->preferences,
                          .now_us = now_us,
                          .points = points,
                          .evidence = verdicts->preferences->evidence,
                          .log_clock = dx_verdicts_log_clock(verdicts),
                          .worked = verdicts->worked,
                          .remedies = verdicts->remedies};

    context.accepted = success_rows(verdicts, &context);
    return dx_diagnose(verdicts->causes, facts, &context);
}

/* A connection that was captured at several points is judged by the one that shows best what happened. */
static dx_verdict *
judge_points(dx_verdicts *verdicts, uint32_t index)
{
    const dx_facts *facts = dx_capture_facts(verdicts->capture, index);
    int64_t now_us = dx_capture_now(verdicts->capture, facts->last_frame);
    dx_points points;

    if (!dx_points_compare(&points, verdicts->capture, index, now_us))
        return judge(verdicts, facts, NULL, now_us);
    dx_verdict *verdict = judge(verdicts, points.at[points.base], &points, dx_points_now(&points, now_us));
    verdict->points = g_new(dx_points, 1);
    *verdict->points = points;
    return verdict;
}

/* Silence counts until the handshake is complete, also before an end (a SYN without an answer). */
static as_of
as_of_now(const dx_verdicts *verdicts, const dx_facts *facts, const dx_facts *const *points,
          unsigned num_points)
{
    const dx_ledger *ledger = dx_capture_ledger(verdicts->capture);
    const dx_retry_list *retries = dx_ledger_retries(ledger, facts);
    as_of now = {.counted = dx_ledger_counted(ledger),
                 .frame = facts->last_frame,
                 .time_us =
                     facts->established_frame ? 0 : dx_capture_now(verdicts->capture, facts->last_frame)};

    for (unsigned i = 0; i < num_points; i++)
        now.frame = MAX(now.frame, points[i]->last_frame);
    for (unsigned i = 0; retries && i < retries->num; i++) {
        now.latest_retry = retries->retry[i].facts;
        now.retried = MAX(now.retried, now.latest_retry->last_frame);
    }
    return now;
}

static bool
is_same_moment(const as_of *a, const as_of *b)
{
    return a->counted == b->counted && a->frame == b->frame && a->retried == b->retried &&
           a->latest_retry == b->latest_retry && a->time_us == b->time_us;
}

const dx_verdict *
dx_verdicts_of(dx_verdicts *verdicts, uint32_t index)
{
    const dx_facts *list[DX_MAX_POINTS];
    unsigned num_points = dx_capture_points(verdicts->capture, index, list);

    if (!num_points)
        return NULL;
    if (num_points > 1)
        index = list[0]->stream; /* one verdict for all points; of TCP the number is the index */
    const dx_facts *facts = num_points > 1 ? dx_capture_known_facts(verdicts->capture, index) : list[0];
    gpointer key = (gpointer)facts;
    kept_verdict *kept = g_hash_table_lookup(verdicts->kept, key);
    as_of now = as_of_now(verdicts, facts, list, num_points);
    if (kept && is_same_moment(&kept->as_of, &now))
        return kept->verdict;
    dx_verdict *verdict = judge_points(verdicts, index);
    if (verdict->outcome == DX_ESTABLISHED) {
        g_hash_table_remove(verdicts->kept, key);
        dx_verdict_free(verdicts->healthy);
        verdicts->healthy = verdict;
        return verdict;
    }
    kept = g_new(kept_verdict, 1);
    *kept = (kept_verdict){verdict, now};
    g_hash_table_replace(verdicts->kept, key, kept);
    return verdict;
}

void
dx_verdicts_preferences_changed(dx_verdicts *verdicts)
{
    dx_certs_trust(dx_ledger_certs(dx_capture_ledger(verdicts->capture)), verdicts->preferences->trust_store);
    dx_log_clock_clear(&verdicts->log_clock);
    verdicts->have_clock = false;
    g_hash_table_remove_all(verdicts->kept);
    g_hash_table_remove_all(verdicts->rows);
    g_hash_table_remove_all(verdicts->worked);
    g_hash_table_remove_all(verdicts->remedies);
    verdicts->changes++;
}

unsigned
dx_verdicts_changes(const dx_verdicts *verdicts)
{
    return verdicts->changes;
}
