/* test_capture_clock.c - until when a silence is known, in captures that were merged or joined
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "tape.h"

/* A ClientHello that the server's TCP acknowledges. */
static tape
tape_hello(void)
{
    tape t = tape_new();

    dx_verdicts_free(t.verdicts);
    t.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    tape_connect(&t, 1, 2, 443);
    tape_syn(&t);
    tape_send(&t, true, client_hello("www.example.com"));
    tape_packet(&t, false, DX_TCP_ACK, NULL);
    return t;
}

/* The next frame, of nobody here. */
static void
pass(tape *t, int64_t seconds)
{
    t->time_us += seconds * G_USEC_PER_SEC;
    dx_capture_clock(t->capture, ++t->frame, t->time_us);
}

/* What becomes of the ClientHello when that comes so many seconds later. */
static dx_outcome
outcome_after(int64_t seconds)
{
    tape t = tape_hello();

    pass(&t, seconds);
    dx_outcome outcome = dx_verdicts_of(t.verdicts, 0)->outcome;
    dx_verdicts_free(t.verdicts);
    return outcome;
}

/* Nobody waited through the time between two captures, whichever is the older. */
static void
test_pause(void)
{
    g_assert_cmpint(outcome_after(2), ==, DX_INCOMPLETE);
    g_assert_cmpint(outcome_after(20), ==, DX_FAILED);
    g_assert_cmpint(outcome_after(3600), ==, DX_FAILED);
    g_assert_cmpint(outcome_after(3601), ==, DX_INCOMPLETE);
    g_assert_cmpint(outcome_after(2 * 365 * 86400), ==, DX_INCOMPLETE);
    g_assert_cmpint(outcome_after(-2 * 365 * 86400), ==, DX_INCOMPLETE);
}

/* A silence before the pause is one, and that of a retransmission behind it as well. */
static void
test_stretches(void)
{
    tape t = tape_hello();
    int64_t first_us = t.time_us;

    pass(&t, 20);
    uint32_t frame = t.frame;
    pass(&t, 86400);
    pass(&t, 3600);
    pass(&t, -2 * 86400);
    pass(&t, 60);
    g_assert_cmpint(dx_capture_now(t.capture, 1), ==, first_us + 20 * G_USEC_PER_SEC);
    g_assert_cmpint(dx_capture_now(t.capture, frame), ==, first_us + 20 * G_USEC_PER_SEC);
    g_assert_cmpint(dx_capture_now(t.capture, frame + 1), ==, first_us + INT64_C(90020) * G_USEC_PER_SEC);
    g_assert_cmpint(dx_capture_now(t.capture, frame + 2), ==, dx_capture_now(t.capture, frame + 1));
    g_assert_cmpint(dx_capture_now(t.capture, frame + 3), ==, t.time_us);
    g_assert_cmpint(dx_capture_now(t.capture, frame + 9), ==, t.time_us);
    g_assert_cmpint(dx_capture_last_us(t.capture), ==, dx_capture_now(t.capture, frame + 1));
    const dx_verdict *verdict = dx_verdicts_of(t.verdicts, 0);
    g_assert_cmpint(verdict->outcome, ==, DX_FAILED);
    g_assert_cmpstr(verdict->cause->id, ==, "client_hello_timeout");
    dx_verdicts_free(t.verdicts);
}

/* A clock that never rests costs a bounded list. */
static void
test_restless(void)
{
    tape t = tape_hello();

    for (unsigned i = 0; i < 100000; i++)
        pass(&t, i % 2 ? 7200 : -7200);
    g_assert_cmpint(dx_capture_now(t.capture, t.frame), ==, dx_capture_last_us(t.capture));
    dx_verdicts_free(t.verdicts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture_clock/pause", test_pause);
    g_test_add_func("/capture_clock/stretches", test_stretches);
    g_test_add_func("/capture_clock/restless", test_restless);
    return g_test_run();
}
