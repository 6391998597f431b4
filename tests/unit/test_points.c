/* test_points.c - connections that were captured at several points
 *
 * What captures of real programs show stands in tests/captures (*_points*); here is what they cannot:
 * captures of one point that look like several.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "tape.h"
#include "verdict/points.h"

static const uint8_t client_link[] = "\2\0\0\0\0\1\2\0\0\0\0\2", server_link[] = "\2\0\0\0\0\3\2\0\0\0\0\4";

static tape
new_tape(void)
{
    tape t = tape_new();

    dx_verdicts_free(t.verdicts);
    t.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    return t;
}

/* A handshake that is refused, from its SYN on, as one point sees it. */
static void
play_from(tape *t, uint32_t first, uint32_t interface, const uint8_t *link, uint8_t ttl)
{
    static const char alert[7] = {0x15, 3, 3, 0, 2, 2, 70};

    t->seq[0] = first;
    t->seq[1] = 0x9000;
    t->interface = interface;
    t->link = link;
    t->ttl = ttl;
    tape_syn(t);
    tape_send(t, true, client_hello("www.example.com"));
    tape_bytes(t, false, alert, sizeof alert);
    tape_packet(t, false, DX_TCP_FIN | DX_TCP_ACK, NULL);
}

static void
play(tape *t, uint32_t interface, const uint8_t *link, uint8_t ttl)
{
    play_from(t, 0x51000000, interface, link, ttl);
}

static unsigned
num_points(const tape *t, uint32_t stream)
{
    const dx_facts *list[DX_MAX_POINTS];

    return dx_capture_points(t->capture, stream, list);
}

static void
test_interfaces(void)
{
    tape t = new_tape();
    const dx_facts *list[DX_MAX_POINTS];

    tape_connect(&t, 1, 1, 443);
    play(&t, 0, NULL, 63);
    play(&t, 1, NULL, 64); /* nearer to the client, and later in the file */
    g_assert_cmpuint(dx_capture_points(t.capture, 0, list), ==, 2);
    g_assert_cmpuint(list[0]->first_frame, ==, 7);
    g_assert_cmpuint(list[1]->first_frame, ==, 1);
    g_assert_cmpuint(list[0]->client.num_retransmissions, ==, 0);
    g_assert_true(dx_capture_facts(t.capture, 0) == list[0]);
    g_assert_true(dx_capture_known_facts(t.capture, 0) == list[1]);
    const dx_verdict *verdict = dx_verdicts_of(t.verdicts, 0);
    g_assert_cmpstr(verdict->cause->id, ==, "protocol_version_mismatch");
    g_assert_cmpuint(dx_ledger_find_server(dx_capture_ledger(t.capture), &t.server)->num_hellos, ==, 1);
    dx_verdicts_free(t.verdicts);
}

/* mergecap has made one interface of two that look alike. */
static void
test_links(void)
{
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    play(&t, 0, client_link, 64);
    play(&t, 0, server_link, 63);
    g_assert_cmpuint(num_points(&t, 0), ==, 2);
    dx_packet packet = {.stream = 0, .link_src = server_link + 6, .link_dst = server_link};
    g_assert_cmpuint(dx_capture_point_of(t.capture, &packet), ==, 2);
    packet = (dx_packet){.stream = 0, .link_src = client_link, .link_dst = client_link + 6};
    g_assert_cmpuint(dx_capture_point_of(t.capture, &packet), ==, 1);
    dx_verdicts_free(t.verdicts);
}

/* A SYN that is sent again on the same link is not another point. */
static void
test_repeated_syn(void)
{
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    t.link = client_link;
    t.seq[0] = 0x51000000;
    tape_packet(&t, true, DX_TCP_SYN, NULL);
    t.time_us += G_USEC_PER_SEC;
    play(&t, 0, client_link, 64);
    g_assert_cmpuint(num_points(&t, 0), ==, 1);
    g_assert_cmpuint(dx_capture_facts(t.capture, 0)->client.num_syn, ==, 2);
    dx_verdicts_free(t.verdicts);
}

/* A machine that sends by one interface and receives by the other is one point. */
static void
test_two_ways(void)
{
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    tape_packet(&t, true, DX_TCP_SYN, NULL);
    t.interface = 1;
    tape_packet(&t, false, DX_TCP_SYN | DX_TCP_ACK, NULL);
    t.interface = 0;
    tape_send(&t, true, client_hello("www.example.com"));
    t.interface = 1;
    tape_bytes(&t, false, "\x15\3\3\0\2\2\x46", 7);
    g_assert_cmpuint(num_points(&t, 0), ==, 1);
    g_assert_cmpstr(dx_verdicts_of(t.verdicts, 0)->cause->id, ==, "protocol_version_mismatch");
    dx_verdicts_free(t.verdicts);
}

/* Translation of addresses keeps the sequence numbers. */
static void
test_translated(void)
{
    tape t = new_tape();
    const dx_facts *list[DX_MAX_POINTS];

    tape_connect(&t, 1, 1, 443);
    play(&t, 0, NULL, 64);
    tape_connect(&t, 99, 1, 443);
    play(&t, 1, NULL, 63);
    g_assert_cmpuint(dx_capture_points(t.capture, 1, list), ==, 2);
    g_assert_cmpuint(list[0]->stream, ==, 0);
    g_assert_true(dx_capture_reportable(t.capture, 0));
    g_assert_false(dx_capture_reportable(t.capture, 1));
    g_assert_true(dx_verdicts_of(t.verdicts, 0) == dx_verdicts_of(t.verdicts, 1));
    dx_verdicts_free(t.verdicts);
}

/* The same in a file that mergecap made, with one interface: no packet of the one point has a link address of
 * the other's. */
static void
test_translated_links(void)
{
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    play(&t, 0, client_link, 64);
    tape_connect(&t, 99, 1, 443);
    play(&t, 0, server_link, 63);
    g_assert_cmpuint(num_points(&t, 1), ==, 2);
    g_assert_false(dx_capture_reportable(t.capture, 1));
    dx_verdicts_free(t.verdicts);
}

/* Two clients that happen to begin with the same number, at one point. */
static void
test_one_point(void)
{
    tape t = new_tape();

    for (uint8_t client = 1; client <= 3; client++) {
        tape_connect(&t, client, 1, 443);
        play(&t, 0, client_link, 64);
    }
    for (uint32_t stream = 0; stream < 3; stream++) {
        g_assert_cmpuint(num_points(&t, stream), ==, 1);
        g_assert_true(dx_capture_reportable(t.capture, stream));
    }
    dx_verdicts_free(t.verdicts);
}

/* A mirror port: two clients behind one router ask one server for the same name at the same time; a third,
 * elsewhere, shows that the capture is not of one machine. */
static void
test_neighbors(void)
{
    static const uint8_t links[3][13] = {"\2\0\0\0\0\1\2\0\0\0\0\x63", "\2\0\0\0\0\3\2\0\0\0\0\x64",
                                         "\2\0\0\0\0\4\2\0\0\0\0\x63"};
    tape t = new_tape();

    for (uint8_t i = 0; i < 3; i++) {
        tape_connect(&t, (uint8_t)(i + 1), i == 1 ? 2 : 1, 443);
        play_from(&t, 0x31000000u * (i + 1), 0, links[i], 64);
    }
    g_assert_cmpuint(num_points(&t, 0), ==, 1);
    g_assert_true(dx_capture_reportable(t.capture, 2));
    dx_verdicts_free(t.verdicts);
}

/* A program made the packets, and begins every connection with the same number. */
static void
test_made_up(void)
{
    tape t = new_tape();

    for (uint8_t client = 1; client <= 2; client++) {
        tape_connect(&t, client, client, 443);
        play_from(&t, 1000, 0, client == 1 ? client_link : server_link, 64);
    }
    g_assert_true(dx_capture_reportable(t.capture, 0));
    g_assert_true(dx_capture_reportable(t.capture, 1));
    dx_verdicts_free(t.verdicts);
}

/* What is no TLS is given up at all its points (a leak, or a use after that, shows under
 * AddressSanitizer). */
static void
test_irrelevant(void)
{
    tape t = new_tape();

    for (unsigned i = 0; i < 2; i++) { /* the second is another stream with the same number */
        tape_connect(&t, 1, 1, 80);
        for (uint32_t interface = 0; interface < 2; interface++) {
            t.seq[0] = 1000;
            t.seq[1] = 9000;
            t.interface = interface;
            tape_syn(&t);
        }
        tape_packet(&t, true, DX_TCP_RST, NULL);
        t.interface = 0;
        tape_packet(&t, true, DX_TCP_RST, NULL);
        g_assert_null(dx_capture_facts(t.capture, t.stream));
    }
    dx_verdicts_free(t.verdicts);
}

/* The client's SYN and its ClientHello at one point. */
static void
begin_at(tape *t, uint32_t first, uint32_t interface)
{
    t->seq[0] = first;
    t->seq[1] = 0x9000;
    t->interface = interface;
    t->ttl = (uint8_t)(64 - interface);
    tape_syn(t);
    tape_send(t, true, client_hello("www.example.com"));
}

static dx_points
compare(const tape *t)
{
    dx_points points;

    g_assert_true(dx_points_compare(&points, t->capture, 0, t->time_us));
    g_assert_cmpuint(points.num, ==, 2);
    g_assert_cmpuint(points.at[0]->first_frame, ==, 1);
    return points;
}

/* A proxy makes a connection of its own; what the server refuses there comes to the client as a reset. */
static void
test_passed_on(void)
{
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    begin_at(&t, 0x51000000, 0);
    tape_packet(&t, false, DX_TCP_RST | DX_TCP_ACK, NULL);
    tape_connect(&t, 9, 1, 443);
    begin_at(&t, 0x61000000, 1);
    tape_bytes(&t, false, "\x15\3\3\0\2\2\x46", 7);
    dx_points points = compare(&t);
    g_assert_true(points.passed_on);
    g_assert_cmpuint(points.base, ==, 1);
    g_assert_cmpint(points.between, ==, DX_BETWEEN_NOTHING);
    dx_verdicts_free(t.verdicts);
}

/* The server's reset that it never sent: at its side it answers. A reset of the client is no such thing. */
static void
test_server_reset(void)
{
    for (unsigned of_client = 0; of_client < 2; of_client++) {
        tape t = new_tape();
        tape_connect(&t, 1, 1, 443);
        begin_at(&t, 0x51000000, 0);
        tape_packet(&t, of_client, DX_TCP_RST | DX_TCP_ACK, NULL);
        begin_at(&t, 0x51000000, 1);
        tape_bytes(&t, false, "\x15\3\3\0\2\2\x46", 7);
        dx_points points = compare(&t);
        g_assert_cmpint(points.between, ==, of_client ? DX_BETWEEN_NOTHING : DX_BETWEEN_RESET);
        g_assert_cmpuint(points.base, ==, 0);
        if (!of_client)
            g_assert_cmpint(points.confidence, ==, DX_CONFIRMED);
        dx_verdicts_free(t.verdicts);
    }
}

/* A reset in the client's name, who goes on; but one that has closed may reset, and its point have missed
 * that. */
static void
test_client_reset(void)
{
    for (unsigned closes = 0; closes < 2; closes++) {
        tape t = new_tape();
        tape_connect(&t, 1, 1, 443);
        begin_at(&t, 0x51000000, 0);
        if (closes)
            tape_packet(&t, true, DX_TCP_FIN | DX_TCP_ACK, NULL);
        begin_at(&t, 0x51000000, 1);
        tape_packet(&t, true, DX_TCP_RST | DX_TCP_ACK, NULL);
        t.time_us += G_USEC_PER_SEC;
        t.interface = 0;
        t.ttl = 64;
        tape_packet(&t, true, DX_TCP_ACK, NULL);
        dx_points points = compare(&t);
        g_assert_cmpint(points.between, ==, closes ? DX_BETWEEN_NOTHING : DX_BETWEEN_RESET);
        if (!closes) {
            g_assert_cmpuint(points.base, ==, 1);
            g_assert_cmpint(points.confidence, ==, DX_CONFIRMED);
        }
        dx_verdicts_free(t.verdicts);
    }
}

/* What is no TLS, and comes to the client alone. */
static void
test_answer(void)
{
    static const char page[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    tape t = new_tape();

    tape_connect(&t, 1, 1, 443);
    begin_at(&t, 0x51000000, 0);
    tape_bytes(&t, false, page, sizeof page - 1);
    begin_at(&t, 0x51000000, 1);
    dx_points points = compare(&t);
    g_assert_cmpint(points.between, ==, DX_BETWEEN_ANSWER);
    g_assert_cmpuint(points.near, ==, 0);
    dx_verdicts_free(t.verdicts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/interfaces", test_interfaces);
    g_test_add_func("/points/neighbors", test_neighbors);
    g_test_add_func("/points/made_up", test_made_up);
    g_test_add_func("/points/links", test_links);
    g_test_add_func("/points/repeated_syn", test_repeated_syn);
    g_test_add_func("/points/two_ways", test_two_ways);
    g_test_add_func("/points/translated", test_translated);
    g_test_add_func("/points/translated_links", test_translated_links);
    g_test_add_func("/points/one_point", test_one_point);
    g_test_add_func("/points/irrelevant", test_irrelevant);
    g_test_add_func("/points/passed_on", test_passed_on);
    g_test_add_func("/points/server_reset", test_server_reset);
    g_test_add_func("/points/client_reset", test_client_reset);
    g_test_add_func("/points/answer", test_answer);
    return g_test_run();
}
