/* test_tls.c - records and handshake messages of one direction, however they are cut
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tls.h"
#include "wire_bytes.h"

#include <glib.h>
#include <string.h>

/* What the sink got, as text: "m1:239/1" is a message of type 1, 239 bytes, 1 record ("m1:239/1-" without body);
 * "r22:243" a record, followed by "e" encrypted, "-" not whole, "!level.description", "c" a valid CCS;
 * "v2:46" an SSLv2 hello; "not:4=GET " bytes that are not TLS. */
static GString *got;
static GByteArray *bodies;
static dx_tls *tls;
static bool encrypt_after_ccs, resync_at_not_tls, resync_at_message;

static void
take_record(void *user, const dx_record *record)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "r%u:%u", record->type, record->len);
    if (record->encrypted)
        g_string_append_c(got, 'e');
    if (!record->whole)
        g_string_append_c(got, '-');
    if (record->alert_level > 0)
        g_string_append_printf(got, "!%u.%u", record->alert_level, record->alert_description);
    if (record->ccs_valid)
        g_string_append_c(got, 'c');
    g_string_append_c(got, ' ');
    if (encrypt_after_ccs && record->type == DX_RECORD_CCS)
        dx_tls_set_encrypted(tls, true);
}

static void
take_message(void *user, const dx_message *message)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "m%u:%u/%u%s ", message->type, message->len, message->num_records,
                           message->body ? "" : "-");
    if (message->body && message->len > 0)
        g_byte_array_append(bodies, message->body, message->len);
    if (resync_at_message)
        dx_tls_resync(tls);
}

static void
take_sslv2(void *user, const uint8_t *body, size_t len)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "v2:%u ", (unsigned)len);
    g_byte_array_append(bodies, body, (guint)len);
}

static void
take_not_tls(void *user, const uint8_t *bytes, size_t len)
{
    g_assert_true(user == &got);
    g_string_append_printf(got, "not:%u=%.*s ", (unsigned)len, (int)MIN(len, 4), (const char *)bytes);
    if (resync_at_not_tls)
        dx_tls_resync(tls);
}

static const dx_tls_sink sink = {take_record, take_message, take_sslv2, take_not_tls};

static void
start(void)
{
    got = g_string_new(NULL);
    bodies = g_byte_array_new();
    tls = dx_tls_new(&sink, &got);
    encrypt_after_ccs = resync_at_not_tls = resync_at_message = false;
}

static void
expect(const char *expected)
{
    g_assert_cmpstr(got->str, ==, expected);
    g_string_truncate(got, 0);
}

static void
end(const char *expected)
{
    g_assert_cmpstr(got->str, ==, expected);
    dx_tls_free(tls);
    g_string_free(got, TRUE);
    g_byte_array_unref(bodies);
}

/* Feeds hex digits ("16 0301 ..."). */
static void
feed_hex(const char *hex)
{
    uint8_t bytes[256];
    size_t len = 0;
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        g_assert_cmpuint(len, <, sizeof bytes);
        g_assert_true(g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1]));
        bytes[len++] = (uint8_t)(g_ascii_xdigit_value(at[0]) * 16 + g_ascii_xdigit_value(at[1]));
        at++;
    }
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len); /* so that a read beyond the end is noticed */
    dx_tls_feed(tls, exact, len, 0);
    g_free(exact);
}

/* Feeds a record of `type` with `len` content bytes; `content` may be NULL for zeros. */
static void
feed_record(uint8_t type, const uint8_t *content, size_t len)
{
    GByteArray *record = g_byte_array_new();
    uint8_t header[5] = {type, 3, 3, (uint8_t)(len >> 8), (uint8_t)len};
    g_byte_array_append(record, header, 5);
    g_byte_array_set_size(record, 5 + (guint)len);
    if (content)
        memcpy(record->data + 5, content, len);
    else
        memset(record->data + 5, 0, len);
    dx_tls_feed(tls, record->data, record->len, 0);
    g_byte_array_unref(record);
}

/* Feeds in pieces of `step` bytes, each in memory of its own. */
static void
feed_in_steps(const uint8_t *bytes, size_t len, size_t step)
{
    for (size_t at = 0; at < len; at += step) {
        size_t part = MIN(step, len - at);
        uint8_t *exact = (uint8_t *)g_memdup2(bytes + at, part);
        dx_tls_feed(tls, exact, part, 0);
        g_free(exact);
    }
}

static void
test_one_hello(void)
{
    start();
    dx_tls_feed(tls, openssl_hello, sizeof openssl_hello, 0);
    g_assert_cmpmem(bodies->data, bodies->len, openssl_hello + 9, sizeof openssl_hello - 9);
    g_assert_cmpuint(dx_tls_in_record(tls, NULL), ==, 0);
    end("m1:234/1 r22:238 ");
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
        end("m2:53/1 r22:57 m11:1645/1 r22:1649 m12:650/1 r22:654 m14:0/1 r22:4 ");
    }
}

static void
test_several_messages_in_one_record(void)
{
    start();
    feed_hex("16 0303 000f  08 000003 010203  0b 000000  0e 000000");
    end("m8:3/1 m11:0/1 m14:0/1 r22:15 ");
}

static void
test_message_over_several_records(void)
{
    start();
    feed_hex("16 0301 0001 0b  16 0301 0003 0000 08  16 0301 0005 0102030405  16 0301 0004 060708 0e"
             "16 0301 0003 000000");
    g_assert_cmpmem(bodies->data, bodies->len, "\1\2\3\4\5\6\7\10", 8);
    end("r22:1 r22:3 r22:5 m11:8/4 r22:4 m14:0/2 r22:3 ");
}

static void
test_zero_length_records(void)
{
    start();
    feed_hex("16 0303 0000  17 0303 0000  15 0303 0000  14 0303 0000 17 0303 0001 00");
    end("r22:0 r23:0 r21:0e r20:0 r23:1 ");
    start(); /* an empty one inside a message changes nothing */
    feed_hex("16 0303 0005 0b00000201  16 0303 0000  16 0303 0001 02");
    end("r22:5 r22:0 m11:2/2 r22:1 ");
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
    feed_hex("15 0303 0004 01700228"); /* two in one record */
    expect("r21:4!1.112 ");
    feed_hex("15 0303 0008 0170 0100 0200 0228");
    expect("r21:8!1.112 ");
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
    expect("r20:1c ");
    feed_hex("14 0303 0001 00  14 0303 0002 0101");
    expect("r20:1 r20:2 ");
    dx_tls_set_encrypted(tls, true); /* TLS 1.3 sends it in the clear, a renegotiation protects it */
    feed_hex(
        "14 0303 0001 01  14 0303 0020 0101010101010101010101010101010101010101010101010101010101010101");
    end("r20:1c r20:32e ");
}

/* After ChangeCipherSpec the Finished is not read, though it looks like a message. */
static void
test_set_encrypted(void)
{
    start();
    encrypt_after_ccs = true;
    feed_hex("16 0303 0004 0e000000  14 0303 0001 01  16 0303 0008 0e000000 0e000000  15 0303 0004 02280228");
    expect("m14:0/1 r22:4 r20:1c r22:8e r21:4e ");
    feed_hex("15 0303 0002 0228"); /* nothing protected is so short */
    expect("r21:2!2.40 ");
    dx_tls_set_encrypted(tls, false);
    feed_hex("16 0303 0004 0e000000");
    end("m14:0/1 r22:4 ");
}

/* A Finished whose ChangeCipherSpec was missed is no message: unknown type, absurd length, or an explicit nonce that
 * counts from 0. */
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
    expect("m0:0/1 r22:4 ");
    feed_hex("16 0303 0002 a1b2"); /* not enough to judge, then enough */
    expect("r22:2 ");
    feed_hex("16 0303 0003 c3d4e5");
    expect("r22:3e ");
    feed_hex("16 0303 0008 0e000000 a1b2c3d4"); /* rubbish after a message */
    expect("m14:0/1 r22:8 ");
    feed_hex("16 0303 0004 0e000000");
    end("m14:0/1 r22:4 ");
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
    end("r22:6 r21:2!1.0 m11:3/2 r22:1 ");
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
    g_assert_nonnull(strstr(got->str, "m11:524288/33 r22:16384 "));
    g_string_truncate(got, 0);

    content[0] = DX_HS_CERTIFICATE; /* one byte longer: skipped, and the next message is found */
    content[1] = 0x08;
    content[3] = 1;
    feed_record(DX_RECORD_HANDSHAKE, content, 5);
    memset(content, 0, 4);
    for (unsigned i = 0; i < 32; i++)
        feed_record(DX_RECORD_HANDSHAKE, content, 16384);
    g_assert_nonnull(strstr(got->str, "m11:524289/33- r22:16384 "));
    g_string_truncate(got, 0);
    feed_hex("16 0303 0004 0e000000");
    end("m14:0/1 r22:4 ");
    g_free(content);
}

static void
test_sslv2_hello(void)
{
    for (size_t step = 1; step <= sizeof sslv2_hello; step++) {
        start();
        feed_in_steps(sslv2_hello, sizeof sslv2_hello, step);
        g_assert_cmpmem(bodies->data, bodies->len, sslv2_hello + 2, sizeof sslv2_hello - 2);
        feed_hex("16 0301 0004 0e000000");
        end("v2:46 m14:0/1 r22:4 ");
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
    expect("m14:0/1 r22:4 ");
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
    end("not:5=PROX m14:0/1 r22:4 ");
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
    expect("m11:8/1- m12:4/1 m14:0/1 r22:24- ");
    feed_hex("16 0303 0018 0b000008 0102");
    feed_missing(7); /* into the next: the rest of the record is not read */
    feed_hex("000004 01020304 0e000000 16 0303 0004 0e000000");
    expect("m11:8/1- r22:24- m14:0/1 r22:4 ");
    feed_hex("16 0303 0018"); /* from the first byte */
    feed_missing(4);
    feed_hex("00000000 00000000 00000000 00000000 0e000000 16 0303 0004 0e000000");
    expect("r22:24- m14:0/1 r22:4 ");
    feed_hex("16 0303 0008 0b00000c 0102"); /* it goes on in the next record */
    feed_missing(2);
    feed_hex("16 0303 000c 0102030405060708 0e000000");
    end("r22:8- m11:12/2- m14:0/1 r22:12 ");
}

static void
test_snap_length_cuts_hello(void)
{
    start();
    dx_tls_feed(tls, openssl_hello, 60, sizeof openssl_hello - 60);
    g_assert_false(dx_tls_lost_step(tls));
    expect("m1:234/1- r22:238- ");
    dx_tls_feed(tls, openssl_hello, 60, sizeof openssl_hello - 59);
    g_assert_true(dx_tls_lost_step(tls));
    expect("m1:234/1- r22:238- ");
    dx_tls_resync(tls);
    feed_hex("15 0303 0002 02");
    feed_missing(1);
    expect("r21:2- ");
    feed_hex("16 0303 0006 0b000064 0102"); /* a message to go on in records that are lost */
    feed_missing(100);
    g_assert_true(dx_tls_lost_step(tls));
    end("r22:6 m11:100/1- ");
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
    expect("m14:0/1 r22:4 ");
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
    end("r22:20 m14:0/1 ");
}

static void
test_resync_in_message(void)
{
    start();
    resync_at_message = true;
    feed_hex("16 0303 0008 0e000000 0e000000  16 0303 0004 0e000000"); /* the record ends unseen */
    end("m14:0/1 m14:0/1 ");
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
    g_test_add_func("/tls/long-messages", test_long_messages);
    g_test_add_func("/tls/sslv2-hello", test_sslv2_hello);
    g_test_add_func("/tls/not-tls", test_not_tls);
    g_test_add_func("/tls/record-too-long", test_record_too_long);
    g_test_add_func("/tls/missing-application-data", test_missing_application_data);
    g_test_add_func("/tls/missing-in-message", test_missing_in_message);
    g_test_add_func("/tls/snap-length-cuts-hello", test_snap_length_cuts_hello);
    g_test_add_func("/tls/lost-step", test_lost_step);
    g_test_add_func("/tls/in-record", test_in_record);
    g_test_add_func("/tls/resync-in-message", test_resync_in_message);
    g_test_add_func("/tls/looks", test_looks);
    g_test_add_func("/tls/empty-sink", test_empty_sink);
    return g_test_run();
}
