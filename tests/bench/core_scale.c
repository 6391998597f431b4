/* core_scale.c - a million connections through the core alone: time and memory must grow with their number
 * only
 *
 * core_scale [CONNECTIONS] [PERCENT FAILING]     default: 1000000 10 Each connection is TCP's handshake, a
 * ClientHello, and a ServerHello with the rest of a TLS 1.2 handshake, or a fatal alert; then both sides
 * close. At the end every verdict is asked for. Prints, for a tenth and for the whole, the seconds and the
 * heap per connection; fails when the whole is dearer per connection than the tenth by half.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "causes/causes.h"
#include "present/present.h"

enum { NUM_SERVERS = 200, CLIENT_PORTS = 20000 };

static const dx_preferences preferences = {.silence_us = 10 * G_USEC_PER_SEC,
                                           .syn_silence_us = 3 * G_USEC_PER_SEC};

/* Suites c02f, c030, 009c; extensions: supported groups, signature algorithms; TLS 1.2. */
static const uint8_t
    client_hello[] = {22, 3,  1, 0,    73,   1,    0,    0, 69,   3,  3, /* headers, version */
                      1,  2,  3, 4,    5,    6,    7,    8, 9,    1,  2, 3,  4, 5,  6, 7,
                      8,  9,  1, 2,    3,    4,    5,    6, 7,    8,  9, 1,  2, 3,  4, 5, /* random */
                      0,  0,  6, 0xc0, 0x2f, 0xc0, 0x30, 0, 0x9c, 1,  0,                  /* suites */
                      0,  22, 0, 10,   0,    6,    0,    4, 0,    29, 0, 23, 0, 13, 0, 8,
                      0,  6,  4, 3,    8,    4,    4,    1}; /* extensions */
static const uint8_t server_hello[] = {22, 3, 3, 0, 46, 2, 0, 0, 38, 3, 3,    9,    2, 3,  4, 5, 6,
                                       7,  8, 9, 1, 2,  3, 4, 5, 6,  7, 8,    9,    1, 2,  3, 4, 5,
                                       6,  7, 8, 9, 1,  2, 3, 4, 5,  0, 0xc0, 0x2f, 0, 14, 0, 0, 0};
static const uint8_t client_finish[] = {22, 3, 3,  0, 7, 16, 0, 0, 3, 2, 1, 2, 20, 3,  3,  0,  1,  1,  22, 3,
                                        3,  0, 16, 1, 2, 3,  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t server_finish[] = {20, 3, 3, 0, 1, 1, 22, 3,  3,  0,  16, 1,  2, 3,
                                        4,  5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 40};

/* The capture that is being written. */
typedef struct tape {
    dx_verdicts *verdicts;
    dx_capture *capture;
    uint32_t frame, stream, seq[2];
    int64_t time_us;
    dx_endpoint end[2]; /* client, server */
} tape;

static bool
is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return port == 443;
}

static void
send(tape *t, unsigned side, uint8_t flags, const uint8_t *data, uint32_t len)
{
    dx_packet packet = {.frame = ++t->frame,
                        .time_us = t->time_us += 100,
                        .stream = t->stream,
                        .src = t->end[side],
                        .dst = t->end[!side],
                        .segment = {.flags = flags,
                                    .seq = t->seq[side],
                                    .ack = t->seq[!side],
                                    .len = len,
                                    .window = 60000,
                                    .ttl = 64},
                        .data = data,
                        .captured = len};

    dx_capture_clock(t->capture, packet.frame, packet.time_us);
    if (dx_capture_wants(t->capture, t->stream, flags))
        dx_capture_packet(t->capture, &packet);
    else
        dx_capture_skipped(t->capture, t->stream,
                           &(dx_skipped){packet.frame, packet.time_us, len, packet.src.port});
    t->seq[side] += len + ((flags & (DX_TCP_SYN | DX_TCP_FIN)) != 0);
}

static void
connect_once(tape *t, uint32_t number, bool fails)
{
    uint32_t client = number / CLIENT_PORTS;

    t->stream = number;
    t->seq[0] = t->seq[1] = 1000;
    t->end[0] =
        (dx_endpoint){.address = {.family = 4, .bytes = {198, 18, (uint8_t)(client >> 8), (uint8_t)client}},
                      .port = (uint16_t)(30000 + number % CLIENT_PORTS)};
    t->end[1] = (dx_endpoint){
        .address = {.family = 4, .bytes = {192, 0, 2, (uint8_t)(1 + number % NUM_SERVERS)}}, .port = 443};
    send(t, 0, DX_TCP_SYN, NULL, 0);
    send(t, 1, DX_TCP_SYN | DX_TCP_ACK, NULL, 0);
    send(t, 0, DX_TCP_ACK, NULL, 0);
    send(t, 0, DX_TCP_ACK | DX_TCP_PSH, client_hello, sizeof client_hello);
    if (fails) {
        send(t, 1, DX_TCP_ACK | DX_TCP_PSH, alert, sizeof alert);
    } else {
        send(t, 1, DX_TCP_ACK | DX_TCP_PSH, server_hello, sizeof server_hello);
        send(t, 0, DX_TCP_ACK | DX_TCP_PSH, client_finish, sizeof client_finish);
        send(t, 1, DX_TCP_ACK | DX_TCP_PSH, server_finish, sizeof server_finish);
    }
    send(t, 1, DX_TCP_ACK | DX_TCP_FIN, NULL, 0);
    send(t, 0, DX_TCP_ACK | DX_TCP_FIN, NULL, 0);
    send(t, 1, DX_TCP_ACK, NULL, 0);
}

/* Bytes in use; large arrays are mapped, not in the arena. */
static size_t
heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Returns the seconds per connection; prints a row. */
static double
run(uint32_t num, unsigned percent)
{
    tape t = {.time_us = G_GINT64_CONSTANT(1328921095000000)};
    size_t before = heap_bytes();
    uint32_t num_outcome[8] = {0};
    int64_t start = g_get_monotonic_time();

    t.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    for (uint32_t i = 0; i < num; i++)
        connect_once(&t, i, i % 100 < percent);
    int64_t read = g_get_monotonic_time();
    size_t bytes = heap_bytes() - before;
    for (uint32_t i = 0; i < num; i++) {
        const dx_verdict *verdict = dx_verdicts_of(t.verdicts, i);
        num_outcome[verdict ? verdict->outcome & 7 : 7]++;
    }
    int64_t asked = g_get_monotonic_time();
    size_t bytes_asked = heap_bytes() - before;
    dx_verdicts_free(t.verdicts);
    printf("%8u connections, %u established, %u failed: %.2f s to read, %.2f s to judge, %zu bytes of heap "
           "each, "
           "%zu with verdicts\n",
           num, num_outcome[DX_ESTABLISHED], num_outcome[DX_FAILED], (double)(read - start) / G_USEC_PER_SEC,
           (double)(asked - read) / G_USEC_PER_SEC, bytes / num, bytes_asked / num);
    return (double)(asked - start) / num;
}

int
main(int argc, char **argv)
{
    uint32_t num = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    unsigned percent = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 10;
    double tenth = run(MAX(num / 10, 1), percent), whole = run(MAX(num, 1), percent);
    bool linear = whole <= tenth * 1.5;

    printf("%d passed, %d failed\n", linear, !linear);
    return linear ? EXIT_SUCCESS : EXIT_FAILURE;
}
