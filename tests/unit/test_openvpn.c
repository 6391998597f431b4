/* test_openvpn.c - OpenVPN: how packets are wrapped, and what its sessions come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "udp_flow.h"
#include "wire/openvpn.h"

typedef struct {
    udp_flow flow;
    unsigned hmac; /* bytes */
} session;

static session
new_session(unsigned hmac)
{
    return (session){udp_flow_new(1194), hmac};
}

static GByteArray *
packet(const session *s, uint8_t first, uint8_t id, const uint8_t *tls, size_t len)
{
    static const uint8_t replay[] = {0, 0, 0, 1, 0x6b, 8, 0x96, 0x87},
                         sid[] = {0x4c, 0x17, 0x3c, 0xa7, 0xf1, 0x53, 0x50, 0x8a}, hmac[64] = {0xa5, 0xa5};
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_append(bytes, &first, 1);
    g_byte_array_append(bytes, sid, sizeof sid);
    g_byte_array_append(bytes, hmac, s->hmac);
    g_byte_array_append(bytes, replay, s->hmac ? sizeof replay : 0);
    g_byte_array_append(bytes, (const uint8_t[]){0, 0, 0, 0, id}, 5);
    g_byte_array_append(bytes, tls, (guint)len);
    return bytes;
}

static void
send_packet(session *s, dx_side from, uint8_t opcode, uint8_t id, const uint8_t *tls, size_t len)
{
    GByteArray *bytes = packet(s, (uint8_t)(opcode << 3), id, tls, len);
    udp_flow_send(&s->flow, from, bytes->data, bytes->len);
    g_byte_array_free(bytes, TRUE);
}

/* Both first packets. */
static void
begin(session *s)
{
    send_packet(s, DX_CLIENT, DX_OPENVPN_RESET_CLIENT, 0, NULL, 0);
    send_packet(s, DX_SERVER, DX_OPENVPN_RESET_SERVER, 0, NULL, 0);
}

/* The ClientHello in two packets, of which the second comes first, and both come twice. */
static void
test_order(void)
{
    static const unsigned hmacs[] = {0, 16, 20, 32, 64};

    for (unsigned i = 0; i < G_N_ELEMENTS(hmacs); i++) {
        session s = new_session(hmacs[i]);
        GByteArray *hello = client_hello("www.example.com");
        begin(&s);
        g_assert_cmpint(udp_flow_facts(&s.flow)->phase, ==, DX_PHASE_TCP);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 2, hello->data + 50, hello->len - 50);
        g_assert_cmpuint(udp_flow_facts(&s.flow)->hello_frame, ==, 0);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 2, hello->data + 50, hello->len - 50);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 1, hello->data, 50);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 1, hello->data, 50);
        g_assert_cmpuint(udp_flow_facts(&s.flow)->hello_frame, ==, 5);
        g_assert_cmpstr(udp_flow_facts(&s.flow)->sni, ==, "www.example.com");
        g_assert_cmpuint(udp_flow_facts(&s.flow)->client.num_retransmissions, ==, 2);
        g_assert_cmpint(udp_flow_facts(&s.flow)->transport, ==, DX_TRANSPORT_OPENVPN);
        g_assert_false(udp_flow_facts(&s.flow)->damaged);
        send_packet(&s, DX_SERVER, DX_OPENVPN_CONTROL, 1, (const uint8_t *)"\x15\3\3\0\2\2\x46", 7);
        g_assert_cmpint(udp_flow_facts(&s.flow)->end.kind, ==, DX_END_ALERT);
        g_assert_cmpint(udp_flow_facts(&s.flow)->end.by, ==, DX_SERVER);
        g_byte_array_free(hello, TRUE);
        udp_flow_end(&s.flow);
    }
}

/* Further ahead than OpenVPN sends: what is between is missing in the capture. */
static void
test_loss(void)
{
    session s = new_session(0);

    begin(&s);
    send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 40, (const uint8_t[]){1, 2, 3}, 3);
    g_assert_true(udp_flow_facts(&s.flow)->damaged);
    udp_flow_end(&s.flow);
}

/* The client gives up, and begins anew from the same port. */
static void
test_again(void)
{
    session s = new_session(0);
    GByteArray *again = packet(&s, DX_OPENVPN_RESET_CLIENT << 3, 0, NULL, 0);

    begin(&s);
    uint32_t first = s.flow.index;
    again->data[1] ^= 1;
    const dx_datagram datagram = {.frame = 9,
                                  .time_us = s.flow.time_us,
                                  .stream = 3,
                                  .src = s.flow.client,
                                  .dst = s.flow.server,
                                  .data = again->data,
                                  .captured = again->len,
                                  .len = again->len};
    uint32_t second = dx_udp_take(s.flow.udp, &datagram);
    g_assert_cmpuint(second, !=, DX_NO_INDEX);
    g_assert_cmpuint(second, !=, first);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->client.fin_frame, ==, 9);
    g_byte_array_free(again, TRUE);
    udp_flow_end(&s.flow);
}

/* What is no OpenVPN, or cannot be read. */
static void
test_wrap(void)
{
    session s = new_session(32);
    GByteArray *auth = packet(&s, DX_OPENVPN_RESET_CLIENT << 3, 0, NULL, 0), *crypt = g_byte_array_new();
    const uint8_t cipher[37] = {9, 9, 9};

    g_assert_cmpuint(dx_openvpn_wrap(auth->data, auth->len, auth->len), ==, 40);
    g_assert_cmpuint(dx_openvpn_wrap(auth->data, auth->len - 1, auth->len), ==, DX_OPENVPN_NONE);
    g_byte_array_append(crypt, auth->data, 9);
    g_byte_array_append(crypt, (const uint8_t[]){0x0f, 0, 0, 1, 0x6b, 8, 0x96, 0x87}, 8);
    g_byte_array_append(crypt, cipher, sizeof cipher);
    g_assert_cmpuint(dx_openvpn_wrap(crypt->data, crypt->len, crypt->len), ==, DX_OPENVPN_SEALED);
    crypt->data[9] = 0x70;
    g_assert_cmpuint(dx_openvpn_wrap(crypt->data, crypt->len, crypt->len), ==, DX_OPENVPN_NONE);
    memset(auth->data + 1, 0, 8);
    g_assert_cmpuint(dx_openvpn_wrap(auth->data, auth->len, auth->len), ==, DX_OPENVPN_NONE);
    g_byte_array_free(auth, TRUE);
    g_byte_array_free(crypt, TRUE);
    udp_flow_end(&s.flow);
}

static void
count_packet(void *user, const uint8_t *bytes, size_t len)
{
    *(size_t *)user += bytes[len - 1];
}

/* Packets of TCP in pieces of one byte; a length of zero is no packet. */
static void
test_stream(void)
{
    static const uint8_t bytes[] = {0, 3, 1, 2, 3, 0, 1, 4, 0, 0, 0, 1, 5};
    dx_openvpn_stream *stream = g_new0(dx_openvpn_stream, 1);
    size_t sum = 0;

    for (unsigned i = 0; i < sizeof bytes; i++)
        dx_openvpn_feed(stream, bytes + i, 1, 0, count_packet, &sum);
    g_assert_cmpuint(sum, ==, 7);
    g_assert_true(stream->lost);
    dx_openvpn_stream_free(stream);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/openvpn/order", test_order);
    g_test_add_func("/openvpn/loss", test_loss);
    g_test_add_func("/openvpn/again", test_again);
    g_test_add_func("/openvpn/wrap", test_wrap);
    g_test_add_func("/openvpn/stream", test_stream);
    return g_test_run();
}
