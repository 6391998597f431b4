/* listeners.c - what a server program that is not Windows' is set to, by its own settings
 *
 * Source: nginx.org, "How nginx processes a request", "Server names", ngx_http_ssl_module; httpd.apache.org,
 * "An In-Depth Discussion of Virtual Host Matching"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/listeners.h"

#include <string.h>

#include "knowledge/names.h"
#include "verdict/unusual.h"

/* The listeners that a connection can come to. */
typedef struct listening {
    const dx_listener *first, *named; /* who answers for other names; who has this one; NULL */
    unsigned num, num_tls, num_told;
    bool unsure;      /* a name is a pattern that is not understood here */
    unsigned offered; /* versions of all that tell, as DX_LISTENER_SPEAKS */
    const dx_listener *versions;
    bool all_versions;
} listening;

/* nginx's patterns: "*.example.com", ".example.com", "www.*"; regular expressions are not tried. */
static bool
pattern_fits(const char *pattern, size_t len, const char *name, bool *unsure)
{
    size_t name_len = strlen(name);

    if (pattern[0] == '~') {
        *unsure = true;
        return false;
    }
    if (len > 2 && pattern[len - 1] == '*')
        return name_len >= len - 1 && g_ascii_strncasecmp(name, pattern, len - 1) == 0;
    if (len > 1 && (pattern[0] == '.' || pattern[0] == '*')) {
        size_t tail = pattern[0] == '.' ? len : len - 1; /* with its dot */
        const char *text = pattern + (len - tail);
        bool whole =
            pattern[0] == '.' && name_len == tail - 1 && g_ascii_strncasecmp(name, text + 1, tail - 1) == 0;
        return whole || (name_len > tail && g_ascii_strncasecmp(name + name_len - tail, text, tail) == 0);
    }
    return name_len == len && g_ascii_strncasecmp(name, pattern, len) == 0;
}

static bool
has_name(const dx_listener *listener, const char *name, bool *unsure)
{
    *unsure |= !listener->names;
    for (const char *at = listener->names ? listener->names : ""; *at;) {
        size_t len = strcspn(at, " ");
        if (len && pattern_fits(at, len, name, unsure))
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

/* 0: another address or port; 1: any address; 2: this very one, before which the others step back. */
static unsigned
fit(const dx_listener *listener, const dx_facts *facts)
{
    const dx_endpoint *here = &listener->endpoint, *server = &facts->server_endpoint;

    if (here->port != server->port || here->datagram != server->datagram)
        return 0;
    if (dx_address_equal(&here->address, &server->address))
        return 2;
    /* one for [::] may take IPv4, too (ipv6only=off) */
    return dx_address_is_any(&here->address) &&
           (here->address.family == server->address.family || here->address.family == 6);
}

static bool
whole(const dx_evidence_store *store)
{
    static const dx_kind kinds[] = {DX_KIND_nginx,  DX_KIND_apache,  DX_KIND_haproxy,
                                    DX_KIND_tomcat, DX_KIND_postfix, DX_KIND_dovecot};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (dx_evidence_list(store, kinds[i]).line && !dx_evidence_whole(store, kinds[i]))
            return false;
    return true;
}

static void
add(listening *sum, const dx_listener *listener, const char *name)
{
    if (!sum->first || (listener->first && !sum->first->first))
        sum->first = listener;
    if (name && !sum->named && has_name(listener, name, &sum->unsure))
        sum->named = listener;
    sum->num++;
    sum->num_tls += listener->tls;
    sum->num_told += listener->tls_told;
    sum->offered |= listener->versions;
    sum->all_versions &= listener->versions != 0;
    if (!sum->versions && listener->versions)
        sum->versions = listener;
}

static listening
find(const dx_facts *facts, const dx_context *context)
{
    const GArray *all = context->evidence->listeners;
    listening sum = {.all_versions = true};
    unsigned best = 1;

    for (unsigned i = 0; i < all->len; i++)
        best = MAX(best, fit(&g_array_index(all, dx_listener, i), facts));
    for (unsigned i = 0; i < all->len; i++)
        if (fit(&g_array_index(all, dx_listener, i), facts) == best)
            add(&sum, &g_array_index(all, dx_listener, i), facts->sni);
    return sum;
}

dx_files_answer
dx_listener_plain(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    listening sum = find(facts, context);

    if (!sum.num || sum.num_tls || sum.num_told < sum.num || !whole(context->evidence))
        return DX_FILES_SILENT;
    dx_file_say(files, sum.first->where, "%s listens on port %u without TLS (no \"%s)", sum.first->program,
                sum.first->endpoint.port,
                strcmp(sum.first->program, "Tomcat") == 0 ? "SSLEnabled\"" : "ssl\" behind \"listen\"");
    return DX_FILES_CONFIRM;
}

dx_files_answer
dx_listener_versions(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    static const uint16_t versions[] = {DX_TLS13, DX_TLS12, DX_TLS11, DX_TLS10};
    listening sum = find(facts, context);
    GString *set = g_string_new(NULL);
    bool common = false, common_new = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++) {
        bool on = sum.offered & DX_LISTENER_SPEAKS(versions[i]);
        bool both = on && dx_offers_version(facts->offer, versions[i]);
        common |= both;
        common_new |= both && versions[i] >= DX_TLS12; /* OpenSSL's security level turns older ones off */
        if (on)
            g_string_append_printf(set, "%s%s", set->len ? ", " : "", dx_version_name(versions[i]));
    }
    bool silent = !sum.versions || !sum.all_versions || (common && !common_new) ||
                  (!common && !whole(context->evidence));
    if (!silent)
        dx_file_say(files, sum.versions->versions_where, "%s is set to %s%s", sum.versions->program, set->str,
                    common ? ", of which the client offers one" : ", none of which the client offers");
    g_string_free(set, TRUE);
    return silent ? DX_FILES_SILENT : common ? DX_FILES_EXCLUDE : DX_FILES_CONFIRM;
}

static dx_files_answer
without_name(const dx_facts *facts, const dx_context *context, dx_file_finding *files, bool rejects)
{
    listening sum = find(facts, context);

    if (!facts->sni || !sum.num || sum.named || sum.unsure || sum.first->reject != rejects ||
        !whole(context->evidence))
        return DX_FILES_SILENT;
    char *name = dx_safe(facts->sni, 80), *instead = dx_safe(sum.first->names, 80);
    dx_file_say(files, sum.first->where, "%s has no server for %s on port %u; the %s%s %s",
                sum.first->program, name, sum.first->endpoint.port, *instead ? "one for " : "default one",
                instead, rejects ? "rejects the handshake" : "answers");
    g_free(name);
    g_free(instead);
    return rejects ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

dx_files_answer
dx_listener_name_rejected(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    return without_name(facts, context, files, true);
}

dx_files_answer
dx_listener_other_name(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    return without_name(facts, context, files, false);
}
