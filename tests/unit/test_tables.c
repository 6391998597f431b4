/* test_tables.c - what the tables say, row by row, as the rest of the plugin reads them
 *
 * The files of whole/ hold it, so that no word or number of a table changes unseen. What a row means on a
 * connection is told by the tests of what uses it.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "whole.h"

#include "causes/causes.h"
#include "knowledge/logs.h"
#include "knowledge/names.h"
#include "knowledge/windows.h"
#include "present/alert_words.h"
#include "certs/judge.h"
#include "verdict/remedy.h"
#include "verdict/retired.h"

#define OR_DASH(text) ((text) ? (text) : "-")

/* A name for each code point that has one. */
static const char *
platform_name(dx_platform platform)
{
    static const char *const names[DX_NUM_PLATFORMS] = {"unknown", "Windows", "Unix"};

    return names[platform];
}

static void
put_names(GString *out, const char *title, const char *(*lookup)(uint16_t code))
{
    g_string_append_printf(out, "\n%s\n", title);
    for (unsigned code = 0; code <= G_MAXUINT16; code++)
        if (lookup((uint16_t)code))
            g_string_append_printf(out, "0x%04x %s\n", code, lookup((uint16_t)code));
}

static void
put_ciphers(GString *out)
{
    static const char *const exchanges[] = {"any", "RSA", "DHE", "ECDHE", "DH", "ECDH", "PSK", "other"};
    static const char *const auths[] = {"any", "RSA", "ECDSA", "DSS", "PSK", "anon", "other"};
    static const char *const modes[] = {"stream", "CBC", "GCM", "CCM", "CCM_8", "ChaCha20", "NULL"};

    g_string_append(out, "cipher suites: code, name, key exchange, authentication, mode, bytes of block, MAC "
                         "and hash, versions\n");
    for (unsigned code = 0; code <= G_MAXUINT16; code++) {
        const dx_cipher *cipher = dx_cipher_find((uint16_t)code);
        if (cipher)
            g_string_append_printf(out, "0x%04x %s %s %s %s %u %u %u %s\n", cipher->code, cipher->name,
                                   exchanges[cipher->exchange], auths[cipher->auth], modes[cipher->mode],
                                   cipher->block_bytes, cipher->mac_bytes, cipher->hash_bytes,
                                   cipher->tls13        ? "1.3"
                                   : cipher->tls12_only ? "1.2"
                                                        : "all");
    }
}

static void
put_alerts(GString *out)
{
    /* each shows another alert than any row has, so that the row's words take its place */
    static const char *const programs[] = {"curl: (35) \"tlsv1 alert none\"",
                                           "Go: \"remote error: tls: none\"", "Firefox: SSL_ERROR_NONE_ALERT",
                                           "Python: TLSV1_ALERT_NONE"};

    g_string_append(out, "\nalerts: name, what clients show\n");
    for (unsigned alert = 0; alert <= G_MAXUINT8; alert++) {
        if (!dx_alert_name((uint8_t)alert))
            continue;
        g_string_append_printf(out, "%u %s", alert, dx_alert_name((uint8_t)alert));
        for (unsigned i = 0; i < G_N_ELEMENTS(programs); i++) {
            char *words = dx_alert_words(programs[i], (uint8_t)alert);
            g_string_append_printf(out, "%s%s", words ? "; " : "", words ? words : "");
            g_free(words);
        }
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "\nerrors of QUIC\n");
    for (unsigned error = 0; error <= G_MAXUINT16; error++)
        if (dx_quic_error_name(error))
            g_string_append_printf(out, "0x%x %s\n", error, dx_quic_error_name(error));
}

static void
put_windows(GString *out)
{
    static const char *const sides[] = {"server", "client", "either"};
    static const char *const supports[] = {"no", "off", "on", "unsure"};

    g_string_append(out, "\nevents of Windows: log, provider, meaning\n");
    for (unsigned id = 0; id <= G_MAXUINT16; id++) {
        const dx_event *event = dx_event_find((uint16_t)id);
        if (event)
            g_string_append_printf(out, "%u %s %s: %s\n", event->id, sides[event->side], event->provider,
                                   event->meaning);
    }
    g_string_append(out, "\nreleases of Windows: SSL 2.0 to TLS 1.3, ECDHE_RSA with GCM\n");
    for (int os = DX_OS_UNKNOWN + 1; os < DX_NUM_OS; os++) {
        const dx_windows *at = dx_windows_find((dx_os)os);
        g_string_append_printf(out, "%s %s: %s %s %s %s %s %s, %s\n", at->token, at->name, supports[at->ssl2],
                               supports[at->ssl3], supports[at->tls10], supports[at->tls11],
                               supports[at->tls12], supports[at->tls13], at->ecdhe_rsa_gcm ? "yes" : "no");
    }
    /* HRESULTs of FACILITY_SECURITY and FACILITY_CERT, and those that are no error */
    static const uint32_t facilities[] = {0x00090000, 0x80090000, 0x80070000, 0x80080000, 0x800b0000};
    g_string_append(out, "\nerrors of Windows\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(facilities); i++)
        for (unsigned low = 0; low <= G_MAXUINT16; low++) {
            const dx_windows_error *error = dx_windows_error_find(facilities[i] | low);
            if (error)
                g_string_append_printf(out, "0x%08x %s: %s\n", error->code, error->name, error->meaning);
        }
}

static void
put_services(GString *out)
{
    static const char *const stacks[] = {"Schannel", "own", "Java"};

    g_string_append(out, "\nprograms\n");
    for (int id = DX_SERVICE_UNKNOWN + 1; id < DX_NUM_SERVICES; id++) {
        const dx_service *at = dx_service_get((dx_service_id)id);
        const char *const values[] = {
            at->process,     at->banner,    at->home,    at->show,   at->log,
            at->certificate, at->protocols, at->ciphers, at->groups, at->client_certificate,
            at->reload};
        g_string_append_printf(out, "%s %s, %s, %s\n", at->token, at->name, platform_name(at->platform),
                               stacks[at->stack]);
        for (unsigned i = 0; i < G_N_ELEMENTS(values); i++)
            g_string_append_printf(out, "    %s\n", OR_DASH(values[i]));
    }
    g_string_append(out, "\nroles: on Windows, elsewhere, likelier\n");
    for (int id = DX_ROLE_NONE + 1; id < DX_NUM_ROLES; id++) {
        const dx_role *role = dx_role_get((dx_role_id)id);
        const dx_service *windows = dx_service_get(role->windows),
                         *elsewhere = dx_service_get(role->elsewhere);
        g_string_append_printf(out, "%s: %s, %s, %s\n", role->name, windows ? windows->token : "-",
                               elsewhere ? elsewhere->token : "-", platform_name(role->likelier));
    }
    g_string_append_printf(out, "\nports that begin with TLS: %s\nports: role, without TLS\n", dx_tls_ports);
    for (unsigned port = 0; port <= G_MAXUINT16; port++) {
        const dx_role *role = dx_role_of_port((uint16_t)port), *plain = dx_role_without_tls((uint16_t)port);
        if (role)
            g_string_append_printf(out, "%u %s%s\n", port, role->name, plain ? ", never" : "");
    }
}

/* Codes and words that only the table knows. */
static const char *const roles_by_alpn[] = {
#define ALPN(protocol, role) protocol,
#include "knowledge/services.def"
};
static const char *const log_words[] = {
#define L(reason, number, words, meaning) words,
#define C(...)
#include "knowledge/logs.def"
#undef L
#undef C
};
static const char *const client_words[] = {
#define L(...)
#define C(reason, words, meaning) words,
#include "knowledge/logs.def"
#undef L
#undef C
};

/* A line of a log that has the words: where a row has " ... ", something stands between. */
static char *
log_line(const char *words)
{
    char **parts = g_strsplit(words, " ... ", -1), *line = g_strjoinv(" #7 (192.0.2.7) ", parts);

    g_strfreev(parts);
    return line;
}

static void
put_log_rows(GString *out, const char *const *words, unsigned num, bool client)
{
    for (unsigned i = 0; i < num; i++) {
        uint8_t alert = 0;
        char *line = log_line(words[i]);
        const dx_log_row *row =
            client ? dx_client_row_find(line, strlen(line)) : dx_log_row_find(line, strlen(line), &alert);
        g_assert_nonnull(row);
        /* an earlier row may say it, too, but no less */
        g_string_append_printf(out, "%s: %d %u %s%s%s\n", words[i], row->reason, row->number,
                               OR_DASH(row->meaning), strcmp(row->words, words[i]) ? " by " : "",
                               strcmp(row->words, words[i]) ? row->words : "");
        g_free(line);
    }
}

static void
put_row(GString *out, unsigned code, const dx_log_row *row)
{
    if (row)
        g_string_append_printf(out, "%u: %d %s\n", code, row->reason, row->meaning);
}

static void
put_logs(GString *out)
{
    g_string_append(out, "\nlines of logs: reason, OpenSSL's number, meaning\n");
    put_log_rows(out, log_words, G_N_ELEMENTS(log_words), false);
    g_string_append(out, "\nwhat clients say\n");
    put_log_rows(out, client_words, G_N_ELEMENTS(client_words), true);
    g_string_append(out, "\nOpenSSL's numbers\n");
    for (unsigned reason = 100; reason < 500; reason++) {
        char *line = g_strdup_printf("error:0A%06X:SSL routines::", reason);
        uint8_t alert = 0;
        const dx_log_row *row = dx_log_row_find(line, strlen(line), &alert);
        if (row && row->meaning)
            put_row(out, reason, row);
        g_free(line);
    }
    g_string_append(out, "\nreasons of Network Policy Server\n");
    for (uint32_t code = 0; code < 1000; code++)
        put_row(out, code, dx_nps_row_find(code));
    g_string_append(out, "\nsubstatus of IIS\n");
    for (uint32_t code = 0; code < 100; code++)
        put_row(out, code, dx_iis_row_find(code));
}

static void
test_knowledge(void)
{
    GString *out = g_string_new(NULL);

    put_ciphers(out);
    put_names(out, "versions", dx_version_name);
    put_names(out, "versions of DTLS", dx_dtls_version_name);
    put_names(out, "groups", dx_group_name);
    put_names(out, "signature schemes", dx_signature_name);
    put_names(out, "extensions", dx_extension_name);
    put_alerts(out);
    put_windows(out);
    put_services(out);
    g_string_append(out, "\nprotocols of ALPN\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(roles_by_alpn); i++)
        g_string_append_printf(out, "%s %s\n", roles_by_alpn[i], dx_role_of_alpn(roles_by_alpn[i])->name);
    put_logs(out);
    check_whole("knowledge.txt", out->str);
    g_string_free(out, TRUE);
}

/* Every topic of the remedies, once. */
static const char *const topics[] = {
#define R(topic, ...)      #topic,
#define C(topic, ...)      #topic,
#define R_TCP(topic, ...)  #topic,
#define C_TCP(topic, ...)  #topic,
#define R_UDP(topic, ...)  #topic,
#define C_UDP(topic, ...)  #topic,
#define R_DTLS(topic, ...) #topic,
#define C_DTLS(topic, ...) #topic,
#define C_EAP(topic, ...)  #topic,
#include "verdict/remedy_checks.def"
#include "verdict/remedy_client.def"
#include "verdict/remedy_fixes.def"
#include "verdict/remedy_probes.def"
#undef R
#undef C
#undef R_TCP
#undef C_TCP
#undef R_UDP
#undef C_UDP
#undef R_DTLS
#undef C_DTLS
#undef C_EAP
};

typedef struct {
    dx_place place;
    dx_facts facts;
    char *name;
} world;

/* The steps of a topic there; "" where it has none. New string. */
static char *
topic_text(const char *topic, const world *at)
{
    const dx_preferences preferences = {0};
    const dx_context context = {.preferences = &preferences};
    char *line = g_strconcat("@", topic, NULL);
    GPtrArray *steps = dx_remedy_steps(line, &at->place, &at->facts, &context, false, true);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < steps->len; i++) {
        char **parts = g_strsplit(steps->pdata[i], "\t", -1);
        for (unsigned j = 0; parts[j]; j++)
            g_string_append_printf(text, "%s%s\n", j ? "        " : "    ", parts[j]);
        g_strfreev(parts);
    }
    g_ptr_array_free(steps, TRUE);
    g_free(line);
    return g_string_free(text, FALSE);
}

static void
add_world(GArray *worlds, const char *name, const dx_role *role, dx_service_id service, dx_platform platform,
          dx_os os, dx_transport transport)
{
    world at = {.place = {role, dx_service_get(service), platform, platform, os},
                .facts = {.transport = transport, .sni = "www.example.com"},
                .name = g_strdup(name)};

    at.facts.server_endpoint =
        (dx_endpoint){.address = {.family = 4, .bytes = {198, 51, 100, 20}}, .port = 443};
    g_array_append_val(worlds, at);
}

/* Where a program serves; the first of the roles that it has on a system. */
static const dx_role *
role_of(dx_service_id service)
{
    for (int id = DX_ROLE_NONE + 1; id < DX_NUM_ROLES; id++) {
        const dx_role *role = dx_role_get((dx_role_id)id);
        if (role->windows == service || role->elsewhere == service)
            return role;
    }
    return dx_role_of_port(443);
}

/* Every program on its system, every release of Windows, every carrier, and servers that tell nothing. */
static GArray *
all_worlds(void)
{
    GArray *worlds = g_array_new(FALSE, FALSE, sizeof(world));
    static const char *const carriers[] = {NULL, "DTLS", "QUIC", "EAP", "OpenVPN"};
    static const dx_transport transports[] = {DX_TRANSPORT_TCP, DX_TRANSPORT_DTLS, DX_TRANSPORT_QUIC,
                                              DX_TRANSPORT_EAP, DX_TRANSPORT_OPENVPN};
    static const dx_role_id unknown[] = {DX_ROLE_WEB, DX_ROLE_SMTP, DX_ROLE_HTTP3};

    for (int id = DX_SERVICE_UNKNOWN + 1; id < DX_NUM_SERVICES; id++) {
        const dx_service *service = dx_service_get((dx_service_id)id);
        bool windows = service->platform == DX_PLATFORM_WINDOWS;
        add_world(worlds, service->token, role_of(service->id), service->id,
                  windows ? DX_PLATFORM_WINDOWS : DX_PLATFORM_UNIX, DX_OS_UNKNOWN, DX_TRANSPORT_TCP);
    }
    for (int os = DX_OS_UNKNOWN + 1; os < DX_NUM_OS; os++)
        add_world(worlds, dx_windows_find((dx_os)os)->token, dx_role_of_port(443), DX_SERVICE_HTTPSYS,
                  DX_PLATFORM_WINDOWS, (dx_os)os, DX_TRANSPORT_TCP);
    for (unsigned i = 1; i < G_N_ELEMENTS(carriers); i++)
        add_world(worlds, carriers[i], dx_role_of_port(443), DX_SERVICE_UNKNOWN, DX_PLATFORM_UNIX,
                  DX_OS_UNKNOWN, transports[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(unknown); i++)
        add_world(worlds, dx_role_get(unknown[i])->name, dx_role_get(unknown[i]), DX_SERVICE_UNKNOWN,
                  DX_PLATFORM_UNKNOWN, DX_OS_UNKNOWN, DX_TRANSPORT_TCP);
    return worlds;
}

/* Worlds with the same steps stand together. */
static void
put_topic(GString *out, const char *topic, const GArray *worlds)
{
    char **texts = g_new0(char *, worlds->len + 1);

    for (unsigned i = 0; i < worlds->len; i++)
        texts[i] = topic_text(topic, &g_array_index(worlds, world, i));
    for (unsigned i = 0; i < worlds->len; i++) {
        if (!*texts[i])
            continue;
        g_string_append_printf(out, "\n%s:", topic);
        char *text = g_strdup(texts[i]);
        for (unsigned j = i; j < worlds->len; j++)
            if (strcmp(texts[j], text) == 0) {
                g_string_append_printf(out, "%s %s", j == i ? "" : ",", g_array_index(worlds, world, j).name);
                *texts[j] = '\0';
            }
        g_string_append_printf(out, "\n%s", text);
        g_free(text);
    }
    g_strfreev(texts);
}

/* What is printed for a topic, on every kind of server and client. */
static void
test_remedies(void)
{
    GArray *worlds = all_worlds();
    GString *out = g_string_new("What is printed for a topic, and where\n");

    for (unsigned i = 0; i < G_N_ELEMENTS(topics); i++) {
        bool again = false;
        for (unsigned j = 0; j < i && !again; j++)
            again = strcmp(topics[j], topics[i]) == 0;
        if (!again)
            put_topic(out, topics[i], worlds);
    }
    check_whole("remedies.txt", out->str);
    for (unsigned i = 0; i < worlds->len; i++)
        g_free(g_array_index(worlds, world, i).name);
    g_array_free(worlds, TRUE);
    g_string_free(out, TRUE);
}

/* What a gate asks for, "phases 1-4"; a part that is open to all is not there. */
static void
put_gate(GString *out, const dx_gate *gate)
{
    static const char *const ends[] = {"no end",     "client alert", "client hidden alert", "client FIN",
                                       "client RST", "server alert", "server hidden alert", "server FIN",
                                       "server RST", "no TLS",       "ICMP error",          "QUIC error"};
    static const char *const sights[] = {
#define X(name, words) #name,
        DX_SIGHTS(X)
#undef X
    };

    g_string_append(out, "    gate");
    for (unsigned over = 0; over <= DX_TRANSPORT_OPENVPN; over++)
        if (gate->over >> over & 1)
            g_string_append_printf(out, "; over %s", dx_transport_name((dx_transport)over));
    for (unsigned phase = 0; phase < DX_NUM_PHASES; phase++)
        if (gate->phases >> phase & 1)
            g_string_append_printf(out, "; phase %u", phase);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        if (gate->ends >> i & 1)
            g_string_append_printf(out, "; %s", ends[i]);
    for (unsigned i = 0; i < gate->num_alerts; i++)
        g_string_append_printf(out, "; alert %u", gate->alerts[i]);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (gate->defects & DX_BIT(defect))
            g_string_append_printf(out, "; certificate %s", dx_defect_words((dx_defect)defect));
    for (unsigned i = 0; i < DX_NUM_SIGHTS; i++)
        if (gate->needs >> i & 1)
            g_string_append_printf(out, "; needs %s", sights[i]);
    for (unsigned i = 0; i < DX_NUM_SIGHTS; i++)
        if (gate->refutes >> i & 1)
            g_string_append_printf(out, "; refuted by %s", sights[i]);
    g_string_append_c(out, '\n');
}

static void
put_lines(GString *out, const char *key, const char *lines)
{
    char **line = g_strsplit(lines ? lines : "", "\n", -1);

    for (unsigned i = 0; line[i]; i++)
        if (*line[i])
            g_string_append_printf(out, "    %s: %s\n", key, line[i]);
    g_strfreev(line);
}

static void
put_cause(GString *out, const dx_cause *cause)
{
    g_string_append_printf(out, "\n%s: %s: %s%s%s%s\n", cause->id, dx_scenario_name(cause->scenario),
                           dx_outcome_name(cause->outcome), cause->fallback ? ", fallback" : "",
                           cause->by_reason ? ", by reason" : "", cause->symptom ? ", symptom" : "");
    put_gate(out, &cause->gate);
    put_lines(out, "title", cause->title);
    put_lines(out, "why", cause->why);
    if (cause->stated)
        g_string_append_printf(out, "    stated: %s\n", dx_confidence_name(cause->stated));
    put_lines(out, "says", cause->says.text);
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->rivals) && cause->rivals[i]; i++)
        put_lines(out, "rival", cause->rivals[i]->id);
    put_lines(out, "check", cause->checks);
    put_lines(out, "fix", cause->fix);
    put_lines(out, "clients", cause->clients);
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i]; i++)
        g_string_append_printf(out, "    event: %u\n", cause->events[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->logged) && cause->logged[i]; i++)
        g_string_append_printf(out, "    logged: %u\n", cause->logged[i]);
}

/* When every cause can be, and what it says by itself. */
static void
test_causes(void)
{
    const dx_causes *causes = dx_all_causes();
    GString *out = g_string_new("Causes, in the order of their rank\n");

    for (unsigned i = 0; i < causes->num; i++)
        put_cause(out, causes->cause[i]);
    check_whole("causes.txt", out->str);
    g_string_free(out, TRUE);
}

/* notAfter of the roots, as openssl x509 -enddate prints it; they are over a second later. */
static void
test_retired(void)
{
    static const struct {
        const char *issuer, *until;
    } roots[] = {
        {"CN=DST Root CA X3,O=Digital Signature Trust Co.", "2021-09-30T14:01:15Z"},
        {"CN=AddTrust External CA Root,OU=AddTrust External TTP Network,O=AddTrust AB,C=SE",
         "2020-05-30T10:48:38Z"},
        {"CN=Baltimore CyberTrust Root,OU=CyberTrust,O=Baltimore,C=IE", "2025-05-12T23:59:00Z"},
        {"CN=GTE CyberTrust Global Root,OU=GTE CyberTrust Solutions\\, Inc.,O=GTE Corporation,C=US",
         "2018-08-13T23:59:00Z"},
        {"OU=Equifax Secure Certificate Authority,O=Equifax,C=US", "2018-08-22T16:41:51Z"},
        {"CN=GlobalSign,O=GlobalSign,OU=GlobalSign Root CA - R2", "2021-12-15T08:00:00Z"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(roots); i++) {
        GDateTime *until = g_date_time_new_from_iso8601(roots[i].until, NULL);
        g_assert_false(dx_root_has_expired(roots[i].issuer, g_date_time_to_unix(until)));
        g_assert_true(dx_root_has_expired(roots[i].issuer, g_date_time_to_unix(until) + 1));
        g_date_time_unref(until);
    }
    g_assert_false(dx_root_has_expired("CN=ISRG Root X1,O=Internet Security Research Group,C=US", INT64_MAX));
    g_assert_false(dx_root_has_expired(NULL, INT64_MAX));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tables/knowledge", test_knowledge);
    g_test_add_func("/tables/remedies", test_remedies);
    g_test_add_func("/tables/causes", test_causes);
    g_test_add_func("/tables/retired", test_retired);
    return g_test_run();
}
