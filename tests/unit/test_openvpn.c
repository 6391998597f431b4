/* test_openvpn.c - OpenVPN: how packets are wrapped, and what its sessions come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/udp.h"
#include "causes/causes.h"
#include "tape.h"
#include "wire/openvpn.h"

static const dx_endpoint client = {{4, {192, 0, 2, 1}}, true, 50000},
                         server = {{4, {198, 51, 100, 2}}, true, 1194};

typedef struct {
    dx_verdicts *verdicts;
    dx_udp *udp;
    uint32_t frame, index;
    int64_t time_us;
    unsigned hmac; /* bytes */
} session;

static session
new_session(unsigned hmac)
{
    session s = {.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL),
                 .index = DX_NO_INDEX,
                 .time_us = G_GINT64_CONSTANT(1328921095000000),
                 .hmac = hmac};

    s.udp = dx_udp_new(dx_verdicts_capture(s.verdicts));
    return s;
}

static void
end_session(session *s)
{
    dx_udp_free(s->udp);
    dx_verdicts_free(s->verdicts);
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
    bool forth = from == DX_CLIENT;
    GByteArray *bytes = packet(s, (uint8_t)(opcode << 3), id, tls, len);
    dx_datagram datagram = {.frame = ++s->frame,
                            .time_us = s->time_us += 1000,
                            .stream = 3,
                            .src = forth ? client : server,
                            .dst = forth ? server : client,
                            .data = bytes->data,
                            .captured = bytes->len,
                            .len = bytes->len};

    dx_capture_clock(dx_verdicts_capture(s->verdicts), s->frame, s->time_us);
    s->index = dx_udp_take(s->udp, &datagram);
    g_byte_array_free(bytes, TRUE);
}

static const dx_facts *
facts_of(const session *s)
{
    return dx_capture_facts(dx_verdicts_capture(s->verdicts), s->index);
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
        g_assert_cmpint(facts_of(&s)->phase, ==, DX_PHASE_TCP);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 2, hello->data + 50, hello->len - 50);
        g_assert_cmpuint(facts_of(&s)->hello_frame, ==, 0);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 2, hello->data + 50, hello->len - 50);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 1, hello->data, 50);
        send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 1, hello->data, 50);
        g_assert_cmpuint(facts_of(&s)->hello_frame, ==, 5);
        g_assert_cmpstr(facts_of(&s)->sni, ==, "www.example.com");
        g_assert_cmpuint(facts_of(&s)->client.num_retransmissions, ==, 2);
        g_assert_cmpint(facts_of(&s)->transport, ==, DX_TRANSPORT_OPENVPN);
        g_assert_false(facts_of(&s)->damaged);
        g_byte_array_free(hello, TRUE);
        end_session(&s);
    }
}

/* Further ahead than OpenVPN sends: what is between is missing in the capture. */
static void
test_loss(void)
{
    session s = new_session(0);

    begin(&s);
    send_packet(&s, DX_CLIENT, DX_OPENVPN_CONTROL, 40, (const uint8_t[]){1, 2, 3}, 3);
    g_assert_true(facts_of(&s)->damaged);
    end_session(&s);
}

/* The client gives up, and begins anew from the same port. */
static void
test_again(void)
{
    session s = new_session(0);
    GByteArray *again = packet(&s, DX_OPENVPN_RESET_CLIENT << 3, 0, NULL, 0);

    begin(&s);
    uint32_t first = s.index;
    again->data[1] ^= 1;
    const dx_datagram datagram = {.frame = 9, .time_us = s.time_us, .stream = 3, .src = client, .dst = server,
                                  .data = again->data, .captured = again->len, .len = again->len};
    uint32_t second = dx_udp_take(s.udp, &datagram);
    g_assert_cmpuint(second, !=, DX_NO_INDEX);
    g_assert_cmpuint(second, !=, first);
    g_assert_cmpuint(facts_of(&s)->client.fin_frame, ==, 9);
    g_byte_array_free(again, TRUE);
    end_session(&s);
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
    end_session(&s);
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
