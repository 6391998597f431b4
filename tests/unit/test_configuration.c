/* test_configuration.c - what the registry and lists of a Windows server say against a client's offer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "capture/ledger.h"
#include "evidence/evidence.h"
#include "verdict/bindings.h"
#include "verdict/configuration.h"

#define SCHANNEL      "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
#define SERVER(name)  SCHANNEL "\\Protocols\\" name "\\Server]\n"
#define CIPHER(name)  SCHANNEL "\\Ciphers\\" name "]\n"
#define EXCHANGE(n)   SCHANNEL "\\KeyExchangeAlgorithms\\" n "]\n"
#define ON            "\"Enabled\"=dword:ffffffff\n"
#define OFF           "\"Enabled\"=dword:00000000\n"
#define BY_DEFAULT(n) "\"DisabledByDefault\"=dword:0000000" #n "\n"
#define POLICY(list)                                                                                         \
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002]\n"      \
    "\"Functions\"=\"" list "\"\n"

enum {
    RSA_AES128 = 0x002f,
    ECDHE_RSA_AES128 = 0xc02f,
    ECDHE_ECDSA_AES128 = 0xc02b,
    DHE_RSA_AES128 = 0x009e,
    RSA_3DES = 0x000a,
    TLS13_AES128 = 0x1301
};

typedef dx_files_answer (*question)(const dx_facts *, const dx_context *, dx_file_finding *);

static dx_files_answer
ask_split(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    (void)facts;
    return dx_configured_split(context, files);
}

typedef struct row {
    const char *registry; /* below the heading of an export */
    uint16_t versions[3], ciphers[3], groups[2];
    dx_files_answer answer;
    const char *line; /* the first; NULL: none */
    dx_os os;
    const char *certificate; /* the binding's certificate, as certutil shows its key: "RSA", "ECC" */
} row;

static dx_codes
codes(const uint16_t *item, unsigned max)
{
    dx_codes all = {.item = (uint16_t *)item};

    while (all.num < max && item[all.num])
        all.num++;
    return all;
}

static dx_evidence_store *
store_of(const row *r)
{
    static const char bound[] =
        "    IP:port                      : 0.0.0.0:443\n"
        "    Certificate Hash             : c09b416d6b018d615db22064079d15638e96823d\n"
        "    Application ID               : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n"
        "    Certificate Store Name       : MY\n";
    dx_evidence_store *store = dx_evidence_new();
    char *registry = g_strconcat("Windows Registry Editor Version 5.00\n\n", r->registry, NULL);

    dx_evidence_read(store, "schannel.reg", (const uint8_t *)registry, strlen(registry));
    g_free(registry);
    if (r->certificate) {
        char *list = g_strdup_printf("my \"Personal\"\n================ Certificate 0 ================\n"
                                     "    Algorithm ObjectId: %s\n"
                                     "Cert Hash(sha1): c09b416d6b018d615db22064079d15638e96823d\n"
                                     "Encryption test passed\n",
                                     strcmp(r->certificate, "RSA") == 0 ? "1.2.840.113549.1.1.1 RSA"
                                                                        : "1.2.840.10045.2.1 ECC");
        dx_evidence_read(store, "my.txt", (const uint8_t *)list, strlen(list));
        dx_evidence_read(store, "sslcert.txt", (const uint8_t *)bound, strlen(bound));
        g_free(list);
    }
    return store;
}

static void
check(const char *what, const row *rows, unsigned num, question ask)
{
    for (unsigned i = 0; i < num; i++) {
        const row *r = &rows[i];
        dx_offer offer = {.versions = codes(r->versions, G_N_ELEMENTS(r->versions)),
                          .ciphers = codes(r->ciphers, G_N_ELEMENTS(r->ciphers)),
                          .groups = codes(r->groups, G_N_ELEMENTS(r->groups)),
                          .versions_listed = true,
                          .legacy_version = 0x0303};
        dx_facts facts = {.offer = &offer, .hello_frame = 4, .server.ttl_max = 127};
        facts.server_endpoint = (dx_endpoint){{4, {198, 51, 100, 20}}, false, 443};
        facts.client_endpoint = (dx_endpoint){{4, {192, 0, 2, 10}}, false, 50000};
        dx_preferences preferences = {.server_os = r->os};
        dx_evidence_store *store = store_of(r);
        dx_ledger *ledger = dx_ledger_new();
        dx_context context = {.ledger = ledger, .preferences = &preferences, .evidence = store};
        dx_file_finding files = {.lines = g_array_new(FALSE, FALSE, sizeof(dx_file_line))};
        dx_files_answer answer = ask(&facts, &context, &files);
        const char *line = files.lines->len ? g_array_index(files.lines, dx_file_line, 0).text : NULL;
        if (answer != r->answer || g_strcmp0(line, r->line) != 0) {
            g_test_message("%s, row %u: %s, \"%s\"", what, i + 1, dx_files_answer_name(answer), line);
            g_test_fail();
        }
        for (unsigned j = 0; j < files.lines->len; j++)
            g_free(g_array_index(files.lines, dx_file_line, j).text);
        g_array_free(files.lines, TRUE);
        dx_evidence_free(store);
        dx_ledger_free(ledger);
    }
}

/* Scenario 5: which versions are on decides, by the registry and by what the release has. */
static void
test_versions(void)
{
    static const row rows[] = {
        {SERVER("TLS 1.2") OFF,
         {DX_TLS12},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "TLS 1.2 is disabled for servers"},
        {SERVER("TLS 1.2") BY_DEFAULT(1),
         {DX_TLS12},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "TLS 1.2 is disabled for servers"},
        {SERVER("TLS 1.2") BY_DEFAULT(0), {DX_TLS12}, {0}, {0}, .answer = DX_FILES_SILENT},
        /* only for programs that ask for the version */
        {SERVER("TLS 1.2") ON BY_DEFAULT(1), {DX_TLS12}, {0}, {0}, .answer = DX_FILES_SILENT},
        {SERVER("TLS 1.2") OFF, {DX_TLS12, DX_TLS11}, {0}, {0}, .answer = DX_FILES_SILENT},
        {SERVER("TLS 1.2") OFF SERVER("TLS 1.1") OFF,
         {DX_TLS12, DX_TLS11},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "TLS 1.2 is disabled for servers"},
        {SERVER("TLS 1.2") OFF SERVER("TLS 1.1") ON,
         {DX_TLS12, DX_TLS11},
         {0},
         {0},
         .answer = DX_FILES_EXCLUDE,
         .line = "TLS 1.1 is enabled for servers"},
        /* the keys of clients are no matter, and none adds a version to a release */
        {SCHANNEL "\\Protocols\\TLS 1.2\\Client]\n" OFF, {DX_TLS12}, {0}, {0}, .answer = DX_FILES_SILENT},
        {SERVER("TLS 1.3") ON,
         {DX_TLS13},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "TLS 1.3 is disabled or not supported by default on this Windows release",
         .os = DX_OS_2016},
        {SERVER("TLS 1.2") ON,
         {DX_TLS12},
         {0},
         {0},
         .answer = DX_FILES_EXCLUDE,
         .line = "TLS 1.2 is enabled for servers",
         .os = DX_OS_2016},
        {SERVER("SSL 2.0") OFF,
         {DX_TLS13},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "TLS 1.3 is disabled or not supported by default on this Windows release",
         .os = DX_OS_2016},
    };

    check("versions", rows, G_N_ELEMENTS(rows), dx_configured_versions);
}

/* The policy's list, what is turned off, and the kind of the certificate's key. */
static void
test_suites(void)
{
    static const row rows[] = {
        {POLICY("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "none of the 1 suites that are on can be used with the 1 that the client offers"},
        /* nothing tells which kind of certificate there is */
        {POLICY("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {ECDHE_RSA_AES128},
         {0},
         .answer = DX_FILES_SILENT,
         .line = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is on, and the client offers it"},
        {POLICY("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {ECDHE_RSA_AES128, ECDHE_ECDSA_AES128},
         {0},
         .answer = DX_FILES_EXCLUDE,
         .line = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 is on, and the client offers it"},
        {POLICY("TLS_AES_128_GCM_SHA256"),
         {DX_TLS13},
         {TLS13_AES128},
         {0},
         .answer = DX_FILES_EXCLUDE,
         .line = "TLS_AES_128_GCM_SHA256 is on, and the client offers it"},
        {POLICY("TLS_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {TLS13_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "none of the 1 suites that are on can be used with the 1 that the client offers"},
        {POLICY("TLS_AES_128_GCM_SHA256") SERVER("TLS 1.3") OFF,
         {DX_TLS13},
         {TLS13_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "none of the 1 suites that are on can be used with the 1 that the client offers"},
        /* with the certificate at hand */
        {POLICY("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {ECDHE_RSA_AES128},
         {0},
         .answer = DX_FILES_EXCLUDE,
         .line = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is on, and the client offers it",
         .certificate = "RSA"},
        {POLICY("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {ECDHE_RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line =
             "none of the 1 suites that are on can be used with the 1 that the client offers and an ECDSA "
             "certificate",
         .certificate = "ECC"},
        {POLICY("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
         {DX_TLS12},
         {ECDHE_ECDSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "none of the 1 suites that are on can be used with the 1 that the client offers and an RSA "
                 "certificate",
         .certificate = "RSA"},
        /* what the registry turns off */
        {CIPHER("AES 128/128") OFF,
         {DX_TLS12},
         {RSA_AES128, ECDHE_RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "AES 128/128 is disabled; every suite that the client offers needs an algorithm that is"},
        {CIPHER("AES 128/128") OFF, {DX_TLS12}, {RSA_AES128, RSA_3DES}, {0}, .answer = DX_FILES_SILENT},
        {CIPHER("AES 128/128") ON, {DX_TLS12}, {RSA_AES128}, {0}, .answer = DX_FILES_SILENT},
        {CIPHER("Triple DES 168") OFF,
         {DX_TLS12},
         {RSA_3DES},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "Triple DES 168 is disabled; every suite that the client offers needs an algorithm that is"},
        {EXCHANGE("PKCS") OFF,
         {DX_TLS12},
         {RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "PKCS is disabled; every suite that the client offers needs an algorithm that is"},
        {EXCHANGE("Diffie-Hellman") OFF,
         {DX_TLS12},
         {DHE_RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "Diffie-Hellman is disabled; every suite that the client offers needs an algorithm that is"},
        {EXCHANGE("ECDH") OFF,
         {DX_TLS12},
         {ECDHE_RSA_AES128},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "ECDH is disabled; every suite that the client offers needs an algorithm that is"},
        {EXCHANGE("ECDH") OFF, {DX_TLS12}, {DHE_RSA_AES128}, {0}, .answer = DX_FILES_SILENT},
    };

    check("suites", rows, G_N_ELEMENTS(rows), dx_configured_suites);
}

/* SendExtraRecord and the feature keys of programs: scenario 6. */
static void
test_split(void)
{
#define EXTRA(n) SCHANNEL "]\n\"SendExtraRecord\"=dword:0000000" #n "\n"
#define FEATURE(image, n)                                                                                    \
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Internet Explorer\\Main\\FeatureControl\\"                    \
    "FEATURE_SCH_SEND_AUX_RECORD_KB_2618444]\n\"" image "\"=dword:0000000" #n "\n"
    static const row rows[] = {
        {EXTRA(0),
         {0},
         {0},
         {0},
         .answer = DX_FILES_SILENT,
         .line = "SendExtraRecord is 0: records are split for programs that ask for it"},
        {EXTRA(1),
         {0},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "SendExtraRecord is 1: records are split for every program"},
        {EXTRA(2),
         {0},
         {0},
         {0},
         .answer = DX_FILES_CONTRADICTED,
         .line = "SendExtraRecord is 2: records are split for none"},
        {EXTRA(3),
         {0},
         {0},
         {0},
         .answer = DX_FILES_SILENT,
         .line = "SendExtraRecord is 3: records are split in an unknown way"},
        {FEATURE("iexplore.exe", 1),
         {0},
         {0},
         {0},
         .answer = DX_FILES_CONFIRM,
         .line = "the record split is enabled for iexplore.exe"},
        {FEATURE("iexplore.exe", 0),
         {0},
         {0},
         {0},
         .answer = DX_FILES_SILENT,
         .line = "the record split is disabled for iexplore.exe"},
    };

    check("split", rows, G_N_ELEMENTS(rows), ask_split);
}

/* Which binding HTTP.sys takes: the very address, the name, the central store, the wildcard of IPv6 (of IPv6
 * alone), that of IPv4 (of both). Source: learn.microsoft.com, "Troubleshoot AD FS SSO issues" */
static void
test_binding_order(void)
{
    static const struct {
        const char *endpoints[5], *sni;
        bool ipv6;
        const char *used; /* its endpoint; NULL: none */
    } cases[] = {
        {{"0.0.0.0:443", "central", "www.example.com:443", "198.51.100.2:443"},
         "www.example.com",
         false,
         "198.51.100.2:443"},
        {{"0.0.0.0:443", "central", "www.example.com:443"}, "www.example.com", false, "www.example.com:443"},
        {{"0.0.0.0:443", "central", "www.example.com:443"}, "www.example.net", false, "central"},
        {{"0.0.0.0:443", "*.example.com:443"}, "www.example.com", false, "*.example.com:443"},
        {{"0.0.0.0:443", "*.example.com:443"}, "a.www.example.com", false, "0.0.0.0:443"},
        {{"0.0.0.0:443", "central"}, NULL, false, "0.0.0.0:443"},
        {{"central"}, NULL, false, "central"},
        {{"0.0.0.0:443", "[::]:443"}, NULL, true, "[::]:443"},
        {{"0.0.0.0:443", "[::]:443"}, NULL, false, "0.0.0.0:443"},
        {{"[::]:443", "0.0.0.0:443"}, NULL, false, "0.0.0.0:443"},
        {{"0.0.0.0:443"}, NULL, true, "0.0.0.0:443"},
        {{"[::]:443"}, NULL, false, NULL},
        {{"198.51.100.3:443", "www.example.com:444"}, "www.example.com", false, NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_evidence_store *store = dx_evidence_new();
        GString *list = g_string_new("SSL Certificate bindings:\n-------------------------\n\n");
        dx_context context = {.evidence = store};
        dx_facts facts = {.sni = cases[i].sni, .server_endpoint = {{4, {198, 51, 100, 2}}, false, 443}};
        unsigned line = 4, used = 0;
        if (cases[i].ipv6)
            facts.server_endpoint.address = (dx_address){6, {0x20, 1, 0xd, 0xb8, [15] = 2}};
        for (const char *const *endpoint = cases[i].endpoints; *endpoint; endpoint++, line += 5) {
            bool named = g_ascii_isalpha(**endpoint) || **endpoint == '*';
            bool central = strcmp(*endpoint, "central") == 0;
            g_string_append_printf(list,
                                   "    %s : %s\n    Certificate Hash : %040u\n"
                                   "    Application ID : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n"
                                   "    Certificate Store Name : MY\n\n",
                                   central ? "Central Certificate Store"
                                   : named ? "Hostname:port"
                                           : "IP:port",
                                   central ? "443" : *endpoint, line);
            if (g_strcmp0(*endpoint, cases[i].used) == 0)
                used = line;
        }
        dx_evidence_read(store, "bindings.txt", (const uint8_t *)list->str, list->len);
        const dx_binding *binding = dx_files_binding(&facts, &context);
        g_test_message("%u", i);
        g_assert_cmpuint(binding ? binding->where.line : 0, ==, used);
        g_string_free(list, TRUE);
        dx_evidence_free(store);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/configuration/versions", test_versions);
    g_test_add_func("/configuration/suites", test_suites);
    g_test_add_func("/configuration/split", test_split);
    g_test_add_func("/configuration/binding_order", test_binding_order);
    return g_test_run();
}
