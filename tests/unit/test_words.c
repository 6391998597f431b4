/* test_words.c - names that the code has for what it finds, how ends are told, steps of handshakes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "whole.h"

#include "certs/judge.h"
#include "certs/staple.h"
#include "evidence/evidence.h"
#include "present/certificate.h"
#include "present/events.h"
#include "present/ladder.h"
#include "verdict/ended.h"
#include "verdict/file_finding.h"
#include "verdict/steps.h"
#include "wire/eap.h"
#include "wire/quic_versions.h"
#include "wire/tds.h"

#define OR_DASH(text) ((text) ? (text) : "-")
#define SECOND        G_USEC_PER_SEC

/* A line for each value of an enumeration that has a name. */
#define PUT_NAMES(title, type, name, num)                                                                    \
    do {                                                                                                     \
        g_string_append_printf(out, "\n%s\n", title);                                                        \
        for (unsigned i = 0; i < (unsigned)(num); i++)                                                       \
            if (name((type)i) && *name((type)i))                                                             \
                g_string_append_printf(out, "%u %s\n", i, name((type)i));                                    \
    } while (0)

static void
put_versions(GString *out)
{
    /* the first and the last of each row, and what is around them */
    static const uint32_t versions[] = {
        0,          1,          2,          0x6b3343cf, 0x709a50c4, 0x51303436, 0xff000015, 0xff000016,
        0xff000017, 0xff00001c, 0xff00001d, 0xff000020, 0xff000021, 0xff000022, 0xff000023, 0xfaceb000,
        0xfaceb001, 0xfaceb002, 0xfaceb003, 0xfaceb004, 0xfaceb005, 0xfaceb00c, 0xfaceb00d, 0xfaceb015,
        0xfaceb016, 0x54303530, 0x54303531, 0x54303532, 0x0a0a0a0a, 0x1a2a3a4a, 0x51303530};

    g_string_append(out, "\nversions of QUIC: name, salt\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++) {
        const uint8_t *salt = dx_quic_salt(versions[i]);
        g_string_append_printf(out, "%08x %s%s%s ", versions[i], OR_DASH(dx_quic_version_name(versions[i])),
                               dx_quic_is_v2(versions[i]) ? ", as v2" : "",
                               dx_quic_is_strange(versions[i]) ? ", strange" : "");
        for (unsigned j = 0; salt && j < 20; j++)
            g_string_append_printf(out, "%02x", salt[j]);
        g_string_append_c(out, '\n');
    }
}

static void
test_names(void)
{
    GString *out = g_string_new("Names\n");

    PUT_NAMES("scenarios", dx_scenario, dx_scenario_name, DX_NUM_SCENARIOS);
    PUT_NAMES("confidence", dx_confidence, dx_confidence_name, DX_CONFIRMED + 1);
    PUT_NAMES("outcomes", dx_outcome, dx_outcome_name, DX_NO_TCP + 1);
    PUT_NAMES("sides", dx_side, dx_side_name, DX_SERVER + 1);
    PUT_NAMES("phases", dx_phase, dx_phase_name, DX_NUM_PHASES);
    PUT_NAMES("transports", dx_transport, dx_transport_name, DX_TRANSPORT_OPENVPN + 1);
    PUT_NAMES("their fields", dx_transport, dx_transport_field, DX_TRANSPORT_OPENVPN + 1);
    PUT_NAMES("defects of certificates", dx_defect, dx_defect_words, DX_NUM_DEFECTS);
    PUT_NAMES("stapled answers", dx_staple, dx_staple_words, DX_NUM_STAPLES);
    PUT_NAMES("parts of certificates", dx_cert_part, dx_cert_words, DX_NUM_CERT_PARTS);
    PUT_NAMES("kinds of files", dx_kind, dx_kind_name, DX_NUM_KINDS);
    PUT_NAMES("what makes them", dx_kind, dx_kind_command, DX_NUM_KINDS);
    PUT_NAMES("answers of files", dx_files_answer, dx_files_answer_name, DX_FILES_CONTRADICTED + 1);
    PUT_NAMES("shells", dx_shell, dx_shell_words, DX_SHELL_ANY_SHELL + 1);
    PUT_NAMES("protocols that are not TLS", dx_foreign, dx_foreign_name, DX_NUM_FOREIGN + 1);
    PUT_NAMES("ways to ask for TLS", dx_upgrade, dx_upgrade_name, DX_UPGRADE_HTTP_CONNECT + 1);
    PUT_NAMES("methods of EAP", uint8_t, dx_eap_method_name, 256);
    PUT_NAMES("encryption of TDS", dx_tds_encryption, dx_tds_name, DX_TDS_ENCRYPT_REQ + 1);
    put_versions(out);
    check_whole("names.txt", out->str);
    g_string_free(out, TRUE);
}

static void
put_end(GString *out, const dx_facts *facts)
{
    dx_finding finding = {.lines = dx_packet_lines_new()};

    dx_say_end(&finding, facts);
    for (unsigned i = 0; i < finding.lines->len; i++) {
        const dx_packet_line *line = &g_array_index(finding.lines, dx_packet_line, i);
        g_string_append_printf(out, "%u %s\n", line->frame, line->text);
    }
    dx_finding_clear(&finding);
}

static void
put_end_of(GString *out, int kind, int by, int phase)
{
    dx_facts facts = {.end = {.frame = 7,
                              .kind = (dx_end_kind)kind,
                              .by = (dx_side)by,
                              .phase = (dx_phase)phase,
                              .alert_level = 2,
                              .alert = 40},
                      .transport_error = 2};

    put_end(out, &facts);
}

/* What ICMP is called: codes that have a name, and the first of those that have none. */
static void
put_unreachable(GString *out, dx_facts *facts)
{
    static const struct {
        uint8_t version, type, last_code;
    } known[] = {{4, 1, 0}, {4, 3, 16}, {6, 1, 8}, {6, 3, 0}};

    facts->end.kind = DX_END_UNREACHABLE;
    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        for (unsigned code = 0; code <= known[i].last_code; code++) {
            facts->icmp_version = known[i].version;
            facts->icmp_type = known[i].type;
            facts->icmp_code = (uint8_t)code;
            put_end(out, facts);
        }
}

/* Every end of either side after the ClientHello, one end in every phase. */
static void
test_ends(void)
{
    GString *out = g_string_new("How a connection ended\n");

    for (int kind = DX_END_NONE; kind <= DX_END_TRANSPORT; kind++)
        for (int by = DX_CLIENT; by <= DX_SERVER; by++)
            put_end_of(out, kind, by, DX_PHASE_HELLO);
    for (int phase = 0; phase < DX_NUM_PHASES; phase++)
        put_end_of(out, DX_END_FIN, DX_SERVER, phase);
    dx_facts facts = {
        .end = {.frame = 7, .kind = DX_END_ALERT, .by = DX_SERVER, .phase = DX_PHASE_SERVER_DONE}};
    facts.end.alert_level = DX_ALERT_WARNING;
    facts.end.alert = 99;
    facts.chosen.resumed = true;
    put_end(out, &facts);
    facts.transport_reason = (char *)"no\nreason";
    facts.chosen = (dx_choice){.version = DX_TLS13};
    put_end(out, &facts);
    facts.end.kind = DX_END_ENCRYPTED_ALERT;
    put_end(out, &facts);
    facts.transport = DX_TRANSPORT_QUIC;
    put_end(out, &facts);
    facts.end.kind = DX_END_TRANSPORT;
    facts.transport_error = 0x7777;
    put_end(out, &facts);
    facts.end.kind = DX_END_FIN;
    facts.close = (dx_close){.frame = 7, .kind = DX_CLOSE_NOTIFY};
    put_end(out, &facts);
    facts.transport = DX_TRANSPORT_EAP;
    put_end(out, &facts);
    put_unreachable(out, &facts);
    check_whole("ends.txt", out->str);
    g_string_free(out, TRUE);
}

static GPtrArray *
ladder_lines(const dx_facts *facts, const dx_verdict *verdict, int64_t now_us)
{
    static const char *const kinds[] = {"message", "alert", "close", "device", "note"};
    GArray *steps = dx_ladder_new(facts, verdict, now_us);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < steps->len; i++) {
        const dx_step *step = &g_array_index(steps, dx_step, i);
        g_ptr_array_add(lines,
                        g_strdup_printf("%s%u %d ms %s, %s: %s", step->abnormal ? "* " : "", step->frame,
                                        (int)(step->time_us / 1000), OR_DASH(dx_side_name(step->from)),
                                        kinds[step->kind], step->text));
    }
    g_array_unref(steps);
    return lines;
}

/* Lines of `these` that `those` has not. */
static void
put_others(GString *out, const char *before, const GPtrArray *these, GPtrArray *those)
{
    for (unsigned i = 0; i < these->len; i++)
        if (!g_ptr_array_find_with_equal_func(those, these->pdata[i], g_str_equal, NULL))
            g_string_append_printf(out, "%s%s\n", before, (const char *)these->pdata[i]);
}

static dx_facts complete(void);

/* The steps in which the connection is another one than that which is complete. */
static void
put_ladder(GString *out, const char *title, const dx_facts *facts, const dx_verdict *verdict, int64_t now_us)
{
    const dx_facts usual = complete();
    GPtrArray *lines = ladder_lines(facts, verdict, now_us), *base = ladder_lines(&usual, NULL, 2 * SECOND);

    g_string_append_printf(out, "\n%s\n", title);
    put_others(out, "without ", base, lines);
    put_others(out, "", lines, base);
    g_ptr_array_free(lines, TRUE);
    g_ptr_array_free(base, TRUE);
}

/* A connection of TLS 1.2 that is complete in frame 9; the offer is not known. */
static dx_facts
complete(void)
{
    dx_facts f = {.first_us = SECOND,
                  .last_us = 2 * SECOND,
                  .hello_frame = 4,
                  .hello_len = 517,
                  .hello_us = SECOND,
                  .sni = "www.example.com",
                  .server_hello_frame = 6,
                  .server_hello_us = SECOND + 20000,
                  .certificate_frame = 6,
                  .key_exchange_frame = 6,
                  .client_finished_frame = 8,
                  .client_finished_us = SECOND + 30000,
                  .established_frame = 9,
                  .established_us = SECOND + 40000,
                  .phase = DX_PHASE_ESTABLISHED,
                  .chosen = {.version = DX_TLS12, .cipher = 0xc02f}};

    f.client.syn_frame = 1;
    f.client.num_syn = 1;
    f.server.syn_frame = 2;
    return f;
}

#define LADDER(title, now, ...)                                                                              \
    do {                                                                                                     \
        dx_facts f = complete();                                                                             \
        __VA_ARGS__;                                                                                         \
        put_ladder(out, title, &f, verdict, now);                                                            \
    } while (0)

static void
put_handshakes(GString *out, const dx_verdict *verdict)
{
    LADDER("SYN sent again", 2 * SECOND, f.client.num_syn = 3);
    LADDER("resumed", 2 * SECOND, f.chosen.resumed = true; f.certificate_frame = f.key_exchange_frame = 0);
    LADDER("with a request, an empty certificate and a ticket", 2 * SECOND, f.certificate_request_frame = 6;
           f.client_certificate_frame = 8; f.client_certificate = DX_CLIENT_CERTIFICATE_EMPTY;
           f.ticket_frame = 9);
    LADDER("with a certificate of the client, and data", 2 * SECOND, f.certificate_request_frame = 6;
           f.client_certificate_frame = 8; f.client_certificate = DX_CLIENT_CERTIFICATE_SENT;
           f.client.first_app_frame = 10; f.server.first_app_frame = 11);
    LADDER("TLS 1.3 with a HelloRetryRequest", 2 * SECOND, f.certificate_frame = f.key_exchange_frame = 0;
           f.retry_frame = 5; f.retry_group = 23; f.second_hello_frame = 6; f.server_hello_frame = 7;
           f.chosen.version = DX_TLS13; f.chosen.cipher = 0x1301; f.first_note.from = DX_SERVER;
           f.first_note.frame = 7; f.server_encrypted_bytes = 1234; f.established_frame = 8);
    LADDER("a HelloRetryRequest without a group", 2 * SECOND, f.retry_frame = 5; f.second_hello_frame = 5);
    LADDER("part of a ClientHello, no name", 2 * SECOND, f.hello_frame = 0; f.partial_frame = 4;
           f.partial_have = 100; f.partial_expected = 517);
    LADDER("no name", 2 * SECOND, f.sni = NULL);
    LADDER("STARTTLS", 2 * SECOND, f.upgrade = DX_UPGRADE_SMTP; f.upgrade_frame = 3;
           f.upgrade_answer_frame = 4; f.upgrade_answer = 1);
    LADDER("STARTTLS refused", 2 * SECOND, f.upgrade = DX_UPGRADE_SMTP; f.upgrade_frame = 3;
           f.upgrade_answer_frame = 4; f.upgrade_answer = -1);
    LADDER("a demand", 2 * SECOND, f.tls_demand = DX_DEMAND_TLS; f.upgrade_answer_frame = 4);
}

static void
put_failures(GString *out, const dx_verdict *verdict)
{
    LADDER("an alert of the server, and the client goes", 2 * SECOND, f.server.alert_level = 2;
           f.server.alert = 40; f.server.alert_frame = 10; f.client.fin_frame = 11;
           f.end = (dx_end){.frame = 10, .kind = DX_END_ALERT, .by = DX_SERVER});
    LADDER("an unassigned alert of the client", 2 * SECOND, f.client.alert_level = 2; f.client.alert = 99;
           f.client.alert_frame = 10; f.end = (dx_end){.frame = 10, .kind = DX_END_ALERT, .by = DX_CLIENT});
    LADDER("an encrypted alert", 2 * SECOND,
           f.end = (dx_end){.frame = 10, .kind = DX_END_ENCRYPTED_ALERT, .by = DX_CLIENT});
    LADDER("a reset in the server's name", 2 * SECOND, f.server.rst_frame = 10; f.server.rst_ttl = 60;
           f.server.ttl_max = 120; f.end = (dx_end){.frame = 10, .kind = DX_END_RST, .by = DX_SERVER});
    LADDER("sent again, a gap, packets too big", 2 * SECOND, f.client.retransmission_frame = 5;
           f.client.num_retransmissions = 3; f.server.gap_frame = 7; f.too_big_frame = f.icmp_frame = 10);
    LADDER("ICMP", 2 * SECOND, f.icmp_frame = 10; f.icmp_version = 4; f.icmp_type = 3; f.icmp_code = 1);
    LADDER("ICMPv6", 2 * SECOND, f.icmp_frame = 10; f.icmp_version = 6; f.icmp_type = 1; f.icmp_code = 4);
    LADDER("no TLS of the client", 2 * SECOND, f.hello_frame = 0; f.client_foreign_frame = 4;
           f.client_foreign = DX_FOREIGN_SSH; f.foreign_text = (char *)"SSH-2.0-x");
    LADDER("no TLS of both", 2 * SECOND, f.client_foreign_frame = 4; f.client_foreign = DX_FOREIGN_SSH;
           f.server_foreign_frame = 5; f.server_foreign = DX_FOREIGN_SMTP_OR_FTP;
           f.foreign_text = (char *)"220 mail";
           f.end = (dx_end){.frame = 5, .kind = DX_END_FOREIGN, .by = DX_SERVER});
    LADDER("waits of a second, and of less", 2 * SECOND, f.server_hello_us = 2 * SECOND;
           f.client_finished_us = 3 * SECOND - 1; f.established_us = 4 * SECOND);
    LADDER("silence of a second", 3 * SECOND, );
    LADDER("less than that", 3 * SECOND - 1, );
    LADDER("silence behind a close", 4 * SECOND, f.close = (dx_close){.frame = 9, .kind = DX_CLOSE_FIN});
}

/* What went over the wire, for a failure and for the success beside it. */
static void
test_ladders(void)
{
    static const dx_cause device = {.id = "middlebox_reset"}, other = {.id = "other"};
    GString *out = g_string_new("Steps of a complete handshake\n");
    dx_verdict verdict = {.cause = &other};
    const dx_facts usual = complete();
    GPtrArray *none = g_ptr_array_new(), *base = ladder_lines(&usual, NULL, 2 * SECOND);

    put_others(out, "", base, none);
    g_ptr_array_free(base, TRUE);
    g_ptr_array_free(none, TRUE);
    g_string_append(out, "\nOf others the steps that differ from it, the abnormal one with an asterisk\n");
    put_handshakes(out, NULL);
    g_string_append(out, "\nof a verdict\n");
    put_failures(out, &verdict);
    g_string_append(out, "\nof a verdict in frame 6, and of a device\n");
    verdict.frame = 6;
    verdict.cause = &device;
    put_failures(out, &verdict);
    check_whole("ladders.txt", out->str);
    g_string_free(out, TRUE);
}

/* In whose log which event is to be looked for: "S36888! C36887!" - the server's, the client's; readable. An
 * alert's sender writes 36888, who gets it 36887. That a server ended it otherwise it may log as an alert,
 * what a client does then it does not. */
static void
test_events(void)
{
    static const dx_cause cause = {.id = "other", .events = {36874, 36888}};
    static const struct {
        dx_end_kind kind;
        dx_side by;
        const char *rows;
    } cases[] = {
        {DX_END_ALERT, DX_SERVER, "S36888! S36874 C36887!"},
        {DX_END_ALERT, DX_CLIENT, "S36887! S36874 C36888!"},
        {DX_END_ENCRYPTED_ALERT, DX_SERVER, "S36888 S36874 C36887"},
        {DX_END_ENCRYPTED_ALERT, DX_CLIENT, "S36887 S36874 C36888"},
        {DX_END_RST, DX_SERVER, "S36888 S36874"},
        {DX_END_FIN, DX_SERVER, "S36888 S36874"},
        {DX_END_RST, DX_CLIENT, "S36874"},
        {DX_END_FIN, DX_CLIENT, "S36874"},
        {DX_END_NONE, DX_NOBODY, "S36874"},
    };
    const dx_verdict verdict = {.cause = &cause};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const dx_facts facts = {.end = {.kind = cases[i].kind, .by = cases[i].by}};
        dx_event_row rows[DX_MAX_EVENT_ROWS];
        GString *text = g_string_new(NULL);
        unsigned num = dx_event_rows(rows, &verdict, &facts);
        for (unsigned j = 0; j < num; j++)
            g_string_append_printf(text, "%s%c%u%s", j ? " " : "", rows[j].side == DX_SERVER ? 'S' : 'C',
                                   rows[j].id, rows[j].readable ? "!" : "");
        g_test_message("%u", i);
        g_assert_cmpstr(text->str, ==, cases[i].rows);
        g_string_free(text, TRUE);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/words/names", test_names);
    g_test_add_func("/words/ends", test_ends);
    g_test_add_func("/words/ladders", test_ladders);
    g_test_add_func("/words/events", test_events);
    return g_test_run();
}
