/* test_json.c - the report for programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tape.h"

/* Of alert 70. */
#define USERS                                                                                                \
    "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: SSL_ERROR_PROTOCOL_VERSION_ALERT; curl " \
    "7.88: (35) \\\"tlsv1 alert protocol version\\\"; wget 1.21: \\\"GnuTLS: received alert [70]\\\"; "      \
    "OpenSSL "                                                                                               \
    "3.0: \\\"tlsv1 alert protocol version\\\"; Java 17: \\\"Received fatal alert: protocol_version\\\"; "   \
    "Python 3.11: TLSV1_ALERT_PROTOCOL_VERSION; Go 1.19: \\\"remote error: tls: protocol version not "       \
    "supported\\\"; Node 20: EPROTO \\\"tlsv1 alert protocol version\\\""

static void
test_json_failed(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "www.example.com", 70);
    char *json = report_of(&t, dx_report_json, &plain_report);
    g_assert_cmpstr(
        json, ==,
        "{\"file\":\"test.pcapng\",\"stream\":0,\"transport\":\"tcp\",\"client\":\"192.0.2.1:50000\","
        "\"client_ip\":\"192.0.2.1\",\"client_port\":50000,"
        "\"server\":\"198.51.100.1:443\",\"server_ip\":\"198.51.100.1\",\"server_port\":443,"
        "\"service\":\"HTTPS\",\"sni\":\"www.example.com\",\"supplicant\":null,\"outcome\":\"failed\","
        "\"scenario\":5,\"cause\":\"test_refused\","
        "\"candidates\":[\"test_refused\"],\"confidence\":\"confirmed\","
        "\"title\":\"Nothing in common\",\"why\":\"" LONG_WHY
        "\",\"compare\":null,\"recovered_by\":null,\"points\":null,"
        "\"alert\":{\"description\":70,\"name\":\"protocol_version\",\"from\":\"server\",\"frame\":5},"
        "\"history\":\"Cl\",\"frames\":{\"first\":1,\"verdict\":5,\"last\":6},"
        "\"time\":\"2012-02-11T00:44:55.001000Z\",\"duration\":0.005000,\"client_bytes\":99,\"server_bytes\":"
        "7,"
        "\"evidence\":[{\"frame\":4,\"text\":\"the client offers www.example.com\"},"
        "{\"frame\":5,\"text\":\"the server answers with alert 70\"}],"
        "\"offered\":{\"versions\":[\"TLS 1.2\"],"
        "\"ciphers\":[\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\",\"0xeeee\"],\"groups\":[\"x25519\"],"
        "\"alpn\":[\"h2\",\"\\\\x1b[m\"]},"
        "\"chosen\":{\"version\":null,\"cipher\":null,\"group\":null,\"alpn\":null},\"certificate\":null,"
        "\"advice\":[],"
        "\"checks\":[\"Look at 198.51.100.1 port 443\",\"Ask for www.example.com ask www.example.com\"],"
        "\"fix\":\"Enable \\\"it\\\" on "
        "198.51.100.1:443.\",\"fix_steps\":[\"Enable \\\"it\\\" on 198.51.100.1:443.\"],"
        "\"commands\":[\"ask www.example.com\"],\"events\":[36888,36874,36887],"
        "\"event_logs\":[\"server\",\"server\",\"client\"],\"event_texts\":[null,null,null],\"users_see\":"
        "\"" USERS "\","
        "\"evidence_files\":[],\"logged\":[],"
        "\"excluded\":[],\"not_judged\":null}\n");
    g_free(json);
}

static void
test_json_unjudged(void)
{
    tape t = tape_new();
    tape_established(&t, 1, 1, "www.example.com");
    dx_report report = plain_report;
    report.num_unjudged[DX_UNJUDGED_OPENVPN] = 2;
    report.num_unjudged[DX_UNJUDGED_IKE] = 1;
    char *json = report_of(&t, dx_report_json, &report);
    g_assert_true(g_str_has_suffix(json, ",\"not_judged\":{\"openvpn\":2,\"ike\":1}}\n"));
    g_free(json);
}

static void
test_json_others(void)
{
    tape t = tape_new();
    tape_established(&t, 1, 1, "www.example.com");
    tape_refused(&t, 1, 2, NULL, 40);
    tape_closed(&t, 1, 3);
    char *json = report_of(&t, dx_report_json, &plain_report);
    char **line = g_strsplit(json, "\n", -1);
    g_assert_cmpuint(g_strv_length(line), ==, 4);
    check_has(line[0], "\"outcome\":\"established\",\"scenario\":null,\"cause\":null,\"candidates\":[],"
                       "\"confidence\":null,\"title\":null,\"why\":null,\"compare\":null,\"recovered_by\":"
                       "null,\"points\":null,\"alert\":null,");
    check_has(line[0], "\"verdict\":null");
    check_has(line[0],
              "\"chosen\":{\"version\":\"TLS 1.2\",\"cipher\":\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\","
              "\"group\":\"x25519\",\"alpn\":null},\"certificate\":{\"subject\":null");
    check_has(line[0],
              "\"checks\":[],\"fix\":null,\"fix_steps\":[],\"commands\":[],\"events\":[],\"event_logs\":[],"
              "\"event_texts\":[],\"users_see\":null,\"evidence_files\":[]");
    check_has(line[1], "\"sni\":null,\"supplicant\":null,\"outcome\":\"failed\",\"scenario\":5,"
                       "\"cause\":\"test_refused\",\"candidates\":[\"test_refused\",\"test_behind\"],"
                       "\"confidence\":\"likely\",\"title\":\"Nothing in common\"");
    check_has(line[1], "\"compare\":\"frame 1 did better\",\"recovered_by\":null");
    check_has(line[1], "\"name\":\"handshake_failure\"");
    check_has(line[1], "\"Ask for HOSTNAME ask HOSTNAME\"");
    check_has(line[2], "\"outcome\":\"no_tcp\",\"scenario\":3,\"cause\":\"test_closed\"");
    check_has(line[2], "\"alert\":null");
    check_has(line[2], "\"offered\":{\"versions\":[],\"ciphers\":[],\"groups\":[],\"alpn\":[]}");
    g_strfreev(line);
    g_free(json);
}

/* What is sent after the handshake, when nobody reads it any more, counts for whom it came from. */
static void
test_json_bytes(void)
{
    tape t = tape_new();
    tape_established(&t, 1, 1, "one.example");
    const dx_facts *facts = dx_capture_facts(t.capture, 0);
    uint32_t client = facts->client.payload_bytes, server = facts->server.payload_bytes;
    const dx_skipped skipped[] = {{90, t.time_us, 1000, t.client.port},
                                  {91, t.time_us, 0xfffffff0u, t.server.port},
                                  {92, t.time_us, 0xfffffff0u, t.server.port}};
    for (size_t i = 0; i < G_N_ELEMENTS(skipped); i++)
        dx_capture_skipped(t.capture, 0, &skipped[i]);
    char *json = report_of(&t, dx_report_json, &plain_report);
    char *bytes = g_strdup_printf("\"client_bytes\":%u,\"server_bytes\":%" G_GUINT64_FORMAT ",",
                                  client + 1000, server + 2 * G_GUINT64_CONSTANT(0xfffffff0));
    check_has(json, bytes);
    check_has(json, "\"last\":92}");
    g_free(bytes);
    g_free(json);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/failed", test_json_failed);
    g_test_add_func("/json/unjudged", test_json_unjudged);
    g_test_add_func("/json/others", test_json_others);
    g_test_add_func("/json/bytes", test_json_bytes);
    return g_test_run();
}
