/* test_evidence_logs.c - lines of server programs' logs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#define UTC   INT64_C(1795360609000000) /* 2026-11-22T15:16:49Z */
#define LOCAL (UTC + INT64_C(3600000000))
#define NONE  0xffff /* no client */

/* What is read of a file's first lines that say anything; `seconds` behind the first one. */
static const struct {
    const char *file;
    unsigned at; /* which event of the file */
    dx_logged reason;
    uint8_t alert;
    uint16_t port; /* 0: the client's address alone; NONE */
    unsigned seconds;
    bool utc, yearless, untimed;
    dx_service_id service;
} rows[] = {
    {"nginx-error.log", 0, DX_LOGGED_ALERT, 48, 0, 0, false, false, false, DX_SERVICE_NGINX},
    {"nginx-error.log", 1, DX_LOGGED_NO_CIPHER, 0, 0, 1, false, false, false, DX_SERVICE_NGINX},
    {"nginx-error.log", 2, DX_LOGGED_ALERT, 46, 0, 2, false, false, false, DX_SERVICE_NGINX},
    {"nginx-error.log", 3, DX_LOGGED_PLAIN_HTTP, 0, 0, 3, false, false, false, DX_SERVICE_NGINX},
    {"nginx-error.log", 4, DX_LOGGED_CLIENT_CLOSED, 0, 0, 4, false, false, false, DX_SERVICE_NGINX},
    {"nginx-keys.log", 0, DX_LOGGED_NO_KEY, 0, 0, 0, false, false, false, DX_SERVICE_NGINX},
    {"nginx-keys.log", 1, DX_LOGGED_KEY_UNUSABLE, 0, 0, 1, false, false, false, DX_SERVICE_NGINX},
    {"nginx-keys.log", 2, DX_LOGGED_NO_CERTIFICATE, 0, 0, 2, false, false, false, DX_SERVICE_NGINX},
    {"nginx-keys.log", 3, DX_LOGGED_KEY_UNUSABLE, 0, 0, 3, false, false, false, DX_SERVICE_NGINX},
    {"nginx-openssl111.log", 0, DX_LOGGED_ALERT, 46, 0, 0, false, false, false, DX_SERVICE_NGINX},
    {"nginx-openssl111.log", 1, DX_LOGGED_NO_CIPHER, 0, 0, 1, false, false, false, DX_SERVICE_NGINX},
    {"apache-error.log", 0, DX_LOGGED_NO_CIPHER, 0, 51234, 0, false, false, false, DX_SERVICE_APACHE},
    {"apache-error.log", 1, DX_LOGGED_PLAIN_HTTP, 0, 51235, 1, false, false, false, DX_SERVICE_APACHE},
    {"apache-error.log", 2, DX_LOGGED_CLIENT_CERTIFICATE_BAD, 0, 51236, 2, false, false, false,
     DX_SERVICE_APACHE},
    {"haproxy.log", 0, DX_LOGGED_ALERT, 42, 51234, 0, false, false, false, DX_SERVICE_HAPROXY},
    {"haproxy.log", 1, DX_LOGGED_TIMEOUT, 0, 51235, 0, false, false, false, DX_SERVICE_HAPROXY},
    {"haproxy.log", 2, DX_LOGGED_CLIENT_CERTIFICATE_BAD, 0, 51236, 2, false, false, false,
     DX_SERVICE_HAPROXY},
    {"postfix.log", 1, DX_LOGGED_ALERT, 48, 0, 0, false, true, false, DX_SERVICE_POSTFIX},
    {"dovecot.log", 0, DX_LOGGED_ALERT, 46, 0, 0, false, true, false, DX_SERVICE_DOVECOT},
    {"dovecot.log", 1, DX_LOGGED_NO_CIPHER, 0, 0, 1, false, true, false, DX_SERVICE_DOVECOT},
    {"slapd.log", 0, DX_LOGGED_OTHER, 0, 51234, 0, false, true, false, DX_SERVICE_OPENLDAP},
    {"slapd-journal.log", 0, DX_LOGGED_NO_CIPHER, 0, 51234, 0, true, false, false, DX_SERVICE_OPENLDAP},
    {"postgresql.log", 0, DX_LOGGED_ALERT, 48, 51234, 0, false, false, false, DX_SERVICE_POSTGRESQL},
    {"postgresql.log", 1, DX_LOGGED_NO_CIPHER, 0, NONE, 1, false, false, false, DX_SERVICE_POSTGRESQL},
    {"postgresql.log", 2, DX_LOGGED_CLIENT_CLOSED, 0, NONE, 2, false, false, false, DX_SERVICE_POSTGRESQL},
    {"mysql-error.log", 0, DX_LOGGED_OTHER, 0, NONE, 0, true, false, false, DX_SERVICE_MYSQL},
    {"stunnel.log", 0, DX_LOGGED_ALERT, 48, 51234, 0, false, false, false, DX_SERVICE_STUNNEL},
    {"java-debug.log", 0, DX_LOGGED_NO_CIPHER, 0, NONE, 0, false, false, false, DX_SERVICE_JAVA},
    {"tomcat.log", 0, DX_LOGGED_ALERT, 46, 51234, 0, false, false, false, DX_SERVICE_JAVA},
    {"go.log", 0, DX_LOGGED_ALERT, 48, 51234, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"go.log", 1, DX_LOGGED_NO_CIPHER, 0, 51235, 1, false, false, false, DX_SERVICE_UNKNOWN},
    {"go.log", 3, DX_LOGGED_NO_VERSION, 0, 51237, 3, false, false, false, DX_SERVICE_UNKNOWN},
    {"go.log", 4, DX_LOGGED_BAD_RECORD, 0, 51238, 4, false, false, false, DX_SERVICE_UNKNOWN},
    {"freeradius.log", 0, DX_LOGGED_ALERT, 48, NONE, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"openssl-s_server.txt", 0, DX_LOGGED_NO_CIPHER, 0, NONE, 0, false, false, true, DX_SERVICE_UNKNOWN},
    {"openssl-numbers.txt", 0, DX_LOGGED_NO_SIGNATURE, 0, NONE, 0, true, false, false, DX_SERVICE_UNKNOWN},
    {"journal.txt", 0, DX_LOGGED_NO_GROUP, 0, 0, 0, false, false, false, DX_SERVICE_NGINX},
    {"docker.txt", 0, DX_LOGGED_NO_PROTOCOL, 0, 0, 0, true, false, false, DX_SERVICE_NGINX},
    {"mosquitto.log", 0, DX_LOGGED_ALERT, 48, 51234, 0, false, true, false, DX_SERVICE_MOSQUITTO},
    {"rabbitmq.log", 0, DX_LOGGED_ALERT, 48, NONE, 0, true, false, false, DX_SERVICE_RABBITMQ},
    {"rabbitmq.log", 1, DX_LOGGED_OTHER, 0, NONE, 1, true, false, false, DX_SERVICE_RABBITMQ},
    {"rabbitmq.log", 2, DX_LOGGED_NO_CIPHER, 0, NONE, 1, true, false, false, DX_SERVICE_RABBITMQ},
    {"prosody.err", 0, DX_LOGGED_ALERT, 48, NONE, 0, false, true, false, DX_SERVICE_UNKNOWN},
    {"redis.log", 0, DX_LOGGED_NO_CIPHER, 0, 51234, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"mongod.log", 0, DX_LOGGED_NO_VERSION, 0, 51234, 0, true, false, false, DX_SERVICE_UNKNOWN},
    {"kafka.log", 0, DX_LOGGED_OTHER, 0, 0, 0, false, false, false, DX_SERVICE_KAFKA},
    {"rsyslog.log", 0, DX_LOGGED_OTHER, 0, NONE, 0, false, true, false, DX_SERVICE_RSYSLOG},
    {"vsftpd.log", 0, DX_LOGGED_NO_CIPHER, 0, 0, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"openvpn.log", 0, DX_LOGGED_CLIENT_CERTIFICATE_BAD, 0, 51234, 0, false, true, false, DX_SERVICE_UNKNOWN},
    {"asterisk.log", 0, DX_LOGGED_NO_CIPHER, 0, NONE, 0, false, true, false, DX_SERVICE_UNKNOWN},
    {"journal.json", 0, DX_LOGGED_ALERT, 48, 51234, 0, true, false, false, DX_SERVICE_UNKNOWN},
    {"docker.json", 0, DX_LOGGED_ALERT, 48, 0, 0, true, false, false, DX_SERVICE_NGINX},
    {"compose.log", 0, DX_LOGGED_ALERT, 48, 0, 0, false, false, false, DX_SERVICE_NGINX},
    {"kubernetes.log", 0, DX_LOGGED_ALERT, 48, 0, 0, true, false, false, DX_SERVICE_NGINX},
    {"traefik.log", 0, DX_LOGGED_ALERT, 48, 51234, 0, true, false, false, DX_SERVICE_UNKNOWN},
    {"traefik.log", 1, DX_LOGGED_CLIENT_CERTIFICATE_MISSING, 0, 51235, 1, true, false, false,
     DX_SERVICE_UNKNOWN},
    {"caddy.json", 0, DX_LOGGED_NO_CERTIFICATE, 0, 51234, 0, true, false, false, DX_SERVICE_UNKNOWN},
    {"envoy.log", 0, DX_LOGGED_CLIENT_CERTIFICATE_BAD, 0, 51234, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"envoy.log", 1, DX_LOGGED_ALERT, 46, 51235, 1, false, false, false, DX_SERVICE_UNKNOWN},
    {"kestrel.log", 1, DX_LOGGED_ALERT, 48, NONE, 0, false, false, true, DX_SERVICE_UNKNOWN},
    {"tomcat-plain.log", 0, DX_LOGGED_OTHER, 0, NONE, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"tomcat-keystore.log", 0, DX_LOGGED_NO_KEY, 0, NONE, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"postfix-keys.log", 0, DX_LOGGED_KEY_UNUSABLE, 0, NONE, 0, false, true, false, DX_SERVICE_POSTFIX},
    {"postfix-keys.log", 1, DX_LOGGED_NO_CERTIFICATE, 0, NONE, 1, false, true, false, DX_SERVICE_POSTFIX},
    {"dovecot-keys.log", 0, DX_LOGGED_NO_CERTIFICATE, 0, 0, 0, false, true, false, DX_SERVICE_DOVECOT},
    {"dovecot-keys.log", 1, DX_LOGGED_NO_KEY, 0, NONE, 1, false, true, false, DX_SERVICE_DOVECOT},
    {"freeradius.log", 1, DX_LOGGED_ALERT, 48, 0, 0, false, false, false, DX_SERVICE_UNKNOWN},
    {"postfix-openssl.log", 0, DX_LOGGED_CLIENT_RESET, 0, 0, 0, true, false, false, DX_SERVICE_POSTFIX},
};

static void
test_row(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", "server_logs", rows[i].file, NULL),
         *bytes;
    dx_evidence_store *store = dx_evidence_new();
    size_t len;

    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_read(store, rows[i].file, (const uint8_t *)bytes, len);
    expect_kind(store, DX_KIND_server_log);
    g_assert_cmpstr(ITEM(store->files, dx_evidence_file, 0)->reason, ==, NULL);
    g_assert_cmpint(ITEM(store->files, dx_evidence_file, 0)->log_service, ==, rows[i].service);
    g_assert_cmpuint(store->events->len, >, rows[i].at);
    const dx_log_event *event = ITEM(store->events, dx_log_event, rows[i].at);
    g_assert_cmpint(event->row->reason, ==, rows[i].reason);
    g_assert_cmpuint(event->alert, ==, rows[i].alert);
    g_assert_true(event->have_client == (rows[i].port != NONE));
    if (event->have_client)
        g_assert_cmpuint(event->endpoint.port, ==, rows[i].port);
    g_assert_true(event->have_time == !rows[i].untimed);
    if (event->have_time) {
        g_assert_true(event->utc == rows[i].utc && event->yearless == rows[i].yearless);
        int64_t time_us = event->yearless ? dx_time_set_year(event->time_us, UTC) : event->time_us;
        int64_t wanted_us = (event->utc ? UTC : LOCAL) + rows[i].seconds * INT64_C(1000000);
        g_assert_cmpint(time_us / 1000000, ==, wanted_us / 1000000);
    }
    g_free(bytes);
    g_free(path);
    dx_evidence_free(store);
}

/* What clients say, and of which server. */
static const struct {
    const char *file;
    dx_logged reason;
    uint16_t port; /* of the server's address; 0: none is named */
    const char *name;
} said[] = {
    {"curl.txt", DX_LOGGED_CLIENT_NO_ROOT, 443, "www.example.com"},
    {"curl-8.txt", DX_LOGGED_CLIENT_EXPIRED, 443, NULL},
    {"wget.txt", DX_LOGGED_CLIENT_NO_ISSUER, 443, "www.example.com"},
    {"chromium.txt", DX_LOGGED_CLIENT_NAME, 0, NULL},
    {"firefox.txt", DX_LOGGED_CLIENT_REVOKED, 0, NULL},
    {"s_client.txt", DX_LOGGED_CLIENT_EXPIRED, 0, NULL},
    {"go.txt", DX_LOGGED_CLIENT_NAME, 0, "www.example.com"},
    {"python.txt", DX_LOGGED_CLIENT_NOT_YET, 0, "www.example.com"},
    {"node.txt", DX_LOGGED_CLIENT_NAME, 0, NULL},
    {"openssl-legacy.txt", DX_LOGGED_CLIENT_LEGACY, 0, NULL},
};

static void
test_said(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", "client_words", said[i].file, NULL),
         *bytes;
    dx_evidence_store *store = dx_evidence_new();
    size_t len;

    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_read(store, said[i].file, (const uint8_t *)bytes, len);
    expect_kind(store, DX_KIND_client_text);
    g_assert_cmpuint(store->events->len, ==, 1);
    const dx_log_event *event = ITEM(store->events, dx_log_event, 0);
    g_assert_cmpint(event->row->reason, ==, said[i].reason);
    g_assert_true(event->of_client && !event->have_client && !event->have_time);
    g_assert_cmpuint(event->endpoint.port, ==, said[i].port);
    g_assert_cmpstr(event->server_name, ==, said[i].name);
    g_free(bytes);
    g_free(path);
    dx_evidence_free(store);
}

/* A name from the root on, as DNS writes it: the dot at its end is no part of what certificates hold. */
static void
test_said_name(void)
{
    static const char *const lines[] = {"$ curl https://www.example.com/\n",
                                        "$ curl https://www.example.com./\n",
                                        "$ curl https://WWW.Example.com.:8443/x\n"};

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        dx_evidence_store *store = dx_evidence_new();
        char *text =
            g_strconcat(lines[i], "curl: (60) SSL certificate problem: certificate has expired\n", NULL);
        dx_evidence_read(store, "said.txt", (const uint8_t *)text, strlen(text));
        expect_kind(store, DX_KIND_client_text);
        g_assert_cmpuint(store->events->len, ==, 1);
        g_assert_cmpstr(ITEM(store->events, dx_log_event, 0)->server_name, ==, "www.example.com");
        g_free(text);
        dx_evidence_free(store);
    }
}

/* Connections to other servers behind this one are not its clients'. */
static void
test_upstream(void)
{
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", "server_logs", "nginx-error.log", NULL),
         *bytes;
    dx_evidence_store *store = dx_evidence_new();
    size_t len;

    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_read(store, "log", (const uint8_t *)bytes, len);
    g_assert_cmpuint(store->events->len, ==, 5);
    g_free(bytes);
    g_free(path);
    dx_evidence_free(store);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = g_strdup_printf("/evidence/logs/%s/%u", rows[i].file, rows[i].at);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
        g_free(path);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(said); i++) {
        char *path = g_strdup_printf("/evidence/said/%s", said[i].file);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_said);
        g_free(path);
    }
    g_test_add_func("/evidence/said/name", test_said_name);
    g_test_add_func("/evidence/logs/upstream", test_upstream);
    return g_test_run();
}
