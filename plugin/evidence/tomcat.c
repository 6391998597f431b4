/* tomcat.c - reads Tomcat's server.xml: where it listens, with TLS or without, and in which versions
 *
 *     <Connector port="8443" SSLEnabled="true">
 *       <SSLHostConfig protocols="TLSv1.2+TLSv1.3">
 *         <Certificate certificateKeystoreFile="conf/keystore.p12"/>
 *
 * Source: Apache Tomcat's "The HTTP Connector", "SSL Support - SSLHostConfig"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "evidence/listeners.h"
#include "knowledge/names.h"

typedef struct reader {
    const dx_reading *reading;
    dx_listener now;
    bool open, told;
} reader;

static const char *
value_of(const char **names, const char **values, const char *name)
{
    for (unsigned i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return NULL;
}

/* "TLSv1.2+TLSv1.3", "TLSv1.2,TLSv1.3"; "all" and what is taken off depend on Java: 0. */
static uint8_t
versions_of(const char *protocols)
{
    char **words = g_strsplit_set(protocols, "+, ", -1);
    uint8_t versions = 0;
    bool good = true;

    for (unsigned i = 0; words[i]; i++) {
        uint16_t version = dx_listener_version((dx_span){words[i], strlen(words[i])});
        if (version)
            versions |= (uint8_t)DX_LISTENER_SPEAKS(version);
        good &= version || !*words[i] || strcmp(words[i], "SSLv2Hello") == 0;
    }
    g_strfreev(words);
    return good ? versions : 0;
}

/* Several SSLHostConfig have each their own: all together are what the port may speak. */
static void
take_versions(reader *now, const char *protocols, uint32_t line)
{
    uint8_t versions = protocols ? versions_of(protocols) : 0;

    if (!versions || (now->told && !now->now.versions)) {
        now->now.versions = 0;
    } else {
        now->now.versions |= versions;
        now->now.versions_where = dx_reading_at(now->reading, line);
    }
    now->told = true;
}

static void
start(GMarkupParseContext *context, const char *element, const char **names, const char **values,
      gpointer data, GError **error)
{
    reader *now = data;
    const char *port = value_of(names, values, "port"), *address = value_of(names, values, "address");
    const char *tls = value_of(names, values, "SSLEnabled"),
               *protocols = value_of(names, values, "sslEnabledProtocols"),
               *protocol = value_of(names, values, "protocol");
    int line, character;

    (void)error;
    g_markup_parse_context_get_position(context, &line, &character);
    line -= line > 1 && character == 1; /* it has taken the end of the line, too */
    if (strcmp(element, "SSLHostConfig") == 0 && now->open)
        take_versions(now, value_of(names, values, "protocols"), (uint32_t)line);
    if (strcmp(element, "Connector") != 0 || !port || (protocol && strncmp(protocol, "AJP", 3) == 0))
        return;
    char *endpoint = g_strdup_printf("%s:%s", address ? address : "*", port);
    now->now = (dx_listener){.program = "Tomcat", .where = dx_reading_at(now->reading, (uint32_t)line)};
    now->now.tls_told = true;
    now->now.tls = tls && g_ascii_strcasecmp(tls, "true") == 0;
    now->told = false;
    now->open = dx_listener_at(&now->now.endpoint, (dx_span){endpoint, strlen(endpoint)});
    if (!address)
        now->now.endpoint.address = (dx_address){.family = 6}; /* Java's any address takes both */
    if (protocols)
        take_versions(now, protocols, (uint32_t)line);
    g_free(endpoint);
}

static void
end(GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
    reader *now = data;

    (void)context;
    (void)error;
    if (strcmp(element, "Connector") == 0 && now->open) {
        dx_listener_keep(now->reading, &now->now, NULL);
        now->open = false;
    }
}

dx_seeing
dx_see_tomcat(const dx_look *look)
{
    return dx_span_starts(look->line, "<Connector ") && dx_span_has(look->line, "port=") ? DX_SEEN
                                                                                         : DX_NOT_SEEN;
}

void
dx_read_tomcat(const dx_reading *reading)
{
    static const GMarkupParser parser = {.start_element = start, .end_element = end};
    reader now = {.reading = reading};
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &now, NULL);

    if (!g_markup_parse_context_parse(context, reading->text.at, (gssize)reading->text.len, NULL) ||
        !g_markup_parse_context_end_parse(context, NULL))
        dx_reading_cut(reading);
    g_markup_parse_context_free(context);
}
