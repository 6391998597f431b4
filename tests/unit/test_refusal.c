/* test_refusal.c - what can have been minded in a ClientHello: the whole table of rows, scene by scene
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "whole.h"

#include "causes/causes.h"
#include "capture/offer.h"
#include "knowledge/names.h"
#include "verdict/refusal.h"
#include "verdict/unoffered.h"
#include "verdict/unusual.h"

enum { VERSIONS, CIPHERS, GROUPS, SIGNATURES, EXTENSIONS, NUM_LISTS };

/* An offer, and the places that its lists are in. */
typedef struct {
    dx_offer offer;
    uint16_t items[NUM_LISTS][8];
} kept_offer;

static void
set_list(kept_offer *at, unsigned list, unsigned num, const uint16_t *items)
{
    dx_codes *const lists[] = {&at->offer.versions, &at->offer.ciphers, &at->offer.groups,
                               &at->offer.signatures, &at->offer.extensions};

    memcpy(at->items[list], items, num * sizeof *items);
    *lists[list] = (dx_codes){.num = (uint16_t)num, .item = num ? at->items[list] : NULL};
}

#define LIST(at, list, ...)                                                                                  \
    set_list(at, list, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t), (const uint16_t[]){__VA_ARGS__})

/* What a browser offers, in short. */
static void
set_usual(kept_offer *at)
{
    *at = (kept_offer){.offer = {.legacy_version = DX_TLS12, .versions_listed = true}};
    LIST(at, VERSIONS, DX_TLS13, DX_TLS12);
    LIST(at, CIPHERS, 0x1301, 0x1302, 0xc02f, 0xc02b, 0x009c);
    LIST(at, GROUPS, 29, 23);
    LIST(at, SIGNATURES, 0x0804, 0x0401, 0x0403);
    LIST(at, EXTENSIONS, 0, 10, 13, 16, 43, 51);
    at->offer.alpn[0] = (char *)"h2";
    at->offer.num_alpn = 1;
}

/* A ClientHello that was turned away, and one that was not. */
typedef struct {
    kept_offer a, b;
    dx_facts facts;
    dx_sample success;
    bool none; /* nothing succeeded */
    dx_context context;
    dx_server server;
    dx_preferences preferences;
    dx_ledger *ledger;
} scene;

static void
set_scene(scene *s)
{
    memset(s, 0, sizeof *s);
    set_usual(&s->a);
    set_usual(&s->b);
    s->facts.offer = &s->a.offer;
    s->facts.sni = s->success.sni = "www.example.com";
    s->facts.hello_frame = 4;
    s->facts.hello_len = 300;
    s->facts.hello_segments = 1;
    s->facts.num_hellos = 1;
    s->facts.phase = DX_PHASE_HELLO;
    s->facts.hello_end_seq = 301;
    s->facts.client.have_acked = true;
    s->facts.client.acked = 301;
    s->facts.server_endpoint.port = 443;
    s->facts.end = (dx_end){.frame = 5,
                            .kind = DX_END_ALERT,
                            .by = DX_SERVER,
                            .phase = DX_PHASE_HELLO,
                            .alert_level = 2,
                            .alert = 40};
    s->success.offer = &s->b.offer;
    s->success.chosen = (dx_choice){.version = DX_TLS13, .cipher = 0x1301, .group = 29};
    s->success.count = 2;
    s->success.max_hello_len = 300;
}

static const char *const dimensions[] = {"none",    "version", "cipher", "group",        "signature", "name",
                                         "no name", "ALPN",    "size",   "PROXY header", "shape"};

/* Rows that a success settled, by name: most of them. */
static bool
is_settled(const dx_refusal_row *row)
{
    return row->shared && !row->unusual && !row->differs && !row->confidence;
}

static void
put_settled(GString *out, const dx_refusal *refusal, bool meant)
{
    bool any = false;

    for (unsigned i = 0; i < DX_NUM_DIMENSIONS; i++) {
        if (!is_settled(&refusal->row[i]) || refusal->row[i].meant != meant)
            continue;
        g_string_append_printf(out, "%s%s",
                               any     ? ", "
                               : meant ? "    meant and shared: "
                                       : "    shared: ",
                               dimensions[i]);
        any = true;
    }
    if (any)
        g_string_append_c(out, '\n');
}

static void
put_row(GString *out, const dx_refusal *refusal, unsigned dimension)
{
    const dx_refusal_row *row = &refusal->row[dimension];

    if (is_settled(row) || (!row->meant && !row->unusual && !row->differs && !row->confidence))
        return;
    g_string_append_printf(out, "    %s:%s%s%s%s%s %s\n", dimensions[dimension], row->meant ? " meant" : "",
                           row->unusual ? " unusual" : "", row->shared ? " shared" : "",
                           row->differs ? " differs" : "", row->alone ? " alone" : "",
                           row->confidence ? dx_confidence_name(row->confidence) : "-");
}

/* What is said of it, where it was refused: nobody says it of another one. The success itself is the same in
 * all scenes. */
static void
put_words(GString *out, const dx_refusal *refusal, const dx_facts *facts)
{
    dx_finding finding = {.lines = dx_packet_lines_new()};

    dx_refusal_compare(&finding, refusal, facts);
    if (refusal->refused || refusal->unread)
        dx_refusal_say_why(&finding, refusal, facts);
    const char *compare = finding.contrast ? strstr(finding.contrast, "connections). ") : NULL;
    if (compare)
        g_string_append_printf(out, "    compare: %s\n", compare + strlen("connections). "));
    if (finding.why)
        g_string_append_printf(out, "    why: %s\n", finding.why);
    dx_finding_clear(&finding);
}

/* Equal offers are one: the capture keeps each once. */
static void
intern(scene *s)
{
    const dx_offer *a = &s->a.offer, *b = &s->b.offer;

    if (s->facts.offer && dx_offer_same_lists(a, b) && a->num_alpn == b->num_alpn &&
        (!a->num_alpn || strcmp(a->alpn[0], b->alpn[0]) == 0) && a->post_quantum == b->post_quantum &&
        a->extensions.num == b->extensions.num &&
        memcmp(a->extensions.item, b->extensions.item, a->extensions.num * sizeof(uint16_t)) == 0)
        s->success.offer = s->facts.offer;
}

static void
put_table(GString *out, const char *title, scene *s)
{
    dx_refusal refusal;
    GArray *accepted = g_array_new(FALSE, FALSE, sizeof(dx_sample));

    intern(s);
    s->ledger = dx_ledger_new();
    s->server.refused = g_array_new(FALSE, FALSE, sizeof(dx_sample));
    s->context = (dx_context){.preferences = &s->preferences, .server = &s->server, .ledger = s->ledger};
    if (!s->none)
        s->context.accepted = g_array_append_val(accepted, s->success);
    dx_refusal_make(&refusal, &s->facts, &s->context);
    g_string_append_printf(out, "%s:%s%s%s%s%s%s%s%s\n", title, refusal.refused ? " refused" : "",
                           refusal.wordless ? " wordless" : "", refusal.unread ? " unread" : "",
                           refusal.by_shape ? " by shape" : "", refusal.lacks ? " lacks" : "",
                           refusal.newer ? " newer" : "", refusal.same ? " same" : "",
                           refusal.nearest ? " nearest" : "");
    put_settled(out, &refusal, true);
    put_settled(out, &refusal, false);
    for (unsigned i = 0; i < DX_NUM_DIMENSIONS; i++)
        put_row(out, &refusal, i);
    for (unsigned i = 0; i < refusal.num_ranked; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "    in this order: ", dimensions[refusal.rank[i]]);
    if (refusal.num_ranked)
        g_string_append_c(out, '\n');
    put_words(out, &refusal, &s->facts);
    dx_refusal_clear(&refusal);
    g_array_unref(accepted);
    g_array_unref(s->server.refused);
    dx_ledger_free(s->ledger);
}

#define SCENE(...)                                                                                           \
    do {                                                                                                     \
        scene s;                                                                                             \
        set_scene(&s);                                                                                       \
        __VA_ARGS__;                                                                                         \
        put_table(out, #__VA_ARGS__, &s);                                                                    \
    } while (0)

/* One difference from the success, or more. */
static void
put_differences(GString *out)
{
    SCENE((void)0);
    SCENE(s.none = true);
    SCENE(LIST(&s.a, VERSIONS, DX_TLS12));
    SCENE(LIST(&s.a, VERSIONS, DX_TLS12); s.success.chosen.version = DX_TLS12;
          s.success.chosen.cipher = 0xc02f);
    SCENE(LIST(&s.a, VERSIONS, DX_TLS11, DX_TLS10));
    SCENE(LIST(&s.a, VERSIONS, DX_TLS13); s.success.chosen.version = DX_TLS12;
          s.success.chosen.cipher = 0xc02f);
    SCENE(LIST(&s.a, CIPHERS, 0x1303, 0xc030));
    SCENE(LIST(&s.a, CIPHERS, 0x1303, 0xc030); s.success.chosen.version = DX_TLS12;
          s.success.chosen.cipher = 0xc02f);
    SCENE(LIST(&s.a, CIPHERS, 0x1301));
    SCENE(LIST(&s.a, CIPHERS, 0xc02b, 0xc02c));
    SCENE(LIST(&s.a, GROUPS, 24));
    SCENE(LIST(&s.a, GROUPS, 256, 257));
    SCENE(s.a.offer.groups.num = 0);
    SCENE(s.a.offer.groups.num = 0; LIST(&s.a, CIPHERS, 0xc02f); LIST(&s.a, VERSIONS, DX_TLS12));
    SCENE(LIST(&s.a, SIGNATURES, 0x0403));
    SCENE(LIST(&s.a, SIGNATURES, 0x0806, 0x0601); s.success.chosen.version = DX_TLS12);
    SCENE(s.facts.sni = "www.example.net");
    SCENE(s.facts.sni = "WWW.example.com");
    SCENE(s.facts.sni = NULL);
    SCENE(s.facts.sni = NULL; s.success.sni = NULL);
    SCENE(s.success.sni = NULL);
    SCENE(s.a.offer.alpn[0] = (char *)"http/1.1");
    SCENE(s.a.offer.num_alpn = 0);
    SCENE(s.facts.hello_len = 400);
    SCENE(s.facts.hello_len = 1600; s.facts.hello_segments = 2);
    SCENE(s.facts.hello_len = 1600; s.facts.hello_segments = 2; s.success.max_hello_len = 1500);
    SCENE(s.facts.hello_len = 1600; s.facts.hello_segments = 2; s.a.offer.post_quantum = true);
    SCENE(s.facts.proxy_header = true);
    SCENE(s.success.proxy_header = true);
    SCENE(LIST(&s.a, EXTENSIONS, 0, 10, 13, 16, 43, 51, 27));
    SCENE(LIST(&s.a, CIPHERS, 0x1303, 0xc030); s.facts.sni = "www.example.net");
    SCENE(LIST(&s.a, CIPHERS, 0x1303, 0xc030); LIST(&s.a, GROUPS, 24));
}

/* The same ClientHello, with every answer. */
static void
put_answers(GString *out)
{
    static const uint8_t alerts[] = {0,  10, 20, 40, 42,  43,  46,  47,  49,  50,
                                     70, 71, 80, 86, 109, 110, 112, 115, 116, 120};

    for (unsigned i = 0; i < sizeof alerts; i++) { /* what may be meant does not need a success */
        g_string_append_printf(out, "%u ", alerts[i]);
        SCENE(s.none = true; LIST(&s.a, CIPHERS, 0x009c); s.facts.end.alert = alerts[i]);
    }
    SCENE(s.facts.end.kind = DX_END_FIN);
    SCENE(s.facts.end.kind = DX_END_RST);
    SCENE(s.facts.end.kind = DX_END_RST; s.none = true);
    SCENE(s.facts.end.kind = DX_END_FIN; s.facts.end.phase = DX_PHASE_TCP);
    SCENE(s.facts.end.kind = DX_END_FIN; s.facts.end.phase = DX_PHASE_TCP; s.facts.hello_frame = 0);
    SCENE(s.facts.end.kind = DX_END_FIN; s.facts.end.phase = DX_PHASE_SERVER_HELLO);
    SCENE(s.facts.end.kind = DX_END_FIN; s.facts.end.by = DX_CLIENT);
    SCENE(s.facts.retry_frame = 5);
    SCENE(s.facts.offer = NULL);
    SCENE(s.facts.end.kind = DX_END_FOREIGN; s.facts.http_status = 400);
    SCENE(s.facts.end.kind = DX_END_FOREIGN; s.facts.http_status = 399);
    SCENE(s.facts.end.kind = DX_END_NONE);
    SCENE(s.facts.end.kind = DX_END_NONE; s.preferences.silence_us = 1; s.context.now_us = G_USEC_PER_SEC);
}

static void
test_table(void)
{
    GString *out = g_string_new("What can have been minded in a ClientHello\n");

    put_differences(out);
    put_answers(out);
    check_whole("refusals.txt", out->str);
    g_string_free(out, TRUE);
}

static void
check_bits(unsigned found, unsigned wanted, int line)
{
    if (found != wanted) {
        g_test_message("line %d: %x, wanted %x", line, found, wanted);
        g_test_fail();
    }
}

#define UNUSUAL(wanted, ...)                                                                                 \
    do {                                                                                                     \
        kept_offer a;                                                                                        \
        set_usual(&a);                                                                                       \
        __VA_ARGS__;                                                                                         \
        check_bits(dx_offer_unusual(&a.offer), wanted, __LINE__);                                            \
    } while (0)

/* What few servers speak. */
static void
test_unusual(void)
{
    static const uint16_t usual12[] = {0xC02F, 0xC030, 0xC02B, 0xC02C, 0xCCA8, 0xCCA9, 0xC013, 0xC014,
                                       0xC027, 0xC028, 0xC009, 0xC00A, 0x009C, 0x009D, 0x002F, 0x0035};
    static const uint16_t of_rsa[] = {0xC02F, 0xC030, 0xCCA8, 0xC013, 0xC014, 0xC027, 0xC028, 0x009C,
                                      0x009D, 0x002F, 0x0035, 0x009E, 0x009F, 0x003C, 0x003D, 0x0033};

    UNUSUAL(0, );
    UNUSUAL(DX_NO_TLS13, LIST(&a, VERSIONS, DX_TLS12));
    UNUSUAL(DX_ONLY_TLS13, LIST(&a, VERSIONS, DX_TLS13));
    UNUSUAL(0, LIST(&a, VERSIONS, DX_TLS13); LIST(&a, EXTENSIONS, 57));
    UNUSUAL(0, LIST(&a, VERSIONS, DX_TLS13); LIST(&a, EXTENSIONS, 0xffa5));
    UNUSUAL(DX_NO_TLS13 | DX_UNUSUAL_VERSIONS, LIST(&a, VERSIONS, DX_TLS11));
    UNUSUAL(DX_UNUSUAL_GROUPS | DX_NARROW_GROUPS, LIST(&a, GROUPS, 24 + 1, 256));
    UNUSUAL(DX_NARROW_GROUPS, LIST(&a, GROUPS, 29));
    UNUSUAL(DX_NARROW_GROUPS, LIST(&a, GROUPS, 24, 29));
    UNUSUAL(0, LIST(&a, GROUPS, 24, 23));
    UNUSUAL(DX_UNUSUAL_SIGNATURES, LIST(&a, SIGNATURES, 0x0403, 0x0807));
    UNUSUAL(DX_UNUSUAL_SIGNATURES | DX_NARROW_SIGNATURES | DX_ONLY_TLS13, LIST(&a, VERSIONS, DX_TLS13);
            LIST(&a, SIGNATURES, 0x0401));
    UNUSUAL(DX_NO_TLS13, LIST(&a, VERSIONS, DX_TLS12); LIST(&a, CIPHERS, 0xc02f, 0xc030, 0x9c, 0x9d);
            LIST(&a, SIGNATURES, 0x0401));
    UNUSUAL(0, LIST(&a, SIGNATURES, 0x0401, 0x0403));
    UNUSUAL(DX_NARROW_CIPHERS, LIST(&a, CIPHERS, 0x1301));
    UNUSUAL(0, LIST(&a, CIPHERS, 0x1301, 0x1302, 0x1303));
    UNUSUAL(DX_NARROW_CIPHERS | DX_NO_TLS13, LIST(&a, VERSIONS, DX_TLS12);
            LIST(&a, CIPHERS, 0xc02f, 0xc02b, 0x9c));
    UNUSUAL(DX_NO_TLS13, LIST(&a, VERSIONS, DX_TLS12); LIST(&a, CIPHERS, 0xc02f, 0xc02b, 0x9c, 0x9d));
    for (unsigned i = 0; i < G_N_ELEMENTS(usual12); i++) {
        bool rsa = false;
        for (unsigned j = 0; j < G_N_ELEMENTS(of_rsa); j++)
            rsa |= of_rsa[j] == usual12[i];
        UNUSUAL(DX_NO_TLS13 | DX_NARROW_CIPHERS | (rsa ? 0 : DX_UNUSUAL_AUTH), LIST(&a, VERSIONS, DX_TLS12);
                set_list(&a, CIPHERS, 1, &usual12[i]));
    }
    for (unsigned i = 11; i < G_N_ELEMENTS(of_rsa); i++) /* those that few servers have on by themselves */
        UNUSUAL(DX_NO_TLS13 | DX_NARROW_CIPHERS | DX_UNUSUAL_CIPHERS, LIST(&a, VERSIONS, DX_TLS12);
                set_list(&a, CIPHERS, 1, &of_rsa[i]));
    static const uint16_t signatures[] = {0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806};
    for (unsigned i = 0; i < G_N_ELEMENTS(signatures); i++)
        UNUSUAL(DX_NARROW_SIGNATURES, set_list(&a, SIGNATURES, 1, &signatures[i]));
}

#define CHOSE(wanted, ...)                                                                                   \
    do {                                                                                                     \
        scene s;                                                                                             \
        set_scene(&s);                                                                                       \
        s.facts.server_hello_frame = 5;                                                                      \
        s.facts.chosen = s.success.chosen;                                                                   \
        __VA_ARGS__;                                                                                         \
        check_bits(dx_unoffered_choice(&s.facts), wanted, __LINE__);                                         \
    } while (0)

/* What was chosen and not offered. */
static void
test_unoffered(void)
{
    CHOSE(0, );
    CHOSE(DX_UNOFFERED_VERSION, s.facts.chosen.version = DX_TLS11);
    CHOSE(DX_UNOFFERED_SUITE, s.facts.chosen.cipher = 0x1303);
    CHOSE(DX_UNOFFERED_GROUP, s.facts.chosen.group = 24);
    CHOSE(DX_UNOFFERED_ALPN, s.facts.chosen.alpn = "http/1.1");
    CHOSE(0, s.facts.chosen.alpn = "h2");
    CHOSE(0, s.facts.chosen.group = 0);
    CHOSE(0, s.facts.chosen.group = 24; s.a.offer.groups.num = 0);
    CHOSE(0, s.facts.chosen.cipher = 0x1303; s.a.offer.ciphers.num = 0);
    CHOSE(0, s.facts.chosen.version = DX_TLS11; s.facts.server_hello_frame = 0);
    CHOSE(0, s.facts.chosen.version = DX_TLS11; s.facts.offer = NULL);
    CHOSE(0, s.facts.chosen.version = DX_TLS11; s.a.offer.sslv2 = true);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/refusal/table", test_table);
    g_test_add_func("/refusal/unusual", test_unusual);
    g_test_add_func("/refusal/unoffered", test_unoffered);
    return g_test_run();
}
