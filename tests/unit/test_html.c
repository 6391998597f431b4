/* test_html.c - the HTML page: what stands in it, and what cannot get into it
 *
 * What a browser makes of it: tests/html.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tape.h"
#include "unit/fixtures/fixtures.h"
#include "whole.h"

#include "present/html_chain.h"
#include "present/html_layout.h"
#include "present/ladder.h"

static void
test_escape(void)
{
    static const struct {
        const char *text, *html;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"www.example.com", "www.example.com"},
        {"<b a='1' c=\"2\">&amp;", "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;"},
        {"\x1b[0m\xff\xe2\x80\xae", "\\x1b[0m\\xff&lt;U+202E&gt;"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GString *out = g_string_new(NULL);
        dx_html_text(out, cases[i].text);
        g_assert_cmpstr(out->str, ==, cases[i].html);
        g_string_free(out, TRUE);
    }
}

/* How often `part` stands in `text`. */
static unsigned
count(const char *text, const char *part)
{
    unsigned num = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        num++;
    return num;
}

/* Every element is closed by its own end tag, in order; void elements have none. */
static void
check_balanced(const char *html)
{
    static const char *const voids[] = {"meta", "br", "input", "link", "img", "hr", "col", "wbr", NULL};
    GPtrArray *open = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        bool ends = at[1] == '/';
        const char *name = at + 1 + ends;
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        const char *close = strchr(at, '>');
        if (!len || !close)
            continue;
        char *element = g_strndup(name, len);
        bool alone = close[-1] == '/' || g_strv_contains(voids, element);
        if (ends) {
            g_assert_cmpuint(open->len, >, 0);
            g_assert_cmpstr(open->pdata[open->len - 1], ==, element);
            g_ptr_array_remove_index(open, open->len - 1);
            g_free(element);
        } else if (alone) {
            g_free(element);
        } else {
            g_ptr_array_add(open, element);
        }
        if (!ends && (strncmp(name, "script", 6) == 0 || strncmp(name, "style", 5) == 0))
            at = strstr(close, "</") - 1; /* what is inside is no HTML */
    }
    g_assert_cmpuint(open->len, ==, 0);
    g_ptr_array_unref(open);
}

static void
test_hostile(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "</title></svg><script>alert(1)</script>\"' onload=x", 40);
    tape_established(&t, 1, 1, "<img src=x onerror=alert(1)>");
    dx_report report = plain_report;
    report.file = "<iframe src=x>.pcap";
    char *text = report_of(&t, dx_report_html, &report);
    check_balanced(text);
    g_assert_cmpuint(count(text, "<script"), ==, 1);
    g_assert_cmpuint(count(text, "</script>"), ==, 1);
    check_lacks(text, "</title></svg>");
    check_lacks(text, "<img");
    check_lacks(text, "<iframe");
    check_lacks(text, "\"' onload");
    check_has(text, "&lt;iframe src=x&gt;.pcap");
    check_has(text, "&lt;/svg&gt;&lt;script&gt;alert(1)");
    g_free(text);
}

static void
test_page(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_established(&t, 3, 1, "one.example");
    tape_closed(&t, 1, 9);
    char *text = report_of(&t, dx_report_html, &plain_report);
    check_has(text, "<html lang=\"en\">");
    check_has(text, "default-src 'none'; style-src 'sha256-");
    check_has(text, "<b>1</b> failed</li>");
    check_has(text, "<b>1</b> established</li>");
    check_has(text, "aria-label=\"2 failed and 1 established connections over time\"");
    check_has(text, "data-cause=\"test_refused\"");
    check_has(text, "<dt>Fix</dt> <dd>Enable &quot;it&quot; on 198.51.100.1:443.</dd>");
    check_has(text, "<pre tabindex=\"0\"><code>ask one.example</code></pre>");
    check_has(text, "<code>tcp.stream == 0</code>");
    check_has(text, "Failed: tcp.stream 0, frames 1 to 6");
    check_has(text, "Frame 5: server: Alert 40 handshake_failure (the first abnormal event).");
    check_has(text, "Succeeded, same server (underlined: not in the failed one): tcp.stream 1");
    check_has(text, "<th scope=\"row\">Server name (SNI)</th><td>one.example</td><td>one.example</td>");
    check_has(text, "<a href=\"#p2\" aria-label=\"1 connection, problem 2\">1</a>");
    check_has(text, "</html>");
    g_free(text);

    t = tape_new();
    tape_established(&t, 1, 1, "one.example");
    text = report_of(&t, dx_report_html, &plain_report);
    check_has(text, "<p>Nothing failed.</p>");
    check_lacks(text, "class=\"problem");
    g_free(text);
}

/* All that a page has. */
static void
test_whole(void)
{
    tape t = tape_mixed();
    char *text = report_of(&t, dx_report_html, &plain_report);
    check_balanced(text);
    check_whole("page.html", text);
    g_free(text);
}

/* Certificates as a picture: with what is wrong, and with what stands above. */
static void
test_chain(void)
{
    static const struct {
        const char *title, *name[3];
        int64_t day;
    } rows[] = {{"good", {"leaf", "issuing"}, 20500},
                {"expired", {"leaf_expired", "issuing"}, 20500},
                {"not yet valid", {"leaf", "issuing"}, 20000},
                {"alone", {"leaf_rsa1024"}, 20500},
                {"with a root", {"leaf", "issuing", "root"}, 23600},
                {"self-signed", {"leaf_self_signed"}, 20500},
                {"by a clock that was not set", {"leaf"}, 1}};
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_certs *certs = dx_certs_new();
        dx_certs_trust(certs, "none");
        dx_facts facts = {.sni = "www.example.com",
                          .server_hello_us = rows[i].day * 86400 * G_USEC_PER_SEC,
                          .chain =
                              fixture_chain(certs, rows[i].name[0], rows[i].name[1], rows[i].name[2], NULL)};
        g_string_append_printf(out, "<h2>%s</h2>\n", rows[i].title);
        dx_html_chain(out, &facts, certs);
        dx_certs_free(certs);
    }
    check_balanced(out->str);
    check_whole("chain.html", out->str);
    g_string_free(out, TRUE);
}

/* A handshake whose end is not its own success stands beside no other. */
static void
test_only_success(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_refused(&t, 2, 1, "one.example", 40);
    char *text = report_of(&t, dx_report_html, &plain_report);
    check_lacks(text, "Succeeded, same server");
    check_lacks(text, "What differed");
    g_free(text);
}

/* 10,000 problems are a page that a browser opens: 200 with pictures, a row for each of the others. */
static void
test_many(void)
{
    tape many = tape_new();
    for (unsigned i = 0; i < 10000; i++) {
        tape_connect(&many, 1, (uint8_t)(i % 250), (uint16_t)(i / 250 % 2 ? 443 : 8443));
        many.server.address.bytes[2] = (uint8_t)(i / 250);
        tape_packet(&many, true, DX_TCP_SYN, NULL);
        tape_packet(&many, false, DX_TCP_RST | DX_TCP_ACK, NULL);
    }
    int64_t start = tape_cpu_us();
    char *text = report_of(&many, dx_report_html, &plain_report);
    g_assert_cmpint(tape_cpu_us() - start, <, 5000000);
    g_assert_cmpuint(count(text, "<details class=\"problem"), ==, 200);
    g_assert_cmpuint(count(text, "<figure class=\"ladder\">"), ==, 200);
    check_has(text, "<h2>The other 9800 problems</h2>");
    check_has(text, "The first 200 problems are told whole");
    g_assert_cmpuint(count(text, "<tr><td>"), ==, 9800);
    g_assert_cmpuint(strlen(text), <, 6 * 1024 * 1024);
    g_free(text);
}

/* Silence is a step, and what the capture ends with. */
static void
test_ladder(void)
{
    tape t = tape_new();
    tape_connect(&t, 1, 1, 443);
    tape_syn(&t);
    tape_send(&t, true, client_hello("one.example"));
    t.time_us += 12 * G_USEC_PER_SEC;
    tape_packet(&t, true, DX_TCP_RST, NULL);
    const dx_facts *facts = dx_capture_facts(t.capture, 0);
    dx_verdict verdict = {.outcome = DX_FAILED, .frame = 4};
    GArray *steps = dx_ladder_new(facts, &verdict, t.time_us);
    static const char *const texts[] = {"SYN", "SYN-ACK", "ClientHello (name one.example, up to TLS 1.2, ",
                                        "12.0 s without a message of the handshake", "RST"};
    g_assert_cmpuint(steps->len, ==, G_N_ELEMENTS(texts));
    for (unsigned i = 0; i < steps->len; i++) {
        const dx_step *step = &g_array_index(steps, dx_step, i);
        g_assert_true(g_str_has_prefix(step->text, texts[i]));
        g_assert_cmpint(step->abnormal, ==, i == 4);
    }
    g_array_unref(steps);
    dx_verdicts_free(t.verdicts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/html/escape", test_escape);
    g_test_add_func("/html/hostile", test_hostile);
    g_test_add_func("/html/page", test_page);
    g_test_add_func("/html/whole", test_whole);
    g_test_add_func("/html/chain", test_chain);
    g_test_add_func("/html/only_success", test_only_success);
    g_test_add_func("/html/many", test_many);
    g_test_add_func("/html/ladder", test_ladder);
    return g_test_run();
}
