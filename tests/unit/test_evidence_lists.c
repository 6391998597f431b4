/* test_evidence_lists.c - what a list of bindings, certificates or sockets proves by what it lacks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"
#include "knowledge/services.h"

#define IIS     "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
#define HEADING "\nSSL Certificate bindings: \n------------------------- \n\n"
#define ENTRY(at)                                                                                            \
    "    IP:port                      : " at "\n"                                                            \
    "    Certificate Hash             : c09b416d6b018d615db22064079d15638e96823d\n"                          \
    "    Application ID               : " IIS "\n"                                                           \
    "    Certificate Store Name       : MY\n\n"
#define NOT_FOUND "\nThe system cannot find the file specified.\n\n"

static void
expect(const char *text, int kind, unsigned num_facts, bool whole)
{
    dx_evidence_store *store = read_text(text);

    expect_kind(store, kind);
    g_assert_true(ITEM(store->files, dx_evidence_file, 0)->read);
    g_assert_cmpuint(ITEM(store->files, dx_evidence_file, 0)->num_facts, ==, num_facts);
    g_assert_true(dx_evidence_whole(store, (dx_kind)kind) == whole);
    g_assert_true(dx_evidence_has(store, (dx_kind)kind));
    dx_evidence_free(store);
}

/* netsh prints the same heading whether it was asked for all entries or for one. Source: Microsoft Learn,
 * "netsh http" (show sslcert); the answer for an entry that is not there: winerror.h, ERROR_FILE_NOT_FOUND */
static void
test_bindings(void)
{
    const int kind = DX_KIND_netsh_sslcert;

    expect(HEADING ENTRY("0.0.0.0:443"), kind, 1, false);
    expect(HEADING ENTRY("0.0.0.0:443") ENTRY("0.0.0.0:8172"), kind, 2, true);
    expect(HEADING ENTRY("0.0.0.0:443") HEADING ENTRY("0.0.0.0:8172"), kind, 2, false);
    expect("C:\\>netsh http show sslcert\n" HEADING ENTRY("0.0.0.0:443"), kind, 1, true);
    expect("PS C:\\Users\\admin> netsh http show sslcert ipport=0.0.0.0:443\n" HEADING ENTRY("0.0.0.0:443"),
           kind, 1, false);
    expect("netsh http>show sslcert\n" HEADING ENTRY("0.0.0.0:443"), kind, 1, true);
    expect(ENTRY("0.0.0.0:443") ENTRY("0.0.0.0:8172"), kind, 2, false);
    expect(HEADING, kind, 0, true);
    expect("SSL Certificate bindings:\n-------------------------\n" NOT_FOUND, kind, 0, false);
}

/* Headings in other languages. */
static void
test_empty(void)
{
    static const char *const headings[] = {
        "SSL-Zertifikatbindungen:\n------------------------\n\n",
        "Liaisons de certificats SSL :\n-----------------------------\n\n",
        "Enlaces de certificado SSL:\n---------------------------\n\n",
        "SSL "
        "\xe8\xa8\xbc\xe6\x98\x8e\xe6\x9b\xb8\xe3\x81\xae\xe3\x83\x90\xe3\x82\xa4\xe3\x83\xb3\xe3\x83\x89:\n"
        "-------------------------\n\n",
        ("SSL \x8f\xd8\x96\xbe\x8f\x91\x82\xcc\x83o\x83"
         "C\x83\x93\x83h:\n-------------------------\n\n")};

    for (unsigned i = 0; i < G_N_ELEMENTS(headings); i++)
        expect(headings[i], DX_KIND_netsh_sslcert, 0, true);
    expect("IP-Adressen in der IP-Abh\xc3\xb6rliste:\n-------------------------------\n\n",
           DX_KIND_netsh_iplisten, 0, true);
    expect("Adresses IP pr\xc3\xa9sentes dans la liste d'\xc3\xa9"
           "coute IP\xc2\xa0:\n--------------------\n\n",
           DX_KIND_netsh_iplisten, 0, true);
}

#define CERTIFICATE(index, digit)                                                                            \
    "================ Certificate " index " ================\nSubject: CN=a\nCert Hash(sha1): " digit        \
    "a1f948b21a2993677a88eb23f428c7e47e3d133\n  Key Container = abc\nEncryption test passed\n"
#define DONE "CertUtil: -store command completed successfully.\n"

static void
test_certutil(void)
{
    const int kind = DX_KIND_certutil;

    expect("my \"Personal\"\n" CERTIFICATE("0", "1") CERTIFICATE("1", "2") DONE, kind, 2, true);
    expect("my \"Personal\"\n" CERTIFICATE("0", "1") DONE, kind, 1, false);
    expect("C:\\>certutil -store my\nmy \"Personal\"\n" CERTIFICATE("0", "1") DONE, kind, 1, true);
    expect("My \"Eigene Zertifikate\"\n" CERTIFICATE("14", "1") DONE, kind, 1, false);
    expect("C:\\>certutil -v -store my \"11\"\n" CERTIFICATE("0", "1") CERTIFICATE("1", "2") DONE, kind, 2,
           false);
    expect("Root \"Trusted Root Certification Authorities\"\n" CERTIFICATE("0", "1") CERTIFICATE("1", "2")
               DONE,
           kind, 2, false);
    expect("my \"Personal\"\n" CERTIFICATE("0", "1") CERTIFICATE("1", "2"), kind, 2, false);
}

#define ROWS                                                                                                 \
    "  TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       4\n"                             \
    "  TCP    192.0.2.1:443          198.51.100.9:51000     ESTABLISHED     4\n"

static void
test_sockets(void)
{
    dx_evidence_store *store = read_text(ROWS);

    g_assert_false(dx_evidence_whole(store, DX_KIND_netstat));
    g_assert_cmpuint(dx_evidence_lists_sockets(store).line, ==, 0);
    g_assert_false(store->own_all);
    g_assert_cmpuint(store->own_addresses->len, ==, 1);
    dx_evidence_free(store);
    expect("C:\\>netstat -ano | findstr \":443 \"\n" ROWS, DX_KIND_netstat, 1, false);
    expect("  Proto  Lokale Adresse         Remoteadresse          Status           PID\n" ROWS,
           DX_KIND_netstat, 1, true);
}

/* With -b the service of a process with several stands over its image. Source: Microsoft Learn, "netstat" */
static void
test_owner(void)
{
    dx_evidence_store *store = read_text(
        "  Proto  Local Address          Foreign Address        State           PID\n"
        "  TCP    0.0.0.0:3389           0.0.0.0:0              LISTENING       1312\n"
        "  TermService\n [svchost.exe]\n"
        "  TCP    0.0.0.0:636            0.0.0.0:0              LISTENING       684\n [lsass.exe]\n");
    const dx_process *process = dx_evidence_process(store, 1312);

    g_assert_cmpstr(process->image, ==, "svchost.exe");
    g_assert_cmpstr(process->services, ==, "TermService");
    g_assert_null(dx_evidence_process(store, 684)->services);
    g_assert_null(dx_evidence_process(store, 685));
    const dx_role *desktop = dx_role_of_port(3389), *directory = dx_role_of_port(636),
                  *mail = dx_role_of_port(25);
    g_assert_cmpint(dx_service_by_process("TermService", desktop)->id, ==, DX_SERVICE_RDP);
    g_assert_null(dx_service_by_process("RpcSs", desktop));
    g_assert_cmpint(dx_service_by_process("dsamain.exe", directory)->id, ==, DX_SERVICE_ACTIVE_DIRECTORY);
    g_assert_cmpint(dx_service_by_process("EdgeTransport.exe", mail)->id, ==, DX_SERVICE_EXCHANGE);
    g_assert_cmpint(dx_service_by_process("inetinfo.exe", mail)->id, ==, DX_SERVICE_WINDOWS_OTHER);
    dx_evidence_free(store);
}

#define WEB_BINDING(flags)                                                                                   \
    "protocol             : https\nbindingInformation   : *:443:\n" flags "certificateHash      : \n\n"

/* A binding of the central certificate store has no hash, and lacks no certificate. Source: Microsoft Learn,
 * "Binding <binding>" (sslFlags) */
static void
test_bare_site(void)
{
    static const struct {
        const char *text;
        bool bare;
    } rows[] = {{WEB_BINDING("sslFlags             : 0\n"), true},
                {WEB_BINDING("sslFlags             : 3\n"), false},
                {WEB_BINDING(""), false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_evidence_store *store = read_text(rows[i].text);
        g_assert_cmpuint(store->sites->len, ==, 1);
        g_assert_true(ITEM(store->sites, dx_site_binding, 0)->bare == rows[i].bare);
        dx_evidence_free(store);
    }
}

/* Of a log the last line counts. */
static void
test_sql_log(void)
{
    dx_evidence_store *store = read_text(
        "2026-11-26 09:00:01.12 spid11s     Error: 26014, Severity: 16, State: 1.\n"
        "2026-11-26 09:00:01.12 spid11s     Unable to load user-specified certificate [Cert Hash(sha1) "
        "\"1A1F948B21A2993677A88EB23F428C7E47E3D133\"]. The server will not accept a connection. Error: "
        "0x8009030d\n"
        "2026-11-26 09:10:01.12 spid11s     The certificate [Cert Hash(sha1) "
        "\"2A1F948B21A2993677A88EB23F428C7E47E3D133\"] was successfully loaded for encryption.\n");

    g_assert_cmpuint(store->assignments->len, ==, 2);
    g_assert_true(ITEM(store->assignments, dx_assignment, 0)->refused);
    g_assert_cmphex(ITEM(store->assignments, dx_assignment, 0)->error, ==, 0x8009030d);
    g_assert_false(ITEM(store->assignments, dx_assignment, 1)->refused);
    dx_evidence_free(store);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/lists/bindings", test_bindings);
    g_test_add_func("/evidence/lists/empty", test_empty);
    g_test_add_func("/evidence/lists/certutil", test_certutil);
    g_test_add_func("/evidence/lists/sockets", test_sockets);
    g_test_add_func("/evidence/lists/owner", test_owner);
    g_test_add_func("/evidence/lists/bare_site", test_bare_site);
    g_test_add_func("/evidence/lists/sql_log", test_sql_log);
    return g_test_run();
}
