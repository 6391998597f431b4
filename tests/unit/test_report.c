/* test_report.c - what the text report and the tree say of small captures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tape.h"

#include "evidence/evidence.h"
#include "present/clients.h"
#include "present/table.h"
#include "verdict/late_check.h"
#include "whole.h"

static void
test_streams_filter(void)
{
    static const struct {
        uint32_t streams[8];
        unsigned num;
        const char *filter;
    } cases[] = {
        {{0}, 0, "frame.number == 0"},
        {{7}, 1, "tcp.stream == 7"},
        {{1, 2}, 2, "tcp.stream in {1, 2}"},
        {{1, 4, 7}, 3, "tcp.stream in {1, 4, 7}"},
        {{0, 1, 2, 5, 8, 9, 10, 11}, 8, "tcp.stream in {0..2, 5, 8..11}"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *filter = dx_streams_filter(DX_TRANSPORT_TCP, cases[i].streams, cases[i].num);
        g_assert_cmpstr(filter, ==, cases[i].filter);
        g_free(filter);
    }
}

/* What Wireshark understands, of the transport. */
static void
test_server_filter(void)
{
    static const struct {
        dx_endpoint server;
        dx_transport transport;
        const char *filter;
    } cases[] = {
        {{{4, {192, 0, 2, 1}}, false, 443}, DX_TRANSPORT_TCP, "ip.addr == 192.0.2.1 && tcp.port == 443"},
        {{{6, {0x20, 1, 0xd, 0xb8}}, false, 443},
         DX_TRANSPORT_TCP,
         "ipv6.addr == 2001:db8:: && tcp.port == 443"},
        {{{4, {192, 0, 2, 1}}, true, 443}, DX_TRANSPORT_QUIC, "ip.addr == 192.0.2.1 && udp.port == 443"},
        {{{6, {0x20, 1, 0xd, 0xb8}}, true, 4433},
         DX_TRANSPORT_DTLS,
         "ipv6.addr == 2001:db8:: && udp.port == 4433"},
        {{{4, {192, 0, 2, 1}}, true, 1812}, DX_TRANSPORT_EAP, "ip.addr == 192.0.2.1 && udp.port == 1812"},
        {{{DX_ADDRESS_LINK, {2, 0, 0, 0, 0, 1}}, false, 0},
         DX_TRANSPORT_EAP,
         "(eth.addr == 02-00-00-00-00-01 || wlan.addr == 02-00-00-00-00-01)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *filter = dx_server_filter(&cases[i].server, cases[i].transport);
        g_assert_cmpstr(filter, ==, cases[i].filter);
        g_free(filter);
    }
}

/* An authentication has no number: its frames and its client tell which it is. */
static void
test_connection_filter(void)
{
    dx_facts facts = {.transport = DX_TRANSPORT_QUIC, .stream = 3, .first_frame = 5, .last_frame = 20};
    char *filter = dx_connection_filter(&facts);

    g_assert_cmpstr(filter, ==, "quic.connection.number == 3");
    g_free(filter);
    facts.transport = DX_TRANSPORT_EAP;
    facts.client_endpoint = (dx_endpoint){{4, {192, 0, 2, 1}}, true, 40000};
    filter = dx_connection_filter(&facts);
    g_assert_cmpstr(
        filter, ==,
        "eap && frame.number >= 5 && frame.number <= 20 && ip.addr == 192.0.2.1 && udp.port == 40000");
    g_free(filter);
    facts.client_endpoint = (dx_endpoint){{DX_ADDRESS_LINK, {2, 0, 0, 0, 0, 1}}, false, 0};
    filter = dx_connection_filter(&facts);
    g_assert_cmpstr(filter, ==,
                    "eap && frame.number >= 5 && frame.number <= 20 && ((eth.addr == 02-00-00-00-00-01 || "
                    "wlan.addr == 02-00-00-00-00-01) || eth.dst == 01-80-c2-00-00-03)");
    g_free(filter);
}

/* Programs quote the alert that came, not the one that the cause has most often. */
static void
test_clients(void)
{
    static const char clients[] =
        "Chromium 156: ERR_X; Firefox 153: SSL_ERROR_BAD_CERT_ALERT; curl 7.88: (35) \"sslv3 "
        "alert handshake failure\"; Java 17: \"Received fatal alert: handshake_failure\"; "
        "Python 3.11: SSLV3_ALERT_HANDSHAKE_FAILURE; Go 1.19: \"remote error: tls: "
        "handshake failure\"; Node 20: EPROTO \"sslv3 alert handshake failure\"";
    static const struct {
        int alert;
        const char *words;
    } cases[] = {
        {-1, clients},
        {71,
         "Chromium 156: ERR_X; Firefox 153: SSL_ERROR_INSUFFICIENT_SECURITY_ALERT; curl 7.88: (35) \"tlsv1 "
         "alert "
         "insufficient security\"; Java 17: \"Received fatal alert: insufficient_security\"; Python 3.11: "
         "TLSV1_ALERT_INSUFFICIENT_SECURITY; Go 1.19: \"remote error: tls: insufficient security level\"; "
         "Node "
         "20: EPROTO \"tlsv1 alert insufficient security\""},
        {115,
         "Chromium 156: ERR_X; curl 7.88: (35) \"tlsv1 alert unknown psk identity\"; Java 17: \"Received "
         "fatal "
         "alert: unknown_psk_identity\"; Python 3.11: TLSV1_ALERT_UNKNOWN_PSK_IDENTITY; Go 1.19: \"remote "
         "error: tls: unknown PSK identity\"; Node 20: EPROTO \"tlsv1 alert unknown psk identity\""},
        {200, "Chromium 156: ERR_X"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_clients_of of = {.transport = DX_TRANSPORT_TCP, .alert = cases[i].alert};
        char *words = dx_clients_text(clients, &of);
        g_assert_cmpstr(words, ==, cases[i].words);
        g_free(words);
    }
}

/* What users see follows how it ended, and whose TLS the clients use. */
static void
test_clients_shown(void)
{
    static const dx_cause quoting = {.clients = "Chromium 156: ERR_X; Java 17: \"Received fatal alert: "
                                                "handshake_failure\""},
                          silent = {.clients = "Chromium 156: ERR_X; mstsc: no"};
    enum { OPENSSL = 1u << DX_LIBRARY_OPENSSL, BORING = 1u << DX_LIBRARY_GO_OR_BORINGSSL, NOBODY = 1u };
    static const struct {
        const dx_cause *cause;
        dx_end end;
        uint16_t version, port;
        unsigned libraries;
        const char *shown;
    } cases[] = {
        {&quoting,
         {.kind = DX_END_ALERT, .by = DX_SERVER, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         443,
         BORING,
         "Chromium 156: ERR_X; Go 1.19: \"remote error: tls: internal error\""},
        {&silent,
         {.kind = DX_END_ALERT, .by = DX_SERVER, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         443,
         BORING,
         "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Go 1.19: \"remote error: tls: internal error\""},
        {&silent,
         {.kind = DX_END_ALERT, .by = DX_CLIENT, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         443,
         BORING | OPENSSL,
         "Chromium 156: ERR_X; mstsc: no"},
        {&silent,
         {.kind = DX_END_ALERT, .by = DX_CLIENT, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         443,
         OPENSSL,
         "mstsc: no"},
        {&silent,
         {.kind = DX_END_ALERT, .by = DX_CLIENT, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         443,
         OPENSSL | NOBODY,
         "Chromium 156: ERR_X; mstsc: no"},
        {&silent,
         {.kind = DX_END_ALERT, .by = DX_CLIENT, .phase = DX_PHASE_HELLO, .alert = 80},
         0,
         3389,
         0,
         "mstsc: no"},
        {&quoting,
         {.kind = DX_END_FIN, .by = DX_SERVER, .phase = DX_PHASE_CLIENT_FINISHED},
         DX_TLS12,
         443,
         1u << DX_LIBRARY_JSSE,
         "Java 17: \"Remote host terminated the handshake\""},
        {&quoting,
         {.kind = DX_END_RST, .by = DX_SERVER, .phase = DX_PHASE_SERVER_HELLO},
         DX_TLS13,
         443,
         1u << DX_LIBRARY_JSSE,
         "Java 17: \"Connection reset\""},
        {&quoting,
         {.kind = DX_END_FIN, .by = DX_SERVER, .phase = DX_PHASE_CLIENT_FINISHED},
         DX_TLS13,
         443,
         1u << DX_LIBRARY_JSSE,
         NULL},
        {&silent,
         {.kind = DX_END_FIN, .by = DX_SERVER, .phase = DX_PHASE_CLIENT_FINISHED},
         DX_TLS13,
         443,
         0,
         "Chromium 156: ERR_X; mstsc: no"},
    };
    uint16_t extension = 0;
    dx_offer offer = {.extensions = {.item = &extension, .num = 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_facts facts = {.transport = DX_TRANSPORT_TCP,
                          .offer = &offer,
                          .hello_frame = 4,
                          .server_hello_frame = 5,
                          .end = cases[i].end,
                          .server_endpoint.port = cases[i].port,
                          .chosen.version = cases[i].version};
        dx_verdict verdict = {.cause = cases[i].cause};
        char *shown = dx_clients_shown(&verdict, &facts, cases[i].libraries);
        g_assert_cmpstr(shown, ==, cases[i].shown);
        g_free(shown);
    }
}

/* Each ClientHello is that of a program of Debian 12, cut to what tells it. */
static void
test_client_library(void)
{
    static const struct {
        dx_library library;
        uint16_t ciphers[3], extensions[16];
    } cases[] = {
        {DX_LIBRARY_OPENSSL, {0x1302, 0xc02c}, {0, 11, 10, 16, 22, 23, 49, 13, 43, 45, 51, 21}},   /* curl */
        {DX_LIBRARY_GNUTLS, {0x1302, 0x1304}, {5, 10, 11, 13, 35, 51, 43, 49, 0xff01, 0, 45, 28}}, /* wget */
        {DX_LIBRARY_NSS, {0x1301, 0x1303}, {0, 23, 0xff01, 10, 11, 35, 16, 5, 34, 18, 51, 43, 13, 45, 28}},
        {DX_LIBRARY_JSSE, {0x1302, 0x1301}, {0, 5, 10, 11, 17, 23, 35, 13, 43, 45, 50, 51}},
        {DX_LIBRARY_GO_OR_BORINGSSL, {0x1301}, {0, 5, 10, 11, 13, 0xff01, 16, 18, 43, 51}}, /* Go */
        {DX_LIBRARY_SCHANNEL, {0x1302}, {0, 5, 10, 11, 13, 35, 16, 23, 0xff01}},
        {DX_LIBRARY_UNKNOWN, {0x1301}, {0, 10, 13, 43, 51}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint16_t ciphers[3], extensions[16];
        dx_offer offer = {.ciphers.item = memcpy(ciphers, cases[i].ciphers, sizeof ciphers),
                          .extensions.item = memcpy(extensions, cases[i].extensions, sizeof extensions)};
        while (offer.ciphers.num < 3 && ciphers[offer.ciphers.num])
            offer.ciphers.num++;
        for (unsigned k = 0; k < 16; k++)
            if (extensions[k])
                offer.extensions.num = k + 1;
        dx_facts facts = {.offer = &offer};
        g_assert_cmpint(dx_client_library(&facts), ==, cases[i].library);
    }
}

static void
test_wrap(void)
{
    GString *out = g_string_new(NULL);
    const dx_page on = {.out = out, .width = 100}, *page = &on;
    dx_layout_wrap(page, "  Label", 16, LONG_WHY);
    g_assert_cmpstr(
        out->str, ==,
        "  Label         The server refused every version that the client offered, and this sentence "
        "goes on\n"
        "                for so long that it cannot possibly stand on one line of the report, which is the\n"
        "                reason why it must be wrapped.\n");
    g_string_truncate(out, 0);
    char *wide = g_strnfill(150, 'x');
    dx_layout_text(page, "Name", wide);
    check_page(out->str);
    g_assert_cmpuint(out->len, ==, 2 * 16 + 150 + 2);
    g_string_truncate(out, 0);
    const dx_page narrow = {.out = out, .width = 60};
    dx_layout_step(&narrow, "Check", 1,
                   "Look at the event log of the server around this time, and at more."
                   "\tGet-WinEvent -FilterHashtable @{LogName='System';ProviderName='Schannel'}");
    dx_layout_whole(&narrow, "Filter", "tcp.stream == 1 || tcp.stream == 2 || tcp.stream == 3");
    dx_layout_rule(&narrow, '-');
    g_assert_cmpstr(out->str, ==,
                    "  Check         1. Look at the event log of the server\n"
                    "                   around this time, and at more.\n"
                    "    Get-WinEvent -FilterHashtable @{LogName='System';ProviderName='Schannel'}\n"
                    "  Filter        tcp.stream == 1 || tcp.stream == 2 || tcp.stream == 3\n"
                    "------------------------------------------------------------\n");
    g_string_truncate(out, 0);
    dx_layout_text(page, "Name", "\x1b[31mred\n");
    g_assert_cmpstr(out->str, ==, "  Name          \\x1b[31mred\\x0a\n");
    g_string_truncate(out, 0);
    dx_layout_text(page, "Name", "");
    g_assert_cmpstr(out->str, ==, "");
    g_free(wide);
    g_string_free(out, TRUE);
}

/* The report's header names eight of the server's files, and counts the rest and those that were not read. */
static void
test_server_files(void)
{
    static const char ver[] = "Microsoft Windows [Version 10.0.20348.2582]\r\n";
    static const char odd[] = "nothing that is known\n";
    dx_evidence_store *store = dx_evidence_new();
    dx_preferences with_files = preferences;

    for (unsigned i = 0; i < 10; i++) {
        char name[] = "ver0.txt";
        name[3] += (char)i;
        dx_evidence_read(store, name, (const uint8_t *)ver, sizeof ver - 1);
    }
    dx_evidence_read(store, "odd.txt", (const uint8_t *)odd, sizeof odd - 1);
    with_files.evidence = store;
    tape t = tape_new();
    dx_verdicts_free(t.verdicts);
    t.verdicts = dx_verdicts_new(&causes, &with_files, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    tape_refused(&t, 1, 1, "www.example.com", 40);
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_has(text, "Server files ver0.txt, ver1.txt, ver2.txt, ver3.txt, ver4.txt, ver5.txt, ver6.txt, "
                    "ver7.txt and 2 more; 1 not read, see the end");
    g_free(text);
    dx_evidence_free(store);
}

static const char hostile[] = "a\x1b]0;x\x07\"\\\xe2\x80\xaeoc\xff.example";

static void
test_hostile(void)
{
    static const reporter makers[] = {dx_report_json, dx_report_text, dx_report_tree};
    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++) {
        tape t = tape_new();
        tape_refused(&t, 1, 1, hostile, 40);
        dx_report report = plain_report;
        report.file = "dir/\x1b[31m.pcap";
        char *text = report_of(&t, makers[i], &report);
        g_assert_true(g_utf8_validate(text, -1, NULL));
        for (const char *c = text; *c; c++)
            g_assert_true((unsigned char)*c >= 0x20 || *c == '\n');
        check_lacks(text, "\xe2\x80\xae");
        if (makers[i] == dx_report_json)
            check_has(text, "\"sni\":\"a\\\\x1b]0;x\\\\x07\\\"\\\\<U+202E>oc\\\\xff.example\"");
        g_free(text);
    }
}

static void
test_no_windows(void)
{
    tape t = tape_new(); /* all packets have Linux' TTL */
    tape_refused(&t, 1, 1, "one.example", 70);
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_has(text, "Nothing in common");
    check_lacks(text, "Windows log");
    check_lacks(text, "Schannel");
    g_free(text);
}

static void
test_report_folds(void)
{
    tape t = tape_new();
    t.client_ttl = 128; /* Windows' */
    tape_closed(&t, 1, 9);
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_refused(&t, 2, 1, "two.example", 40);
    tape_established(&t, 3, 1, "one.example");
    tape_refused(&t, 2, 1, NULL, 70);
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_page(text);
    check_has(text, "SSL Troubleshooter 9.9.9");
    check_has(text, "test.pcapng");
    check_has(text, "2012-02-11 00:44:55.001 to 00:44:55.0");
    check_has(text, "5 connections to 2 servers");
    check_order(text, "Failed                        3\n", "No TCP connection             1\n");
    check_has(text, "Established                   1\n");
    check_order(text, "   1.     3  198.51.100.1:443 ", "   2.     1  198.51.100.9:8443 ");
    check_order(text, "1. Nothing in common          ", "2. Nobody listens          ");
    check_has(text, "1. Nothing in common CONFIRMED\n---");
    check_has(text,
              "198.51.100.1:443 (one.example, two.example); no server name (SNI) in 1 of 3 connections");
    check_has(text, "3 of 4 connections to this server; 1 succeeded; clients 192.0.2.1, 192.0.2.2\n");
    check_has(text, "confirmed in 1, likely in 2\n");
    check_has(text, "first: Enable \"it\" on 198.51.100.1:443.\n");
    check_has(text, "  Filter        tcp.stream in {1, 2, 4}\n");
    check_has(text, "  Filter        tcp.stream == 0\n");
    check_lacks(text, "server  Schannel"); /* its TTL is not Windows' */
    check_has(text, "client  Schannel 36887   Fatal alert received: 70 (protocol_version)\n");
    /* not what the cause says of an end without an alert: the server sent one */
    check_order(text, "  Users see     Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153:\n",
                "Details of problem 1\n");
    check_has(text, "  Group         5: ");
    check_has(text, "Offered       Versions: TLS 1.2\n");
    check_has(text, "Besides: 2 cipher suites, 1 group (all are in the packet tree");
    check_has(text, "Chosen        none (no ServerHello)\n");
    if (!strstr(text, "  Fix           Enable \"it\" on 198.51.100.1:443.\n"
                      "  Check         1. Look at 198.51.100.1 port 443\n"
                      "                2. Ask for HOSTNAME\n"
                      "    ask HOSTNAME\n"))
        g_error("no fix and checks in:\n%s", text);
    check_lacks(text, "QUIC");
    check_lacks(text, "not judged");
    g_free(text);
}

static void
test_report_example(void)
{
    tape t = tape_new();
    t.ttl = 128; /* Windows' */
    tape_refused(&t, 1, 1, "one.example", 40);
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_page(text);
    check_has(text, "server  Schannel 36888   Fatal alert generated: 40 (handshake_failure)\n");
    check_has(text, "server  Schannel 36874   The server supports");
    check_has(text, "client  Schannel 36887   Fatal alert received: 40 (handshake_failure)\n");
    check_has(text,
              "frame 4     the client offers one.example\n                frame 5     the server answers");
    check_has(text, "Other causes  Something behind it\n");
    check_has(text, "Problem Probably: The server refused every version");
    check_has(text, "Compare       frame 1 did better\n");
    check_has(text, "the only connection to this server; client 192.0.2.1\n");
    check_has(text, "2012-02-11 00:44:55.005 UTC (frame 5)\n");
    check_lacks(text, "Same host");
    check_lacks(text, "Example");
    check_lacks(text, "Problems, worst first");
    g_free(text);
}

static void
test_report_recovered(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_established(&t, 1, 1, "one.example");
    tape_closed(&t, 1, 9);
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_has(text, "Failed, later succeeded       1");
    check_lacks(text, "  Failed   ");
    check_has(text, "the same program at that address succeeded soon after (frame 1");
    check_order(text, "1. Nobody listens", "2. Nothing in common");
    g_free(text);
}

static void
test_report_healthy(void)
{
    tape t = tape_new();
    tape_established(&t, 1, 1, "one.example");
    dx_report report = plain_report;
    report.num_unjudged[DX_UNJUDGED_QUIC] = 12;
    report.num_cut = 3;
    report.num_unjudged[DX_UNJUDGED_OPENVPN] = 3;
    report.num_unjudged[DX_UNJUDGED_IKE] = 1;
    char *text = report_of(&t, dx_report_text, &report);
    check_page(text);
    check_has(text, "  Nothing failed.\n");
    check_has(text, "12 QUIC and 3 unreadable OpenVPN flows: not judged\n");
    check_has(text, "1 IKE flow: no TLS, not judged\n");
    check_has(text, "Cut short     3 frames, by the snapshot length");
    check_lacks(text, "Scenario");
    g_free(text);

    t = tape_new();
    report = plain_report;
    report.num_unjudged[DX_UNJUDGED_QUIC] = 1;
    text = report_of(&t, dx_report_text, &report);
    check_page(text);
    check_has(text, "No TLS connection was found.");
    check_has(text, "1 QUIC flow: not judged\n");
    g_free(text);
}

static void
test_report_advice(void)
{
    tape t = tape_new();
    for (uint8_t i = 0; i < 3; i++) {
        tape_handshake(&t, 1, 1, "one.example");
        tape_packet(&t, true, DX_TCP_RST, NULL);
    }
    tape_established(&t, 1, 2, "two.example");
    char *text = report_of(&t, dx_report_text, &plain_report);
    check_page(text);
    check_order(text, "  Nothing failed.\n", "Notes: not failures");
    check_has(text, "Server 198.51.100.1:443, 3 connections, first in frame");
    check_has(text, "Filter tcp.stream in {0..2}");
    check_lacks(text, "198.51.100.2");
    g_free(text);
}

/* The tables count as the report does: they are fed one connection after the other. */
static void
test_tables(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_closed(&t, 1, 9);
    tape_refused(&t, 2, 1, "two.example", 70);
    tape_established(&t, 3, 1, "one.example");
    dx_table_cell cells[DX_TABLE_MAX_COLUMNS];
    static const int rows[DX_NUM_TABLES][4] = {[DX_TABLE_SCENARIOS] = {0, 1, 0, -1},
                                               [DX_TABLE_SERVERS] = {0, 1, 0, 0},
                                               [DX_TABLE_CONNECTIONS] = {0, 1, 2, -1}};
    for (int kind = 0; kind < DX_NUM_TABLES; kind++) {
        dx_table *made = dx_table_new((dx_table_kind)kind);
        for (uint32_t stream = 0; stream < 4; stream++)
            g_assert_cmpint(
                dx_table_add(made, dx_capture_facts(t.capture, stream), dx_verdicts_of(t.verdicts, stream)),
                ==, rows[kind][stream]);
        dx_table_row(cells, made, kind == DX_TABLE_CONNECTIONS ? 2 : 0);
        GHashTable *ranks = dx_table_ranks(made);
        g_assert_cmpuint(dx_table_rank(made, 0, ranks), ==, kind == DX_TABLE_CONNECTIONS ? 3 : 1);
        if (kind == DX_TABLE_SCENARIOS) {
            g_assert_cmpuint(cells[1].number, ==, 5);
            g_assert_cmpstr(cells[2].text, ==, "Nothing in common");
            g_assert_cmpuint(cells[3].number, ==, 2);
            g_assert_cmpuint(cells[4].number, ==, 0);
            g_assert_cmpuint(cells[5].number, ==, 1);
        } else if (kind == DX_TABLE_SERVERS) {
            g_assert_cmpuint(cells[2].number, ==, 2);
            g_assert_cmpstr(cells[3].text, ==, "Nothing in common");
            g_assert_cmpstr(cells[4].text, ==, "frame 5");
            g_assert_cmpuint(cells[5].number, ==, 0);
            g_assert_cmpuint(cells[6].number, ==, 3);
            g_assert_cmpstr(cells[7].text, ==, "confirmed");
            g_assert_cmpstr(cells[8].text, ==, "one.example, two.example");
            g_assert_cmpstr(cells[9].text, ==, "TLS 1.2");
        } else {
            g_assert_cmpuint(cells[8].number, ==, 2);
            g_assert_cmpstr(cells[7].text, ==, "two.example");
        }
        g_hash_table_destroy(ranks);
        dx_table_free(made);
    }
    dx_verdicts_free(t.verdicts);
}

/* Every column of every row. */
static void
add_table(GString *out, const tape *t, dx_table_kind kind)
{
    dx_table *rows = dx_table_new(kind);
    dx_table_cell cells[DX_TABLE_MAX_COLUMNS];
    unsigned num;
    int last = -1;

    const dx_table_column *columns = dx_table_columns(&num, kind);
    for (uint32_t stream = 0; stream <= t->stream; stream++) {
        int row =
            dx_table_add(rows, dx_capture_facts(t->capture, stream), dx_verdicts_of(t->verdicts, stream));
        last = MAX(last, row);
    }
    GHashTable *ranks = dx_table_ranks(rows);
    for (int row = 0; row <= last; row++) {
        dx_table_row(cells, rows, (unsigned)row);
        g_string_append_printf(out, "\nrank %u\n", dx_table_rank(rows, (unsigned)row, ranks));
        for (unsigned i = 0; i < num; i++)
            if (columns[i].is_number)
                g_string_append_printf(out, "  %s: %u\n", columns[i].name, cells[i].number);
            else
                g_string_append_printf(out, "  %s: %s\n", columns[i].name,
                                       cells[i].text ? cells[i].text : "none");
    }
    g_hash_table_destroy(ranks);
    dx_table_free(rows);
}

/* What was made of one capture, whole. */
static void
test_whole(void)
{
    static const struct {
        const char *file;
        reporter make;
    } made[] = {
        {"report.txt", dx_report_text}, {"tree.txt", dx_report_tree}, {"report.json", dx_report_json}};
    for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
        tape t = tape_mixed();
        char *text = report_of(&t, made[i].make, &plain_report);
        check_whole(made[i].file, text);
        g_free(text);
    }
    tape t = tape_mixed();
    GString *out = g_string_new(NULL);
    for (int kind = 0; kind < DX_NUM_TABLES; kind++)
        add_table(out, &t, (dx_table_kind)kind);
    check_whole("tables.txt", out->str);
    g_string_free(out, TRUE);
    dx_verdicts_free(t.verdicts);
}

static bool
odd_streams(uint32_t stream, void *user)
{
    (void)user;
    return stream % 2;
}

static void
test_selected(void)
{
    static const reporter makers[] = {dx_report_json, dx_report_text, dx_report_tree};
    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++) {
        tape t = tape_new();
        tape_refused(&t, 1, 1, "one.example", 40);
        tape_refused(&t, 1, 2, "one.example", 40);
        dx_report report = plain_report;
        report.selected = odd_streams;
        char *text = report_of(&t, makers[i], &report);
        check_has(text, "198.51.100.2:443");
        check_lacks(text, "198.51.100.1:443");
        g_free(text);
    }
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    dx_report report = plain_report;
    report.selected = odd_streams;
    char *text = report_of(&t, dx_report_text, &report);
    check_page(text);
    check_has(text, "The filter selects none of 1 connection.");
    check_lacks(text, "No TLS connection was found");
    g_free(text);
}

/* Every second of 20,000, so that the numbers have no runs: the exact filter would be too long. */
static void
test_many(void)
{
    tape t = tape_new();
    for (unsigned i = 0; i < 10000; i++) {
        tape_refused(&t, (uint8_t)(i % 200), 1, "one.example", 40);
        tape_closed(&t, 1, (uint8_t)(i % 20 + 2));
    }
    int64_t start = tape_cpu_us();
    char *text = report_of(&t, dx_report_text, &plain_report);
    g_assert_cmpint(tape_cpu_us() - start, <, 5000000);
    check_page(text);
    check_has(text, "10000 of 10000 connections to this server; 0 succeeded");
    check_has(text, "192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 and 194 more");
    check_has(text, "  Filter        ssltrouble.cause == \"test_refused\" && ip.addr == 198.51.100.1 && "
                    "tcp.port == 443\n");
    check_has(text, "  20. ");
    g_free(text);
}

/* The worst are told whole, the others in a line each, and how to get them is said. */
static void
test_report_rest(void)
{
    tape t = tape_new();
    for (uint8_t i = 1; i <= 4; i++)
        tape_refused(&t, 1, i, "one.example", 40);
    dx_report report = plain_report;
    report.max_whole = 2;
    char *text = report_of(&t, dx_report_text, &report);
    check_order(text, "      and 2 more", "\n2. Nothing in common");
    check_lacks(text, "\n3. Nothing in common");
    check_order(text, "\nThe other 2 problems, in a line each\n", "\n   3.     1  198.51.100.3:443 ");
    check_order(text, "\n   3.     1  198.51.100.3:443 ", "\n   4.     1  198.51.100.4:443 ");
    check_has(text, "-z \"ssltrouble,report,ip.addr == 198.51.100.3 && tcp.port == 443\"\n");
    check_has(text, "-o ssltrouble.report_problems:0 -z ssltrouble,report\n");
    check_lacks(text, "Details of problem 3");
    g_free(text);
}

static void
test_tree(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_refused(&t, 1, 2, "one.example", 40);
    tape_refused(&t, 2, 2, "one.example", 40);
    tape_closed(&t, 1, 9);
    char *text = report_of(&t, dx_report_tree, &plain_report);
    check_page(text);
    check_order(text, "Failed connections  ", " Scenario 3: ");
    check_order(text, " Scenario 3: ", "  Nobody listens ");
    check_order(text, "  Nobody listens ", "   198.51.100.9:8443 ");
    check_order(text, " Scenario 5: ", "  Nothing in common ");
    check_order(text, "   198.51.100.2:443 ", "   198.51.100.1:443 ");
    check_has(text, "   198.51.100.2:443                                                       2          0");
    g_free(text);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/streams_filter", test_streams_filter);
    g_test_add_func("/report/server_filter", test_server_filter);
    g_test_add_func("/report/connection_filter", test_connection_filter);
    g_test_add_func("/report/clients", test_clients);
    g_test_add_func("/report/clients_shown", test_clients_shown);
    g_test_add_func("/report/client_library", test_client_library);
    g_test_add_func("/report/wrap", test_wrap);
    g_test_add_func("/report/server_files", test_server_files);
    g_test_add_func("/report/hostile", test_hostile);
    g_test_add_func("/report/folds", test_report_folds);
    g_test_add_func("/report/no-windows", test_no_windows);
    g_test_add_func("/report/example", test_report_example);
    g_test_add_func("/report/recovered", test_report_recovered);
    g_test_add_func("/report/healthy", test_report_healthy);
    g_test_add_func("/report/advice", test_report_advice);
    g_test_add_func("/report/tables", test_tables);
    g_test_add_func("/report/whole", test_whole);
    g_test_add_func("/report/selected", test_selected);
    g_test_add_func("/report/many", test_many);
    g_test_add_func("/report/rest", test_report_rest);
    g_test_add_func("/report/tree", test_tree);
    return g_test_run();
}
