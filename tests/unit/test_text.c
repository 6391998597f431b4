/* test_text.c - wire values made safe, times, templates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/text.h"
#include "knowledge/names.h"

#include <glib.h>
#include <string.h>

/* Takes `got`. */
static void
check(char *got, const char *expected)
{
    g_assert_cmpstr(got, ==, expected);
    g_free(got);
}

static void
test_safe_plain(void)
{
    g_assert_null(dx_safe(NULL, 0));
    check(dx_safe("", 0), "");
    check(dx_safe("www.example.com", 0), "www.example.com");
    check(dx_safe("b\xc3\xbc"
                  "cher.example",
                  0),
          "b\xc3\xbc"
          "cher.example");
    check(dx_safe("C:\\x", 0), "C:\\x");
}

static void
test_safe_hostile(void)
{
    check(dx_safe("a\x1b[2Jb", 0), "a\\x1b[2Jb");
    check(dx_safe("a\r\nb\tc\x7f", 0), "a\\x0d\\x0ab\\x09c\\x7f");
    check(dx_safe("\xc2\x9b"
                  "2J",
                  0),
          "<U+009B>2J"); /* C1 */
    check(dx_safe("\xff\xc3", 0), "\\xff\\xc3");
    check(dx_safe("\xed\xa0\x80", 0), "\\xed\\xa0\\x80"); /* a surrogate */
    check(dx_safe("\xc0\xaf", 0), "\\xc0\\xaf");          /* overlong */
    check(dx_safe("\xe2\x80\xa8", 0), "<U+2028>");        /* line separator */
    check(dx_safe("\xf3\xa0\x81\x81", 0), "<U+E0041>");   /* a tag */
    static const gunichar marks[] = {0x61c, 0x200b, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
                                     0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0x3164, 0x115f, 0x2800, 0xffa0,
                                     0xfe0f, 0xa0, 0x3000,
                                     /* both ends of what is more than one */
                                     0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0xfe00, 0xe0100, 0xe01ef, 0x34f};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        char text[16] = {0};
        g_unichar_to_utf8(marks[i], text);
        char *safe = dx_safe(text, 0);
        g_assert_true(g_str_is_ascii(safe));
        char *expected = g_strdup_printf("<U+%04X>", (unsigned)marks[i]);
        g_assert_cmpstr(safe, ==, expected);
        g_free(expected);
        g_free(safe);
    }
    static const gunichar neighbors[] = {0x34e,  0x350,  0x115e, 0x1161, 0x17b3, 0x17b6, 0x180a,
                                         0x1810, 0x27ff, 0x2801, 0x3163, 0x3165, 0xfe10, 0xffa1};
    for (size_t i = 0; i < G_N_ELEMENTS(neighbors); i++) {
        char text[16] = {0};
        g_unichar_to_utf8(neighbors[i], text);
        check(dx_safe(text, 0), text);
    }
}

static void
test_safe_twice(void)
{
    char *once = dx_safe("a\x1b\xff\xe2\x80\xae", 0);
    check(dx_safe(once, 0), once);
    g_free(once);
}

static void
test_safe_length(void)
{
    check(dx_safe("0123456789", 10), "0123456789");
    check(dx_safe("0123456789a", 10), "0123456...");
    check(dx_safe("012345\x1b\x1b", 10), "012345...");
    check(dx_safe("0123456789\xff", 2), "");
    check(dx_safe("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 4), "\xc3\xbc...");
    char *big = g_strnfill(100000, 'x'), *safe = dx_safe(big, 0);
    g_assert_cmpuint(strlen(safe), ==, 255);
    g_assert_true(g_str_has_suffix(safe, "x..."));
    g_free(big);
    g_free(safe);
}

static void
test_host_name(void)
{
    static const char *const good[] = {"example.com",          "a",         "a-b.example",
                                       "_sip._tcp.example",    "192.0.2.1", "EXAMPLE.com.",
                                       "xn--bcher-kva.example"};
    static const char *const bad[] = {
        "",    ".",    ".example",          "a..b", "-o.example",  "a.-b",    "a b",      "a;rm",
        "a/b", "a\nb", "b\xc3\xbc.example", "$(x)", "2001:db8::1", "a{port}", "*.example"};
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        if (!dx_is_host_name(good[i]))
            g_error("%s is a host name", good[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        if (dx_is_host_name(bad[i]))
            g_error("%s is no host name", bad[i]);
    g_assert_false(dx_is_host_name(NULL));

    char *label = g_strnfill(64, 'a');
    g_assert_false(dx_is_host_name(label));
    g_assert_true(dx_is_host_name(label + 1));
    char *longest = g_strdup_printf("%s.%s.%s.%s", label + 1, label + 1, label + 1, label + 3); /* 253 */
    char *dotted = g_strconcat(longest, ".", NULL), *over = g_strconcat(longest, "a", NULL);
    g_assert_true(dx_is_host_name(longest));
    g_assert_true(dx_is_host_name(dotted));
    g_assert_false(dx_is_host_name(over));
    g_free(label);
    g_free(longest);
    g_free(dotted);
    g_free(over);
}

static void
test_time(void)
{
    check(dx_time_text(G_GINT64_CONSTANT(1328921095123456)), "2012-02-11T00:44:55.123456Z");
    check(dx_time_text(0), "1970-01-01T00:00:00.000000Z");
    check(dx_time_text(-1), "1969-12-31T23:59:59.999999Z");
    check(dx_time_text(G_MAXINT64), "");
    check(dx_time_text(G_MININT64), "");
}

static void
test_codes(void)
{
    uint16_t items[] = {0x0303, 0x0302, 0x1234};
    dx_codes codes = {.num = 3, .item = items}, none = {0};
    check(dx_codes_text(&codes, dx_version_name, 10), "TLS 1.2, TLS 1.1, 0x1234");
    check(dx_codes_text(&codes, dx_version_name, 2), "TLS 1.2, TLS 1.1 and 1 more");
    check(dx_codes_text(&none, dx_version_name, 10), "none");
    uint16_t all[] = {0x0304, 0x0303, 0x0302, 0x0301}, gap[] = {0x0304, 0x0303, 0x0301};
    uint16_t twice[] = {0x0304, 0x0304, 0x0302};
    check(dx_versions_text(&(dx_codes){.num = 4, .item = all}, false), "TLS 1.0 to 1.3");
    check(dx_versions_text(&(dx_codes){.num = 2, .item = all}, false), "TLS 1.3, TLS 1.2");
    check(dx_versions_text(&(dx_codes){.num = 3, .item = gap}, false), "TLS 1.3, TLS 1.2, TLS 1.0");
    check(dx_versions_text(&(dx_codes){.num = 3, .item = twice}, false), "TLS 1.3, TLS 1.3, TLS 1.1");
    check(dx_versions_text(&codes, false), "TLS 1.2, TLS 1.1, 0x1234");
    check(dx_versions_text(&none, false), "none");
    check(dx_versions_text(&(dx_codes){.num = 2, .item = all}, true), "DTLS 1.3, DTLS 1.2");
    check(dx_code_text(0x0303, dx_version_name), "TLS 1.2");
    check(dx_code_text(0xabcd, dx_version_name), "0xabcd");
}

static const dx_facts plain_facts = {
    .client_endpoint = {{4, {192, 0, 2, 1}}, false, 50000},
    .server_endpoint = {{4, {192, 0, 2, 2}}, false, 443},
    .sni = "www.example.com",
};

static void
test_fill(void)
{
    check(dx_fill(NULL, &plain_facts), NULL);
    check(dx_fill("netsh http show sslcert ipport={server}:{port}", &plain_facts),
          "netsh http show sslcert ipport=192.0.2.2:443");
    check(dx_fill("{sni} {client} {thumbprint} {endpoint}", &plain_facts),
          "www.example.com 192.0.2.1 THUMBPRINT 192.0.2.2:443");
    check(dx_fill("{other} {} { {{port}} {port", &plain_facts), "{other} {} { {443} {port");

    dx_facts six = {0};
    dx_endpoint_parse(&six.server_endpoint, "[2001:db8::2]:443", 17);
    check(dx_fill("{server} {endpoint}", &six), "2001:db8::2 [2001:db8::2]:443");
    dx_facts unknown = {0};
    check(dx_fill("{server} {port} {client} {endpoint} {sni}", &unknown),
          "SERVER PORT CLIENT SERVER:PORT HOSTNAME");
}

static void
test_fill_hostile(void)
{
    static const char *const names[] = {
        "", "{server}", "a;rm -rf /", "$(reboot).example", "-oProxyCommand=x", "a\nb", "b\xc3\xbc.example"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        dx_facts facts = plain_facts;
        facts.sni = names[i];
        check(dx_fill("openssl s_client -servername {sni}", &facts), "openssl s_client -servername HOSTNAME");
    }
}

static void
test_fill_tunnel(void)
{
    char host[] = "www.example.org:443", ipv6_host[] = "[2001:db8::1]:443", none[] = "nonsense";
    dx_facts facts = {.tunnel = host};
    check(dx_fill("{sni}", &facts), "www.example.org");
    facts.sni = "www.example.com";
    check(dx_fill("{sni}", &facts), "www.example.com");
    facts.sni = NULL;
    facts.tunnel = ipv6_host;
    check(dx_fill("{sni}", &facts), "HOSTNAME");
    facts.tunnel = none;
    check(dx_fill("{sni}", &facts), "HOSTNAME");
}

static void
test_duration(void)
{
    check(dx_duration_text(-5), "0.0 ms");
    check(dx_duration_text(1234), "1.2 ms");
    check(dx_duration_text(450 * 1000), "450 ms");
    check(dx_duration_text(12345 * 1000), "12.3 s");
    check(dx_duration_text(9999), "9.9 ms"); /* both sides of each border */
    check(dx_duration_text(10000), "10 ms");
    check(dx_duration_text(G_USEC_PER_SEC - 1), "999 ms");
    check(dx_duration_text(G_USEC_PER_SEC), "1.0 s");
    check(dx_duration_text(120 * G_USEC_PER_SEC - 1), "119.9 s");
    check(dx_duration_text(120 * G_USEC_PER_SEC), "2 min 0 s");
    check(dx_duration_text(7200 * (int64_t)G_USEC_PER_SEC - 1), "119 min 59 s");
    check(dx_duration_text(7200 * (int64_t)G_USEC_PER_SEC), "2 h 0 min");
    check(dx_duration_text(150 * G_USEC_PER_SEC), "2 min 30 s");
    check(dx_duration_text(90061 * (int64_t)G_USEC_PER_SEC), "25 h 1 min");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/safe/plain", test_safe_plain);
    g_test_add_func("/text/safe/hostile", test_safe_hostile);
    g_test_add_func("/text/safe/twice", test_safe_twice);
    g_test_add_func("/text/safe/length", test_safe_length);
    g_test_add_func("/text/host_name", test_host_name);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/codes", test_codes);
    g_test_add_func("/text/fill", test_fill);
    g_test_add_func("/text/fill/hostile", test_fill_hostile);
    g_test_add_func("/text/fill/tunnel", test_fill_tunnel);
    g_test_add_func("/text/duration", test_duration);
    return g_test_run();
}
