/* test_narrow.c - the report on a narrower page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/narrow.h"

#include <string.h>

#include "present/layout.h"

static void
check(const char *text, unsigned width, const char *wanted)
{
    char *narrow = dx_narrow(text, width);
    g_assert_cmpstr(narrow, ==, wanted);
    g_free(narrow);
}

static void
test_lines(void)
{
    check("", 60, "");
    check("one\n\ntwo\n", 60, "one\n\ntwo\n");
    check("  Filter        tcp.stream == 1 || tcp.stream == 2 || tcp.stream == 3\n", 40,
          "  Filter        tcp.stream == 1 || tcp.stream == 2 || tcp.stream == 3\n");
    check("  Why           The server refused every version.\n", 40,
          "  Why           The server refused every\n                version.\n");
}

static void
test_rule(void)
{
    GString *page = g_string_new(NULL);
    dx_layout_rule(page, '=');
    char *narrow = dx_narrow(page->str, 50);
    g_assert_cmpuint(strlen(narrow), ==, 51);
    g_free(narrow);
    g_string_free(page, TRUE);
}

/* What was wrapped at 100 columns is whole again when it is wrapped at 60. */
static void
test_joined(void)
{
    GString *page = g_string_new(NULL);
    dx_layout_item(
        page, "Check", 1,
        "Look at the event log of the server around this time, and at what it was told to accept: the "
        "versions, the suites and the groups.");
    dx_layout_item(page, "Check", 2, "Ask somebody.");
    check(page->str, 60,
          "  Check         1. Look at the event log of the server\n"
          "                   around this time, and at what it was told\n"
          "                   to accept: the versions, the suites and\n"
          "                   the groups.\n"
          "                2. Ask somebody.\n");
    g_string_free(page, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/narrow/lines", test_lines);
    g_test_add_func("/narrow/rule", test_rule);
    g_test_add_func("/narrow/joined", test_joined);
    return g_test_run();
}
