/* test_rules.c - what one changed fact makes of a rule: small questions of facts/ and verdict/ at their edges
 *
 * Each line changes one connection and asks. What rules make of whole connections is told by tests/traces.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "facts/path.h"
#include "fixtures/fixtures.h"
#include "verdict/advice.h"
#include "verdict/hidden_certificate.h"
#include "verdict/late_check.h"
#include "verdict/rejection.h"
#include "verdict/sights.h"
#include "verdict/unusual.h"

#define SECOND G_USEC_PER_SEC

/* One connection, and what is around it. */
typedef struct {
    dx_facts facts;
    dx_offer offer;
    uint16_t extensions[8], ciphers[4], versions[2], groups[2];
    dx_context context;
} scene;

static dx_ledger *ledger;

static void
set_codes(dx_codes *codes, uint16_t *items, unsigned num, const uint16_t *from)
{
    memcpy(items, from, num * sizeof *from);
    *codes = (dx_codes){.num = (uint16_t)num, .item = items};
}

#define OFFER(list, ...)                                                                                     \
    set_codes(&s.offer.list, s.list, sizeof((uint16_t[]){__VA_ARGS__}) / 2, (const uint16_t[]){__VA_ARGS__})

/* TLS 1.2 over TCP, complete up to the end of the server's flight; 500 and 1000 bytes, all acknowledged. */
static scene
new_scene(void)
{
    const dx_server *server = dx_ledger_server(ledger, &(dx_endpoint){.port = 443});
    scene s = {.context = {.ledger = ledger, .server = server}};
    dx_facts *f = &s.facts;

    s.offer.legacy_version = DX_TLS12;
    f->client = (dx_peer){.isn = 1000,
                          .have_isn = true,
                          .next_seq = 1501,
                          .have_seq = true,
                          .acked = 1501,
                          .have_acked = true,
                          .payload_bytes = 500,
                          .syn_frame = 1,
                          .num_packets = 4,
                          .last_payload_frame = 4};
    f->server = (dx_peer){.isn = 9000,
                          .have_isn = true,
                          .next_seq = 10001,
                          .have_seq = true,
                          .acked = 10001,
                          .have_acked = true,
                          .payload_bytes = 1000,
                          .syn_frame = 2,
                          .num_packets = 4,
                          .last_payload_frame = 6,
                          .last_payload_us = 2 * SECOND};
    f->first_us = SECOND;
    f->hello_us = SECOND;
    f->server_hello_us = f->server_flight_us = 2 * SECOND;
    f->tls = true;
    f->num_hellos = 1;
    f->hello_frame = 4;
    f->hello_end_seq = 1501;
    f->hello_len = 500;
    f->hello_segments = 1;
    f->server_hello_frame = 5;
    f->certificate_frame = 5;
    f->certificate_seq = 9001;
    f->chosen = (dx_choice){.version = DX_TLS12, .cipher = 0xc02f, .group = 29};
    f->phase = DX_PHASE_SERVER_DONE;
    f->sni = "www.example.com";
    f->last_frame = 9;
    return s;
}

static void
check(bool found, bool wanted, int line, const char *question)
{
    if (found != wanted) {
        g_test_message("line %d: %s is %s", line, question, found ? "true" : "false");
        g_test_fail();
    }
}

/* Whether a question has this answer once the connection was changed. */
#define SAYS(wanted, question, ...)                                                                          \
    do {                                                                                                     \
        scene s = new_scene();                                                                               \
        dx_facts *f = &s.facts;                                                                              \
        f->offer = &s.offer;                                                                                 \
        __VA_ARGS__;                                                                                         \
        check(question, wanted, __LINE__, #question "; " #__VA_ARGS__);                                      \
    } while (0)

/* How it ended. */
static void
end(dx_facts *f, dx_side by, dx_end_kind kind, int alert)
{
    f->end = (dx_end){.time_us = f->server.last_payload_us + SECOND / 10,
                      .frame = 9,
                      .kind = kind,
                      .by = by,
                      .phase = f->phase,
                      .alert_level = kind == DX_END_ALERT ? 2 : 0,
                      .alert = (uint8_t)alert};
}

#define ENDS(by, kind, alert) end(f, DX_##by, DX_END_##kind, alert)

static void
test_path(void)
{
    SAYS(true, dx_path_hello_acked(f), );
    SAYS(false, dx_path_hello_acked(f), f->client.acked = 1500);
    SAYS(false, dx_path_hello_acked(f), f->client.have_acked = false);
    SAYS(true, dx_path_hello_acked(f), f->hello_frame = 0);
    SAYS(false, dx_path_hello_acked(f), f->hello_frame = 0; f->client.next_seq = 1502);
    SAYS(false, dx_path_went_on(f), );
    SAYS(true, dx_path_went_on(f), f->client.next_seq = 1502);
    SAYS(false, dx_path_went_on(f), f->client.next_seq = 1502; f->client.have_seq = false);
    SAYS(false, dx_path_unacked(&f->client), );
    SAYS(true, dx_path_unacked(&f->client), f->client.acked = 1500);
    SAYS(false, dx_path_unacked(&f->client), f->client.acked = 1500; f->client.have_acked = false);
    SAYS(false, dx_path_unacked(&f->client), f->client.acked = 1500; f->client.have_seq = false);
    SAYS(false, dx_path_lacks(&f->server), );
    SAYS(false, dx_path_lacks(&f->server), f->server.next_seq++); /* a FIN */
    SAYS(true, dx_path_lacks(&f->server), f->server.next_seq += 2);
    SAYS(false, dx_path_lacks(&f->server), f->server.next_seq += 2; f->server.have_isn = false);
    SAYS(false, dx_path_lacks(&f->server), f->server.next_seq += 2; f->server.have_seq = false);
    SAYS(true, dx_path_whole(&f->server), );
    SAYS(false, dx_path_whole(&f->server), f->server.next_seq++);
    SAYS(false, dx_path_whole(&f->server), f->server.have_isn = false);
    SAYS(false, dx_path_bytes_missing(f), );
    SAYS(false, dx_path_bytes_missing(f), f->server.acked++);
    SAYS(true, dx_path_bytes_missing(f), f->server.acked += 2);
    SAYS(true, dx_path_bytes_missing(f), f->client.acked += 2);
    SAYS(false, dx_path_bytes_missing(f), f->client.acked += 2; f->client.have_isn = false);
    SAYS(false, dx_path_bytes_missing(f), f->client.acked += 2; f->client.have_acked = false);
    SAYS(false, dx_path_bytes_missing(f), f->client.acked += 2; f->phase = DX_PHASE_ESTABLISHED);
    SAYS(true, dx_path_bytes_missing(f), f->client.acked += 2; ENDS(CLIENT, FIN, 0);
         f->phase = DX_PHASE_DATA);
    SAYS(true, dx_path_bytes_missing(f), f->damaged = true; f->phase = DX_PHASE_DATA);
}

#define SENT_NOTHING                                                                                         \
    f->client.payload_bytes = f->server.payload_bytes = 0;                                                   \
    f->client.acked = 1001

static void
test_path_ends(void)
{
    SAYS(true, dx_path_never_came(f), SENT_NOTHING);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->server.num_packets = 1);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->server.num_packets = 1; f->client.last_us = SECOND);
    SAYS(true, dx_path_never_came(f), SENT_NOTHING; f->server.num_packets = 1;
         f->client.last_us = SECOND + 1);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->transport = DX_TRANSPORT_EAP);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->client.syn_frame = 0);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->server.syn_frame = 0);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->server.payload_bytes = 1);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->client.payload_bytes = 1);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->client.acked = 1002);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->client.have_acked = false);
    SAYS(false, dx_path_never_came(f), SENT_NOTHING; f->client.next_seq = 1002);

    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0));
    SAYS(true, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9001);
    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9002);
    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, RST, 0); f->server.acked = 9001);
    SAYS(false, dx_path_certificate_unread(f), ENDS(SERVER, FIN, 0); f->server.acked = 9001);
    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9001;
         f->certificate_frame = 0);
    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9001;
         f->server.have_acked = false);
    SAYS(false, dx_path_certificate_unread(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9001;
         f->transport = DX_TRANSPORT_DTLS);

    SAYS(false, dx_path_stray_reset(&f->client), f->client.rst_seq = 1501);
    SAYS(false, dx_path_stray_reset(&f->client), f->client.rst_seq = 1500);
    SAYS(false, dx_path_stray_reset(&f->client), f->client.rst_seq = 1502);
    SAYS(true, dx_path_stray_reset(&f->client), f->client.rst_seq = 1499);
    SAYS(true, dx_path_stray_reset(&f->client), f->client.rst_seq = 1503);
    SAYS(false, dx_path_stray_reset(&f->client), f->client.rst_seq = 1503; f->client.have_seq = false);
}

/* TLS 1.3, in which the certificate is hidden. */
#define HIDDEN                                                                                               \
    f->chosen.version = DX_TLS13;                                                                            \
    f->chosen.cipher = 0x1301;                                                                               \
    f->certificate_frame = 0;                                                                                \
    f->server_encrypted_bytes = 500

static void
test_left_at_certificate(void)
{
    SAYS(true, dx_certificate_was_sent(f), HIDDEN);
    SAYS(false, dx_certificate_was_sent(f), HIDDEN; f->server_encrypted_bytes = 499);
    SAYS(false, dx_certificate_was_sent(f), HIDDEN; f->chosen.resumed = true);
    SAYS(false, dx_certificate_was_sent(f), HIDDEN; f->chosen.version = DX_TLS12);
    SAYS(true, dx_certificate_was_sent(f), );

    SAYS(false, dx_client_left_at_certificate(f), );
    SAYS(true, dx_client_left_at_certificate(f), ENDS(CLIENT, ALERT, 42));
    SAYS(false, dx_client_left_at_certificate(f), ENDS(SERVER, ALERT, 42));
    SAYS(true, dx_client_left_at_certificate(f), ENDS(CLIENT, FIN, 0));
    SAYS(false, dx_client_left_at_certificate(f), ENDS(CLIENT, FIN, 0); f->client_finished_frame = 7);
    SAYS(false, dx_client_left_at_certificate(f), ENDS(CLIENT, FIN, 0); f->server.acked = 9001);
    SAYS(false, dx_client_left_at_certificate(f), ENDS(CLIENT, FIN, 0); f->client_strayed_frame = 7);
    SAYS(true, dx_client_left_at_certificate(f), ENDS(CLIENT, ALERT, 42); f->client_strayed_frame = 7);
    SAYS(false, dx_client_left_at_certificate(f), f->phase = DX_PHASE_HELLO; ENDS(CLIENT, ALERT, 42));
    SAYS(true, dx_client_left_at_certificate(f), f->phase = DX_PHASE_ESTABLISHED; ENDS(CLIENT, ALERT, 42));
    SAYS(false, dx_client_left_at_certificate(f), f->phase = DX_PHASE_DATA; ENDS(CLIENT, ALERT, 42));
    SAYS(true, dx_client_left_at_certificate(f), f->phase = DX_PHASE_SERVER_HELLO;
         ENDS(CLIENT, ENCRYPTED_ALERT, 0));
    SAYS(true, dx_client_left_at_certificate(f), f->phase = DX_PHASE_CLIENT_FINISHED;
         ENDS(CLIENT, ENCRYPTED_ALERT, 0));
    SAYS(false, dx_client_left_at_certificate(f), f->phase = DX_PHASE_ESTABLISHED;
         ENDS(CLIENT, ENCRYPTED_ALERT, 0));
    SAYS(true, dx_client_left_at_certificate(f), f->phase = DX_PHASE_SERVER_HELLO; ENDS(CLIENT, RST, 0));
    SAYS(false, dx_client_left_at_certificate(f), f->phase = DX_PHASE_SERVER_HELLO; ENDS(CLIENT, RST, 0);
         f->end.time_us = 4 * SECOND);
    SAYS(true, dx_client_left_at_certificate(f), f->phase = DX_PHASE_SERVER_HELLO; ENDS(CLIENT, RST, 0);
         f->end.time_us = 4 * SECOND - 1);
    SAYS(false, dx_client_left_at_certificate(f), HIDDEN; f->phase = DX_PHASE_SERVER_HELLO;
         ENDS(CLIENT, RST, 0));
    SAYS(false, dx_client_left_at_certificate(f), f->certificate_frame = 0; ENDS(CLIENT, ALERT, 48));
    SAYS(true, dx_client_left_at_certificate(f), f->certificate_frame = 0; f->damaged = true;
         ENDS(CLIENT, ALERT, 48));
    SAYS(false, dx_client_left_at_certificate(f), f->certificate_frame = 0; f->damaged = true;
         ENDS(CLIENT, ALERT, 42));

    SAYS(false, dx_key_in_doubt(f), ENDS(CLIENT, ALERT, 43));
    SAYS(false, dx_key_in_doubt(f), ENDS(CLIENT, ALERT, 44));
    SAYS(false, dx_key_in_doubt(f), ENDS(CLIENT, ALERT, 45));
    SAYS(false, dx_key_in_doubt(f), ENDS(CLIENT, ALERT, 48));
    SAYS(true, dx_key_in_doubt(f), ENDS(CLIENT, ALERT, 51));
    SAYS(true, dx_key_in_doubt(f), ENDS(CLIENT, FIN, 0); f->end.alert = 48);
}

#define RESUMED                                                                                              \
    HIDDEN;                                                                                                  \
    f->chosen.resumed = true;                                                                                \
    OFFER(extensions, 27);                                                                                   \
    ENDS(CLIENT, ENCRYPTED_ALERT, 0)

/* ECDHE with a certificate, ended where its signature should come. */
#define UNSIGNED                                                                                             \
    f->phase = DX_PHASE_SERVER_HELLO;                                                                        \
    ENDS(SERVER, ALERT, 80)

static void
test_other_rejections(void)
{
    SAYS(true, dx_client_checks_again(f), RESUMED);
    SAYS(false, dx_client_checks_again(f), RESUMED; f->chosen.resumed = false);
    SAYS(false, dx_client_checks_again(f), RESUMED; f->chosen.version = DX_TLS12);
    SAYS(false, dx_client_checks_again(f), RESUMED; f->end.by = DX_SERVER);
    SAYS(false, dx_client_checks_again(f), RESUMED; f->end.kind = DX_END_ALERT);
    SAYS(false, dx_client_checks_again(f), RESUMED; f->offer = NULL);
    SAYS(false, dx_client_checks_again(f), RESUMED; OFFER(extensions, 26));
    SAYS(false, dx_client_checks_again(f), RESUMED; OFFER(extensions, 27, 28));

    SAYS(true, dx_server_failed_to_sign(f), UNSIGNED);
    SAYS(true, dx_server_failed_to_sign(f), UNSIGNED; f->end.alert = 40);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->end.alert = 41);
    SAYS(true, dx_server_failed_to_sign(f), UNSIGNED; f->chosen.cipher = 0x9e);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->chosen.cipher = 0x9c);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->chosen.cipher = 0x0a0a);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->key_exchange_frame = 5);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->certificate_frame = 0);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->end.by = DX_CLIENT);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->end.phase = DX_PHASE_SERVER_DONE);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; f->end.kind = DX_END_FIN);
    SAYS(true, dx_server_failed_to_sign(f), UNSIGNED; HIDDEN; f->end.kind = DX_END_ENCRYPTED_ALERT);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; HIDDEN);
    SAYS(false, dx_server_failed_to_sign(f), UNSIGNED; HIDDEN; f->end.kind = DX_END_ENCRYPTED_ALERT;
         f->server_encrypted_bytes = 0);
}

#define NODE                                                                                                 \
    OFFER(extensions, 22);                                                                                   \
    OFFER(ciphers, 0x1301, 0xc02f, 0xc02b)

/* What the client's software checks after the handshake, by its ClientHello. */
#define ALPN(protocol) s.offer.alpn[0] = (protocol), s.offer.num_alpn = 1

static void
test_http(void)
{
    SAYS(false, dx_offers_http(f->offer), f->offer = NULL);
    SAYS(false, dx_offers_http(f->offer), );
    SAYS(true, dx_offers_http(f->offer), ALPN("h2"));
    SAYS(true, dx_offers_http(f->offer), ALPN("h3"));
    SAYS(true, dx_offers_http(f->offer), ALPN("h3-29"));
    SAYS(true, dx_offers_http(f->offer), ALPN("http/1.0"));
    SAYS(false, dx_offers_http(f->offer), ALPN("doq"));
    SAYS(false, dx_offers_http(f->offer), ALPN("hq-interop"));
    SAYS(false, dx_offers_http(f->offer), ALPN("h2c"));
}

static void
test_late_check(void)
{
    SAYS(true, dx_late_check_of(f) == DX_LATE_ANYTHING, f->offer = NULL);
    SAYS(true, dx_late_check_of(f) == DX_LATE_ANYTHING, );
    SAYS(true, dx_late_check_of(f) == DX_LATE_ANYTHING, OFFER(extensions, 10));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ANYTHING, OFFER(extensions, 28));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ALL, OFFER(extensions, 28); OFFER(ciphers, 0x1304));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ALL, OFFER(extensions, 28); OFFER(ciphers, 0xc0ad));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ALL, OFFER(extensions, 28); OFFER(ciphers, 0xc0ac));
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 50));
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 17));
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, OFFER(extensions, 18));
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, OFFER(extensions, 22));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ALL, NODE);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, NODE; OFFER(ciphers, 0x1301, 0xc02b, 0xc02f));
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, NODE; OFFER(ciphers, 0x1301, 0xc02f, 0xc030));
    SAYS(true, dx_late_check_of(f) == DX_LATE_ALL, OFFER(extensions, 22); f->upgrade = DX_UPGRADE_RDP);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); f->upgrade = DX_UPGRADE_POSTGRES);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); f->upgrade = DX_UPGRADE_MYSQL);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); f->upgrade = DX_UPGRADE_TDS);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, OFFER(extensions, 22); f->upgrade = DX_UPGRADE_SMTP);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); s.offer.num_alpn = 1);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NOTHING, OFFER(extensions, 22); s.offer.num_alpn = 1;
         OFFER(versions, 0x304); s.offer.versions_listed = true);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); s.offer.num_alpn = 1;
         OFFER(versions, 0x304); s.offer.versions_listed = true; s.offer.post_handshake_auth = true);
    SAYS(true, dx_late_check_of(f) == DX_LATE_NAME, OFFER(extensions, 22); s.offer.num_alpn = 1;
         OFFER(versions, 0x304); s.offer.versions_listed = true; f->transport = DX_TRANSPORT_QUIC);

    SAYS(true, dx_client_is_openssl(f), OFFER(extensions, 22); s.offer.renegotiation_info = true);
    SAYS(false, dx_client_is_openssl(f), s.offer.renegotiation_info = true);
    SAYS(false, dx_client_is_openssl(f), OFFER(extensions, 22));
    SAYS(false, dx_client_is_openssl(f), OFFER(extensions, 22, 0xff01); s.offer.renegotiation_info = true);
    SAYS(false, dx_client_is_openssl(f), OFFER(extensions, 22, 28); s.offer.renegotiation_info = true);
    SAYS(false, dx_client_is_openssl(f), f->offer = NULL);
    SAYS(true, dx_client_is_schannel(f), OFFER(extensions, 5, 23, 0xff01));
    SAYS(true, dx_client_is_schannel(f), OFFER(extensions, 5, 23, 0xff01, 45));
    SAYS(false, dx_client_is_schannel(f), OFFER(extensions, 6, 23, 0xff01));
    SAYS(false, dx_client_is_schannel(f), OFFER(extensions, 23, 0xff01));
    SAYS(false, dx_client_is_schannel(f), OFFER(extensions, 5, 0xff01, 23));
    SAYS(false, dx_client_is_schannel(f), OFFER(extensions, 5, 18, 23, 0xff01));
    SAYS(false, dx_client_is_schannel(f), OFFER(extensions, 5, 23, 0xff01, 10));
    SAYS(false, dx_client_is_schannel(f), f->offer = NULL);
}

#define SAW(sight, wanted, ...) SAYS(wanted, dx_gate_saw(DX_SIGHT_##sight, f, &s.context), __VA_ARGS__)
/* Without the fact the sight was not seen, with it it was. */
#define SHOWS(sight, without, ...)                                                                           \
    SAW(sight, true, __VA_ARGS__);                                                                           \
    SAW(sight, false, __VA_ARGS__; without)

static void
test_sights_of_client(void)
{
    SHOWS(SYN, f->client.syn_frame = 0, );
    SHOWS(HELLO, f->hello_frame = 0, );
    SHOWS(OFFER, f->offer = NULL, );
    SHOWS(NAME, f->sni = NULL, );
    SHOWS(TLS, f->tls = false, );
    SHOWS(NO_NAME, f->offer = NULL, f->sni = NULL);
    SHOWS(MIDDLE_ONLY, f->mid_stream = false, f->mid_stream = true);
    SHOWS(SSLV2, s.offer.sslv2 = false, s.offer.sslv2 = true);
    SHOWS(FALLBACK, s.offer.fallback_scsv = false, s.offer.fallback_scsv = true);
    SHOWS(RESUMPTION, f->resumption_offered = false, f->resumption_offered = true);
    SHOWS(CLIENT_FOREIGN, f->client_foreign_frame = 0, f->client_foreign_frame = 4);
    SHOWS(UPGRADE, f->upgrade = DX_UPGRADE_NONE, f->upgrade = DX_UPGRADE_SMTP);
    SHOWS(AGREED, f->upgrade_answer = 0, f->upgrade_answer = 1);
    SHOWS(CONNECT, f->upgrade = DX_UPGRADE_TDS, f->upgrade = DX_UPGRADE_HTTP_CONNECT);
    SHOWS(PRELOGIN, f->upgrade = DX_UPGRADE_HTTP_CONNECT, f->upgrade = DX_UPGRADE_TDS);
    SHOWS(BEGINNING, f->partial_frame = 0, f->hello_frame = 0; f->phase = DX_PHASE_TCP; f->partial_frame = 4);
    SHOWS(BEGINNING, f->phase = DX_PHASE_PREAMBLE, f->hello_frame = 0; f->phase = DX_PHASE_HELLO_PARTIAL);
    SHOWS(SMALL_HELLO, f->hello_segments = 2, );
    SHOWS(SMALL_HELLO, f->hello_len = 1400, f->hello_len = 1399);
    SHOWS(SMALL_HELLO, s.offer.post_quantum = true, );
    SHOWS(SMALL_HELLO, f->offer = NULL, );
    SHOWS(CLIENT_CERTIFICATE, HIDDEN, f->client_certificate = DX_CLIENT_CERTIFICATE_SENT);
    SHOWS(EMPTY_CERTIFICATE, HIDDEN, f->client_certificate = DX_CLIENT_CERTIFICATE_EMPTY);
    SAW(CLIENT_CERTIFICATE, true, HIDDEN; f->client_certificate = DX_CLIENT_CERTIFICATE_SENT;
        f->decrypted = true);
    SAW(EMPTY_CERTIFICATE, false, f->client_certificate = DX_CLIENT_CERTIFICATE_SENT);
}

static void
test_sights_of_choice(void)
{
    SHOWS(NO_ALPN, s.offer.num_alpn = 1, );
    SHOWS(NO_ALPN, f->chosen.alpn = NULL, s.offer.num_alpn = 1; f->chosen.alpn = "h2");
    SHOWS(NO_ALPN, ENDS(SERVER, ALERT, 120), ENDS(SERVER, ALERT, 40));
    SHOWS(RETRY, f->retry_frame = 0, f->retry_frame = 5);
    SHOWS(COMMON_GROUP, f->retry_frame = 0, f->retry_frame = 5; f->retry_group = 23; OFFER(groups, 23));
    SHOWS(COMMON_GROUP, OFFER(groups, 24), f->retry_frame = 5; f->retry_group = 23; OFFER(groups, 23));
    SHOWS(NO_FOREIGN_GROUP, f->server_hello_frame = 0, OFFER(groups, 29));
    SHOWS(SERVER_HELLO, f->server_hello_frame = 0, );
    SHOWS(TLS13, f->chosen.version = DX_TLS12, HIDDEN);
    SHOWS(ABOVE_TLS10, f->chosen.version = DX_TLS10, f->chosen.version = DX_TLS11);
    SHOWS(DOWNGRADE, f->downgrade = 0, f->downgrade = 1);
    SHOWS(FULL_HANDSHAKE, f->chosen.resumed = true, );
    SHOWS(FULL_HANDSHAKE, f->early_data = true, );
    SHOWS(FULL_HANDSHAKE, f->server_hello_frame = 0, );
    SHOWS(NO_RENEGOTIATION_INFO, f->chosen.renegotiation_info = true, s.offer.renegotiation_info = true);
    SHOWS(NO_RENEGOTIATION_INFO, f->server_hello_frame = 0, s.offer.renegotiation_info = true);
    SHOWS(NO_RENEGOTIATION_INFO, s.offer.renegotiation_info = false, s.offer.renegotiation_info = true);
    SHOWS(NO_RENEGOTIATION_INFO, f->chosen.version = 0, s.offer.renegotiation_info = true);
    SHOWS(NO_RENEGOTIATION_INFO, s.offer.legacy_version = DX_TLS11, s.offer.renegotiation_info = true);
    SHOWS(NO_RENEGOTIATION_INFO, OFFER(versions, 0x304); s.offer.versions_listed = true;
          f->chosen.version = DX_TLS13, s.offer.renegotiation_info = true);
    SHOWS(NO_EXTENDED_MASTER_SECRET, f->chosen.extended_master_secret = true,
          s.offer.extended_master_secret = f->chosen.renegotiation_info = true);
    SHOWS(NO_EXTENDED_MASTER_SECRET, f->chosen.renegotiation_info = false,
          s.offer.extended_master_secret = f->chosen.renegotiation_info = true);
    SHOWS(NO_EXTENDED_MASTER_SECRET, s.offer.extended_master_secret = false,
          s.offer.extended_master_secret = f->chosen.renegotiation_info = true);
}

static void
test_sights_of_server(void)
{
    SHOWS(SERVER_PACKET, f->server = (dx_peer){0}, );
    SHOWS(SERVER_PACKET, f->server.syn_frame = 0, f->server = (dx_peer){.syn_frame = 2});
    SHOWS(SERVER_PACKET, f->server.have_acked = false, f->server = (dx_peer){.have_acked = true});
    SHOWS(SERVER_PACKET, f->server.payload_bytes = 0, f->server = (dx_peer){.payload_bytes = 1});
    SHOWS(SERVER_PACKET, f->transport = DX_TRANSPORT_TCP, f->server = (dx_peer){.num_packets = 1};
          f->transport = DX_TRANSPORT_QUIC);
    SHOWS(ARRIVAL, f->client.acked = 1500, );
    SHOWS(ARRIVAL, f->hello_frame = 0, );
    SHOWS(CERTIFICATE, f->certificate_frame = 0, );
    SHOWS(CERTIFICATE, f->damaged = false, f->certificate_frame = 0; f->damaged = true);
    SHOWS(CERTIFICATE, f->server_hello_frame = 0, f->certificate_frame = 0; f->damaged = true);
    SHOWS(KEY_EXCHANGE, f->key_exchange_frame = 0, f->key_exchange_frame = 5);
    SHOWS(SHORT_PRIME, f->dh_bits = 2048, f->dh_bits = 2047);
    SHOWS(SHORT_PRIME, f->dh_bits = 0, f->dh_bits = 1);
    SHOWS(HELLO_REQUEST, f->hello_request_frame = 0, f->hello_request_frame = 8);
    SHOWS(SERVER_FOREIGN, f->server_foreign_frame = 0, f->server_foreign_frame = 5);
    SHOWS(OTHER_PROTOCOL, f->server_foreign_frame = 0, f->server_foreign_frame = 5);
    SHOWS(NO_REQUEST, f->certificate_request_frame = 5, );
    SHOWS(NO_REQUEST, f->hello_request_frame = 5, );
    SHOWS(NO_REQUEST, ENDS(SERVER, ALERT, 116), ENDS(SERVER, ALERT, 40));
    SHOWS(NO_REQUEST, f->phase = DX_PHASE_SERVER_HELLO, );
    SHOWS(NO_REQUEST, f->damaged = true, );
    SHOWS(NO_REQUEST, f->server_hello_frame = 0, );
    SHOWS(NO_REQUEST, f->client_finished_frame = 0, HIDDEN; f->client_finished_frame = 7);
    SHOWS(NO_REQUEST, f->transport = DX_TRANSPORT_QUIC, HIDDEN; f->client_finished_frame = 7);
    SHOWS(NO_REQUEST, f->client_certificate = DX_CLIENT_CERTIFICATE_SENT, HIDDEN;
          f->client_finished_frame = 7);
    SHOWS(NO_REQUEST, f->decrypted = false, HIDDEN; f->decrypted = true);
    SHOWS(OBJECTION, f->end.by = DX_SERVER, ENDS(CLIENT, FIN, 0));
    SHOWS(OBJECTION, f->end.kind = DX_END_RST, ENDS(SERVER, ALERT, 40));
    SHOWS(OBJECTION, f->end.kind = DX_END_FIN, ENDS(SERVER, ENCRYPTED_ALERT, 0));
    SHOWS(LEAVING, f->end.kind = DX_END_NONE, ENDS(SERVER, FIN, 0));
}

/* DTLS, and the server has the last word. */
#define SILENT f->transport = DX_TRANSPORT_DTLS

static void
test_leaving(void)
{
    SHOWS(LEAVING, f->transport = DX_TRANSPORT_TCP, SILENT);
    SHOWS(LEAVING, f->phase = DX_PHASE_HELLO, SILENT);
    SHOWS(LEAVING, f->phase = DX_PHASE_CLIENT_FINISHED, SILENT; f->phase = DX_PHASE_SERVER_HELLO);
    SHOWS(LEAVING, f->certificate_frame = 0, SILENT);
    SHOWS(LEAVING, f->client_finished_frame = 7, SILENT);
    SHOWS(LEAVING, f->client.last_payload_frame = 6, SILENT; f->client.last_payload_frame = 5);
}

/* Which part of a gate an end opens. */
static void
test_endings(void)
{
    static const struct {
        dx_end_kind kind;
        dx_endings client, server;
    } rows[] = {{DX_END_NONE, DX_NO_END, DX_NO_END},
                {DX_END_ALERT, DX_CLIENT_ALERT, DX_SERVER_ALERT},
                {DX_END_ENCRYPTED_ALERT, DX_CLIENT_HIDDEN_ALERT, DX_SERVER_HIDDEN_ALERT},
                {DX_END_FIN, DX_CLIENT_FIN, DX_SERVER_FIN},
                {DX_END_RST, DX_CLIENT_RST, DX_SERVER_RST},
                {DX_END_FOREIGN, DX_NO_TLS, DX_NO_TLS},
                {DX_END_UNREACHABLE, DX_ICMP_ERROR, DX_ICMP_ERROR},
                {DX_END_TRANSPORT, DX_QUIC_ERROR, DX_QUIC_ERROR}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene s = new_scene();
        end(&s.facts, DX_CLIENT, rows[i].kind, 40);
        g_assert_cmpuint(dx_gate_end_of(&s.facts).ending, ==, rows[i].client);
        s.facts.end.by = DX_SERVER;
        g_assert_cmpuint(dx_gate_end_of(&s.facts).ending, ==, rows[i].server);
    }
    SAYS(true, dx_gate_end_of(f).phase == 1u << DX_PHASE_SERVER_DONE, );
    SAYS(true, dx_gate_end_of(f).phase == 1u << DX_PHASE_HELLO, f->phase = DX_PHASE_HELLO;
         ENDS(CLIENT, FIN, 0); f->phase = DX_PHASE_DATA);
    SAYS(true, dx_gate_end_of(f).phase == 1u << DX_PHASE_NONE, SILENT; f->server.num_packets = 0);
    SAYS(false, dx_gate_end_of(f).phase == 1u << DX_PHASE_NONE, SILENT; f->server.num_packets = 0;
         f->mid_stream = true);
    SAYS(false, dx_gate_end_of(f).phase == 1u << DX_PHASE_NONE, f->transport = DX_TRANSPORT_EAP;
         f->server.num_packets = 0);
}

/* The remarks on a connection, "id@frame id@frame". New string. */
static char *
remarks(const scene *s, dx_outcome outcome)
{
    GArray *advice = g_array_new(FALSE, FALSE, sizeof(dx_advice));
    GString *text = g_string_new(NULL);

    dx_advice_collect(advice, &s->facts, &s->context, outcome);
    for (unsigned i = 0; i < advice->len; i++) {
        const dx_advice *item = &g_array_index(advice, dx_advice, i);
        g_string_append_printf(text, "%s%s@%u: %s", i ? "\n" : "", item->id, item->frame, item->text);
        g_free(item->text);
    }
    g_array_free(advice, TRUE);
    return g_string_free(text, FALSE);
}

static void
expect_remarks(const scene *s, dx_outcome outcome, const char *wanted, int line, const char *change)
{
    char *found = remarks(s, outcome);
    bool same = *wanted ? strstr(found, wanted) != NULL : !*found;

    if (!same) {
        g_test_message("line %d: %s: wanted \"%s\", found \"%s\"", line, change, wanted, found);
        g_test_fail();
    }
    g_free(found);
}

/* What is remarked once the connection was changed; "": nothing. */
#define REMARKS(outcome, wanted, ...)                                                                        \
    do {                                                                                                     \
        scene s = new_scene();                                                                               \
        dx_facts *f = &s.facts;                                                                              \
        f->offer = &s.offer;                                                                                 \
        __VA_ARGS__;                                                                                         \
        expect_remarks(&s, outcome, wanted, __LINE__, #__VA_ARGS__);                                         \
    } while (0)

/* Both Finished, and then the client closed or the server reset. */
#define COMPLETE                                                                                             \
    f->phase = DX_PHASE_ESTABLISHED;                                                                         \
    f->established_frame = 7;                                                                                \
    f->established_us = 3 * SECOND
#define CLOSED(side, how)                                                                                    \
    COMPLETE;                                                                                                \
    f->close = (dx_close)                                                                                    \
    {                                                                                                        \
        .time_us = 4 * SECOND, .frame = 9, .kind = DX_CLOSE_##how, .by = DX_##side                           \
    }

static void
test_remarks(void)
{
    const char *closed = "closed_after_handshake@9: ", *reset = "session_reset_after_handshake@9: ";

    REMARKS(DX_ESTABLISHED, "", COMPLETE);
    REMARKS(DX_ESTABLISHED, closed, CLOSED(CLIENT, FIN));
    REMARKS(DX_FAILED, "", CLOSED(CLIENT, FIN));
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->established_frame = 0);
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->client.app_records = 1);
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->server.rst_frame = 10);
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->server.app_bytes = 1);
    REMARKS(DX_ESTABLISHED, closed, CLOSED(CLIENT, FIN); f->server.app_bytes = 160; f->chosen.alpn = "h2");
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->server.app_bytes = 161; f->chosen.alpn = "h2");
    REMARKS(DX_ESTABLISHED, closed, CLOSED(CLIENT, FIN); f->server.app_bytes = 4096; HIDDEN);
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->server.app_bytes = 4097; HIDDEN);
    REMARKS(DX_ESTABLISHED, "", CLOSED(SERVER, FIN));
    REMARKS(DX_ESTABLISHED, reset, CLOSED(SERVER, RST));
    REMARKS(DX_ESTABLISHED, "eap_inner_failed@9: TLS succeeded, and the server then sent EAP-Failure: the ",
            CLOSED(SERVER, FIN);
            f->transport = DX_TRANSPORT_EAP);
    REMARKS(DX_ESTABLISHED, "", CLOSED(CLIENT, FIN); f->transport = DX_TRANSPORT_EAP);
    REMARKS(DX_ESTABLISHED, "", CLOSED(SERVER, RST); f->transport = DX_TRANSPORT_EAP);
    REMARKS(DX_ESTABLISHED, "client_validation_stall@7: The client took 2.0 s between the server's last ",
            COMPLETE;
            f->client_finished_frame = 7; f->client_finished_us = 4 * SECOND);
    REMARKS(DX_ESTABLISHED, "", COMPLETE; f->client_finished_us = 4 * SECOND - 1);
    REMARKS(DX_ESTABLISHED, "", COMPLETE; f->client_finished_us = 4 * SECOND; f->server_flight_us = 0);
    REMARKS(DX_ESTABLISHED, "slow_server@5: The ServerHello came 3.0 s after the ClientHello.", COMPLETE;
            f->server_hello_us = 4 * SECOND);
    REMARKS(DX_ESTABLISHED, "", COMPLETE; f->server_hello_us = 4 * SECOND - 1);
    REMARKS(DX_ESTABLISHED, "", COMPLETE; f->server_hello_us = 4 * SECOND; f->num_hellos = 2);
    REMARKS(DX_ESTABLISHED, "", COMPLETE; f->server_hello_us = 4 * SECOND; f->hello_us = 0);
}

#define NOT_OURS                                                                                             \
    f->client = f->server = (dx_peer){0};                                                                    \
    f->tls = false;                                                                                          \
    f->close.kind = DX_CLOSE_FIN
#define REFUSED                                                                                              \
    f->upgrade = DX_UPGRADE_RDP;                                                                             \
    f->upgrade_answer = -1;                                                                                  \
    f->upgrade_answer_frame = 6

static void
test_remarks_without_tls(void)
{
    static const char *const rdp[] = {"it has RDP's own security alone",
                                      "(SSL_REQUIRED_BY_SERVER)",
                                      "(SSL_NOT_ALLOWED_BY_SERVER)",
                                      "(SSL_CERT_NOT_ON_SERVER)",
                                      "(INCONSISTENT_FLAGS)",
                                      "(HYBRID_REQUIRED_BY_SERVER)",
                                      "(SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER)",
                                      "its code is not known"};

    REMARKS(DX_NOT_TLS, "no_client_hello@9: The connection was opened and closed without data", NOT_OURS);
    REMARKS(DX_INCOMPLETE, "capture_incomplete@9: The capture does not show how", NOT_OURS);
    REMARKS(DX_NOT_TLS, "", NOT_OURS; f->close.kind = DX_CLOSE_NONE);
    REMARKS(DX_NOT_TLS, "", NOT_OURS; f->server.payload_bytes = 1);
    REMARKS(DX_NOT_TLS, "no_client_hello@9: ", NOT_OURS; f->server.payload_bytes = 1000; f->tls = true);
    for (unsigned i = 0; i < G_N_ELEMENTS(rdp); i++)
        REMARKS(DX_NOT_TLS, rdp[i], REFUSED; f->rdp_failure = (uint8_t)i);
    REMARKS(DX_NOT_TLS, "starttls_refused@6: The client asked for TLS with STARTTLS and the server refused",
            REFUSED;
            f->upgrade = DX_UPGRADE_SMTP);
    REMARKS(DX_NOT_TLS, "", REFUSED; f->upgrade_answer = 0);
    REMARKS(DX_FAILED, "", REFUSED);
    REMARKS(DX_NOT_TLS, "starttls_required@6: The server refused a command for want of TLS", REFUSED;
            f->tls_demand = 1);
    REMARKS(DX_NOT_TLS, "starttls_not_offered@6: The client asked what the server can do",
            f->not_offered_frame = 6);
    REMARKS(DX_NOT_TLS, "starttls_wanted@6: The server takes no login without TLS", f->not_offered_frame = 6;
            f->login_wants_tls = true);
    REMARKS(DX_INCOMPLETE, "capture_incomplete@9: The capture does not show how this handshake ended", );
    REMARKS(DX_INCOMPLETE, "capture_incomplete@8: The capture is missing bytes of this connection",
            f->damaged = true;
            f->damaged_frame = 8);
    REMARKS(DX_FAILED, "capture_incomplete@9: The capture is missing bytes", f->server.acked += 2);
}

/* The time at which a certificate of the fixtures has so many seconds left. */
static void
show(scene *s, const char *leaf, const char *issuer, int64_t left)
{
    dx_facts *f = &s->facts;
    int64_t since = f->server_hello_us;

    f->chain = issuer ? fixture_chain(dx_ledger_certs(ledger), leaf, issuer, NULL)
                      : fixture_chain(dx_ledger_certs(ledger), leaf, NULL);
    int64_t by = dx_certificate_read(f->chain->certificate[0])->not_after * SECOND - left * SECOND - since;
    f->hello_us += by;
    f->server_hello_us += by;
    f->server_flight_us += by;
    f->established_us += by;
    f->close.time_us += by;
}

#define SHOWN(leaf, left) show(&s, leaf, "issuing", left)
#define DAYS              (24 * 3600)

static void
test_remarks_on_certificates(void)
{
    const char *soon = "certificate_expires_soon@5: The certificate ";

    REMARKS(DX_ESTABLISHED, soon, COMPLETE; SHOWN("leaf", 14 * DAYS - 1));
    REMARKS(DX_ESTABLISHED, "expires 13 days after this connection.", COMPLETE; SHOWN("leaf", 14 * DAYS - 1));
    REMARKS(DX_ESTABLISHED, "expires 0 days after", COMPLETE; SHOWN("leaf", 0));
    REMARKS(DX_ESTABLISHED, "", COMPLETE; SHOWN("leaf", 14 * DAYS));
    REMARKS(DX_ESTABLISHED, "", COMPLETE; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "certificate_defect_tolerated@5: Stricter clients would reject the certificate ",
            COMPLETE;
            f->client.app_records = 2; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, ": expired; an issuer expired or not yet valid.", COMPLETE;
            f->client.app_records = 2; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, ": expired; an issuer expired or not yet valid.", COMPLETE;
            f->transport = DX_TRANSPORT_QUIC; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "; does not match the server name.", COMPLETE; f->client.app_records = 2;
            f->sni = "www.example.org"; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "certificate_may_be_refused@9: The client may have rejected the certificate ",
            CLOSED(CLIENT, FIN);
            SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "valid; root not in this computer's trusted roots): it closed right after",
            CLOSED(CLIENT, FIN);
            SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "may_be_refused", CLOSED(CLIENT, FIN); f->close.time_us += SECOND - 1;
            SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "", CLOSED(SERVER, FIN); SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "may_be_refused", CLOSED(CLIENT, FIN); f->client.app_records = 1;
            f->client.app_bytes = 160; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "defect_tolerated", CLOSED(CLIENT, FIN); f->client.app_records = 1;
            f->client.app_bytes = 161; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "defect_tolerated", CLOSED(CLIENT, FIN); f->client.app_records = 2;
            SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "defect_tolerated", CLOSED(CLIENT, FIN); f->client.app_records = 1;
            f->server.app_records = 1; f->server.first_app_frame = 9; SHOWN("leaf", -1));
    REMARKS(DX_ESTABLISHED, "may_be_refused", CLOSED(CLIENT, FIN); f->client.app_records = 1;
            f->server.app_records = 1; f->server.first_app_frame = 10; SHOWN("leaf", -1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ledger = dx_ledger_new();
    g_test_add_func("/rules/path", test_path);
    g_test_add_func("/rules/path_ends", test_path_ends);
    g_test_add_func("/rules/left_at_certificate", test_left_at_certificate);
    g_test_add_func("/rules/other_rejections", test_other_rejections);
    g_test_add_func("/rules/http", test_http);
    g_test_add_func("/rules/late_check", test_late_check);
    g_test_add_func("/rules/sights_of_client", test_sights_of_client);
    g_test_add_func("/rules/sights_of_choice", test_sights_of_choice);
    g_test_add_func("/rules/sights_of_server", test_sights_of_server);
    g_test_add_func("/rules/leaving", test_leaving);
    g_test_add_func("/rules/endings", test_endings);
    g_test_add_func("/rules/remarks", test_remarks);
    g_test_add_func("/rules/remarks_without_tls", test_remarks_without_tls);
    g_test_add_func("/rules/remarks_on_certificates", test_remarks_on_certificates);
    int result = g_test_run();
    dx_ledger_free(ledger);
    return result;
}
