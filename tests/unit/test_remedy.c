/* test_remedy.c - what is printed for each cause on each kind of server and client
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "causes/causes.h"
#include "verdict/place.h"
#include "verdict/remedy.h"

#define WINDOWS_TTL 127
#define LINUX_TTL   63

typedef struct {
    dx_facts facts;
    dx_preferences preferences;
    dx_context context;
} scene;

/* A connection of www.example.com to `port`, on 2026-01-02 03:04:05 UTC. */
static void
set_scene(scene *at, unsigned port, unsigned server_ttl)
{
    memset(at, 0, sizeof *at);
    at->facts.server_endpoint =
        (dx_endpoint){.address = {.family = 4, .bytes = {198, 51, 100, 20}}, .port = (guint16)port};
    at->facts.client_endpoint =
        (dx_endpoint){.address = {.family = 4, .bytes = {192, 0, 2, 10}}, .port = 50000};
    at->facts.server.ttl_max = (guint8)server_ttl;
    at->facts.client.ttl_max = WINDOWS_TTL;
    at->facts.sni = "www.example.com";
    at->facts.hello_frame = 4;
    at->facts.first_us = at->facts.last_us = INT64_C(1767323045) * G_USEC_PER_SEC;
    at->context.preferences = &at->preferences;
}

/* All steps of a cause there, joined by newlines. New string. */
static char *
steps_of(const scene *at, const dx_cause *cause, dx_confidence confidence)
{
    dx_verdict *verdict = dx_verdict_new();

    verdict->cause = cause;
    verdict->confidence = confidence;
    dx_remedy_fill(verdict, &at->facts, &at->context);
    GString *all = g_string_new(NULL);
    for (unsigned i = 0; i < verdict->checks->len; i++)
        g_string_append_printf(all, "%s\n", (const char *)verdict->checks->pdata[i]);
    g_string_append(all, verdict->fix ? verdict->fix : "");
    dx_verdict_free(verdict);
    return g_string_free(all, FALSE);
}

static void
expect(const scene *at, const dx_cause *cause, const char *wanted)
{
    char *steps = steps_of(at, cause, DX_LIKELY);

    if (!strstr(steps, wanted)) {
        g_test_message("%s, port %u: no \"%s\" in:\n%s", cause->id, at->facts.server_endpoint.port, wanted,
                       steps);
        g_test_fail();
    }
    g_free(steps);
}

static void
refuse(const scene *at, const dx_cause *cause, dx_confidence confidence, const char *const *words)
{
    char *steps = steps_of(at, cause, confidence);

    for (unsigned i = 0; words[i]; i++)
        if (strstr(steps, words[i])) {
            g_test_message("%s, port %u, TTL %u: \"%s\" in:\n%s", cause->id, at->facts.server_endpoint.port,
                           at->facts.server.ttl_max, words[i], steps);
            g_test_fail();
        }
    g_free(steps);
}

static const unsigned ports[] = {443,  636,  389,  3269, 3389, 1433, 25,   587,  993,  1812,  5986, 990,
                                 5432, 3306, 8883, 5671, 5223, 6380, 9093, 6514, 5061, 27017, 1194, 853};

/* What is typed at a Windows server only; the client in these scenes is Windows,
 * so its own words are not here. */
static const char *const windows_words[] = {"netsh http",
                                            "-store my",
                                            "-repairstore",
                                            "httpcfg",
                                            "icacls",
                                            "LogName='System'",
                                            "SCHANNEL\\Protocols",
                                            "Get-TlsCipherSuite",
                                            "net stop",
                                            "-importpfx",
                                            "w3svc",
                                            "Cert:\\LocalMachine\\My",
                                            "IIS Manager",
                                            NULL};
static const char *const linux_words[] = {"ss -ltnp", "journalctl", "/etc/", "nginx", "systemctl", NULL};
static const char *const httpsys_words[] = {"netsh http", "net stop http", "httpcfg", NULL};

/* Every cause on every port, on a server that is known to be Linux, or Windows. */
static void
test_worlds(void)
{
    const dx_causes *causes = dx_all_causes();
    scene at;

    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++)
        for (unsigned j = 0; j < causes->num; j++) {
            const dx_cause *cause = causes->cause[j];
            bool of_httpsys = cause == &dx_cause_sslcert_binding_missing ||
                              cause == &dx_cause_iplisten_mismatch ||
                              cause == &dx_cause_client_certificate_post_handshake ||
                              cause == &dx_cause_client_certificate_renegotiation;
            set_scene(&at, ports[i], LINUX_TTL);
            if (dx_role_of_port((guint16)ports[i])->likelier == DX_PLATFORM_UNIX || ports[i] == 443)
                if (!of_httpsys) /* their own sentences name IIS */
                    refuse(&at, cause, DX_LIKELY, windows_words);
            set_scene(&at, ports[i], WINDOWS_TTL);
            at.preferences.server_os = DX_OS_2019;
            if (dx_service_get(dx_role_of_port((guint16)ports[i])->windows)->platform ==
                    DX_PLATFORM_WINDOWS &&
                cause != &dx_cause_not_tls_response)
                refuse(&at, cause, DX_LIKELY, linux_words + (cause == &dx_cause_weak_dh_parameters ? 4 : 0));
            if (ports[i] != 443 && ports[i] != 5986 && !of_httpsys)
                refuse(&at, cause, DX_LIKELY, httpsys_words);
        }
}

/* A command names its shell, has all placeholders filled, and interrupts nothing while the cause is open. */
static void
test_commands(void)
{
    static const char *const left[] = {
        "{from}",   "{to}",     "{since}",    "{show}",       "{log}",         "{reload}",
        "{sni}",    "{port}",   "{endpoint}", "{connect}",    "{binding}",     "{service}",
        "{server}", "{client}", "{starttls}", "{servername}", "{certificate}", NULL};
    static const char *const stopping[] = {"net stop", "Restart-Service", "delete sslcert",
                                           "systemctl restart", NULL};
    const dx_causes *causes = dx_all_causes();
    scene at;

    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++)
        for (unsigned j = 0; j < causes->num; j++)
            for (unsigned ttl = 0; ttl < 256; ttl += 85) {
                set_scene(&at, ports[i], ttl);
                refuse(&at, causes->cause[j], DX_LIKELY, left);
                refuse(&at, causes->cause[j], DX_POSSIBLE, stopping);
                char *steps = steps_of(&at, causes->cause[j], DX_LIKELY);
                for (const char *tab = strchr(steps, '\t'); tab; tab = strchr(tab + 1, '\t')) {
                    const char *line = tab;
                    while (line > steps && line[-1] != '\n')
                        line--;
                    const char *first = strchr(line, '\t');
                    g_assert_true(first > line && first[-1] == ':' &&
                                  (g_strstr_len(line, first - line, " In ") ||
                                   g_strstr_len(line, first - line, " in ")));
                }
                g_free(steps);
            }
}

static void
test_windows_services(void)
{
    static const struct {
        unsigned port;
        const dx_cause *cause;
        const char *wanted;
    } rows[] = {
        {443, &dx_cause_certificate_expired,
         "netsh http update sslcert ipport=0.0.0.0:443 certhash=THUMBPRINT "
         "appid=\"{4dc3e181-e14b-4a21-b022-59fc669b0914}\""},
        {443, &dx_cause_sslcert_binding_missing, "netsh http show sslcert"},
        {443, &dx_cause_sni_binding_missing, "hostnameport=www.example.com:443"},
        {443, &dx_cause_server_reset_after_client_hello, "StartTime=[datetime]'2026-01-02T03:04:00Z'"},
        {443, &dx_cause_port_closed, "netsh http show iplisten"},
        {443, &dx_cause_iplisten_mismatch, "net stop http /y\tnet start w3svc"},
        {636, &dx_cause_server_reset_after_client_hello, "36886"},
        {636, &dx_cause_certificate_expired, "renewServerCertificate"},
        {389, &dx_cause_certificate_self_signed, "Services\\NTDS\\SystemCertificates"},
        {3269, &dx_cause_private_key_missing, "certutil -repairstore my"},
        {3389, &dx_cause_certificate_expired, "SSLCertificateSHA1Hash"},
        {1433, &dx_cause_certificate_expired, "SuperSocketNetLib"},
        {1433, &dx_cause_protocol_version_mismatch, "SCHANNEL\\Protocols"},
        {25, &dx_cause_certificate_expired, "Enable-ExchangeCertificate"},
        {587, &dx_cause_server_closed_after_client_hello, "Get-ReceiveConnector"},
        {1812, &dx_cause_certificate_rejected, "6273"},
        {5986, &dx_cause_certificate_expired, "winrm enumerate winrm/config/listener"},
        {990, &dx_cause_certificate_expired, "appcmd.exe"},
        {443, &dx_cause_private_key_inaccessible, "Microsoft\\Crypto\\Keys"},
        {443, &dx_cause_private_key_inaccessible, "AT_KEYEXCHANGE"},
        {443, &dx_cause_certificate_incomplete_chain, "certutil -addstore CA"}};
    scene at;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_scene(&at, rows[i].port, WINDOWS_TTL);
        if (rows[i].cause == &dx_cause_certificate_rejected)
            expect(&at, &dx_cause_server_internal_error, rows[i].wanted);
        else
            expect(&at, rows[i].cause, rows[i].wanted);
    }
}

static void
test_programs(void)
{
    static const struct {
        unsigned port;
        const char *greeting;
        const dx_cause *cause;
        const char *wanted;
    } rows[] = {
        {443, "nginx/1.22.1", &dx_cause_certificate_expired, "nginx -t && nginx -s reload"},
        {443, "nginx/1.22.1", &dx_cause_port_closed, "listen on port 443"},
        {443, "Apache/2.4.62", &dx_cause_protocol_version_mismatch, "SSLProtocol"},
        {443, NULL, &dx_cause_cipher_mismatch, "ssl_ciphers (nginx)"},
        {25, NULL, &dx_cause_certificate_expired, "reload the mail server"},
        {25, "220 mx ESMTP Postfix", &dx_cause_certificate_expired, "postfix reload"},
        {25, "220 mx ESMTP Exim 4.96", &dx_cause_certificate_expired, "systemctl reload exim4"},
        {21, "220 ProFTPD Server ready", &dx_cause_certificate_expired, "systemctl reload proftpd"},
        {21, "220 (vsFTPd 3.0.3)", &dx_cause_certificate_expired, "restart vsftpd"},
        {21, "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------", &dx_cause_certificate_expired,
         "CertFile"},
        {21, "220-FileZilla Server 1.8.2", &dx_cause_certificate_expired, "administration interface"},
        {21, "220 ftp.example.com FTP server ready", &dx_cause_certificate_expired,
         "rsa_cert_file (vsftpd), TLSRSACertificateFile (ProFTPD) or CertFile (Pure-FTPd)"},
        {587, "220 mx ESMTP Postfix", &dx_cause_server_closed_after_client_hello, "journalctl -u 'postfix*'"},
        {993, NULL, &dx_cause_protocol_version_mismatch, "ssl_min_protocol"},
        {5432, NULL, &dx_cause_certificate_expired, "pg_reload_conf"},
        {3306, NULL, &dx_cause_protocol_version_mismatch, "tls_version"},
        {8883, NULL, &dx_cause_client_certificate_required, "require_certificate"},
        {5671, NULL, &dx_cause_cipher_mismatch, "ssl_options.ciphers"},
        {9093, NULL, &dx_cause_client_certificate_required, "ssl.client.auth"},
        {27017, NULL, &dx_cause_certificate_expired, "net.tls.certificateKeyFile"},
        {6514, NULL, &dx_cause_key_mismatch, "openssl pkey -in KEY_FILE -pubout"},
        {1194, NULL, &dx_cause_protocol_version_mismatch, "tls-version-min"},
        {5432, NULL, &dx_cause_certificate_untrusted_root, "which sslrootcert names"},
        {3306, NULL, &dx_cause_certificate_untrusted_root, "the client's ssl-ca names"},
        {8883, NULL, &dx_cause_certificate_untrusted_root, "mosquitto_sub: --cafile"},
        {443, NULL, &dx_cause_certificate_untrusted_root, "certutil -addstore Root"}};
    scene at;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_scene(&at, rows[i].port, LINUX_TTL);
        const dx_service *service = dx_service_by_banner(rows[i].greeting);
        at.facts.greeting = service ? service->id : DX_SERVICE_UNKNOWN;
        expect(&at, rows[i].cause, rows[i].wanted);
    }
}

/* s_client as this client connected. */
static void
test_s_client(void)
{
    scene at;

    set_scene(&at, 443, LINUX_TTL);
    expect(&at, &dx_cause_server_internal_error,
           "\topenssl s_client -connect 198.51.100.20:443 -servername www.example.com -showcerts");
    at.facts.sni = NULL;
    expect(&at, &dx_cause_server_internal_error, "-connect 198.51.100.20:443 -noservername -showcerts");
    at.facts.tunnel = (char *)"www.example.net:8443";
    expect(&at, &dx_cause_server_internal_error,
           "-connect www.example.net:8443 -proxy 198.51.100.20:443 -noservername");
    set_scene(&at, 587, LINUX_TTL);
    at.facts.upgrade = DX_UPGRADE_SMTP;
    expect(&at, &dx_cause_server_internal_error, "-connect 198.51.100.20:587 -starttls smtp -servername");
    set_scene(&at, 5432, LINUX_TTL);
    at.facts.upgrade = DX_UPGRADE_POSTGRES;
    expect(&at, &dx_cause_certificate_expired, "psql");
    expect(&at, &dx_cause_cipher_mismatch, "-starttls postgres");
    set_scene(&at, 143, LINUX_TTL);
    expect(&at, &dx_cause_starttls_expected, "-connect 198.51.100.20:143 -starttls imap");
    set_scene(&at, 3389, WINDOWS_TTL);
    at.facts.upgrade = DX_UPGRADE_RDP;
    expect(&at, &dx_cause_cipher_mismatch,
           "nmap -Pn -sV -p 3389 --script ssl-cert,ssl-enum-ciphers 198.51.100.20");
    at.facts.server_endpoint.address = (dx_address){.family = 6, .bytes = {0x20, 1, 0xd, 0xb8, [15] = 1}};
    expect(&at, &dx_cause_client_hello_lost, "ping -6 -l 1452 2001:db8::1");
    expect(&at, &dx_cause_client_hello_lost, "ICMPv6 type 2");
}

/* Nothing tells: both worlds, the likelier first. */
/* openssl-s_client(1), -starttls: what a client of the port would say first, if it were asked for TLS. */
static void
test_starttls_words(void)
{
    static const struct {
        unsigned port;
        const char *word;
    } rows[] = {{25, "smtp"},       {110, "pop3"},   {119, "nntp"}, {143, "imap"},  {389, "ldap"},
                {3268, "ldap"},     {4190, "sieve"}, {21, "ftp"},   {5222, "xmpp"}, {5269, "xmpp-server"},
                {5432, "postgres"}, {3306, "mysql"}, {443, NULL},   {3389, NULL}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene at;
        dx_place place;
        set_scene(&at, rows[i].port, LINUX_TTL);
        dx_place_find(&place, &at.facts, &at.context);
        g_test_message("port %u", rows[i].port);
        g_assert_cmpstr(dx_place_starttls(&place, &at.facts, true), ==, rows[i].word);
        g_assert_cmpstr(dx_place_starttls(&place, &at.facts, false), ==, NULL);
    }
}

static void
test_unknown(void)
{
    scene at;

    set_scene(&at, 443, 0);
    char *steps = steps_of(&at, &dx_cause_certificate_expired, DX_CONFIRMED);
    const char *windows = strstr(steps, "Windows: "), *other = strstr(steps, "Linux: ");
    g_assert_true(windows && other && windows < other);
    g_free(steps);
    set_scene(&at, 10050, LINUX_TTL); /* in no table */
    expect(&at, &dx_cause_server_internal_error, "ss -ltnp 'sport = :10050'");
    set_scene(&at, 25, 0);
    steps = steps_of(&at, &dx_cause_certificate_expired, DX_CONFIRMED);
    windows = strstr(steps, "Windows: ");
    other = strstr(steps, "Linux: ");
    g_assert_true(windows && other && windows > other);
    g_free(steps);
}

/* A guest of VMware: the NAT's TTL of 128 is that of no server on the Internet. In one network it is. */
static void
test_passed_on(void)
{
    enum { NO_HOP = 128 };
    scene at;

    set_scene(&at, 443, NO_HOP);
    at.facts.client.ttl_max = NO_HOP;
    at.facts.client_endpoint.address = (dx_address){.family = 4, .bytes = {192, 168, 17, 140}};
    expect(&at, &dx_cause_certificate_expired, "Linux: ");
    at.facts.server_endpoint.address = (dx_address){.family = 4, .bytes = {192, 168, 17, 2}};
    refuse(&at, &dx_cause_certificate_expired, DX_CONFIRMED, (const char *const[]){"Linux: ", NULL});
}

/* The release decides: no netsh on IIS 6, no update of a binding on IIS 7,
 * no Get-TlsCipherSuite up to 2012 R2. */
static void
test_releases(void)
{
    static const char *const not_2003[] = {"netsh", "Get-TlsCipherSuite", "%ProgramData%", NULL};
    static const char *const not_2008r2[] = {"update sslcert", "Get-TlsCipherSuite", NULL};
    scene at;

    set_scene(&at, 443, WINDOWS_TTL);
    at.preferences.server_os = DX_OS_2003;
    refuse(&at, &dx_cause_sslcert_binding_missing, DX_LIKELY, not_2003);
    expect(&at, &dx_cause_sslcert_binding_missing, "httpcfg query ssl");
    at.preferences.server_os = DX_OS_2008R2;
    refuse(&at, &dx_cause_certificate_expired, DX_LIKELY, not_2008r2);
    refuse(&at, &dx_cause_cipher_mismatch, DX_LIKELY, not_2008r2);
    expect(&at, &dx_cause_certificate_expired, "netsh http delete sslcert ipport=0.0.0.0:443\t");
    at.preferences.server_os = DX_OS_2012R2;
    refuse(&at, &dx_cause_cipher_mismatch, DX_LIKELY, not_2008r2 + 1);
    expect(&at, &dx_cause_cipher_mismatch, "00010002");
}

/* What connections share is made once; a client's address and the times are each one's own. */
static void
test_shared(void)
{
    scene first, second;

    set_scene(&first, 636, WINDOWS_TTL);
    set_scene(&second, 636, WINDOWS_TTL);
    second.facts.client_endpoint.address.bytes[3] = 11;
    second.facts.first_us = second.facts.last_us += INT64_C(3600) * G_USEC_PER_SEC;
    const dx_cause *const causes[] = {&dx_cause_cipher_mismatch, &dx_cause_proxy_connect_failed};
    for (unsigned i = 0; i < G_N_ELEMENTS(causes); i++) {
        char *alone_first = steps_of(&first, causes[i], DX_LIKELY);
        char *alone_second = steps_of(&second, causes[i], DX_LIKELY);
        g_assert_cmpstr(alone_first, !=, alone_second);
        GHashTable *kept = first.context.remedies = second.context.remedies = dx_remedy_cache_new();
        char *with_first = steps_of(&first, causes[i], DX_LIKELY);
        char *with_second = steps_of(&second, causes[i], DX_LIKELY);
        g_assert_cmpuint(g_hash_table_size(kept), ==, 2); /* for any server, for this one */
        g_assert_cmpstr(with_first, ==, alone_first);
        g_assert_cmpstr(with_second, ==, alone_second);
        second.facts.sni = "www.example.net"; /* another name, other steps */
        g_free(with_second);
        with_second = steps_of(&second, causes[i], DX_LIKELY);
        g_assert_cmpuint(g_hash_table_size(kept), ==, 3);
        second.facts.sni = first.facts.sni;
        first.context.remedies = second.context.remedies = NULL;
        g_hash_table_destroy(kept);
        g_free(alone_first);
        g_free(alone_second);
        g_free(with_first);
        g_free(with_second);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/remedy/worlds", test_worlds);
    g_test_add_func("/remedy/commands", test_commands);
    g_test_add_func("/remedy/windows_services", test_windows_services);
    g_test_add_func("/remedy/programs", test_programs);
    g_test_add_func("/remedy/s_client", test_s_client);
    g_test_add_func("/remedy/starttls_words", test_starttls_words);
    g_test_add_func("/remedy/unknown", test_unknown);
    g_test_add_func("/remedy/passed_on", test_passed_on);
    g_test_add_func("/remedy/releases", test_releases);
    g_test_add_func("/remedy/shared", test_shared);
    return g_test_run();
}
