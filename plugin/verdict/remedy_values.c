/* remedy_values.c - what stands for a placeholder of a step on one connection, and only a remedy knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/remedy_values.h"

#include <string.h>

#include "facts/text.h"
#include "verdict/file_finding.h"

/* The key of the HTTP.sys binding that would serve this connection: the one that the files list, else what
 * IIS Manager makes by default. */
static char *
binding_value(const dx_facts *facts, const dx_context *context)
{
    const dx_endpoint *server = &facts->server_endpoint;
    const GPtrArray *bindings =
        context->evidence ? dx_evidence_bindings(context->evidence, server->port) : NULL;
    const char *host = NULL;
    bool own = false;

    for (unsigned i = 0; bindings && i < bindings->len; i++) {
        const dx_binding *binding = bindings->pdata[i];
        if (!binding->host && dx_endpoint_equal(&binding->endpoint, server))
            own = true;
        if (binding->host && dx_is_host_name(binding->host) && facts->sni &&
            g_ascii_strcasecmp(binding->host, facts->sni) == 0)
            host = binding->host;
    }
    if (own) {
        char *endpoint = dx_endpoint_text(server), *key = g_strdup_printf("ipport=%s", endpoint);
        g_free(endpoint);
        return key;
    }
    if (host)
        return g_strdup_printf("hostnameport=%s:%u", host, server->port);
    return g_strdup_printf("ipport=%s:%u", server->address.family == 6 ? "[::]" : "0.0.0.0", server->port);
}

/* What "openssl s_client -connect" takes: through a CONNECT proxy, as the client went. */
static char *
connect_value(const dx_facts *facts)
{
    char *endpoint = dx_endpoint_text(&facts->server_endpoint), *host = dx_host_name(facts), *value = NULL;
    const char *colon = facts->tunnel ? strrchr(facts->tunnel, ':') : NULL;

    if (colon && strspn(colon + 1, "0123456789") == strlen(colon + 1) && host)
        value = g_strdup_printf("%s%s -proxy %s", host, colon, endpoint);
    else
        value = g_steal_pointer(&endpoint);
    g_free(endpoint);
    g_free(host);
    return value;
}

static char *
starttls_value(const dx_place *place, const dx_facts *facts, bool expected)
{
    const char *word = dx_place_starttls(place, facts, expected);

    if (facts->transport == DX_TRANSPORT_DTLS)
        return g_strdup(" -dtls");
    if (facts->transport == DX_TRANSPORT_QUIC) /* OpenSSL 3.2 and newer */
        return g_strdup(" -quic -alpn h3");
    if (!word)
        return g_strdup(expected ? " -starttls smtp" : "");
    return g_strdup_printf(" -starttls %s", word);
}

/* The name as this client asked for it; without one, none. */
static char *
servername_value(const dx_facts *facts)
{
    if (facts->hello_frame && !facts->sni)
        return g_strdup(" -noservername");
    char *host = dx_fill("{sni}", facts), *value = g_strdup_printf(" -servername %s", host);
    g_free(host);
    return value;
}

/* Which certificate the server sent, to be compared with what it has. */
static char *
served_value(const dx_facts *facts)
{
    char *thumbprint = dx_fill("{thumbprint}", facts);
    char *text = strcmp(thumbprint, "THUMBPRINT") == 0
                     ? g_strdup("")
                     : g_strdup_printf(" The one in this capture has thumbprint %s.", thumbprint);

    g_free(thumbprint);
    return text;
}

char *
dx_remedy_value(const char *name, size_t len, const dx_place *place, const dx_facts *facts,
                const dx_context *context)
{
#define IS(word) (len == sizeof(word) - 1 && memcmp(name, word, sizeof(word) - 1) == 0)
    if (IS("connect"))
        return connect_value(facts);
    if (IS("starttls") || IS("expected_starttls"))
        return starttls_value(place, facts, len > 8);
    if (IS("servername"))
        return servername_value(facts);
    if (IS("binding"))
        return binding_value(facts, context);
    if (IS("served"))
        return served_value(facts);
#undef IS
    return NULL;
}
