/* test_split.c - display filters taken apart: where, what cannot be, and that the parts mean the whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/split.h"

#include <string.h>

/* As in Wireshark: a word with a dot or one of some protocols is a field. */
static bool
is_field(const char *word, bool *ours)
{
    *ours = g_str_has_prefix(word, "ssltrouble");
    return *ours || g_str_has_prefix(word, "tcp") || g_str_has_prefix(word, "tls") ||
           strcmp(word, "icmp") == 0;
}

static void
show(GString *out, const dx_split *split)
{
    static const char *const names[] = {"", "not", "and", "or"};
    if (split->kind == DX_SPLIT_ATOM) {
        g_string_append_printf(out, "<%s>", split->text);
        return;
    }
    g_string_append_printf(out, "%s(", names[split->kind]);
    for (guint i = 0; i < split->parts->len; i++) {
        show(out, (const dx_split *)g_ptr_array_index(split->parts, i));
    }
    g_string_append_c(out, ')');
}

/* How a filter comes apart; "-" when it does not. Free it. */
static char *
shape(const char *filter)
{
    dx_split *split = dx_split_filter(filter, is_field);
    GString *out = g_string_new(split != NULL ? NULL : "-");
    if (split != NULL) {
        show(out, split);
    }
    dx_split_free(split);
    return g_string_free(out, FALSE);
}

static void
test_shapes(void)
{
    static const struct {
        const char *filter, *shape;
    } rows[] = {
        {"ssltrouble.failed && ssltrouble.scenario in {1, 2}",
         "<ssltrouble.failed && ssltrouble.scenario in {1, 2}>"},
        {"tcp.port == 443 || tls", "<tcp.port == 443 || tls>"},
        {"ssltrouble.failed && tcp.flags.reset == 1", "and(<ssltrouble.failed><tcp.flags.reset == 1>)"},
        {"ssltrouble.failed or tcp and tls", "or(<ssltrouble.failed>and(<tcp><tls>))"},
        {"(ssltrouble.failed or tcp) and !tls", "and(or(<ssltrouble.failed><tcp>)not(<tls>))"},
        {"not ssltrouble.failed and tcp.port not in {1..5, 7}",
         "and(not(<ssltrouble.failed>)<tcp.port not in {1..5, 7}>)"},
        {"ssltrouble.why contains \"a) && \\\" || tcp\" && tcp",
         "and(<ssltrouble.why contains \"a) && \\\" || tcp\"><tcp>)"},
        {"len(ssltrouble.sni) > 3 && icmp", "and(<len(ssltrouble.sni) > 3><icmp>)"},
        {"(tcp.len + 1) > 3 && ssltrouble", "and(<(tcp.len + 1) > 3><ssltrouble>)"},
        {"ssltrouble.sni[0:3] == \"www\"&&tcp", "and(<ssltrouble.sni[0:3] == \"www\"><tcp>)"},
        {"ssltrouble.failed && !(tcp && tls) && tcp", "and(<ssltrouble.failed>not(and(<tcp><tls>))<tcp>)"},
        {"ssltrouble.sni == tls.handshake.extensions_server_name", "-"},
        {"ssltrouble.failed xor tcp", "-"},
        {"ssltrouble.failed ^^ tcp", "-"},
        {"ssltrouble.failed && ${macro}", "-"},
        {"ssltrouble.failed && (tcp", "-"},
        {"ssltrouble.failed &&", "-"},
        {"", "-"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *found = shape(rows[i].filter);
        g_assert_cmpstr(found, ==, rows[i].shape);
        g_free(found);
    }
}

/* Every combination of what the atoms say. */
static void
test_meaning(void)
{
    dx_split *split =
        dx_split_filter("(ssltrouble.a or tcp) and not (tls and ssltrouble.b) or icmp", is_field);
    GPtrArray *ours = g_ptr_array_new(), *others = g_ptr_array_new();
    dx_split_atoms(ours, others, split);
    g_assert_cmpuint(ours->len, ==, 2);
    g_assert_cmpuint(others->len, ==, 3);
    for (unsigned bits = 0; bits < 32; bits++) {
        bool a = bits & 1, b = bits & 2, tcp = bits & 4, tls = bits & 8, icmp = bits & 16;
        g_assert_cmpint(dx_split_matches(split, bits & 3, bits >> 2), ==,
                        ((a || tcp) && !(tls && b)) || icmp);
    }
    g_ptr_array_free(ours, TRUE);
    g_ptr_array_free(others, TRUE);
    dx_split_free(split);
}

static void
test_depth(void)
{
    char *deep = g_strnfill(100000, '(');
    char *found = shape(deep);
    g_assert_cmpstr(found, ==, "-");
    g_free(found);
    g_free(deep);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/split/shapes", test_shapes);
    g_test_add_func("/split/meaning", test_meaning);
    g_test_add_func("/split/depth", test_depth);
    return g_test_run();
}
