/* log_clock.c - events of the server's log against the time of the packets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/log_clock.h"

#include <string.h>

#define QUARTER_US (INT64_C(15) * 60 * G_USEC_PER_SEC)
#define SAME_US    (G_USEC_PER_SEC / 10) /* failures nearer to each other are one for the estimate */

#define YEARLESS_US INT64_C(962409600000000) /* the middle of 2000, the year of times without one */
#define MINUTE_US   (INT64_C(60) * G_USEC_PER_SEC)

/* An event of a failure. */
typedef struct failure {
    int64_t time_us;
    int64_t slack_us; /* half of what its time leaves open */
    uint64_t met[2];  /* by offset: whether a failure of the capture was met */
} failure;

/* Events that a failing handshake leaves; a success, a created binding say nothing of when failures were. */
static bool
marks_failure(const dx_log_event *event)
{
    if (!event->have_time || event->utc || event->as_client)
        return false;
    if (event->row)
        return event->row->reason != DX_LOGGED_CLIENT_CLOSED;
    return event->provider == DX_PROVIDER_SCHANNEL &&
           ((event->id >= 36869 && event->id <= 36879) || event->id == 36887 || event->id == 36888);
}

static gint
compare_times(gconstpointer a, gconstpointer b)
{
    int64_t x = ((const failure *)a)->time_us, y = ((const failure *)b)->time_us;
    return x < y ? -1 : x > y;
}

static unsigned
count_clients(const dx_ledger *ledger)
{
    const GPtrArray *servers = dx_ledger_servers(ledger);
    unsigned num = 0;

    for (unsigned i = 0; i < servers->len; i++)
        num += ((const dx_server *)servers->pdata[i])->clients->len;
    return num;
}

/* The addresses of the capture's clients, inside the ledger. */
static GHashTable *
clients_of(const dx_ledger *ledger)
{
    const GPtrArray *servers = dx_ledger_servers(ledger);
    GHashTable *clients = g_hash_table_new(dx_address_hash, dx_address_same);

    for (unsigned i = 0; i < servers->len; i++) {
        const GArray *of = ((const dx_server *)servers->pdata[i])->clients;
        for (unsigned j = 0; j < of->len; j++)
            g_hash_table_add(clients, &g_array_index(of, dx_address, j));
    }
    return clients;
}

/* Lines that name a client which is not in the capture say nothing of its failures:
 * a busy log would fit any zone. Who is behind a switch has another address there. */
static bool
is_elsewhere(const dx_log_event *event, GHashTable *clients)
{
    const dx_address *address = &event->endpoint.address;

    return event->have_client && address->family != DX_ADDRESS_LINK &&
           !g_hash_table_contains(clients, address);
}

static GArray *
failures_of(const dx_log_clock *clock, const dx_evidence_store *store, const dx_ledger *ledger)
{
    GArray *failures = g_array_new(FALSE, FALSE, sizeof(failure));
    GHashTable *clients = clients_of(ledger);

    for (unsigned i = 0; i < store->events->len; i++) {
        const dx_log_event *event = &g_array_index(store->events, dx_log_event, i);
        failure one = {.time_us = event->time_us};
        if (!marks_failure(event) || is_elsewhere(event, clients))
            continue;
        if (event->yearless)
            one.time_us = dx_time_set_year(one.time_us, clock->near_us);
        if (event->minutes) {
            one.slack_us = MINUTE_US / 2;
            one.time_us += one.slack_us;
        }
        g_array_append_val(failures, one);
    }
    g_hash_table_destroy(clients);
    g_array_sort(failures, compare_times);
    return failures;
}

/* The first event that is not before a time. */
static unsigned
first_from(const GArray *failures, int64_t time_us)
{
    unsigned from = 0, to = failures->len;

    while (from < to) {
        unsigned middle = from + (to - from) / 2;
        if (g_array_index(failures, failure, middle).time_us < time_us)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* A failure of the capture, if the log's clock is so many quarters of an hour ahead. */
static void
meet(dx_log_clock *clock, int64_t time_us, int quarters)
{
    int64_t at_us = time_us + quarters * QUARTER_US;
    unsigned bit = (unsigned)(quarters + DX_LOG_QUARTERS);

    int64_t most_us = DX_LOG_TOLERANCE_US + MINUTE_US / 2;
    for (unsigned i = first_from(clock->events, at_us - most_us); i < clock->events->len; i++) {
        failure *event = &g_array_index(clock->events, failure, i);
        if (event->time_us > at_us + most_us)
            break;
        if (event->met[bit / 64] >> bit % 64 & 1 ||
            ABS(event->time_us - at_us) > DX_LOG_TOLERANCE_US + event->slack_us)
            continue;
        event->met[bit / 64] |= UINT64_C(1) << bit % 64;
        clock->histogram[bit]++;
    }
}

static void
take_refusals(dx_log_clock *clock, const GArray *refusals)
{
    for (; clock->num_refusals < refusals->len; clock->num_refusals++) {
        int64_t time_us = g_array_index(refusals, dx_refused, clock->num_refusals).time_us;
        if (clock->num_refusals && ABS(time_us - clock->last_us) < SAME_US)
            continue;
        clock->last_us = time_us;
        for (int quarters = -DX_LOG_QUARTERS; clock->events->len && quarters <= DX_LOG_QUARTERS; quarters++)
            meet(clock, time_us, quarters);
    }
}

void
dx_log_clock_estimate(dx_log_clock *clock, const dx_evidence_store *store, const dx_ledger *ledger)
{
    unsigned best = 0, second = 0, at = 0;

    const GArray *refusals = dx_ledger_refusals(ledger);
    if (refusals->len)
        clock->near_us = g_array_index(refusals, dx_refused, 0).time_us;
    unsigned num_clients = count_clients(ledger);
    if (clock->events &&
        num_clients > clock->num_clients + clock->num_clients / 4) { /* not for each new one */
        g_array_unref(clock->events);
        clock->events = NULL;
        clock->num_refusals = 0;
        memset(clock->histogram, 0, sizeof clock->histogram);
    }
    if (!clock->events && refusals->len) {
        clock->events = failures_of(clock, store, ledger);
        clock->num_clients = num_clients;
    }
    take_refusals(clock, refusals);
    for (unsigned i = 0; i < G_N_ELEMENTS(clock->histogram); i++) {
        if (clock->histogram[i] > best) {
            second = best;
            best = clock->histogram[i];
            at = i;
        } else if (clock->histogram[i] > second) {
            second = clock->histogram[i];
        }
    }
    clock->known = best > second;
    clock->offset_us = ((int64_t)at - DX_LOG_QUARTERS) * QUARTER_US;
    clock->num_matches = best;
}

void
dx_log_clock_clear(dx_log_clock *clock)
{
    if (clock->events)
        g_array_unref(clock->events);
    memset(clock, 0, sizeof *clock);
}

bool
dx_log_clock_us(const dx_log_clock *clock, const dx_log_event *event, int64_t *time_us)
{
    if (!event->have_time || (!event->utc && (!clock || !clock->known)))
        return false;
    *time_us = event->utc ? event->time_us : event->time_us - clock->offset_us;
    if (event->yearless && clock)
        *time_us = dx_time_set_year(*time_us, clock->near_us);
    return true;
}

char *
dx_log_clock_text(const dx_log_clock *clock)
{
    int64_t minutes = clock->offset_us / (60 * G_USEC_PER_SEC);
    unsigned size = (unsigned)(minutes < 0 ? -minutes : minutes);
    return g_strdup_printf("UTC%c%02u:%02u", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

void
dx_log_clock_between(const dx_log_clock *clock, const dx_evidence_store *store, int64_t from_us,
                     int64_t to_us, GPtrArray *out, unsigned most)
{
    dx_evidence_between(store, DX_CLOCK_UTC, from_us, to_us, out, most);
    if (!clock || !clock->known)
        return;
    from_us += clock->offset_us;
    to_us += clock->offset_us;
    dx_evidence_between(store, DX_CLOCK_LOCAL, from_us, to_us, out, most);
    int64_t year_us = dx_time_set_year(from_us, YEARLESS_US) - from_us;
    dx_evidence_between(store, DX_CLOCK_YEARLESS, from_us + year_us, to_us + year_us, out, most);
}
