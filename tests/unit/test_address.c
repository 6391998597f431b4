/* test_address.c - network addresses: read, compared, shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "knowledge/address.h"

static void
check(char *text, const char *wanted)
{
    g_assert_cmpstr(text, ==, wanted);
    g_free(text);
}

static void
expect_address(const char *text, size_t taken, const char *bytes)
{
    dx_address address;
    g_assert_cmpuint(dx_address_parse(&address, text, strlen(text)), ==, taken);
    if (taken)
        g_assert_cmpmem(address.bytes, address.family == 4 ? 4 : 16, bytes, address.family == 4 ? 4 : 16);
    else
        g_assert_cmpuint(address.family, ==, 0);
}

static void
test_read(void)
{
    expect_address("192.0.2.1", 9, "\xc0\x00\x02\x01");
    expect_address("192.0.2.1:443", 9, "\xc0\x00\x02\x01");
    expect_address("2001:db8::1", 11, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01");
    expect_address("::", 2, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    expect_address("1::", 3, "\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    expect_address("::ffff:192.0.2.1", 16, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01");
    expect_address("fe80::1%12", 10, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01");
    expect_address("[2001:db8::1]:443", 13, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01");
    expect_address("[fe80::1%12]", 12, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01");
    expect_address("[2001:db8::1", 0, "");
    expect_address("[192.0.2.1]", 0, "");
    expect_address("1:2:3:4:5:6:7:8", 15, "\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08");
    expect_address("256.0.0.1", 0, "");
    expect_address("1.2.3", 0, "");
    expect_address("1:2:3", 0, "");
    expect_address("www.example.com", 0, "");
    expect_address("", 0, "");
    dx_endpoint endpoint;
    g_assert_cmpuint(dx_endpoint_parse(&endpoint, "[2001:db8::1]:443", 17), ==, 17);
    g_assert_cmpuint(endpoint.port, ==, 443);
    g_assert_cmpuint(dx_endpoint_parse(&endpoint, "192.0.2.1:65536", 15), ==, 0);
    g_assert_cmpuint(dx_endpoint_parse(&endpoint, "[192.0.2.1]:443", 15), ==, 0);
    g_assert_cmpuint(dx_endpoint_parse(&endpoint, "192.0.2.1", 9), ==, 0);
    g_assert_cmpuint(dx_endpoint_parse(&endpoint, "2001:db8::1:443", 15), ==, 0);
}

static dx_endpoint
ipv6(const uint16_t group[8], uint16_t port)
{
    dx_endpoint endpoint = {.address.family = 6, .port = port};
    for (int i = 0; i < 8; i++) {
        endpoint.address.bytes[2 * i] = (uint8_t)(group[i] >> 8);
        endpoint.address.bytes[2 * i + 1] = (uint8_t)group[i];
    }
    return endpoint;
}

/* RFC 5952 sections 4 and 5 */
static void
test_shown(void)
{
    static const struct {
        uint16_t group[8];
        const char *text;
    } cases[] = {
        {{0x2001, 0xdb8, 0, 0, 0, 0, 0, 1}, "2001:db8::1"},
        {{0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}, "2001:db8:0:1:1:1:1:1"},
        {{0x2001, 0, 0, 1, 0, 0, 0, 1}, "2001:0:0:1::1"},
        {{0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}, "2001:db8::1:0:0:1"},
        {{0, 0, 0, 0, 0, 0, 0, 0}, "::"},
        {{0, 0, 0, 0, 0, 0, 0, 1}, "::1"},
        {{0xfe80, 0, 0, 0, 0, 0, 0, 0}, "fe80::"},
        {{1, 2, 3, 4, 5, 6, 7, 8}, "1:2:3:4:5:6:7:8"},
        {{0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201}, "::ffff:192.0.2.1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_endpoint endpoint = ipv6(cases[i].group, 443);
        check(dx_address_text(&endpoint.address), cases[i].text);
        char *bracketed = g_strdup_printf("[%s]:443", cases[i].text);
        check(dx_endpoint_text(&endpoint), bracketed);
        g_free(bracketed);
    }
    dx_endpoint four = {.address = {4, {192, 0, 2, 255}}, .port = 8443}, none = {0};
    check(dx_address_text(&four.address), "192.0.2.255");
    check(dx_endpoint_text(&four), "192.0.2.255:8443");
    check(dx_address_text(&none.address), "?");
}

static void
test_compared(void)
{
    dx_endpoint a = {.address = {4, {192, 0, 2, 1}}, .port = 443}, b = a, c = a;
    c.port = 8443;
    g_assert_true(dx_endpoint_equal(&a, &b) && dx_endpoint_same(&a, &b) && !dx_endpoint_equal(&a, &c));
    g_assert_true(dx_address_equal(&a.address, &c.address) && dx_address_same(&a.address, &c.address));
    g_assert_cmpuint(dx_endpoint_hash(&a), ==, dx_endpoint_hash(&b));
    g_assert_cmpuint(dx_endpoint_hash(&a), !=, dx_endpoint_hash(&c));
    g_assert_cmpuint(dx_address_hash(&a.address), ==, dx_address_hash(&c.address));
    b.address.family = 6; /* the same bytes are another address */
    g_assert_false(dx_address_equal(&a.address, &b.address));
}

static void
test_private(void)
{
    static const char *const private[] = {
        "10.0.0.1",    "172.16.0.1", "172.31.255.1", "192.168.1.1", "100.64.0.1", "100.127.0.1", "127.0.0.1",
        "169.254.1.1", "fc00::1",    "fdff::1",      "fe80::1",     "febf::1",    "::1",         NULL};
    static const char *const global[] = {"11.0.0.1",    "172.15.0.1", "172.32.0.1",  "192.0.2.1",
                                         "192.169.1.1", "100.63.0.1", "100.128.0.1", "2001:db8::1",
                                         "fe00::1",     "fec0::1",    "::2",         NULL};
    dx_address address;

    for (unsigned i = 0; private[i]; i++) {
        g_assert_cmpuint(dx_address_parse(&address, private[i], strlen(private[i])), >, 0);
        g_assert_true(dx_address_is_private(&address));
    }
    for (unsigned i = 0; global[i]; i++) {
        g_assert_cmpuint(dx_address_parse(&address, global[i], strlen(global[i])), >, 0);
        g_assert_false(dx_address_is_private(&address));
    }
}

static void
test_link(void)
{
    static const char *const good[] = {"02-00-5E-00-53-10", "02:00:5e:00:53:10", "0200.5e00.5310",
                                       "02005e005310", "02-00-5e-00-53-10:corp"};
    static const char *const bad[] = {"02-00-5E-00-53-1", "02005e0053101", "0-200-5E-00-53-10", "", "www"};
    dx_address address;

    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_cmpuint(dx_link_parse(&address, good[i], strlen(good[i])), >=, 12);
        g_assert_cmpuint(address.family, ==, DX_ADDRESS_LINK);
        char *text = dx_address_text(&address);
        g_assert_cmpstr(text, ==, "02-00-5e-00-53-10");
        g_free(text);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpuint(dx_link_parse(&address, bad[i], strlen(bad[i])), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/read", test_read);
    g_test_add_func("/address/shown", test_shown);
    g_test_add_func("/address/compared", test_compared);
    g_test_add_func("/address/private", test_private);
    g_test_add_func("/address/link", test_link);
    return g_test_run();
}
