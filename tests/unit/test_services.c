/* test_services.c - programs, their processes and greetings, and the ports that are theirs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "knowledge/services.h"

#define PORT(port, role, tls) port,
static const guint16 rows[] = {
#include "knowledge/services.def"
};

static void
test_rows(void)
{
    for (int id = DX_SERVICE_UNKNOWN + 1; id < DX_NUM_SERVICES; id++) {
        const dx_service *service = dx_service_get((dx_service_id)id);
        g_assert_cmpint(service->id, ==, id);
        g_assert_nonnull(service->home);
        /* Schannel has its settings in the registry, a program of its own in its files or its window */
        g_assert_true((service->stack == DX_STACK_SCHANNEL) == (!service->show && !service->certificate));
        g_assert_true((service->platform == DX_PLATFORM_WINDOWS) == (service->stack == DX_STACK_SCHANNEL));
    }
    g_assert_null(dx_service_get(DX_SERVICE_UNKNOWN));
    g_assert_null(dx_service_get(DX_NUM_SERVICES));
}

static void
test_roles(void)
{
    for (int id = DX_ROLE_NONE + 1; id < DX_NUM_ROLES; id++) {
        const dx_role *role = dx_role_get((dx_role_id)id);
        g_assert_cmpint(role->id, ==, id);
        g_assert_cmpint(dx_service_get(role->windows)->platform, !=, DX_PLATFORM_UNIX);
        g_assert_nonnull(dx_service_get(role->elsewhere));
    }
    g_assert_null(dx_role_get(DX_ROLE_NONE));
}

static const struct {
    unsigned port;
    dx_service_id windows, elsewhere;
} expected[] = {{443, DX_SERVICE_HTTPSYS, DX_SERVICE_WEB_SERVER},
                {636, DX_SERVICE_ACTIVE_DIRECTORY, DX_SERVICE_OPENLDAP},
                {389, DX_SERVICE_ACTIVE_DIRECTORY, DX_SERVICE_OPENLDAP},
                {3389, DX_SERVICE_RDP, DX_SERVICE_XRDP},
                {3269, DX_SERVICE_ACTIVE_DIRECTORY, DX_SERVICE_ACTIVE_DIRECTORY},
                {1433, DX_SERVICE_SQL_SERVER, DX_SERVICE_SQL_SERVER_LINUX},
                {25, DX_SERVICE_EXCHANGE, DX_SERVICE_MAIL_SERVER},
                {587, DX_SERVICE_EXCHANGE, DX_SERVICE_MAIL_SERVER},
                {993, DX_SERVICE_EXCHANGE, DX_SERVICE_DOVECOT},
                {1812, DX_SERVICE_NPS, DX_SERVICE_FREERADIUS},
                {2083, DX_SERVICE_WINDOWS_OTHER, DX_SERVICE_RADSEC}, /* NPS has no RadSec */
                {5986, DX_SERVICE_WINRM, DX_SERVICE_WINRM},
                {5432, DX_SERVICE_POSTGRESQL, DX_SERVICE_POSTGRESQL},
                {8883, DX_SERVICE_MOSQUITTO, DX_SERVICE_MOSQUITTO},
                {5671, DX_SERVICE_RABBITMQ, DX_SERVICE_RABBITMQ},
                {9093, DX_SERVICE_KAFKA, DX_SERVICE_KAFKA},
                {27017, DX_SERVICE_MONGODB, DX_SERVICE_MONGODB}};

static void
test_ports(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
        const dx_role *role = dx_role_of_port((guint16)expected[i].port);
        g_assert_nonnull(role);
        g_assert_cmpint(role->windows, ==, expected[i].windows);
        g_assert_cmpint(role->elsewhere, ==, expected[i].elsewhere);
    }
    g_assert_cmpint(dx_role_of_alpn("tds/8.0")->id, ==, DX_ROLE_TDS);
    g_assert_null(dx_role_of_alpn("h2"));
    g_assert_null(dx_role_of_port(80));
    g_assert_null(dx_role_of_port(65535));
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) /* sorted: each is found */
        g_assert_nonnull(dx_role_of_port(rows[i]));
}

/* The preference's default: TLS from the first byte only, each a number. */
static void
test_tls_ports(void)
{
    char **ports = g_strsplit(dx_tls_ports, ",", -1);
    static const char *const wanted[] = {"444",  "5223", "5671", "6697", "7443",  "8883",
                                         "9093", "2083", "6380", "636",  "27017", "5986"};

    for (unsigned i = 0; i < G_N_ELEMENTS(wanted); i++)
        g_assert_true(g_strv_contains((const char *const *)ports, wanted[i]));
    g_assert_false(g_strv_contains((const char *const *)ports, "25"));
    g_assert_false(g_strv_contains((const char *const *)ports, "3389"));
    for (unsigned i = 0; ports[i]; i++)
        g_assert_cmpuint(strspn(ports[i], "0123456789"), ==, strlen(ports[i]));
    g_strfreev(ports);
}

static void
test_processes(void)
{
    const dx_role *radius = dx_role_of_port(1812), *ldap = dx_role_of_port(636);

    g_assert_cmpint(dx_service_by_process("C:\\nginx\\nginx.exe", NULL)->id, ==, DX_SERVICE_NGINX);
    g_assert_cmpint(dx_service_by_process("C:\\nginx\\httpd.exe", NULL)->id, ==, DX_SERVICE_APACHE);
    g_assert_cmpint(dx_service_by_process("/opt/nginx/bin/httpd", NULL)->id, ==, DX_SERVICE_APACHE);
    g_assert_cmpint(dx_service_by_process("httpd.exe", NULL)->id, ==, DX_SERVICE_APACHE);
    g_assert_cmpint(dx_service_by_process("exim4", NULL)->id, ==, DX_SERVICE_EXIM);
    g_assert_cmpint(dx_service_by_process("Tomcat9.exe", NULL)->id, ==, DX_SERVICE_JAVA);
    g_assert_cmpint(dx_service_by_process("mariadbd", NULL)->id, ==, DX_SERVICE_MYSQL);
    g_assert_null(dx_service_by_process("lighttpd", NULL));
    g_assert_cmpint(dx_service_by_process("sqlservr.exe", NULL)->id, ==, DX_SERVICE_SQL_SERVER);
    g_assert_cmpint(dx_service_by_process("lsass.exe", ldap)->id, ==, DX_SERVICE_ACTIVE_DIRECTORY);
    g_assert_cmpint(dx_service_by_process("svchost.exe", radius)->id, ==, DX_SERVICE_NPS);
    g_assert_null(dx_service_by_process("svchost.exe", NULL));
    g_assert_null(dx_service_by_process("skype.exe", NULL));
    g_assert_null(dx_service_by_process(NULL, NULL));
}

static void
test_banners(void)
{
    g_assert_cmpint(dx_service_by_banner("Microsoft-IIS/10.0")->id, ==, DX_SERVICE_HTTPSYS);
    g_assert_cmpint(dx_service_by_banner("220 mail.example.com ESMTP Postfix (Debian)")->id, ==,
                    DX_SERVICE_POSTFIX);
    g_assert_cmpint(dx_service_by_banner("220 mx.example.com Microsoft ESMTP MAIL Service ready")->id, ==,
                    DX_SERVICE_EXCHANGE);
    g_assert_cmpint(dx_service_by_banner("* OK The Microsoft Exchange IMAP4 service is ready.")->id, ==,
                    DX_SERVICE_EXCHANGE);
    g_assert_cmpint(dx_service_by_banner("* OK [CAPABILITY IMAP4rev1] Dovecot ready.")->id, ==,
                    DX_SERVICE_DOVECOT);
    g_assert_cmpint(dx_service_by_banner("Apache/2.4.62 (Debian)")->id, ==, DX_SERVICE_APACHE);
    g_assert_cmpint(dx_service_by_banner("Apache-Coyote/1.1")->id, ==, DX_SERVICE_JAVA);
    g_assert_null(dx_service_by_banner("220 ready"));
    g_assert_null(dx_service_by_banner(NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/services/rows", test_rows);
    g_test_add_func("/services/roles", test_roles);
    g_test_add_func("/services/ports", test_ports);
    g_test_add_func("/services/tls_ports", test_tls_ports);
    g_test_add_func("/services/processes", test_processes);
    g_test_add_func("/services/banners", test_banners);
    return g_test_run();
}
