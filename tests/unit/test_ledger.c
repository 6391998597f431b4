/* test_ledger.c - what a server was seen to accept: when a success may change a verdict that was given
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "capture/ledger.h"

/* Learns a success of this offer and shape; whether verdicts that were given before are asked for again. */
static bool
learn(dx_ledger *ledger, dx_server *server, dx_facts *facts, const dx_offer *offer, const dx_shape *shape)
{
    uint32_t before = dx_ledger_revision(ledger);

    *facts = (dx_facts){.offer = offer, .shape = shape, .server_endpoint = server->endpoint};
    dx_ledger_learn(ledger, server, facts, DX_MILESTONE_ACCEPTED);
    return dx_ledger_revision(ledger) != before;
}

/* How many did so is part of what a verdict says, and of nothing else. */
static void
test_counted(void)
{
    const dx_offer offer = {0};
    const dx_shape shape = {0};
    dx_ledger *ledger = dx_ledger_new();
    dx_endpoint endpoint = {.address = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = 443};
    dx_server *server = dx_ledger_server(ledger, &endpoint);
    dx_facts facts[DX_MAX_KEPT + 1];

    for (unsigned i = 0; i < DX_MAX_KEPT; i++)
        learn(ledger, server, &facts[i], &offer, &shape);
    uint32_t before = dx_ledger_counted(ledger);
    g_assert_false(learn(ledger, server, &facts[DX_MAX_KEPT], &offer, &shape));
    g_assert_cmpuint(dx_ledger_counted(ledger), !=, before);
    dx_ledger_free(ledger);
}

/* A row keeps the first connections alone; each of them, and the first other shape, may change a verdict. */
static void
test_rows(void)
{
    const dx_offer offer = {0};
    const dx_shape one = {0}, other = {0};
    dx_ledger *ledger = dx_ledger_new();
    dx_endpoint endpoint = {.address = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = 443};
    dx_server *server = dx_ledger_server(ledger, &endpoint);
    dx_facts facts[DX_MAX_KEPT + 4];
    unsigned n = 0;

    while (n < DX_MAX_KEPT)
        g_assert_true(learn(ledger, server, &facts[n++], &offer, &one));
    g_assert_false(learn(ledger, server, &facts[n++], &offer, &one));
    g_assert_true(learn(ledger, server, &facts[n++], &offer, &other));
    g_assert_false(learn(ledger, server, &facts[n++], &offer, &other));
    g_assert_false(learn(ledger, server, &facts[n++], &offer, &one));
    g_assert_cmpuint(server->accepted->len, ==, 1);
    g_assert_cmpuint(g_array_index(server->accepted, dx_sample, 0).count, ==, n);
    dx_ledger_free(ledger);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ledger/rows", test_rows);
    g_test_add_func("/ledger/counted", test_counted);
    return g_test_run();
}
