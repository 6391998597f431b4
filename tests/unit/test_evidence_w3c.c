/* test_evidence_w3c.c - logs in the W3C's form
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#define NINE INT64_C(1795683600000000) /* 2026-11-26T09:00:00Z */

static const dx_log_event *
event_of(const dx_evidence_store *store, unsigned at, dx_logged reason, unsigned seconds)
{
    g_assert_cmpuint(store->events->len, >, at);
    const dx_log_event *event = ITEM(store->events, dx_log_event, at);
    g_assert_cmpint(event->row->reason, ==, reason);
    g_assert_true(event->have_client && event->have_time);
    g_assert_cmpint(event->time_us / 1000000, ==, NINE / 1000000 + seconds);
    return event;
}

static void
test_iis(void)
{
    dx_evidence_store *store = read_text("#Software: Microsoft Internet Information Services 10.0\n"
                                         "#Fields: date time s-ip s-port c-ip sc-status sc-substatus\n"
                                         "2026-11-26 09:00:01 198.51.100.20 443 192.0.2.10 403 7\n"
                                         "2026-11-26 09:00:02 198.51.100.20 443 192.0.2.11 404 7\n"
                                         "#Fields: date time c-ip sc-substatus sc-status\n"
                                         "2026-11-26 09:00:03 2001:db8::10 16 403\n"
                                         "2026-11-26 09:00:04 192.0.2.12\n");

    expect_kind(store, DX_KIND_w3c_log);
    g_assert_cmpuint(store->events->len, ==, 2);
    const dx_log_event *event = event_of(store, 0, DX_LOGGED_CLIENT_CERTIFICATE_MISSING, 1);
    g_assert_true(event->utc && event->endpoint.port == 0);
    event = event_of(store, 1, DX_LOGGED_CLIENT_CERTIFICATE_BAD, 3);
    g_assert_cmpuint(event->endpoint.address.family, ==, 6);
    g_assert_cmpuint(ITEM(store->files, dx_evidence_file, 0)->num_skipped, ==, 1);
    dx_evidence_free(store);
}

static void
test_http_sys(void)
{
    dx_evidence_store *store = read_text(
        "#Software: Microsoft HTTP API 2.0\n"
        "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason\n"
        "2026-11-26 09:00:01 192.0.2.10 51234 198.51.100.20 443 - - - - - Timer_SslRenegotiation\n"
        "2026-11-26 09:00:02 192.0.2.10 51235 198.51.100.20 443 HTTP/1.1 GET / 404 1 N/A\n");

    g_assert_cmpuint(store->events->len, ==, 1);
    const dx_log_event *event = event_of(store, 0, DX_LOGGED_OTHER, 1);
    g_assert_true(event->utc && event->endpoint.port == 51234);
    dx_evidence_free(store);
}

/* In a log of what Exchange sends it is the client itself. */
static void
test_exchange(void)
{
    static const char line[] =
        "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,"
        "data,context\n"
        "2026-11-26T09:00:01.000Z,EX01\\Default,08DE,7,198.51.100.20:25,192.0.2.10:51234,*,,TLS negotiation "
        "failed with error AlgorithmMismatch\n";
    char *sent = g_strconcat("#Log-type: SMTP Send Protocol Log\n", line, NULL);
    dx_evidence_store *store = read_text(line);

    const dx_log_event *event = event_of(store, 0, DX_LOGGED_NO_ALGORITHM, 1);
    g_assert_true(event->utc && event->endpoint.port == 51234);
    dx_evidence_free(store);
    store = read_text(sent);
    expect_kind(store, DX_KIND_w3c_log);
    g_assert_cmpuint(store->events->len, ==, 0);
    dx_evidence_free(store);
    g_free(sent);
}

static void
test_firewall(void)
{
    dx_evidence_store *store =
        read_text("#Software: Microsoft Windows Firewall\n#Time Format: Local\n"
                  "#Fields: date time action protocol src-ip dst-ip src-port dst-port\n"
                  "2026-11-26 09:00:01 DROP TCP 192.0.2.10 198.51.100.20 51234 443\n"
                  "2026-11-26 09:00:02 ALLOW TCP 192.0.2.10 198.51.100.20 51235 443\n");

    g_assert_cmpuint(store->events->len, ==, 1);
    const dx_log_event *event = event_of(store, 0, DX_LOGGED_OTHER, 1);
    g_assert_true(!event->utc && event->endpoint.port == 51234);
    dx_evidence_free(store);
}

/* Every row of knowledge/w3c_reasons.def: what a reader is told of it. */
static void
test_meanings(void)
{
    static const char iis[] = "#Software: Microsoft Internet Information Services 10.0\n"
                              "#Fields: date time s-ip s-port c-ip sc-status sc-substatus\n"
                              "2026-11-26 09:00:00 198.51.100.20 443 192.0.2.10 403 ",
                      http_sys[] = "#Software: Microsoft HTTP API 2.0\n"
                                   "#Fields: date time c-ip c-port s-ip s-port s-reason\n"
                                   "2026-11-26 09:00:00 192.0.2.10 51234 198.51.100.20 443 ",
                      exchange[] = "#Fields: date-time,local-endpoint,remote-endpoint,event,data,context\n"
                                   "2026-11-26T09:00:00.000Z,198.51.100.20:25,192.0.2.10:51234,*,,";
    static const struct {
        const char *log, *word;
        dx_logged reason;
        const char *meaning;
    } rows[] = {
        {iis, "4", DX_LOGGED_OTHER, "IIS wants TLS for this page (403.4)"},
        {iis, "5", DX_LOGGED_OTHER, "IIS wants stronger encryption for this page (403.5)"},
        {iis, "7", DX_LOGGED_CLIENT_CERTIFICATE_MISSING,
         "the client sent no certificate, and IIS wants one (403.7)"},
        {iis, "12", DX_LOGGED_OTHER,
         "the client's certificate is mapped to no account that may come in (403.12)"},
        {iis, "13", DX_LOGGED_CLIENT_CERTIFICATE_BAD,
         "the client's certificate is revoked, or its revocation cannot be checked (403.13)"},
        {iis, "16", DX_LOGGED_CLIENT_CERTIFICATE_BAD, "IIS does not trust the client's certificate (403.16)"},
        {iis, "17", DX_LOGGED_CLIENT_CERTIFICATE_BAD,
         "the client's certificate has expired or is not yet valid (403.17)"},
        {http_sys, "BadRequest", DX_LOGGED_OTHER, "HTTP.sys could not read the request (BadRequest)"},
        {http_sys, "Client_Reset", DX_LOGGED_OTHER, "the client closed the connection (Client_Reset)"},
        {http_sys, "Connection_Dropped", DX_LOGGED_OTHER,
         "the client was gone before its request was logged; it may have had its answer "
         "(Connection_Dropped)"},
        {http_sys, "Connections_Refused", DX_LOGGED_OTHER,
         "the server lacked memory for connections (Connections_Refused)"},
        {http_sys, "ConnLimit", DX_LOGGED_OTHER, "the site has as many connections as it may (ConnLimit)"},
        {http_sys, "Timer_Connection", DX_LOGGED_OTHER,
         "HTTP.sys closed the connection after a wait (Timer_Connection)"},
        {http_sys, "Timer_ConnectionIdle", DX_LOGGED_OTHER,
         "HTTP.sys closed a connection without requests (Timer_ConnectionIdle)"},
        {http_sys, "Timer_HeaderWait", DX_LOGGED_OTHER,
         "the request did not come whole in time (Timer_HeaderWait)"},
        {http_sys, "Timer_MinBytesPerSecond", DX_LOGGED_OTHER,
         "the client took its answer too slowly (Timer_MinBytesPerSecond)"},
        {http_sys, "Timer_SslRenegotiation", DX_LOGGED_OTHER,
         "HTTP.sys waited in vain for the renegotiation of TLS that asks for a client certificate "
         "(Timer_SslRenegotiation)"},
        {exchange, "TLS negotiation failed with error AlgorithmMismatch", DX_LOGGED_NO_ALGORITHM,
         "no version or cipher suite in common (AlgorithmMismatch)"},
        {exchange, "TLS negotiation failed with error SocketError", DX_LOGGED_OTHER,
         "the TLS negotiation failed; the line says how"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("%s%s\n", rows[i].log, rows[i].word);
        dx_evidence_store *store = read_text(text);
        const dx_log_event *event = event_of(store, 0, rows[i].reason, 0);
        g_assert_cmpstr(event->row->meaning, ==, rows[i].meaning);
        dx_evidence_free(store);
        g_free(text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/w3c/meanings", test_meanings);
    g_test_add_func("/evidence/w3c/iis", test_iis);
    g_test_add_func("/evidence/w3c/http_sys", test_http_sys);
    g_test_add_func("/evidence/w3c/exchange", test_exchange);
    g_test_add_func("/evidence/w3c/firewall", test_firewall);
    return g_test_run();
}
