/* test_eap.c - EAP packets, and what is around them: RADIUS and EAPOL
 *
 * Conversations of real programs are in tests/captures (*eap*); here are lengths that lie, and EAPOL.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/eap.h"
#include "tape.h"
#include "udp_flow.h"
#include "wire/eap.h"

#define BYTES(text) (const uint8_t *)text, sizeof text - 1

static void
test_packets(void)
{
    dx_eap eap;

    g_assert_true(dx_eap_parse(&eap, BYTES("\x01\x07\0\x06\x19\x20"))); /* PEAP, start */
    g_assert_true(eap.carries_tls && eap.start && !eap.more && !eap.data_len);
    g_assert_cmpuint(eap.id, ==, 7);
    /* EAP-TLS, L and M */
    g_assert_true(dx_eap_parse(&eap, BYTES("\x02\x07\0\x0d\x0d\xc0\0\0\x01\x2c"
                                           "abc")));
    g_assert_true(eap.more && eap.total == 300 && eap.data_len == 3 && memcmp(eap.data, "abc", 3) == 0);
    /* TEAP: outer TLVs that are cut off */
    g_assert_true(dx_eap_parse(&eap, BYTES("\x02\x07\0\x08\x37\x10\0\0")));
    g_assert_cmpuint(eap.data_len, ==, 0);
    g_assert_true(dx_eap_parse(&eap, BYTES("\x04\x07\0\x04")));
    g_assert_cmpint(eap.code, ==, DX_EAP_FAILURE);
    g_assert_true(dx_eap_parse(&eap, BYTES("\x02\x07\0\x0a\x01"
                                           "alice"))); /* Identity */
    g_assert_false(eap.carries_tls);
    g_assert_false(dx_eap_parse(&eap, BYTES("\x01\x07\0\x07\x19\x20"))); /* longer than what is there */
    g_assert_true(dx_eap_parse_cut(&eap, BYTES("\x01\x07\0\x0a\x19\0\x16\3")));
    g_assert_true(eap.data_len == 2 && eap.missing == 2 && eap.data[0] == 0x16);
    g_assert_false(dx_eap_parse(&eap, BYTES("\x01\x07\0\x03\x19\x20")));
    g_assert_false(dx_eap_parse(&eap, BYTES("\x05\x07\0\x06\x19\x20")));
    g_assert_cmpstr(dx_eap_method_name(21), ==, "EAP-TTLS");
    g_assert_null(dx_eap_method_name(26));
}

#define AUTHENTICATOR "0123456789abcdef"

static void
test_radius(void)
{
    dx_radius radius;

    /* User-Name, State, two EAP-Message, Calling-Station-Id */
    g_assert_true(dx_radius_parse(&radius, BYTES("\x01\x09\0\x29" AUTHENTICATOR "\x01\x05"
                                                 "bob"
                                                 "\x18\x04"
                                                 "st"
                                                 "\x4f\x05\x02\x07\0"
                                                 "\x4f\x03\x06"
                                                 "\x1f\x04"
                                                 "02")));
    g_assert_cmpuint(radius.id, ==, 9);
    g_assert_cmpuint(radius.eap_len, ==, 4);
    g_assert_cmpuint(radius.state_len, ==, 2);
    g_assert_true(radius.supplicant_len == 2 && memcmp(radius.supplicant, "02", 2) == 0);
    /* an attribute of 1 byte, one over the end */
    g_assert_false(dx_radius_parse(&radius, BYTES("\x01\x09\0\x16" AUTHENTICATOR "\x01\x01")));
    g_assert_false(dx_radius_parse(&radius, BYTES("\x01\x09\0\x16" AUTHENTICATOR "\x01\x09")));
    g_assert_false(dx_radius_parse(&radius, BYTES("\x01\x09\0\x15" AUTHENTICATOR "\x01\x02")));
    /* cut within an EAP-Message, between an attribute's type and its length, or in a name */
    g_assert_true(dx_radius_parse_cut(&radius, BYTES("\x0b\x09\0\x29" AUTHENTICATOR "\x4f\x09\x01\x07"), 41));
    g_assert_true(radius.eap_len == 2 && radius.eap[1] == 7 && !radius.state);
    g_assert_true(dx_radius_parse_cut(&radius, BYTES("\x0b\x09\0\x29" AUTHENTICATOR "\x4f"), 41));
    g_assert_cmpuint(radius.eap_len, ==, 0);
    g_assert_true(dx_radius_parse_cut(&radius, BYTES("\x01\x09\0\x29" AUTHENTICATOR "\x01\x09\x62o"), 41));
    g_assert_null(radius.supplicant);
    g_assert_false(dx_radius_parse_cut(&radius, BYTES("\x01\x09\0\x29" AUTHENTICATOR "\x01\x09"), 40));
    g_assert_false(dx_radius_begins(BYTES("\x04\x09\0\x14" AUTHENTICATOR), 20)); /* accounting */
}

/* A zero byte does not end a name: who is "bob\0ann" is not bob. */
static void
test_supplicant(void)
{
    udp_flow flow = udp_flow_new(1812);

    udp_flow_send(&flow, DX_CLIENT,
                  BYTES("\x01\x01\0\x25" AUTHENTICATOR "\x01\x09"
                        "bob\0ann\x4f\x08\x02\x01\0\x06\x01"
                        "b"));
    udp_flow_send(&flow, DX_SERVER, BYTES("\x0b\x01\0\x1c" AUTHENTICATOR "\x4f\x08\x01\x02\0\x06\x19\x20"));
    g_assert_cmpuint(flow.index, !=, DX_NO_INDEX);
    g_assert_cmpstr(udp_flow_facts(&flow)->supplicant, ==, "bob\\x00ann");
    udp_flow_end(&flow);
}

static void
test_eapol_frame(void)
{
    size_t len = 0;
    const uint8_t frame[] = "\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x01\x88\x8e\x02\0\0\x06\x01\x07\0\x06\x19\x20";
    const uint8_t *eap = dx_eapol_find(frame, sizeof frame - 1, sizeof frame - 1, &len);

    g_assert_true(eap == frame + 18 && len == 6);
    g_assert_null(dx_eapol_find(frame, sizeof frame - 2, sizeof frame - 2, &len)); /* not all of it */
    g_assert_null(dx_eapol_find(frame, 10, 10, &len));
    size_t whole = len;
    g_assert_true(dx_eapol_find(frame, sizeof frame - 2, sizeof frame - 1, &len) == eap); /* cut */
    g_assert_cmpuint(len, ==, whole - 1);
}

static void
take(dx_eapol_flows *flows, tape *t, const char *src, const char *dst, const uint8_t *eap, size_t len)
{
    dx_eapol frame = {.at = {++t->frame, t->time_us += 1000}, .eap = eap, .len = len};

    frame.src.address.family = frame.dst.address.family = DX_ADDRESS_LINK;
    memcpy(frame.src.address.bytes, src, 6);
    memcpy(frame.dst.address.bytes, dst, 6);
    dx_capture_clock(t->capture, frame.at.frame, frame.at.time_us);
    t->stream = dx_eapol_take(flows, &frame);
}

/* On a wire the authenticator asks the group address; what the supplicant refuses, it says in an alert. */
static void
test_eapol(void)
{
    static const char server[] = "\x02\0\0\0\0\x01", client[] = "\x02\0\0\0\0\x02",
                      group[] = "\x01\x80\xc2\0\0\x03";
    tape t = tape_new();
    dx_eapol_flows *flows = dx_eapol_new(t.capture);
    GByteArray *hello = client_hello("radius.example.com"), *answer = g_byte_array_new();

    take(flows, &t, client, group,
         BYTES("\x02\x01\0\x0a\x01"
               "alice"));
    g_assert_cmpuint(t.stream, ==, DX_NO_INDEX); /* no TLS yet */
    take(flows, &t, server, group, BYTES("\x01\x02\0\x06\x19\x20"));
    uint32_t index = t.stream;
    g_assert_cmpuint(index, !=, DX_NO_INDEX);
    g_byte_array_append(answer, BYTES("\x02\x02"));
    put16(answer, hello->len + 6);
    g_byte_array_append(answer, BYTES("\x19\0"));
    g_byte_array_append(answer, hello->data, hello->len);
    take(flows, &t, client, server, answer->data, answer->len);
    take(flows, &t, client, server, answer->data, answer->len); /* again */
    take(flows, &t, server, client, BYTES("\x01\x03\0\x0d\x19\0\x15\x03\x03\0\x02\x02\x46"));
    take(flows, &t, server, client, BYTES("\x04\x03\0\x04"));
    const dx_facts *facts = dx_capture_facts(t.capture, index);
    char *who = dx_endpoint_text(&facts->client_endpoint);
    g_assert_cmpstr(who, ==, "02-00-00-00-00-02");
    g_assert_cmpstr(facts->sni, ==, "radius.example.com");
    g_assert_cmpuint(facts->client.num_retransmissions, ==, 1);
    g_assert_cmpint(facts->end.kind, ==, DX_END_ALERT);
    g_assert_cmpuint(facts->end.alert, ==, 70);
    g_free(who);
    g_byte_array_free(hello, TRUE);
    g_byte_array_free(answer, TRUE);
    dx_eapol_free(flows);
    dx_verdicts_free(t.verdicts);
}

/* A failure without an alert: the server closes, and with no ClientHello ends it, too. */
static void
test_failure(void)
{
    static const char server[] = "\x02\0\0\0\0\x01", client[] = "\x02\0\0\0\0\x02";
    tape t = tape_new();
    dx_eapol_flows *flows = dx_eapol_new(t.capture);

    take(flows, &t, client, server,
         BYTES("\x02\x01\0\x0a\x01"
               "alice"));
    take(flows, &t, server, client, BYTES("\x01\x02\0\x06\x19\x20"));
    take(flows, &t, client, server, BYTES("\x02\x02\0\x06\x03\x0d")); /* Nak: it wants EAP-TLS */
    take(flows, &t, server, client, BYTES("\x04\x03\0\x04"));
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    g_assert_nonnull(facts);
    g_assert_cmpint(facts->end.kind, ==, DX_END_FIN);
    g_assert_cmpint(facts->end.by, ==, DX_SERVER);
    g_assert_cmpint(facts->close.kind, ==, DX_CLOSE_FIN);
    g_assert_cmpint(facts->close.by, ==, DX_SERVER);
    g_assert_cmpuint(facts->server.fin_frame, ==, t.frame);
    g_assert_cmpuint(facts->client.fin_frame, ==, 0);
    dx_eapol_free(flows);
    dx_verdicts_free(t.verdicts);
}

/* Both sides speak to the group address, the first answer is missing: who asked is the server. */
static void
test_eapol_group(void)
{
    static const char server[] = "\x02\0\0\0\0\x01", client[] = "\x02\0\0\0\0\x02",
                      group[] = "\x01\x80\xc2\0\0\x03";
    tape t = tape_new();
    dx_eapol_flows *flows = dx_eapol_new(t.capture);
    GByteArray *hello = client_hello("radius.example.com"), *answer = g_byte_array_new();

    take(flows, &t, server, group, BYTES("\x01\x02\0\x06\x19\x20"));
    g_assert_cmpuint(t.stream, ==, DX_NO_INDEX); /* of which supplicant is not known */
    g_byte_array_append(answer, BYTES("\x02\x02"));
    put16(answer, hello->len + 6);
    g_byte_array_append(answer, BYTES("\x19\0"));
    g_byte_array_append(answer, hello->data, hello->len);
    take(flows, &t, client, group, answer->data, answer->len);
    char *who = dx_endpoint_text(&dx_capture_facts(t.capture, t.stream)->server_endpoint);
    g_assert_cmpstr(who, ==, "02-00-00-00-00-01");
    g_free(who);
    g_byte_array_free(hello, TRUE);
    g_byte_array_free(answer, TRUE);
    dx_eapol_free(flows);
    dx_verdicts_free(t.verdicts);
}

/* A frame that the capture has cut is of the supplicant that it names, not of who spoke last. */
static void
test_eapol_cut(void)
{
    static const char server[] = "\x02\0\0\0\0\x01", client[] = "\x02\0\0\0\0\x02",
                      other[] = "\x02\0\0\0\0\x03", stranger[] = "\x02\0\0\0\0\x04";
    tape t = tape_new();
    dx_eapol_flows *flows = dx_eapol_new(t.capture);

    take(flows, &t, server, client, BYTES("\x01\x02\0\x06\x19\x20"));
    uint32_t index = t.stream;
    take(flows, &t, server, other, BYTES("\x01\x02\0\x06\x19\x20"));
    uint32_t others = t.stream;
    take(flows, &t, client, server, BYTES("\x02\x02\0\x80\x19\0\x16\x03"));
    g_assert_cmpuint(t.stream, ==, index);
    take(flows, &t, server, client, BYTES("\x01\x03\0\x80\x19\0\x16\x03"));
    g_assert_cmpuint(t.stream, ==, index);
    g_assert_cmpuint(dx_capture_facts(t.capture, index)->client.payload_bytes, >, 0);
    g_assert_cmpuint(dx_capture_facts(t.capture, index)->server.payload_bytes, >, 0);
    g_assert_cmpuint(dx_capture_facts(t.capture, others)->client.payload_bytes, ==, 0);
    g_assert_cmpuint(dx_capture_facts(t.capture, others)->server.payload_bytes, ==, 0);
    take(flows, &t, stranger, server, BYTES("\x02\x02\0\x80\x19\0\x16\x03"));
    g_assert_cmpuint(t.stream, ==, DX_NO_INDEX);
    dx_eapol_free(flows);
    dx_verdicts_free(t.verdicts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/eap/packets", test_packets);
    g_test_add_func("/eap/radius", test_radius);
    g_test_add_func("/eap/supplicant", test_supplicant);
    g_test_add_func("/eap/eapol_frame", test_eapol_frame);
    g_test_add_func("/eap/eapol", test_eapol);
    g_test_add_func("/eap/failure", test_failure);
    g_test_add_func("/eap/eapol_group", test_eapol_group);
    g_test_add_func("/eap/eapol_cut", test_eapol_cut);
    return g_test_run();
}
