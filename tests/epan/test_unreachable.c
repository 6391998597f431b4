/* test_unreachable.c - ICMP errors found in a frame's bytes, whole, cut and damaged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/unreachable.h"

#include <glib.h>
#include <string.h>

/* An ICMP "host unreachable" from 192.0.2.254 that quotes 8 bytes of a SYN from 192.0.2.10:41082 to
 * 198.51.100.20:443. */
static const uint8_t icmp4[] = {
    0x45, 0xc0, 0x00, 0x38, 0x12, 0x34, 0x00, 0x00, 0x40, 0x01, 0xe2, 0xbb, 192, 0,
    2,    254,  192,  0,    2,    10,   3,    1,    0,    0,    0,    0,    0,   0,
    0x45, 0x00, 0x00, 0x3c, 0x00, 0x01, 0x40, 0x00, 64,   6,    0,    0,    192, 0,
    2,    10,   198,  51,   100,  20,   0xa0, 0x7a, 0x01, 0xbb, 0,    0,    0,   1,
};

static void
set_checksum(uint8_t *header)
{
    uint32_t sum = 0;
    header[10] = header[11] = 0;
    for (int i = 0; i < 20; i += 2) {
        sum += (uint32_t)(header[i] << 8 | header[i + 1]);
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    header[10] = (uint8_t)(~sum >> 8);
    header[11] = (uint8_t)~sum;
}

/* Writes `prefix` bytes of encapsulation and the ICMP error behind them; returns the length. */
static size_t
make4(uint8_t *frame, size_t prefix)
{
    memset(frame, 0, prefix);
    memcpy(frame + prefix, icmp4, sizeof icmp4);
    set_checksum(frame + prefix);
    return prefix + sizeof icmp4;
}

/* An ICMPv6 "packet too big" or other `type` behind a hop-by-hop header, quoting a SYN behind a fragment
 * header. */
static size_t
make6(uint8_t *frame, uint8_t type)
{
    const size_t len = 40 + 8 + 8 + 40 + 8 + 8;
    memset(frame, 0, len);
    frame[0] = 0x60;
    frame[5] = (uint8_t)(len - 40);
    frame[6] = 0;
    frame[40] = 58;
    uint8_t *icmp = frame + 48;
    icmp[0] = type;
    icmp[1] = 3;
    uint8_t *quoted = icmp + 8;
    quoted[0] = 0x60;
    quoted[6] = 44;
    memcpy(quoted + 8, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x0a", 16);
    memcpy(quoted + 24, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x14", 16);
    quoted[40] = 6;
    memcpy(quoted + 48, "\xa0\x7a\x01\xbb\0\0\0\1", 8);
    return len;
}

static void
check4(const dx_unreachable *found)
{
    static const uint8_t client[4] = {192, 0, 2, 10}, server[4] = {198, 51, 100, 20};
    g_assert_cmpuint(found->version, ==, 4);
    g_assert_cmpuint(found->type, ==, 3);
    g_assert_cmpuint(found->code, ==, 1);
    g_assert_cmpuint(found->source.address.family, ==, 4);
    g_assert_cmpmem(found->source.address.bytes, 4, client, 4);
    g_assert_cmpuint(found->source.port, ==, 41082);
    g_assert_cmpmem(found->destination.address.bytes, 4, server, 4);
    g_assert_cmpuint(found->destination.port, ==, 443);
}

static void
test_ipv4(void)
{
    uint8_t frame[512];
    for (size_t prefix = 0; prefix < 200; prefix += 7) {
        dx_unreachable found;
        size_t len = make4(frame, prefix);
        g_assert_true(dx_unreachable_find(frame, len, len, &found));
        check4(&found);
    }
}

static void
test_ipv6(void)
{
    uint8_t frame[256];
    dx_unreachable found;
    size_t len = make6(frame, 2);
    g_assert_true(dx_unreachable_find(frame, len, len, &found));
    g_assert_cmpuint(found.version, ==, 6);
    g_assert_cmpuint(found.type, ==, 2);
    g_assert_cmpuint(found.code, ==, 3);
    g_assert_cmpuint(found.source.port, ==, 41082);
    g_assert_cmpuint(found.destination.address.bytes[15], ==, 0x14);
    len = make6(frame, 129); /* echo reply */
    g_assert_false(dx_unreachable_find(frame, len, len, &found));
}

static void
test_near_misses(void)
{
    static const struct {
        size_t at;
        uint8_t value;
    } damage[] = {
        {9, 17}, {20, 11}, {20, 0}, {28 + 9, 50}, {28 + 7, 1}, {28, 0x65}, {7, 1},
    };
    uint8_t frame[512];
    dx_unreachable found;
    for (size_t i = 0; i < G_N_ELEMENTS(damage); i++) {
        size_t len = make4(frame, 14);
        frame[14 + damage[i].at] = damage[i].value;
        set_checksum(frame + 14);
        g_assert_false(dx_unreachable_find(frame, len, len, &found));
    }
    size_t len = make4(frame, 14);
    frame[14 + 8] ^= 1; /* a time to live that the checksum does not cover */
    g_assert_false(dx_unreachable_find(frame, len, len, &found));
    frame[14 + 10] = frame[14 + 11] = 0; /* left to the hardware */
    g_assert_true(dx_unreachable_find(frame, len, len, &found));
}

static void
test_datagram(void)
{
    uint8_t frame[512];
    dx_unreachable found;
    size_t len = make4(frame, 14);
    g_assert_true(dx_unreachable_find(frame, len, len, &found));
    g_assert_false(found.source.datagram || found.destination.datagram);
    frame[14 + 28 + 9] = 17;
    g_assert_true(dx_unreachable_find(frame, len, len, &found));
    g_assert_true(found.source.datagram && found.destination.datagram);
}

/* Every cut of a frame, in memory of exactly its size: nothing is read beyond, and nothing found before
 * its last byte. */
static void
test_cut(void)
{
    uint8_t whole[512];
    for (int version = 4; version <= 6; version += 2) {
        size_t len = version == 4 ? make4(whole, 14) : make6(whole, 1);
        for (size_t captured = 1; captured <= len; captured++) {
            dx_unreachable found;
            uint8_t *frame = g_memdup2(whole, captured);
            g_assert_true(dx_unreachable_find(frame, captured, len, &found) == (captured == len));
            g_free(frame);
        }
    }
}

static void
test_random(void)
{
    GRand *random = g_rand_new_with_seed(1);
    for (int round = 0; round < 20000; round++) {
        dx_unreachable found;
        uint8_t whole[256];
        size_t len = round % 2 == 0 ? make4(whole, 14) : make6(whole, 1);
        for (int i = g_rand_int_range(random, 1, 6); i > 0; i--) {
            whole[g_rand_int_range(random, 0, (gint32)len)] = (uint8_t)g_rand_int(random);
        }
        uint8_t *frame = g_memdup2(whole, len);
        dx_unreachable_find(frame, len, len, &found);
        g_free(frame);
    }
    g_rand_free(random);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unreachable/ipv4", test_ipv4);
    g_test_add_func("/unreachable/ipv6", test_ipv6);
    g_test_add_func("/unreachable/near_misses", test_near_misses);
    g_test_add_func("/unreachable/datagram", test_datagram);
    g_test_add_func("/unreachable/cut", test_cut);
    g_test_add_func("/unreachable/random", test_random);
    return g_test_run();
}
