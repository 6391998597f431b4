/* test_log_clock.c - which time zone a server's log is in, by failures that stand in it and in the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "verdict/log_clock.h"

#define REFUSED_US G_GINT64_CONSTANT(1328921095000000) /* 2012-02-11 00:44:55 UTC */

static dx_evidence_store *
log_of(const char *const *times, unsigned max)
{
    dx_evidence_store *store = dx_evidence_new();
    GString *text = g_string_new("\n");

    for (unsigned i = 0; i < max && times[i]; i++)
        g_string_append_printf(text,
                               "TimeCreated  : %s\nProviderName : Schannel\nId           : 36888\n"
                               "Message      : A fatal alert was generated. The TLS protocol defined fatal "
                               "error code is 40.\n\n",
                               times[i]);
    dx_evidence_read(store, "log.txt", (const uint8_t *)text->str, text->len);
    g_string_free(text, TRUE);
    return store;
}

static void
test_zones(void)
{
    static const struct {
        const char *times[3]; /* of the log */
        unsigned later[2];    /* seconds after REFUSED_US: more refusals of the capture */
        const char *zone;     /* NULL: not known */
        unsigned num_matches;
    } rows[] = {
        {{"2/11/2012 12:44:55 AM"}, {0}, "UTC+00:00", 1},
        {{"2/11/2012 1:44:55 AM"}, {0}, "UTC+01:00", 1},
        {{"2/11/2012 1:44:55 AM", "2/11/2012 1:46:35 AM"}, {100}, "UTC+01:00", 2},
        {{"2/10/2012 7:44:55 PM"}, {0}, "UTC-05:00", 1},
        {{"2/11/2012 6:14:55 AM"}, {0}, "UTC+05:30", 1},
        {{"2/11/2012 2:44:55 PM"}, {0}, "UTC+14:00", 1},
        {{"2/11/2012 2:59:55 PM"}, {0}, NULL, 0}, /* no zone is that far ahead */
        /* five seconds between an event and what the packets show of it */
        {{"2/11/2012 1:45:00 AM"}, {0}, "UTC+01:00", 1},
        {{"2/11/2012 1:45:01 AM"}, {0}, NULL, 0},
        {{"2/11/2012 1:44:50 AM"}, {0}, "UTC+01:00", 1},
        {{"2/11/2012 1:44:49 AM"}, {0}, NULL, 0},
        /* a table's time may lack its seconds */
        {{"2/11/2012 1:44 AM"}, {0}, "UTC+01:00", 1},
        {{"2/11/2012 1:43 AM"}, {0}, NULL, 0},
        /* two zones are as good */
        {{"2/11/2012 1:44:55 AM", "2/11/2012 2:44:55 AM"}, {0}, NULL, 1},
        /* one has more */
        {{"2/11/2012 1:44:55 AM", "2/11/2012 2:44:55 AM", "2/11/2012 2:46:35 AM"}, {100}, "UTC+02:00", 2},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_evidence_store *store = log_of(rows[i].times, G_N_ELEMENTS(rows[i].times));
        dx_ledger *ledger = dx_ledger_new();
        dx_log_clock clock = {0};

        dx_log_clock_estimate(&clock, store, ledger);
        g_assert_false(clock.known); /* nothing failed yet */
        dx_ledger_refusal(ledger, &(dx_refused){.time_us = REFUSED_US});
        for (unsigned j = 0; j < G_N_ELEMENTS(rows[i].later) && rows[i].later[j]; j++)
            dx_ledger_refusal(ledger,
                              &(dx_refused){.time_us = REFUSED_US + rows[i].later[j] * G_USEC_PER_SEC});
        dx_log_clock_estimate(&clock, store, ledger);
        dx_log_clock_estimate(&clock, store, ledger); /* again: each counts once */
        char *zone = clock.known ? dx_log_clock_text(&clock) : NULL;
        if (g_strcmp0(zone, rows[i].zone) != 0 || clock.num_matches != rows[i].num_matches) {
            g_test_message("row %u: %s, %u matches", i + 1, zone, clock.num_matches);
            g_test_fail();
        }
        int64_t time_us = 0;
        g_assert_cmpuint(store->events->len, >, 0);
        const dx_log_event *event = &g_array_index(store->events, dx_log_event, 0);
        g_assert_cmpint(dx_log_clock_us(&clock, event, &time_us), ==, clock.known);
        if (clock.known && rows[i].num_matches == 1)
            g_assert_cmpint(ABS(time_us - REFUSED_US), <=, 55 * G_USEC_PER_SEC);
        g_free(zone);
        dx_log_clock_clear(&clock);
        dx_ledger_free(ledger);
        dx_evidence_free(store);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log_clock/zones", test_zones);
    return g_test_run();
}
