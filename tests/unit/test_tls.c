/* test_tls.c - records and handshake messages of one direction, however they are cut
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls_reader.h"
#include "wire_bytes.h"

static void
test_one_hello(void)
{
    start();
    dx_tls_feed(tls, openssl_hello, sizeof openssl_hello, 0);
    g_assert_cmpmem(bodies->data, bodies->len, openssl_hello + 9, sizeof openssl_hello - 9);
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 0);
    end("m1:234 r22:238 ");
}

static void
test_flight_in_any_pieces(void)
{
    for (size_t step = 1; step <= sizeof dhe_flight; step += step < 16 ? 1 : 97) {
        start();
        feed_in_steps(dhe_flight, sizeof dhe_flight, step);
        g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 0);
        g_assert_false(dx_tls_lost_step(tls));
        g_assert_cmpuint(bodies->len, ==, sizeof dhe_flight - 4 * 9);
        g_assert_cmpmem(bodies->data, 53, dhe_flight + 9, 53);
        end("m2:53 r22:57 m11:1645 r22:1649 m12:650 r22:654 m14:0 r22:4 ");
    }
}

static void
test_several_messages_in_one_record(void)
{
    start();
    feed_hex("16 0303 000f  08 000003 010203  0b 000000  0e 000000");
    end("m8:3 m11:0 m14:0 r22:15 ");
}

static void
test_message_over_several_records(void)
{
    start();
    feed_hex("16 0301 0001 0b  16 0301 0003 0000 08  16 0301 0005 0102030405  16 0301 0004 060708 0e"
             "16 0301 0003 000000");
    g_assert_cmpmem(bodies->data, bodies->len, "\1\2\3\4\5\6\7\10", 8);
    end("r22:1 r22:3 r22:5 m11:8 r22:4 m14:0 r22:3 ");
}

static void
test_zero_length_records(void)
{
    start();
    feed_hex("16 0303 0000  17 0303 0000  15 0303 0000  14 0303 0000 17 0303 0001 00");
    end("r22:0 r23:0 r21:0e r20:0 r23:1 ");
    start(); /* an empty one inside a message changes nothing */
    feed_hex("16 0303 0005 0b00000201  16 0303 0000  16 0303 0001 02");
    end("r22:5 r22:0 m11:2 r22:1 ");
}

static void
test_alerts(void)
{
    start();
    feed_hex("15 0303 0002 0228");
    expect("r21:2!2.40 ");
    feed_hex("15 0303 0002");
    feed_hex("02");
    expect("");
    feed_hex("46");
    expect("r21:2!2.70 ");
    feed_hex("15 0303 0004 01700228"); /* two in one record: the fatal one is the end */
    expect("r21:4!2.40 ");
    feed_hex("15 0303 0008 0170 0100 0246 0228");
    expect("r21:8!2.70 ");
    feed_hex("15 0303 0004 01700100");
    expect("r21:4!1.112 ");
    feed_hex("15 0303 0004 01700328"); /* near misses: no level, too many, an odd number */
    feed_hex("15 0303 000a 01000100010001000100");
    feed_hex("15 0303 0003 022801");
    feed_hex("15 0303 0001 02");
    expect("r21:4e r21:10e r21:3e r21:1e ");
    feed_hex("15 0303 0013 00112233445566778899aabbccddeeff001122");
    end("r21:19e ");
}

static void
test_ccs(void)
{
    start();
    feed_hex("14 0303 0001 01");
    expect("r20:1 ");
    feed_hex("14 0303 0001 00  14 0303 0002 0101");
    expect("r20:1 r20:2 ");
    dx_tls_set_encrypted(tls, true); /* TLS 1.3 sends it in the clear, a renegotiation protects it */
    feed_hex(
        "14 0303 0001 01  14 0303 0020 0101010101010101010101010101010101010101010101010101010101010101");
    end("r20:1 r20:32e ");
}

/* After ChangeCipherSpec the Finished is not read, though it looks like a message. */
static void
test_set_encrypted(void)
{
    start();
    encrypt_after_ccs = true;
    feed_hex("16 0303 0004 0e000000  14 0303 0001 01  16 0303 0008 0e000000 0e000000  15 0303 0004 02280228");
    expect("m14:0 r22:4 r20:1 r22:8e r21:4e ");
    feed_hex("15 0303 0002 0228"); /* nothing protected is so short */
    expect("r21:2!2.40 ");
    dx_tls_set_encrypted(tls, false);
    feed_hex("16 0303 0004 0e000000");
    end("m14:0 r22:4 ");
}

/* A Finished whose ChangeCipherSpec was missed is no message: unknown type, absurd length, or an explicit
 * nonce that counts from 0. */
static void
test_implausible_messages(void)
{
    start();
    feed_hex("16 0303 0008 a1b2c3d4e5f60718");
    feed_hex("16 0303 0008 01ffffff e5f60718");
    feed_hex("16 0303 0010 0000000000000000 8f7e6d5c4b3a2918");
    feed_hex("16 0303 0008 0e000001 e5f60718");
    feed_hex("16 0303 0008 14000000 e5f60718");
    expect("r22:8e r22:8e r22:16e r22:8e r22:8e ");
    feed_hex("16 0303 0004 00000000"); /* near miss: a real HelloRequest */
    expect("m0:0 r22:4 ");
    feed_hex("16 0303 0002 a1b2"); /* not enough to judge, then enough */
    expect("r22:2 ");
    feed_hex("16 0303 0003 c3d4e5");
    expect("r22:3e ");
    feed_hex("16 0303 0008 0e000000 a1b2c3d4"); /* rubbish after a message */
    expect("m14:0 r22:8 ");
    feed_hex("16 0303 0004 0e000000");
    end("m14:0 r22:4 ");
}

/* A message that no handshake record goes on with was none. */
static void
test_broken_off_message(void)
{
    start();
    feed_hex("16 0303 0006 0b000064 0102");
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), >, 0);
    feed_hex("17 0303 0001 00");
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 0);
    expect("r22:6 r23:1 ");
    feed_hex(
        "16 0303 0006 0b000003 0102  15 0303 0002 0100  16 0303 0001 03"); /* an alert may come between */
    end("r22:6 r21:2!1.0 m11:3 r22:1 ");
}

static void
test_application_data_is_skipped(void)
{
    start();
    for (unsigned i = 0; i < 3; i++)
        feed_record(DX_RECORD_APPLICATION, NULL, 16384 + 256);
    expect("r23:16640 r23:16640 r23:16640 ");
    feed_record(DX_RECORD_HEARTBEAT, NULL, 7);
    end("r24:7 ");
}

static void
test_sslv2_hello(void)
{
    for (size_t step = 1; step <= sizeof sslv2_hello; step++) {
        start();
        feed_in_steps(sslv2_hello, sizeof sslv2_hello, step);
        g_assert_cmpmem(bodies->data, bodies->len, sslv2_hello + 2, sizeof sslv2_hello - 2);
        feed_hex("16 0301 0004 0e000000");
        end("v2:46 m14:0 r22:4 ");
    }
    start(); /* only as the very first bytes */
    feed_hex("15 0303 0002 0100");
    dx_tls_feed(tls, sslv2_hello, sizeof sslv2_hello, 0);
    g_assert_true(g_str_has_prefix(got->str, "r21:2!1.0 not:48="));
    dx_tls_resync(tls); /* or after STARTTLS */
    g_string_truncate(got, 0);
    dx_tls_feed(tls, sslv2_hello, sizeof sslv2_hello, 0);
    end("v2:46 ");
    start(); /* near misses: a ServerHello, another version, too short */
    feed_hex("802e 04 0301");
    feed_hex("00");
    g_assert_true(g_str_has_prefix(got->str, "not:5="));
    end(got->str);
    start();
    feed_hex("802e 01 0100");
    g_assert_true(g_str_has_prefix(got->str, "not:5="));
    end(got->str);
    start();
    feed_hex("8008");
    g_assert_true(g_str_has_prefix(got->str, "not:2="));
    end(got->str);
}

static void
test_not_tls(void)
{
    start();
    feed_hex("474554202f20485454502f312e31");
    expect("not:14=GET  ");
    feed_hex("16 0303 0004 0e000000"); /* nothing more comes */
    expect("");
    dx_tls_resync(tls);
    feed_hex("16 0303 0004 0e000000");
    expect("m14:0 r22:4 ");
    feed_hex("32 32 30 20"); /* back to the plain protocol, as FTP's CCC does */
    end("not:4=220  ");

    start(); /* type fits, version does not, and all of it is handed over */
    feed_hex("14");
    feed_hex("41 4243");
    end("not:4=\x14"
        "ABC ");

    start(); /* the sink may resync */
    resync_at_not_tls = true;
    feed_hex("50524f5859");
    feed_hex("16 0303 0004 0e000000");
    end("not:5=PROX m14:0 r22:4 ");
}

static void
check_in_record(size_t seen, size_t whole)
{
    size_t expected;
    g_assert_cmpuint(dx_tls_in_record(tls, &expected), ==, seen);
    g_assert_cmpuint(expected, ==, whole);
}

static void
test_in_record(void)
{
    start();
    check_in_record(0, 0);
    feed_hex("16 03");
    check_in_record(2, 5);
    feed_hex("03 0014 01 00");
    check_in_record(7, 25);
    feed_hex("0064 0001"); /* the message is longer than the record */
    check_in_record(6, 104);
    feed_hex("000102030405060708090a0b0c0d");
    check_in_record(20, 104);
    feed_hex("16");
    check_in_record(20, 104);
    dx_tls_resync(tls);
    check_in_record(0, 0);
    feed_hex("802e010301");
    check_in_record(5, 48);
    dx_tls_resync(tls);
    feed_hex("16 0303 0008 0e000000"); /* one message is done, the record is not */
    check_in_record(9, 13);
    end("r22:20 m14:0 ");
}

static void
test_resync_in_message(void)
{
    start();
    resync_at_message = true;
    feed_hex("16 0303 0008 0e000000 0e000000  16 0303 0004 0e000000"); /* the record ends unseen */
    end("m14:0 m14:0 ");
}

static bool
looks_like(bool (*judge)(const uint8_t *bytes, size_t len), const char *bytes, size_t len)
{
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len);
    bool answer = judge(exact, len);
    g_free(exact);
    return answer;
}

static void
test_looks(void)
{
    g_assert_false(dx_tls_looks_like_record(NULL, 0));
    for (size_t len = 1; len <= sizeof java_hello; len++) {
        g_assert_true(dx_tls_looks_like_record(java_hello, len));
        g_assert_cmpint(dx_tls_looks_like_client_hello(java_hello, len), ==, len >= 6);
    }
    for (size_t len = 1; len <= sizeof sslv2_hello; len++)
        g_assert_cmpint(dx_tls_looks_like_client_hello(sslv2_hello, len), ==, len >= 5);
    g_assert_false(dx_tls_looks_like_client_hello(dhe_flight, sizeof dhe_flight));
    g_assert_true(looks_like(dx_tls_looks_like_record, "\x17\3\0\x48\0", 5));
    g_assert_true(looks_like(dx_tls_looks_like_record, "\x18\3\4\0\1", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x17\3\3\0\0", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x17\3\3\x48\1", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x17\3\3\x49", 4));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x17\3\5\0\1", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x17\2\3\0\1", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x13\3\3\0\1", 5));
    g_assert_true(looks_like(dx_tls_looks_like_record, "\x16\1\1\0\1", 5)); /* TLCP */
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x16\1\2", 3));
    g_assert_false(looks_like(dx_tls_looks_like_record, "\x19\3\3\0\1", 5));
    g_assert_false(looks_like(dx_tls_looks_like_record, "GET / HTTP/1.1", 14));
    g_assert_false(looks_like(dx_tls_looks_like_client_hello, "\x17\3\1\0\x40\1", 6));
}

/* A reader without any callbacks is of no use, but must not fall. */
static void
test_empty_sink(void)
{
    static const dx_tls_sink nothing = {NULL, NULL, NULL, NULL};
    dx_tls *quiet = dx_tls_new(&nothing, NULL);
    dx_tls_feed(quiet, sslv2_hello, sizeof sslv2_hello, 0);
    dx_tls_feed(quiet, dhe_flight, sizeof dhe_flight, 3);
    dx_tls_resync(quiet);
    dx_tls_feed(quiet, (const uint8_t *)"GET /", 5, 0);
    dx_tls_free(quiet);
    dx_tls_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls/one-hello", test_one_hello);
    g_test_add_func("/tls/flight-in-any-pieces", test_flight_in_any_pieces);
    g_test_add_func("/tls/several-messages-in-one-record", test_several_messages_in_one_record);
    g_test_add_func("/tls/message-over-several-records", test_message_over_several_records);
    g_test_add_func("/tls/zero-length-records", test_zero_length_records);
    g_test_add_func("/tls/alerts", test_alerts);
    g_test_add_func("/tls/ccs", test_ccs);
    g_test_add_func("/tls/set-encrypted", test_set_encrypted);
    g_test_add_func("/tls/implausible-messages", test_implausible_messages);
    g_test_add_func("/tls/broken-off-message", test_broken_off_message);
    g_test_add_func("/tls/application-data-is-skipped", test_application_data_is_skipped);
    g_test_add_func("/tls/sslv2-hello", test_sslv2_hello);
    g_test_add_func("/tls/not-tls", test_not_tls);
    g_test_add_func("/tls/in-record", test_in_record);
    g_test_add_func("/tls/resync-in-message", test_resync_in_message);
    g_test_add_func("/tls/looks", test_looks);
    g_test_add_func("/tls/empty-sink", test_empty_sink);
    return g_test_run();
}
