/* test_tls_loss.c - what the TLS reader makes of missing bytes and of what is too long
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tls_reader.h"
#include "wire_bytes.h"

static void
test_long_messages(void)
{
    uint8_t *content = (uint8_t *)g_malloc0(16384);
    start();
    content[0] = DX_HS_CERTIFICATE; /* as long as is kept */
    content[1] = 0x08;
    feed_record(DX_RECORD_HANDSHAKE, content, 4);
    content[0] = 0;
    for (unsigned i = 0; i < 32; i++)
        feed_record(DX_RECORD_HANDSHAKE, content, 16384);
    g_assert_cmpuint(bodies->len, ==, DX_TLS_MAX_MESSAGE);
    g_assert_nonnull(strstr(got->str, "m11:524288 r22:16384 "));
    g_string_truncate(got, 0);

    content[0] = DX_HS_CERTIFICATE; /* one byte longer: skipped, and the next message is found */
    content[1] = 0x08;
    content[3] = 1;
    feed_record(DX_RECORD_HANDSHAKE, content, 5);
    memset(content, 0, 4);
    for (unsigned i = 0; i < 32; i++)
        feed_record(DX_RECORD_HANDSHAKE, content, 16384);
    g_assert_nonnull(strstr(got->str, "m11:524289- r22:16384 "));
    g_string_truncate(got, 0);
    feed_hex("16 0303 0004 0e000000");
    end("m14:0 r22:4 ");
    g_free(content);
}

static void
test_record_too_long(void)
{
    start(); /* 2^14 + 2048 is the limit. RFC 5246 section 6.2.3 */
    feed_hex("17 0303 4801 0000");
    g_assert_true(g_str_has_prefix(got->str, "not:7="));
    g_assert_false(dx_tls_lost_step(tls));
    end(got->str);
    start();
    feed_hex("17 0303 4800 0000");
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 7);
    end("");
    start(); /* later it is a slip */
    feed_hex("15 0303 0002 0100  17 0303 4801 0000");
    g_assert_true(dx_tls_lost_step(tls));
    feed_hex("17 0303 0001 00");
    g_assert_false(dx_tls_lost_step(tls));
    end("r21:2!1.0 r23:1 ");
}

static void
feed_missing(size_t missing)
{
    dx_tls_feed(tls, NULL, 0, missing);
}

static void
test_missing_application_data(void)
{
    start();
    feed_hex("17 0303 0010 0001");
    feed_missing(10);
    feed_hex("00010203  17 0303 0001 00"); /* still in step */
    expect("r23:16- r23:1 ");
    feed_hex("17 0303 0010");
    feed_missing(16); /* up to its very end */
    g_assert_false(dx_tls_lost_step(tls));
    expect("r23:16- ");
    feed_hex("17 0303 0010");
    feed_missing(17); /* and one too many */
    g_assert_true(dx_tls_lost_step(tls));
    expect("r23:16- ");
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 0);
    dx_tls_set_encrypted(tls, true);
    feed_hex("16 0303 0008 00");
    feed_missing(7); /* protected handshake records need not be read either */
    g_assert_false(dx_tls_lost_step(tls));
    end("r22:8e- ");
}

static void
test_missing_in_message(void)
{
    start();
    feed_hex("16 0303 0018 0b000008 0102");
    feed_missing(6); /* exactly to its end: the next message is found */
    feed_hex("0c000004 01020304 0e000000");
    expect("m11:8- m12:4 m14:0 r22:24- ");
    feed_hex("16 0303 0018 0b000008 0102");
    feed_missing(7); /* into the next: the rest of the record is not read */
    feed_hex("000004 01020304 0e000000 16 0303 0004 0e000000");
    expect("m11:8- r22:24- m14:0 r22:4 ");
    feed_hex("16 0303 0018"); /* from the first byte */
    feed_missing(4);
    feed_hex("00000000 00000000 00000000 00000000 0e000000 16 0303 0004 0e000000");
    expect("r22:24- m14:0 r22:4 ");
    feed_hex("16 0303 0008 0b00000c 0102"); /* it goes on in the next record */
    feed_missing(2);
    feed_hex("16 0303 000c 0102030405060708 0e000000");
    end("r22:8- m11:12- m14:0 r22:12 ");
}

static void
test_snap_length_cuts_hello(void)
{
    start();
    dx_tls_feed(tls, openssl_hello, 60, sizeof openssl_hello - 60);
    g_assert_false(dx_tls_lost_step(tls));
    expect("m1:234- r22:238- ");
    dx_tls_feed(tls, openssl_hello, 60, sizeof openssl_hello - 59);
    g_assert_true(dx_tls_lost_step(tls));
    expect("m1:234- r22:238- ");
    dx_tls_resync(tls);
    feed_hex("15 0303 0002 02");
    feed_missing(1);
    expect("r21:2- ");
    feed_hex("16 0303 0006 0b000064 0102"); /* a message to go on in records that are lost */
    feed_missing(100);
    g_assert_true(dx_tls_lost_step(tls));
    end("r22:6 m11:100- ");
}

static void
test_lost_step(void)
{
    start();
    feed_missing(1); /* at a boundary */
    g_assert_true(dx_tls_lost_step(tls));
    feed_hex("0001020304050607");       /* no record */
    feed_hex("17 0303 0002 0000 aabb"); /* one, but then there is none */
    feed_hex("17 0303");                /* too little to tell */
    feed_hex("17 0303 0000");           /* looks_like_record wants content */
    g_assert_true(dx_tls_lost_step(tls));
    expect("");
    feed_hex("17 0303 0002 0000 16 03"); /* and one more begins */
    g_assert_false(dx_tls_lost_step(tls));
    expect("r23:2 ");
    feed_hex("03 0004 0e000000");
    expect("m14:0 r22:4 ");
    feed_hex("16 03"); /* inside a header */
    feed_missing(3);
    g_assert_true(dx_tls_lost_step(tls));
    feed_hex("17 0303 0004 0000"); /* a record that goes beyond what is there */
    g_assert_false(dx_tls_lost_step(tls));
    feed_hex("0000");
    expect("r23:4 ");
    feed_missing(1);
    dx_tls_resync(tls);
    g_assert_false(dx_tls_lost_step(tls));
    end("");
    start(); /* a hole in an SSLv2 hello */
    dx_tls_feed(tls, sslv2_hello, 10, 5);
    g_assert_true(dx_tls_lost_step(tls));
    end("");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls-loss/long-messages", test_long_messages);
    g_test_add_func("/tls-loss/record-too-long", test_record_too_long);
    g_test_add_func("/tls-loss/missing-application-data", test_missing_application_data);
    g_test_add_func("/tls-loss/missing-in-message", test_missing_in_message);
    g_test_add_func("/tls-loss/snap-length-cuts-hello", test_snap_length_cuts_hello);
    g_test_add_func("/tls-loss/lost-step", test_lost_step);
    return g_test_run();
}
