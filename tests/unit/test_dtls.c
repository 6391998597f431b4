/* test_dtls.c - DTLS: records of datagrams, messages from fragments, and what an association comes to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "udp_flow.h"
#include "wire/dtls.h"

typedef struct {
    udp_flow flow;
    GByteArray *datagram;
} session;

static session
new_session(void)
{
    return (session){udp_flow_new(4433), g_byte_array_new()};
}

static void
end_session(session *s)
{
    udp_flow_end(&s->flow);
    g_byte_array_free(s->datagram, TRUE);
}

/* Adds a record to the datagram. */
static void
add_record(session *s, uint8_t type, uint16_t epoch, const uint8_t *content, size_t len)
{
    uint8_t header[13] = {type, 0xfe, 0xfd, (uint8_t)(epoch >> 8), (uint8_t)epoch, 0, 0, 0,
                          0,    0,    0,    (uint8_t)(len >> 8),   (uint8_t)len};

    g_byte_array_append(s->datagram, header, sizeof header);
    g_byte_array_append(s->datagram, content, (guint)len);
}

/* Adds `num` bytes from `offset` on of a message. */
static void
add_fragment(session *s, uint8_t type, uint8_t sequence, const uint8_t *body, size_t len, size_t offset,
             size_t num)
{
    uint8_t header[12] = {type,
                          0,
                          (uint8_t)(len >> 8),
                          (uint8_t)len,
                          0,
                          sequence,
                          0,
                          (uint8_t)(offset >> 8),
                          (uint8_t)offset,
                          0,
                          (uint8_t)(num >> 8),
                          (uint8_t)num};
    GByteArray *content = g_byte_array_new();

    g_byte_array_append(content, header, sizeof header);
    g_byte_array_append(content, body + offset, (guint)num);
    add_record(s, DX_RECORD_HANDSHAKE, 0, content->data, content->len);
    g_byte_array_free(content, TRUE);
}

static void
send_datagram(session *s, dx_side from)
{
    udp_flow_send(&s->flow, from, s->datagram->data, s->datagram->len);
    g_byte_array_set_size(s->datagram, 0);
}

/* The body of a ClientHello of DTLS 1.2, from the one that tape.h makes for TLS. */
static GByteArray *
hello_body(uint8_t random)
{
    GByteArray *record = client_hello("www.example.com");
    GByteArray *body = g_byte_array_new();
    size_t session_id_end = 9 + 2 + 32 + 1 + record->data[9 + 34];

    g_byte_array_append(body, record->data + 9, (guint)(session_id_end - 9));
    g_byte_array_append(body, (const uint8_t[]){0}, 1); /* no cookie */
    g_byte_array_append(body, record->data + session_id_end, (guint)(record->len - session_id_end));
    body->data[0] = 0xfe;
    body->data[1] = 0xfd;
    body->data[2] = random;
    g_byte_array_free(record, TRUE);
    return body;
}

static void
send_hello(session *s, uint8_t random)
{
    GByteArray *body = hello_body(random);

    add_fragment(s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 0, body->len);
    send_datagram(s, DX_CLIENT);
    g_byte_array_free(body, TRUE);
}

static void
test_alert(void)
{
    session s = new_session();

    send_hello(&s, 1);
    g_assert_cmpuint(s.flow.index, ==, DX_FIRST_CHANNEL);
    add_record(&s, DX_RECORD_ALERT, 0, (const uint8_t[]){2, 70}, 2);
    send_datagram(&s, DX_SERVER);
    g_assert_cmpstr(dx_verdicts_of(s.flow.verdicts, s.flow.index)->cause->id, ==,
                    "protocol_version_mismatch");
    GString *json = g_string_new(NULL);
    dx_report_json(json, s.flow.verdicts, &plain_report);
    check_has(json->str, "\"stream\":3,\"transport\":\"dtls\",");
    check_has(json->str, "DTLS 1.2");
    g_string_free(json, TRUE);
    end_session(&s);
}

/* Fragments that overlap and come in any order, some twice, one without a byte. */
static void
test_fragments(void)
{
    session s = new_session();
    GByteArray *body = hello_body(1);

    add_fragment(&s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 10, 0);
    add_fragment(&s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 0, 40);
    send_datagram(&s, DX_CLIENT);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->hello_frame, ==, 0);
    add_fragment(&s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 60, body->len - 60);
    add_fragment(&s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 60, body->len - 60);
    send_datagram(&s, DX_CLIENT);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->client.num_retransmissions, ==, 1);
    add_fragment(&s, DX_HS_CLIENT_HELLO, 0, body->data, body->len, 30, 31);
    send_datagram(&s, DX_CLIENT);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->hello_frame, ==, 3);
    g_assert_cmpstr(udp_flow_facts(&s.flow)->sni, ==, "www.example.com");
    g_byte_array_free(body, TRUE);
    end_session(&s);
}

/* The same hello again is a retransmission; another one on the same ports begins anew,
 * but not behind a cookie. */
static void
test_again(void)
{
    session s = new_session();
    uint8_t cookie[] = {0xfe, 0xff, 1, 7};

    send_hello(&s, 1);
    send_hello(&s, 1);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->client.num_retransmissions, ==, 1);
    send_hello(&s, 2);
    g_assert_cmpuint(s.flow.index, ==, DX_FIRST_CHANNEL + 1);
    add_fragment(&s, DX_HS_HELLO_VERIFY_REQUEST, 0, cookie, sizeof cookie, 0, sizeof cookie);
    send_datagram(&s, DX_SERVER);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->cookie_frame, ==, 4);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->answer_frame, ==, 0);
    send_hello(&s, 3);
    g_assert_cmpuint(s.flow.index, ==, DX_FIRST_CHANNEL + 1);
    end_session(&s);
}

/* A Finished again is no renegotiation. */
static void
test_finished(void)
{
    session s = new_session();
    uint8_t body[72] = {0xfe, 0xfd}, finished[40] = {0};

    body[35] = 0xc0; /* cipher suite c02f */
    body[36] = 0x2f;
    send_hello(&s, 1);
    add_fragment(&s, DX_HS_SERVER_HELLO, 0, body, 38, 0, 38);
    add_fragment(&s, DX_HS_SERVER_HELLO_DONE, 1, body, 0, 0, 0);
    send_datagram(&s, DX_SERVER);
    for (unsigned i = 0; i < 2; i++) {
        add_record(&s, DX_RECORD_CCS, 0, (const uint8_t[]){1}, 1);
        add_record(&s, DX_RECORD_HANDSHAKE, 1, finished, sizeof finished);
        send_datagram(&s, DX_CLIENT);
        add_record(&s, DX_RECORD_CCS, 0, (const uint8_t[]){1}, 1);
        add_record(&s, DX_RECORD_HANDSHAKE, 1, finished, sizeof finished);
        send_datagram(&s, DX_SERVER);
    }
    g_assert_cmpint(dx_verdicts_of(s.flow.verdicts, s.flow.index)->outcome, ==, DX_ESTABLISHED);
    g_assert_cmpuint(udp_flow_facts(&s.flow)->hello_request_frame, ==, 0);
    end_session(&s);
}

/* SRTP and STUN beside it, and another protocol alone. */
static void
test_others(void)
{
    session s = new_session();
    static const uint8_t stun[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, srtp[20] = {0x80, 0x60},
                         dns[] = {0x16, 0xfe, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'w', 'w', 'w', 0, 0, 1, 0, 1};

    g_assert_false(dx_udp_wants(s.flow.udp, 3, stun, sizeof stun, sizeof stun));
    g_assert_false(dx_udp_wants(s.flow.udp, 3, srtp, sizeof srtp, sizeof srtp));
    g_assert_false(dx_udp_wants(s.flow.udp, 3, dns, sizeof dns, sizeof dns));
    send_hello(&s, 1);
    g_assert_true(dx_udp_wants(s.flow.udp, 3, srtp, sizeof srtp, sizeof srtp));
    g_byte_array_append(s.datagram, srtp, sizeof srtp);
    send_datagram(&s, DX_SERVER);
    g_assert_cmpuint(s.flow.index, ==, DX_NO_INDEX);
    end_session(&s);
}

static void
test_icmp(void)
{
    session s = new_session();
    dx_icmp icmp = {
        .frame = 2, .version = 4, .type = 3, .code = 3, .src = s.flow.client, .dst = s.flow.server};

    g_assert_cmpuint(dx_udp_icmp(s.flow.udp, &icmp), ==, DX_NO_INDEX);
    send_hello(&s, 1);
    icmp.time_us = s.flow.time_us + 10;
    g_assert_cmpuint(dx_udp_icmp(s.flow.udp, &icmp), ==, s.flow.index);
    g_assert_cmpint(udp_flow_facts(&s.flow)->end.kind, ==, DX_END_UNREACHABLE);
    g_assert_cmpint(udp_flow_facts(&s.flow)->end.by, ==, DX_SERVER);
    end_session(&s);
}

/* What DTLS 1.3 sends after its ServerHello, and records with connection IDs. */
static void
test_records(void)
{
    static const uint8_t short_record[] = {0x2f, 0, 1, 0,  16, 1,  2,  3,  4,  5, 6,
                                           7,    8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const uint8_t cid_record[] = {25, 0xfe, 0xfd, 0,    1, 0, 0, 0, 0, 0,
                                         2,  0xaa, 0xbb, 0xcc, 0, 3, 1, 2, 3};
    dx_dtls_record record;

    g_assert_cmpuint(dx_dtls_record_read(&record, short_record, sizeof short_record, sizeof short_record), ==,
                     sizeof short_record);
    g_assert_cmpuint(record.epoch, ==, 3);
    g_assert_cmpuint(record.len, ==, 16);
    g_assert_cmpuint(dx_dtls_record_read(&record, cid_record, sizeof cid_record, sizeof cid_record), ==,
                     sizeof cid_record);
    g_assert_cmpuint(record.type, ==, 0);
    g_assert_cmpuint(record.len, ==, 3);
    for (size_t len = 0; len < sizeof cid_record; len++)
        g_assert_cmpuint(dx_dtls_record_read(&record, cid_record, len, len), ==, 0);
}

/* No length of the connection ID, which the hellos alone tell, fits: no record is made of what is there. */
static void
test_no_cid_fits(void)
{
    uint8_t datagram[60] = {25, 0xfe, 0xfd};
    dx_dtls_record record;

    g_assert_cmpuint(dx_dtls_record_read(&record, datagram, sizeof datagram, sizeof datagram), ==, 0);
    datagram[13 - 2 + 4 + 1] = sizeof datagram - 13 - 4; /* one of four bytes does */
    g_assert_cmpuint(dx_dtls_record_read(&record, datagram, sizeof datagram, sizeof datagram), ==, 60);
    g_assert_cmpuint(record.len, ==, 43);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dtls/alert", test_alert);
    g_test_add_func("/dtls/fragments", test_fragments);
    g_test_add_func("/dtls/again", test_again);
    g_test_add_func("/dtls/finished", test_finished);
    g_test_add_func("/dtls/others", test_others);
    g_test_add_func("/dtls/icmp", test_icmp);
    g_test_add_func("/dtls/records", test_records);
    g_test_add_func("/dtls/no_cid_fits", test_no_cid_fits);
    return g_test_run();
}
