/* test_quic.c - QUIC: keys and packets of RFC 9001 appendix A, frames, messages from them,
 * and what a flow comes to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "quic_seal.h"
#include "udp_flow.h"
#include "wire/quic.h"

static const dx_quic_cid first_id = {8, {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08}};

/* RFC 9001 appendix A.3 */
static const char server_initial[] =
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb3"
    "8cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
    "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee";

static GByteArray *
bytes_of(const char *hex)
{
    GByteArray *bytes = g_byte_array_new();

    for (; hex[0] && hex[1]; hex += 2) {
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

static void
check_bytes(const uint8_t *found, const char *wanted)
{
    GByteArray *bytes = bytes_of(wanted);

    g_assert_cmpmem(found, bytes->len, bytes->data, bytes->len);
    g_byte_array_unref(bytes);
}

/* RFC 9001 appendix A.1, RFC 9369 appendix A.1 */
static void
test_keys(void)
{
    dx_quic_keys client, server;

    g_assert_true(dx_quic_keys_make(&client, &server, 1, &first_id));
    check_bytes(client.key, "1f369613dd76d5467730efcbe3b1a22d");
    check_bytes(client.iv, "fa044b2f42a3fd3b46fb255c");
    check_bytes(client.header, "9f50449e04a0e810283a1e9933adedd2");
    check_bytes(server.key, "cf3a5331653c364c88f0f379b6067e37");
    check_bytes(server.iv, "0ac1493ca1905853b0bba03e");
    check_bytes(server.header, "c206b8d9b9f0f37644430b490eeaa314");
    g_assert_true(dx_quic_keys_make(&client, &server, 0x6b3343cf, &first_id));
    check_bytes(client.key, "8b1a0bc121284290a29e0971b5cd045d");
    check_bytes(client.iv, "91f73e2351d8fa91660e909f");
    check_bytes(client.header, "45b95e15235d6f45a6b19cbcb0294ba9");
    g_assert_false(dx_quic_keys_make(&client, &server, 0x1a2a3a4a, &first_id));
}

static void
note_crypto(void *user, uint64_t offset, const uint8_t *bytes, size_t len)
{
    g_assert_cmpuint(offset, ==, 0);
    g_assert_cmpuint(len, ==, 0x5a);
    g_assert_cmpuint(bytes[0], ==, DX_HS_SERVER_HELLO);
    ++*(unsigned *)user;
}

static void
test_packet(void)
{
    GByteArray *bytes = bytes_of(server_initial);
    dx_quic_packet packet;
    dx_quic_keys client, server;
    size_t len;
    uint32_t number;
    unsigned num = 0;

    g_assert_cmpuint(dx_quic_packet_read(&packet, bytes->data, bytes->len, bytes->len), ==, bytes->len);
    g_assert_cmpint(packet.type, ==, DX_QUIC_INITIAL);
    g_assert_cmpuint(packet.destination.len, ==, 0);
    g_assert_cmpuint(packet.source.len, ==, 8);
    dx_quic_keys_make(&client, &server, 1, &first_id);
    g_assert_null(dx_quic_open(&packet, &client, &len, &number));
    uint8_t *plain = dx_quic_open(&packet, &server, &len, &number);
    g_assert_nonnull(plain);
    g_assert_cmpuint(number, ==, 1);
    dx_quic_frames_read(plain, len, &(dx_quic_frames){.crypto = note_crypto}, &num);
    g_assert_cmpuint(num, ==, 1);
    g_free(plain);
    bytes->data[bytes->len - 1] ^= 1;
    g_assert_null(dx_quic_open(&packet, &server, &len, &number));
    for (guint cut = 0; cut < bytes->len; cut++)
        g_assert_cmpuint(dx_quic_packet_read(&packet, bytes->data, cut, cut), ==, 0);
    g_byte_array_unref(bytes);
}

static void
note_message(void *user, const dx_message *message)
{
    g_string_append_printf((GString *)user, "%u:%u ", message->type, message->len);
}

static void
test_crypto(void)
{
    static const uint8_t stream[] = {1, 0, 0, 3, 'a', 'b', 'c', 2, 0, 0, 0, 11, 0, 0, 1, 'd'};
    GString *said = g_string_new(NULL);
    dx_quic_crypto *crypto = dx_quic_crypto_new(note_message, said);

    g_assert_true(dx_quic_crypto_take(crypto, 9, stream + 9, 7));
    g_assert_false(dx_quic_crypto_take(crypto, 10, stream + 10, 2));
    g_assert_true(dx_quic_crypto_take(crypto, 0, stream, 3));
    g_assert_cmpstr(said->str, ==, "");
    g_assert_true(dx_quic_crypto_waits(crypto));
    g_assert_true(dx_quic_crypto_take(crypto, 2, stream + 2, 8));
    g_assert_cmpstr(said->str, ==, "1:3 2:0 11:1 ");
    g_assert_false(dx_quic_crypto_waits(crypto));
    g_assert_false(dx_quic_crypto_take(crypto, 0, stream, sizeof stream));
    g_assert_true(dx_quic_crypto_take(crypto, sizeof stream + DX_TLS_MAX_MESSAGE + 1, stream, 1));
    g_assert_false(dx_quic_crypto_waits(crypto)); /* too far ahead to be kept */
    dx_quic_crypto_free(crypto);
    g_string_free(said, TRUE);
}

static void
note_close(void *user, uint64_t error, bool application, const uint8_t *reason, size_t len)
{
    g_string_append_printf((GString *)user, "%u %d %.*s", (unsigned)error, application, (int)len,
                           (const char *)reason);
}

static void
test_frames(void)
{
    static const uint8_t closes[] = {0, 1, 2, 5, 0, 0, 0, 0x1c, 0x41, 0x78, 6, 2, 'n', 'o'};
    GString *said = g_string_new(NULL);

    dx_quic_frames_read(closes, sizeof closes, &(dx_quic_frames){.close = note_close}, said);
    g_assert_cmpstr(said->str, ==, "376 0 no");
    for (size_t len = 0; len < sizeof closes; len++)
        dx_quic_frames_read(closes, len, &(dx_quic_frames){.close = note_close}, said);
    g_string_free(said, TRUE);
}

/* What is no client's first datagram is dismissed. */
static void
test_begins(void)
{
    uint8_t bytes[1200] = {0xc3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x96};

    g_assert_true(dx_quic_begins(bytes, sizeof bytes, sizeof bytes));
    g_assert_false(dx_quic_begins(bytes, 1100, 1100));
    bytes[0] = 0xe3;
    g_assert_false(dx_quic_begins(bytes, sizeof bytes, sizeof bytes));
    bytes[0] = 0x43;
    g_assert_false(dx_quic_begins(bytes, sizeof bytes, sizeof bytes));
    bytes[0] = 0xc3;
    bytes[1] = 9;
    g_assert_false(dx_quic_begins(bytes, sizeof bytes, sizeof bytes));
}

static const dx_quic_cid client_id = {4, {1, 2, 3, 4}}, server_id = {5, {9, 9, 9, 9, 9}},
                         retry_id = {3, {7, 7, 7}};

/* An Initial packet with these bytes of a CRYPTO stream; `id`: of its keys. */
static void
send_crypto(udp_flow *s, dx_side from, const dx_quic_cid *id, uint8_t number, uint8_t offset,
            const uint8_t *bytes, size_t len)
{
    uint8_t frames[1300] = {6, (uint8_t)(0x40), offset, (uint8_t)(0x40 | len >> 8), (uint8_t)len};
    bool to_server = from == DX_CLIENT;

    memcpy(frames + 5, bytes, len);
    GByteArray *packet = quic_seal(id, !to_server, to_server ? id : &client_id,
                                   to_server ? &client_id : &server_id, number, frames, len + 5);
    udp_flow_send(s, from, packet->data, packet->len);
    g_byte_array_unref(packet);
}

static void
send_hello(udp_flow *s, const dx_quic_cid *id, uint8_t number)
{
    GByteArray *record = client_hello("www.example.com");

    send_crypto(s, DX_CLIENT, id, number, 0, record->data + 5, record->len - 5);
    g_byte_array_unref(record);
}

static void
send_server_hello(udp_flow *s, const dx_quic_cid *id)
{
    uint8_t hello[4 + 2 + 32 + 1 + 2 + 1 + 2 + 6] = {2, 0, 0, 46, 3, 3};
    static const uint8_t rest[] = {0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4};

    memcpy(hello + 38, rest, sizeof rest);
    send_crypto(s, DX_SERVER, id, 0, 0, hello, sizeof hello);
}

static void
send_short(udp_flow *s, dx_side from)
{
    uint8_t bytes[60] = {0x41};

    udp_flow_send(s, from, bytes, sizeof bytes);
}

static void
test_healthy(void)
{
    udp_flow s = udp_flow_new(443);

    send_hello(&s, &first_id, 0);
    g_assert_cmpuint(s.index, ==, DX_FIRST_CHANNEL);
    g_assert_cmpuint(udp_flow_facts(&s)->stream, ==, 6);
    g_assert_cmpstr(udp_flow_facts(&s)->sni, ==, "www.example.com");
    send_server_hello(&s, &first_id);
    g_assert_cmpuint(udp_flow_facts(&s)->server_hello_frame, ==, 2);
    send_short(&s, DX_SERVER); /* half a round trip early */
    g_assert_cmpuint(udp_flow_facts(&s)->established_frame, ==, 0);
    send_short(&s, DX_CLIENT);
    g_assert_cmpuint(udp_flow_facts(&s)->established_frame, ==, 4);
    send_short(&s, DX_SERVER);
    g_assert_cmpint(udp_flow_facts(&s)->phase, ==, DX_PHASE_DATA);
    g_assert_cmpint(dx_verdicts_of(s.verdicts, s.index)->outcome, ==, DX_ESTABLISHED);
    udp_flow_end(&s);
}

/* RFC 9287: peers may clear the fixed bit. */
static void
test_greased(void)
{
    udp_flow s = udp_flow_new(443);
    uint8_t bytes[60] = {0x01, 5, 5, 5, 5};

    send_hello(&s, &first_id, 0);
    send_server_hello(&s, &first_id);
    udp_flow_send(&s, DX_CLIENT, bytes, sizeof bytes);
    g_assert_cmpuint(udp_flow_facts(&s)->established_frame, ==, 3);
    udp_flow_end(&s);
}

/* The client counts its packets; one that it leaves out is its own doing, more are missing in the capture.
 * What the server counts says nothing: it may answer packets that nobody captured. */
static void
test_numbers(void)
{
    static const struct {
        dx_side side;
        uint8_t number;
        bool lost;
    } cases[] = {{DX_CLIENT, 1, false}, {DX_CLIENT, 2, false}, {DX_CLIENT, 3, true}, {DX_SERVER, 9, false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        udp_flow s = udp_flow_new(443);
        static const uint8_t ping[] = {1};
        send_hello(&s, &first_id, 0);
        send_server_hello(&s, &first_id);
        bool forth = cases[i].side == DX_CLIENT;
        GByteArray *packet = quic_seal(&first_id, !forth, forth ? &first_id : &client_id,
                                       forth ? &client_id : &first_id, cases[i].number, ping, sizeof ping);
        udp_flow_send(&s, cases[i].side, packet->data, packet->len);
        g_test_message("%u", i);
        g_assert_true(udp_flow_facts(&s)->damaged == cases[i].lost);
        g_byte_array_unref(packet);
        udp_flow_end(&s);
    }
}

/* Zeros behind the packets of a datagram are padding (aioquic), and no packet without the fixed bit. */
static void
test_padding(void)
{
    udp_flow s = udp_flow_new(443);
    static const uint8_t acknowledgment[] = {2, 0, 0, 0, 0};
    GByteArray *packet =
        quic_seal(&first_id, false, &first_id, &client_id, 1, acknowledgment, sizeof acknowledgment);

    g_byte_array_set_size(packet, packet->len + 100);
    memset(packet->data + packet->len - 100, 0, 100);
    send_hello(&s, &first_id, 0);
    send_server_hello(&s, &first_id);
    udp_flow_send(&s, DX_CLIENT, packet->data, packet->len);
    g_assert_cmpuint(udp_flow_facts(&s)->client.num_packets, ==, 2);
    g_assert_cmpuint(udp_flow_facts(&s)->established_frame, ==, 0);
    g_byte_array_unref(packet);
    udp_flow_end(&s);
}

/* A ClientHello in two datagrams, the second first. */
static void
test_split(void)
{
    udp_flow s = udp_flow_new(443);
    GByteArray *record = client_hello("www.example.com");

    send_crypto(&s, DX_CLIENT, &first_id, 1, 60, record->data + 65, record->len - 65);
    g_assert_cmpuint(udp_flow_facts(&s)->hello_frame, ==, 0);
    g_assert_cmpint(udp_flow_facts(&s)->phase, ==, DX_PHASE_HELLO_PARTIAL);
    send_crypto(&s, DX_CLIENT, &first_id, 0, 0, record->data + 5, 60);
    g_assert_cmpuint(udp_flow_facts(&s)->hello_frame, ==, 2);
    g_byte_array_unref(record);
    udp_flow_end(&s);
}

static void
test_retry(void)
{
    udp_flow s = udp_flow_new(443);
    uint8_t retry[1 + 4 + 5 + 4 + 8 + 16] = {0xf0, 0, 0, 0, 1,   4,   1,   2,   3,  4,
                                             3,    7, 7, 7, 't', 'o', 'k', 'e', 'n'};

    send_hello(&s, &first_id, 0);
    udp_flow_send(&s, DX_SERVER, retry, sizeof retry);
    g_assert_cmpuint(udp_flow_facts(&s)->cookie_frame, ==, 2);
    g_assert_cmpuint(udp_flow_facts(&s)->answer_frame, ==, 0);
    send_hello(&s, &retry_id, 1);
    g_assert_cmpuint(s.index, ==, DX_FIRST_CHANNEL);
    send_server_hello(&s, &retry_id);
    g_assert_cmpuint(udp_flow_facts(&s)->server_hello_frame, ==, 4);
    send_hello(&s, &server_id, 0); /* another connection from the same port */
    g_assert_cmpuint(s.index, ==, DX_FIRST_CHANNEL + 1);
    udp_flow_end(&s);
}

static void
test_alert(void)
{
    udp_flow s = udp_flow_new(443);
    static const uint8_t close[] = {0x1c, 0x41, 0x78, 6, 5, 'n', 'o', 0, 'n', 'e'};
    GByteArray *packet = quic_seal(&first_id, true, &client_id, &server_id, 0, close, sizeof close);

    send_hello(&s, &first_id, 0);
    udp_flow_send(&s, DX_SERVER, packet->data, packet->len);
    g_assert_cmpint(udp_flow_facts(&s)->end.kind, ==, DX_END_ALERT);
    g_assert_cmpuint(udp_flow_facts(&s)->end.alert, ==, DX_ALERT_NO_APPLICATION_PROTOCOL);
    g_assert_cmpstr(udp_flow_facts(&s)->transport_reason, ==, "no\\x00ne"); /* a zero byte does not end it */
    g_byte_array_unref(packet);
    udp_flow_end(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quic/keys", test_keys);
    g_test_add_func("/quic/packet", test_packet);
    g_test_add_func("/quic/crypto", test_crypto);
    g_test_add_func("/quic/frames", test_frames);
    g_test_add_func("/quic/begins", test_begins);
    g_test_add_func("/quic/healthy", test_healthy);
    g_test_add_func("/quic/split", test_split);
    g_test_add_func("/quic/greased", test_greased);
    g_test_add_func("/quic/padding", test_padding);
    g_test_add_func("/quic/numbers", test_numbers);
    g_test_add_func("/quic/retry", test_retry);
    g_test_add_func("/quic/alert", test_alert);
    return g_test_run();
}
