/* clients.c - what users see in their programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/clients.h"

#include <string.h>

#include "causes/causes.h"
#include "present/alert_words.h"
#include "verdict/late_check.h"
#include "verdict/place.h"

static bool
is_one_of(const dx_role *role, const dx_role_id *roles, unsigned num)
{
    for (unsigned i = 0; role && i < num; i++)
        if (role->id == roles[i])
            return true;
    return !role;
}

/* Programs by the library that speaks TLS for them; those that are in no row may have any. */
static const struct {
    const char *program;
    unsigned libraries; /* bits of dx_library */
} programs[] = {
    {"Chromium", 1u << DX_LIBRARY_GO_OR_BORINGSSL},
    {"Firefox", 1u << DX_LIBRARY_NSS},
    {"new browsers", 1u << DX_LIBRARY_GO_OR_BORINGSSL | 1u << DX_LIBRARY_NSS},
    {"browsers", 1u << DX_LIBRARY_GO_OR_BORINGSSL | 1u << DX_LIBRARY_NSS | 1u << DX_LIBRARY_SCHANNEL},
    {"curl", 1u << DX_LIBRARY_OPENSSL},
    {"wget", 1u << DX_LIBRARY_GNUTLS},
    {"OpenSSL", 1u << DX_LIBRARY_OPENSSL},
    {"GnuTLS", 1u << DX_LIBRARY_GNUTLS},
    {"Java", 1u << DX_LIBRARY_JSSE},
    {"Python", 1u << DX_LIBRARY_OPENSSL},
    {"Go", 1u << DX_LIBRARY_GO_OR_BORINGSSL},
    {"Node", 1u << DX_LIBRARY_OPENSSL},
    {"Internet Explorer", 1u << DX_LIBRARY_SCHANNEL},
    {"Windows", 1u << DX_LIBRARY_SCHANNEL},
    {".NET", 1u << DX_LIBRARY_SCHANNEL},
    {"SqlClient, ODBC", 1u << DX_LIBRARY_SCHANNEL},
};

static bool
has_library(const char *words, unsigned libraries)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(programs); i++)
        if (g_str_has_prefix(words, programs[i].program))
            return programs[i].libraries & libraries;
    return true;
}

unsigned
dx_clients_rank(const char *words)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(programs); i++) {
        size_t len = strlen(programs[i].program);
        if (strncmp(words, programs[i].program, len) == 0 &&
            (words[len] == ':' || (words[len] == ' ' && g_ascii_isdigit(words[len + 1]))))
            return i;
    }
    return G_N_ELEMENTS(programs);
}

static bool
is_by(const char *words, const char *const *names)
{
    for (; *names; names++)
        if (g_str_has_prefix(words, *names))
            return true;
    return false;
}

/* What a program shows stands as "Program: words", and so on behind "; ". */
static bool
may_show(const char *words, const dx_clients_of *of)
{
    static const dx_role_id web[] = {DX_ROLE_WEB, DX_ROLE_HTTP3, DX_ROLE_JAVA, DX_ROLE_OTHER},
                            mail_and_files[] = {DX_ROLE_SMTP, DX_ROLE_MAILBOX,        DX_ROLE_FTP,
                                                DX_ROLE_LDAP, DX_ROLE_GLOBAL_CATALOG, DX_ROLE_MANAGEMENT};
    static const char *const windows[] = {"Internet Explorer", "Windows", ".NET", NULL},
                             *const browsers[] = {"Chromium", "Firefox",  "Internet Explorer",
                                                  "browsers", "new brow", NULL},
                             *const languages[] = {"Java", "Python", "Go ", "Node", NULL},
                             *const of_dtls[] = {"OpenSSL", "GnuTLS", "Windows", NULL},
                             *const of_quic[] = {"Chromium", "Firefox",  "Internet Explorer",
                                                 "curl",     "browsers", "new brow",
                                                 NULL};
    bool for_web = is_one_of(of->role, web, G_N_ELEMENTS(web));
    dx_role_id role = of->role ? of->role->id : DX_ROLE_NONE;

    if (of->platform == DX_PLATFORM_UNIX && is_by(words, windows))
        return false;
    if (of->transport == DX_TRANSPORT_OPENVPN || of->transport == DX_TRANSPORT_EAP)
        return g_str_has_prefix(words, of->transport == DX_TRANSPORT_EAP ? "EAP on " : "OpenVPN");
    if (g_str_has_prefix(words, "OpenVPN") || role == DX_ROLE_VPN)
        return g_str_has_prefix(words, "OpenVPN") && role == DX_ROLE_VPN;
    if (g_str_has_prefix(words, "EAP on ") ||
        (of->transport == DX_TRANSPORT_DTLS && !is_by(words, of_dtls)) ||
        (of->transport == DX_TRANSPORT_QUIC && !is_by(words, of_quic)))
        return false;
    if (of->libraries && !has_library(words, of->libraries))
        return false;
    if (g_str_has_prefix(words, "curl"))
        return for_web || is_one_of(of->role, mail_and_files, G_N_ELEMENTS(mail_and_files));
    if ((role == DX_ROLE_DESKTOP || role == DX_ROLE_RADIUS || role == DX_ROLE_RADSEC) &&
        is_by(words, languages))
        return false; /* nobody writes his own client for that */
    return for_web || !(is_by(words, browsers) || g_str_has_prefix(words, "wget"));
}

char *
dx_clients_text(const char *clients, const dx_clients_of *of)
{
    char **parts = g_strsplit(clients ? clients : "", "; ", -1);
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; parts[i]; i++) {
        char *words = of->alert < 0 ? g_strdup(parts[i]) : dx_alert_words(parts[i], (uint8_t)of->alert);
        if (words && *words && may_show(words, of))
            g_string_append_printf(out, "%s%s", out->len ? "; " : "", words);
        g_free(words);
    }
    g_strfreev(parts);
    return g_string_free(out, out->len == 0);
}

/* What the cause says, and of the programs that it does not name what they show of any alert. */
static char *
with_alert(const char *clients)
{
    GString *out = g_string_new(clients);
    char **parts = g_strsplit(dx_alert_clients, "; ", -1);

    for (unsigned i = 0; parts[i]; i++) {
        char *program = g_strndup(parts[i], strcspn(parts[i], ":"));
        if (!strstr(clients, program))
            g_string_append_printf(out, "%s%s", out->len ? "; " : "", parts[i]);
        g_free(program);
    }
    g_strfreev(parts);
    return g_string_free(out, FALSE);
}

/* `clients` without the words that quote an alert: who sent it himself has none to show. New string. */
static char *
without_alert(const char *clients)
{
    GString *out = g_string_new(NULL);
    char **parts = g_strsplit(clients ? clients : "", "; ", -1);

    for (unsigned i = 0; parts[i]; i++)
        if (!dx_alert_is_quoted(parts[i]))
            g_string_append_printf(out, "%s%s", out->len ? "; " : "", parts[i]);
    g_strfreev(parts);
    return g_string_free(out, FALSE);
}

/* What SQL Server's drivers on Windows show of a certificate.
 * Source: microsoft/CSS_SQL_Networking_Tools, wiki, "Certificate Validation Failure"; dotnet/SqlClient, issue
 *   1394 and wiki, "Troubleshooting" */
static const struct {
    const dx_cause *cause;
    const char *words;
} drivers[] = {{&dx_cause_certificate_untrusted_root,
                "The certificate chain was issued by an authority that is not trusted"},
               {&dx_cause_certificate_self_signed,
                "The certificate chain was issued by an authority that is not trusted"},
               {&dx_cause_certificate_incomplete_chain,
                "The certificate chain was issued by an authority that is not trusted"},
               {&dx_cause_certificate_name_mismatch, "The target principal name is incorrect"}};

/* Appends them. New string, which replaces `clients`. */
static char *
with_drivers(char *clients, const dx_cause *cause)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(drivers); i++)
        if (drivers[i].cause == cause) {
            char *all = g_strdup_printf("%s%sSqlClient, ODBC: \"%s\"", clients ? clients : "",
                                        clients ? "; " : "", drivers[i].words);
            g_free(clients);
            return all;
        }
    return clients;
}

/* A server that resets or closes looks the same to its users whatever made it do so, and so does one that
 * sends an alert. Behind the ServerHello that holds for words that quote an alert, which did not come; in
 * TLS 1.3 the client may take the handshake for complete by then, and what it shows is not known. A
 * ClientHello without extensions is of none of the programs that are known. New string; NULL: nothing. */
static char *
clients_of(const dx_verdict *verdict, const dx_facts *facts)
{
    const char *clients = verdict->own_clients ? verdict->own_clients : verdict->cause->clients;
    bool quotes = clients && dx_alert_is_quoted(clients), reset = facts->end.kind == DX_END_RST;

    if (facts->end.kind == DX_END_ALERT && facts->end.by == DX_CLIENT)
        return without_alert(clients);
    if (facts->transport != DX_TRANSPORT_TCP || facts->end.by != DX_SERVER || verdict->own_clients ||
        facts->end.phase < DX_PHASE_HELLO || !facts->offer || !facts->offer->extensions.num)
        return g_strdup(clients);
    if (facts->end.kind == DX_END_ALERT)
        return with_alert(quotes ? clients : "");
    if ((!reset && facts->end.kind != DX_END_FIN) ||
        (facts->end.phase > DX_PHASE_HELLO && clients && !quotes))
        return g_strdup(clients);
    if (facts->end.phase > (dx_facts_tls13(facts) ? DX_PHASE_SERVER_HELLO : DX_PHASE_CLIENT_FINISHED))
        return NULL;
    return g_strdup(reset ? dx_cause_server_reset_after_client_hello.clients
                          : dx_cause_server_closed_after_client_hello.clients);
}

char *
dx_clients_shown(const dx_verdict *verdict, const dx_facts *facts, unsigned libraries)
{
    bool told = facts->end.kind == DX_END_ALERT && facts->end.by == DX_SERVER;
    dx_clients_of of = {.transport = facts->transport,
                        .role = dx_place_role(facts),
                        .platform = verdict->client_platform,
                        .libraries = libraries & 1u << DX_LIBRARY_UNKNOWN ? 0 : libraries,
                        .alert = told ? facts->end.alert : -1};
    char *clients = clients_of(verdict, facts);
    if (of.role && of.role->id == DX_ROLE_TDS && of.platform != DX_PLATFORM_UNIX)
        clients = with_drivers(clients, verdict->cause);
    char *text = dx_clients_text(clients, &of);

    g_free(clients);
    return text;
}

/* All that dx_clients_shown looks at; without holes, for it is compared as bytes. */
typedef struct {
    const void *own_clients, *cause, *role;
    uint32_t end, phase, rest;
} users_key;

struct dx_users {
    GHashTable *by_key; /* of users_key: text, "" for none */
};

static guint
key_hash(gconstpointer value)
{
    const users_key *key = value;
    guint hash = g_direct_hash(key->own_clients) * 31 + g_direct_hash(key->cause);

    return ((hash * 31 + g_direct_hash(key->role)) * 31 + key->end) * 31 + key->phase * 4099 + key->rest;
}

static gboolean
key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(users_key)) == 0;
}

dx_users *
dx_users_new(void)
{
    dx_users *users = g_new(dx_users, 1);

    users->by_key = g_hash_table_new_full(key_hash, key_equal, g_free, g_free);
    return users;
}

void
dx_users_free(dx_users *users)
{
    g_hash_table_destroy(users->by_key);
    g_free(users);
}

const char *
dx_users_see(dx_users *users, const dx_verdict *verdict, const dx_facts *facts)
{
    unsigned library = (unsigned)dx_client_library(facts);
    bool extended = facts->offer && facts->offer->extensions.num;
    users_key key;

    memset(&key, 0, sizeof key);
    key.own_clients = verdict->own_clients;
    key.cause = verdict->cause;
    key.role = dx_place_role(facts);
    key.end = (uint32_t)facts->end.kind << 16 | (uint32_t)facts->end.by << 8 | facts->end.alert;
    key.phase = (uint32_t)facts->end.phase << 8 | (uint32_t)facts->transport;
    key.rest = library << 8 | (uint32_t)verdict->client_platform << 2 | (uint32_t)extended << 1 |
               (uint32_t)dx_facts_tls13(facts);
    char *text = g_hash_table_lookup(users->by_key, &key);
    if (!text) {
        text = dx_clients_shown(verdict, facts, 1u << library);
        text = text ? text : g_strdup("");
        users_key *kept = g_new(users_key, 1);
        memcpy(kept, &key, sizeof key);
        g_hash_table_insert(users->by_key, kept, text);
    }
    return *text ? text : NULL;
}
