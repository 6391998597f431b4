/* log_clock.c - events of the server's log against the time of the packets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/log_clock.h"

#include <string.h>

#define QUARTER_US   (15 * 60 * G_USEC_PER_SEC)
#define MAX_QUARTERS 56 /* UTC-12:00 to UTC+14:00, with summer time */
#define MAX_EVENTS   2000

/* Events that a failing handshake leaves; a success, a created binding say nothing of when failures were. */
static bool
marks_failure(const dx_log_event *event)
{
    return event->have_time && !event->utc && !event->as_client && event->provider == DX_PROVIDER_SCHANNEL &&
           ((event->id >= 36869 && event->id <= 36879) || event->id == 36887 || event->id == 36888);
}

static void
count_matches(unsigned *histogram, const dx_log_event *event, const dx_sample *sample)
{
    int64_t times[] = {sample->first_us, sample->last_us};

    for (unsigned i = 0; i < (times[0] == times[1] ? 1u : 2u); i++) {
        int64_t apart = event->time_us - times[i];
        int64_t quarters = (apart + (apart < 0 ? -QUARTER_US / 2 : QUARTER_US / 2)) / QUARTER_US;
        int64_t rest = apart - quarters * QUARTER_US;
        if (quarters < -MAX_QUARTERS || quarters > MAX_QUARTERS || rest > DX_LOG_TOLERANCE_US ||
            rest < -DX_LOG_TOLERANCE_US)
            continue;
        histogram[quarters + MAX_QUARTERS]++;
    }
}

void
dx_log_clock_estimate(dx_log_clock *clock, const dx_evidence_store *store, const dx_ledger *ledger)
{
    unsigned histogram[2 * MAX_QUARTERS + 1] = {0}, best = 0, second = 0, at = 0, num = 0;
    const GPtrArray *servers = dx_ledger_servers(ledger);

    memset(clock, 0, sizeof *clock);
    for (unsigned i = 0; i < store->events->len && num < MAX_EVENTS; i++) {
        const dx_log_event *event = &g_array_index(store->events, dx_log_event, i);
        if (!marks_failure(event))
            continue;
        num++;
        for (unsigned s = 0; s < servers->len; s++) {
            const dx_server *server = servers->pdata[s];
            for (unsigned r = 0; r < server->refused->len; r++)
                count_matches(histogram, event, &g_array_index(server->refused, dx_sample, r));
        }
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(histogram); i++) {
        if (histogram[i] > best) {
            second = best;
            best = histogram[i];
            at = i;
        } else if (histogram[i] > second) {
            second = histogram[i];
        }
    }
    clock->known = best > second;
    clock->offset_us = ((int64_t)at - MAX_QUARTERS) * QUARTER_US;
    clock->num_matches = best;
}

bool
dx_log_clock_us(const dx_log_clock *clock, const dx_log_event *event, int64_t *time_us)
{
    if (!event->have_time || (!event->utc && (!clock || !clock->known)))
        return false;
    *time_us = event->utc ? event->time_us : event->time_us - clock->offset_us;
    return true;
}

char *
dx_log_clock_text(const dx_log_clock *clock)
{
    int64_t minutes = clock->offset_us / (60 * G_USEC_PER_SEC);
    unsigned size = (unsigned)(minutes < 0 ? -minutes : minutes);
    return g_strdup_printf("UTC%c%02u:%02u", minutes < 0 ? '-' : '+', size / 60, size % 60);
}
