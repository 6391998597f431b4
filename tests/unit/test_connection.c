/* test_connection.c - from segments to verdicts, for what traces cannot say: bytes that are no TLS of today
 *
 * Mechanisms seen in captures of others (protocol analysers' test collections), rebuilt here byte by byte.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "fixtures/fixtures.h"
#include "tape.h"

#include "facts/path.h"

#define SEND(tape, from_client, text) tape_bytes(tape, from_client, text, sizeof(text) - 1)

static tape
new_tape(uint16_t port)
{
    tape t = tape_new();

    dx_verdicts_free(t.verdicts);
    t.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    tape_connect(&t, 1, 1, port);
    tape_syn(&t);
    return t;
}

static void
end_tape(tape *t, dx_outcome outcome, const char *cause)
{
    tape_packet(t, false, DX_TCP_FIN | DX_TCP_ACK, NULL);
    tape_packet(t, true, DX_TCP_FIN | DX_TCP_ACK, NULL);
    const dx_verdict *verdict = dx_verdicts_of(t->verdicts, t->stream);
    g_assert_nonnull(verdict);
    g_assert_cmpstr(dx_outcome_name(verdict->outcome), ==, dx_outcome_name(outcome));
    g_assert_cmpstr(verdict->cause ? verdict->cause->id : NULL, ==, cause);
    dx_verdicts_free(t->verdicts);
}

/* draft-hickman-netscape-ssl-00 section 2: hello, master key, verify, finished, data. */
#define SSLV2_HELLO                                                                                          \
    "\x80\x1c\x01\0\x02\0\x03\0\0\0\x10\x01\0\x80"                                                           \
    "0123456789abcdef"

static void
test_sslv2_session(void)
{
    tape t = new_tape(443);

    SEND(&t, true, SSLV2_HELLO);
    SEND(&t, false,
         "\x80\x1e\x04\0\x01\0\x02\0\0\0\x03\0\x10\x01\0\x80"
         "0123456789abcdef");
    SEND(&t, true, "\x80\x0e\x02\x01\0\x80\0\0\0\x04\0\0mmmm");
    SEND(&t, false, "\x80\x05vvvvv");
    SEND(&t, true,
         "\x80\x05"
         "fffff");
    SEND(&t, false,
         "\x80\x05"
         "fffff");
    end_tape(&t, DX_ESTABLISHED, NULL);
}

static void
test_sslv2_error(void)
{
    tape t = new_tape(443);

    SEND(&t, true, SSLV2_HELLO);
    SEND(&t, false, "\x80\x03\0\0\x01");
    end_tape(&t, DX_FAILED, "sslv2_hello");
}

#define TLS10_HELLO                                                                                          \
    "\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x01"                                                                 \
    "0123456789abcdef0123456789abcdef"                                                                       \
    "\0\0\x04\0\x2f\0\x35\x01\0"

/* The FIN overtakes the answer that it follows. */
static void
test_fin_overtakes(void)
{
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    tape t = new_tape(443);

    SEND(&t, true, TLS10_HELLO);
    uint32_t begin = t.seq[1];
    t.seq[1] += sizeof answer - 1;
    tape_packet(&t, false, DX_TCP_FIN | DX_TCP_ACK, NULL);
    uint32_t end = t.seq[1];
    t.seq[1] = begin; /* as the client's acknowledgments have it, too */
    SEND(&t, false, answer);
    t.seq[1] = end;
    tape_packet(&t, true, DX_TCP_FIN | DX_TCP_ACK, NULL);
    const dx_verdict *verdict = dx_verdicts_of(t.verdicts, t.stream);
    g_assert_nonnull(verdict);
    g_assert_cmpstr(verdict->cause ? verdict->cause->id : NULL, ==, "not_tls_response");
    dx_verdicts_free(t.verdicts);
}

/* What the FIN follows is not in the capture; the client has it. */
static void
test_fin_behind_a_hole(void)
{
    tape t = new_tape(443);

    SEND(&t, true, TLS10_HELLO);
    t.seq[1] += 7;
    tape_packet(&t, false, DX_TCP_FIN | DX_TCP_ACK, NULL);
    tape_packet(&t, true, DX_TCP_ACK, NULL);
    const dx_verdict *verdict = dx_verdicts_of(t.verdicts, t.stream);
    g_assert_nonnull(verdict);
    g_assert_cmpuint(verdict->frame, >, 4); /* not before that */
    g_assert_cmpint(verdict->confidence, <=, DX_POSSIBLE);
    dx_verdicts_free(t.verdicts);
}

/* Without its SYN-ACK the client's acknowledgment tells where the server's bytes begin. */
static void
test_begins_with_hello(void)
{
    tape t = tape_new();

    tape_connect(&t, 1, 1, 443);
    SEND(&t, true, TLS10_HELLO);
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_true(facts->server.have_isn);
    g_assert_cmpuint(facts->server.isn, ==, t.seq[1] - 1);
    SEND(&t, false, "\x15\3\1\0\2\2\x28");
    g_assert_true(dx_path_whole(&facts->server));
    g_assert_false(dx_path_lacks(&facts->server));
    dx_verdicts_free(t.verdicts);
}

/* FTP's active mode: the TLS client is who sends the ClientHello, and not who opened the TCP connection. */
static void
test_active_mode(void)
{
    tape t = new_tape(443);

    SEND(&t, false, TLS10_HELLO);
    SEND(&t, true, "\x15\3\1\0\2\2\x28");
    tape_packet(&t, true, DX_TCP_FIN | DX_TCP_ACK, NULL);
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_true(dx_endpoint_equal(&facts->server_endpoint, &t.client));
    g_assert_true(dx_endpoint_equal(&facts->client_endpoint, &t.server));
    g_assert_cmpuint(facts->hello_frame, ==, 4);
    g_assert_cmpuint(facts->client.payload_bytes, ==, 52);
    g_assert_cmpuint(facts->server.payload_bytes, ==, 7);
    g_assert_cmpint(facts->end.by, ==, DX_SERVER);
    g_assert_cmpuint(facts->end.alert, ==, 40);
    const dx_server *server = dx_ledger_find_server(dx_capture_ledger(t.capture), &t.client);
    g_assert_nonnull(server);
    g_assert_cmpuint(server->refused->len, ==, 1);
    dx_verdicts_free(t.verdicts);
}

/* NATS's CONNECT is not HTTP's: nobody refuses a tunnel. */
static void
test_nats(void)
{
    tape t = new_tape(4222);

    SEND(&t, false, "INFO {\"server_id\":\"a\"}\r\n");
    SEND(&t, true, "CONNECT {\"verbose\":false}\r\nPING\r\n");
    SEND(&t, false, "PONG\r\n");
    g_assert_false(dx_capture_reportable(t.capture, t.stream));
    dx_verdicts_free(t.verdicts);
}

/* [MS-TDS]: pre-login and its answer, a ClientHello of which a packet holds the begin, and its end in
 * another; the alert stands in a packet whose header is cut in two. */
static void
test_tds_packets(void)
{
    tape t = new_tape(1434);

    SEND(&t, true, "\x12\x01\0\x0f\0\0\x01\0\x01\0\x06\0\x01\xff\0");
    SEND(&t, false, "\x04\x01\0\x0f\0\0\x01\0\x01\0\x06\0\x01\xff\x03");
    SEND(&t, true, "\x12\0\0\x12\0\0\0\0\x16\x03\x01\0\x2d\x01\0\0\x29\x03");
    SEND(&t, true,
         "\x12\x01\0\x30\0\0\x01\0\x01"
         "0123456789abcdef0123456789abcdef"
         "\0\0\x02\0\x2f\x01\0");
    SEND(&t, false, "\x12\x01\0");
    SEND(&t, false, "\x0f\0\0\x01\0\x15\x03\x01\0\x02\x02\x46");
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_cmpint(facts->upgrade, ==, DX_UPGRADE_TDS);
    g_assert_cmpint(facts->tds_client, ==, DX_TDS_ENCRYPT_OFF);
    g_assert_cmpint(facts->tds_server, ==, DX_TDS_ENCRYPT_REQ);
    end_tape(&t, DX_FAILED, "protocol_version_mismatch");
}

/* PRELOGIN messages without a word of encryption: what follows is theirs. */
static void
test_tds(void)
{
    tape t = new_tape(1433);

    SEND(&t, true, "\x12\x01\0\x0c\0\0\x01\0\0\0\0\xff");
    SEND(&t, false, "\x04\x01\0\x0c\0\0\x01\0\0\0\0\xff");
    SEND(&t, true, "\x10\x01\0\x0c\0\0\x01\0user");
    SEND(&t, false, "\x04\x01\0\x0c\0\0\x01\0done");
    end_tape(&t, DX_NOT_TLS, NULL);
}

/* SOCKS5 (RFC 1928), then TLS through it; the version of TLCP (GB/T 38636) is 0x0101. */
static void
test_socks_tlcp(void)
{
    tape t = new_tape(1080);

    SEND(&t, true, "\x05\x01\0");
    SEND(&t, false, "\x05\0");
    SEND(&t, true, "\x05\x01\0\x01\xc6\x33\x64\x02\x01\xbb");
    SEND(&t, false, "\x05\0\0\x01\xc0\0\x02\x05\x1f\x90");
    SEND(&t, true,
         "\x16\x01\x01\0\x2d\x01\0\0\x29\x01\x01"
         "0123456789abcdef0123456789abcdef"
         "\0\0\x02\xe0\x13\x01\0");
    SEND(&t, false,
         "\x16\x01\x01\0\x2a\x02\0\0\x26\x01\x01"
         "0123456789abcdef0123456789abcdef"
         "\0\xe0\x13\0"
         "\x16\x01\x01\0\x04\x0e\0\0\0");
    SEND(&t, true,
         "\x16\x01\x01\0\x06\x10\0\0\x02kk"
         "\x14\x01\x01\0\x01\x01"
         "\x16\x01\x01\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1\xf1");
    SEND(&t, false,
         "\x14\x01\x01\0\x01\x01"
         "\x16\x01\x01\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1\xf1");
    end_tape(&t, DX_ESTABLISHED, NULL);
}

/* A ClientHello for show, then another protocol in both directions (obfuscating tunnels). */
static void
test_disguise(void)
{
    tape t = new_tape(443);

    tape_send(&t, true, client_hello("www.example.com"));
    SEND(&t, false, "\x9a\x01randomrandom");
    SEND(&t, true, "\x8b\x77randomrandom");
    SEND(&t, false, "\x33\x01random");
    end_tape(&t, DX_NOT_TLS, NULL);
}

/* The server's flight with one certificate, or with a list that ends within its first. */
static void
send_flight(tape *t, const dx_der *leaf)
{
    static const uint8_t hello[] = "\x03\x03"
                                   "0123456789abcdef0123456789abcdef"
                                   "\0\xc0\x2f";
    GByteArray *body = g_byte_array_new();

    g_byte_array_append(body, hello, sizeof hello);
    tape_send(t, false, message(2, body));
    body = g_byte_array_new();
    if (leaf) {
        g_byte_array_append(body, (const uint8_t *)"", 1);
        put16(body, (unsigned)leaf->len + 3);
        g_byte_array_append(body, (const uint8_t *)"", 1);
        put16(body, (unsigned)leaf->len);
        g_byte_array_append(body, leaf->data, (guint)leaf->len);
    } else {
        g_byte_array_append(body, (const uint8_t *)"\0\0\x07\0\0\x09\x30\x02\x05\0", 10);
    }
    tape_send(t, false, message(11, body));
    tape_send(t, false, message(14, g_byte_array_new()));
}

/* Found with damaged captures: the other certificate of this name, which the client accepted, cannot be
 * read. */
static void
test_unreadable_other_leaf(void)
{
    tape t = new_tape(443);
    dx_der leaf = fixture("leaf");

    tape_send(&t, true, client_hello("www.example.com"));
    send_flight(&t, NULL);
    SEND(&t, true,
         "\x16\x03\x03\0\x05\x10\0\0\x01k\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1"
         "\xf1");
    SEND(&t, false, "\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1\xf1");
    SEND(&t, true, "\x17\x03\x03\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1\xf1");
    SEND(&t, false, "\x17\x03\x03\0\x08\xf1\xf1\xf1\xf1\xf1\xf1\xf1\xf1");
    g_assert_cmpint(dx_verdicts_of(t.verdicts, t.stream)->outcome, ==, DX_ESTABLISHED);
    tape_connect(&t, 1, 1, 443);
    tape_syn(&t);
    tape_send(&t, true, client_hello("www.example.com"));
    send_flight(&t, &leaf);
    SEND(&t, true, "\x15\x03\x03\0\x02\x02\x2a");
    end_tape(&t, DX_FAILED, "certificate_not_yet_valid"); /* the tape is of 2012 */
}

/* A verdict that was given is given anew when a packet of another connection tells which system that is. */
static void
test_system_learnt_later(void)
{
    tape t = new_tape(443), refused_one;

    refused_one = t;
    tape_connect(&refused_one, 1, 1, 443);
    tape_packet(&refused_one, true, DX_TCP_SYN, NULL);
    tape_packet(&refused_one, false, DX_TCP_RST | DX_TCP_ACK, NULL);
    const dx_verdict *verdict = dx_verdicts_of(t.verdicts, refused_one.stream);
    g_assert_cmpstr(verdict->cause->id, ==, "port_closed");
    g_assert_cmpint(verdict->platform, ==, DX_PLATFORM_UNIX);
    t.frame = refused_one.frame;
    t.time_us = refused_one.time_us;
    t.ttl = 128;
    SEND(&t, false, "\x16");
    verdict = dx_verdicts_of(t.verdicts, refused_one.stream);
    g_assert_cmpint(verdict->platform, ==, DX_PLATFORM_WINDOWS);
    dx_verdicts_free(t.verdicts);
}

/* What the client acknowledges and nobody captured is missing, whether the server's SYN was seen or not; of a
 * connection that began before the capture what came before is not. */
static void
test_acknowledged_hole(void)
{
    for (unsigned with_syn = 0; with_syn < 2; with_syn++) {
        tape t = tape_new();
        tape_connect(&t, 1, 1, 443);
        if (with_syn)
            tape_syn(&t);
        else
            t.seq[1] += 70000;
        tape_send(&t, true, client_hello("www.example.com"));
        g_assert_false(dx_path_bytes_missing(dx_capture_facts(t.capture, t.stream)));
        t.seq[1] += 3000;
        tape_packet(&t, true, DX_TCP_ACK, NULL);
        g_assert_true(dx_path_bytes_missing(dx_capture_facts(t.capture, t.stream)));
        dx_verdicts_free(t.verdicts);
    }
}

/* A capture that begins while the server's segments are under way: the client's bare acknowledgment of an
 * earlier one does not say that those behind it are missing here. */
static void
test_begins_under_way(void)
{
    tape t = tape_new();

    tape_connect(&t, 1, 1, 443);
    tape_packet(&t, true, DX_TCP_ACK, NULL);
    t.seq[1] += 2000;
    SEND(&t, false, "\x17\3\3\0\4abcd");
    tape_packet(&t, true, DX_TCP_ACK, NULL);
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_true(facts->mid_stream);
    g_assert_false(dx_path_bytes_missing(facts));
    dx_verdicts_free(t.verdicts);
}

/* An alert of which the capture holds the header alone says that there was one, and no more. */
static void
test_cut_alert(void)
{
    for (unsigned captured = 5; captured <= 7; captured++) {
        tape t = new_tape(443);
        tape_send(&t, true, client_hello("www.example.com"));
        dx_packet packet = {.frame = ++t.frame,
                            .time_us = t.time_us += 1000,
                            .stream = t.stream,
                            .src = t.server,
                            .dst = t.client,
                            .segment = {.flags = DX_TCP_PSH | DX_TCP_ACK,
                                        .seq = t.seq[1],
                                        .ack = t.seq[0],
                                        .len = 7,
                                        .window = 1000,
                                        .ttl = 64},
                            .data = (const uint8_t *)"\x15\3\3\0\2\2\x46",
                            .captured = captured};
        dx_capture_packet(t.capture, &packet);
        const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
        g_test_message("%u", captured);
        g_assert_true(facts->damaged == (captured < 7));
        g_assert_cmpint(facts->end.kind, ==, captured < 7 ? DX_END_NONE : DX_END_ALERT);
        g_assert_cmpint(facts->close.kind, ==, captured < 7 ? DX_CLOSE_NONE : facts->close.kind);
        g_assert_cmpint(facts->pending.kind, ==, DX_END_NONE);
        dx_verdicts_free(t.verdicts);
    }
}

/* A second ServerHello, which nobody sends, or a third side made up: the first one counts. */
static void
test_second_server_hello(void)
{
    tape t = new_tape(443);

    tape_send(&t, true, client_hello("www.example.com"));
    for (uint8_t cipher = 0x2f; cipher <= 0x30; cipher++) {
        static const uint8_t random[32] = {9, 9, 9};
        GByteArray *body = g_byte_array_new();
        put16(body, 0x0303);
        g_byte_array_append(body, random, sizeof random);
        g_byte_array_append(body, (const uint8_t[]){0, 0xc0, cipher, 0}, 4);
        tape_send(&t, false, message(2, body));
    }
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_cmphex(facts->chosen.cipher, ==, 0xc02f);
    g_assert_cmpuint(facts->server_hello_frame, ==, 5);
    dx_verdicts_free(t.verdicts);
}

/* An ICMP error is about the newest connection of the endpoints that it quotes, however many others there
 * are, and also about one that began after the first error. */
static void
test_unreachable(void)
{
    tape t = new_tape(443);
    dx_icmp first = {.frame = 9000,
                     .time_us = t.time_us,
                     .version = 4,
                     .type = 3,
                     .code = 1,
                     .src = t.client,
                     .dst = t.server};
    dx_icmp stranger = first, back = first;

    stranger.src.port++;
    stranger.dst.port++;
    back.src = first.dst;
    back.dst = first.src;
    for (unsigned i = 0; i < 5000; i++) {
        tape_connect(&t, 1, 1, 443);
        tape_packet(&t, true, DX_TCP_SYN, NULL);
    }
    g_assert_cmpuint(dx_capture_icmp(t.capture, &stranger), ==, DX_NO_INDEX);
    g_assert_cmpuint(dx_capture_icmp(t.capture, &first), ==, 0);
    g_assert_cmpuint(dx_capture_icmp(t.capture, &back), ==, 0);
    tape_connect(&t, 1, 1, 443);
    t.client = first.src;
    tape_packet(&t, true, DX_TCP_SYN, NULL);
    g_assert_cmpuint(dx_capture_icmp(t.capture, &first), ==, t.stream);
    g_assert_cmpint(dx_capture_facts(t.capture, t.stream)->end.kind, ==, DX_END_UNREACHABLE);
    dx_verdicts_free(t.verdicts);
}

/* RFC 792, RFC 4443: that a packet is too big ends nothing, every other error about a SYN does. */
static void
test_icmp_kinds(void)
{
    static const struct {
        uint8_t version, type, code;
        bool too_big;
    } cases[] = {{4, 3, 4, true},   {4, 3, 3, false}, {4, 3, 5, false}, {4, 2, 4, false},
                 {4, 11, 4, false}, {4, 2, 0, false}, {6, 2, 0, true},  {6, 2, 4, true},
                 {6, 1, 4, false},  {6, 3, 0, false}, {6, 3, 4, false}, {6, 4, 0, false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        tape t = new_tape(443);
        tape_connect(&t, 1, 1, 443);
        tape_packet(&t, true, DX_TCP_SYN, NULL);
        dx_icmp icmp = {.frame = 9,
                        .time_us = t.time_us,
                        .version = cases[i].version,
                        .type = cases[i].type,
                        .code = cases[i].code,
                        .src = t.client,
                        .dst = t.server};
        g_assert_cmpuint(dx_capture_icmp(t.capture, &icmp), ==, t.stream);
        const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
        g_test_message("%u %u %u", icmp.version, icmp.type, icmp.code);
        g_assert_cmpuint(facts->too_big_frame, ==, cases[i].too_big ? 9 : 0);
        g_assert_cmpuint(facts->icmp_frame, ==, cases[i].too_big ? 0 : 9);
        g_assert_cmpint(facts->end.kind, ==, cases[i].too_big ? DX_END_NONE : DX_END_UNREACHABLE);
        dx_verdicts_free(t.verdicts);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection/sslv2_session", test_sslv2_session);
    g_test_add_func("/connection/sslv2_error", test_sslv2_error);
    g_test_add_func("/connection/fin_overtakes", test_fin_overtakes);
    g_test_add_func("/connection/fin_behind_a_hole", test_fin_behind_a_hole);
    g_test_add_func("/connection/second_server_hello", test_second_server_hello);
    g_test_add_func("/connection/acknowledged_hole", test_acknowledged_hole);
    g_test_add_func("/connection/begins_under_way", test_begins_under_way);
    g_test_add_func("/connection/cut_alert", test_cut_alert);
    g_test_add_func("/connection/unreachable", test_unreachable);
    g_test_add_func("/connection/icmp_kinds", test_icmp_kinds);
    g_test_add_func("/connection/begins_with_hello", test_begins_with_hello);
    g_test_add_func("/connection/active_mode", test_active_mode);
    g_test_add_func("/connection/nats", test_nats);
    g_test_add_func("/connection/tds", test_tds);
    g_test_add_func("/connection/tds_packets", test_tds_packets);
    g_test_add_func("/connection/socks_tlcp", test_socks_tlcp);
    g_test_add_func("/connection/disguise", test_disguise);
    g_test_add_func("/connection/unreadable_other_leaf", test_unreadable_other_leaf);
    g_test_add_func("/connection/system_learnt_later", test_system_learnt_later);
    return g_test_run();
}
