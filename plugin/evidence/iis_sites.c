/* iis_sites.c - reads the bindings of IIS' sites: appcmd list site, applicationHost.config, Get-WebBinding,
 * Get-Website
 *
 *     SITE "Default Web Site" (id:1,bindings:http/[any]:80:,https/[any]:443:www.example.com,state:Started)
 *
 *     <site name="Default Web Site" id="1"> ... <binding protocol="https" bindingInformation="[any]:443:" />
 *
 *     protocol    : https
 *     bindingInformation : [any]:443:www.example.com
 *     certificateHash    :
 *
 * ([any] is an asterisk.) A site's binding says what IIS wants; the certificate is HTTP.sys' matter, and only
 * Get-WebBinding shows its hash besides. Tags are taken line by line: administrators search such files with
 * findstr.
 * Source: Microsoft Learn, "Get-WebBinding", "Binding <binding>", "Appcmd.exe"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

#define MAX_TAG 2048

typedef struct sites {
    const dx_reading *reading;
    char name[64]; /* of the site whose tags come */
} sites;

/* "*:443:www.example.com", "192.0.2.1:443:", "[2001:db8::1]:443:" */
static bool
take_binding(dx_site_binding *out, dx_span text)
{
    size_t host = text.len, port = 0;

    if (!text.len)
        return false;
    while (host > 0 && text.at[host - 1] != ':')
        host--;
    port = host ? host - 1 : 0;
    while (port > 0 && text.at[port - 1] != ':')
        port--;
    dx_span digits = {text.at + port, host > port ? host - 1 - port : 0},
            address = {text.at, port ? port - 1 : 0};
    uint32_t number;
    if (!port || !digits.len || dx_span_decimal(&number, digits) != digits.len || number > 65535)
        return false;
    if (dx_span_equal(address, "*") || !address.len)
        address = (dx_span){"0.0.0.0", 7};
    if (dx_address_parse(&out->endpoint.address, address.at, address.len) != address.len)
        return false;
    out->endpoint.port = (uint16_t)number;
    out->host = host < text.len ? dx_span_copy(dx_span_from(text, host)) : NULL;
    return true;
}

static void
keep(const sites *now, dx_site_binding *fact, dx_span information, uint32_t line)
{
    fact->where = dx_reading_at(now->reading, line);
    if (!take_binding(fact, information)) {
        dx_reading_skip(now->reading, line);
        return;
    }
    fact->site = *now->name ? g_strdup(now->name) : NULL;
    if (!dx_reading_keep(now->reading, now->reading->store->sites, fact)) {
        g_free(fact->host);
        g_free(fact->site);
    }
}

static void
set_name(sites *now, dx_span name)
{
    name.len = MIN(name.len, sizeof now->name - 1);
    if (name.len) /* an empty one may be NULL */
        memcpy(now->name, name.at, name.len);
    now->name[name.len] = '\0';
}

/* The rest of a line of appcmd, behind SITE. */
static void
take_appcmd(sites *now, dx_span line, uint32_t number)
{
    const char *quote = memchr(line.at, '"', line.len);
    size_t list = dx_span_find(line, "bindings:"), state = dx_span_find(line, ",state:");
    size_t name = quote ? (size_t)(quote - line.at) + 1 : 0, end = name;

    if (!quote || list == SIZE_MAX)
        return;
    while (end < line.len && line.at[end] != '"')
        end++;
    set_name(now, (dx_span){line.at + name, end - name});
    list += strlen("bindings:");
    dx_span rest = {line.at + list, (state == SIZE_MAX || state < list ? line.len : state) - list};
    bool stopped = state != SIZE_MAX && dx_span_starts(dx_span_from(line, state), ",state:Stopped");
    dx_reading_empty(now->reading); /* a site may have none */
    while (rest.len) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.at) : rest.len;
        const char *slash = memchr(rest.at, '/', len);
        if (slash) {
            dx_span protocol = {rest.at, (size_t)(slash - rest.at)};
            dx_site_binding fact = {.https = dx_span_equal(protocol, "https"), .stopped = stopped};
            if (fact.https)
                keep(now, &fact, (dx_span){slash + 1, len - protocol.len - 1}, number);
        }
        rest = dx_span_from(rest, len + 1);
    }
}

static dx_span
attribute(dx_span tag, const char *name)
{
    size_t at = dx_span_find(tag, name);
    dx_span rest = dx_span_from(tag, at == SIZE_MAX ? tag.len : at + strlen(name));
    const char *end = rest.len ? memchr(rest.at, '"', rest.len) : NULL;

    return end ? (dx_span){rest.at, (size_t)(end - rest.at)} : (dx_span){NULL, 0};
}

/* The tags of a line. */
static void
take_tags(sites *now, dx_span line, uint32_t number)
{
    for (size_t at; (at = dx_span_find(line, "<")) != SIZE_MAX; line = dx_span_from(line, 1)) {
        line = dx_span_from(line, at);
        size_t most = MIN(line.len, MAX_TAG);
        const char *close = memchr(line.at, '>', most);
        dx_span tag = {line.at, close ? (size_t)(close - line.at) : most};
        char hash[41];
        if (dx_span_starts(tag, "<site ")) {
            set_name(now, attribute(tag, " name=\""));
            dx_reading_empty(now->reading);
        } else if (dx_span_starts(tag, "<binding ") && dx_span_has(tag, "protocol=\"https\"")) {
            uint32_t flags = 0;
            dx_span_decimal(&flags, attribute(tag, "sslFlags=\""));
            dx_site_binding fact = {.https = true, .sni = flags & 1, .central = flags & 2};
            keep(now, &fact, attribute(tag, "bindingInformation=\""), number);
        } else if (dx_span_starts(tag, "<ssl ") &&
                   dx_span_hash(hash, attribute(tag, "serverCertHash=\"")) == 40) {
            dx_assignment use = {.where = dx_reading_at(now->reading, number), .service = DX_SERVICE_IIS_FTP};
            memcpy(use.thumbprint, hash, sizeof hash);
            dx_reading_keep(now->reading, now->reading->store->assignments, &use);
        }
    }
}

/* "http *:80: https *:443:www.example.com sslFlags=1" of Get-Website */
static void
take_cell(sites *now, dx_span cell, bool stopped, uint32_t line)
{
    dx_span word;

    while (dx_span_word(&cell, &word)) {
        dx_span information, rest = cell, flags;
        if (!dx_span_equal(word, "https") || !dx_span_word(&rest, &information))
            continue;
        bool sni = dx_span_word(&rest, &flags) &&
                   (dx_span_equal(flags, "sslFlags=1") || dx_span_equal(flags, "Sni"));
        dx_site_binding fact = {.https = true, .sni = sni, .stopped = stopped};
        keep(now, &fact, information, line);
    }
}

static void
take_object(const dx_object *object, void *user)
{
    sites *now = user;
    const dx_property *information = dx_object_get(object, "bindingInformation"),
                      *cell = dx_object_get(object, "Bindings"),
                      *hash = dx_object_get(object, "certificateHash");
    dx_span name = dx_object_span(object, "Name"), path = dx_object_span(object, "ItemXPath");
    uint32_t flags = 0;

    if (!information && !cell)
        return;
    dx_reading_empty(now->reading);
    size_t quoted = dx_span_find(path, "@name='");
    set_name(now, name);
    if (quoted != SIZE_MAX) {
        path = dx_span_from(path, quoted + strlen("@name='"));
        const char *end = memchr(path.at, '\'', path.len);
        set_name(now, (dx_span){path.at, end ? (size_t)(end - path.at) : 0});
    }
    bool stopped = dx_span_equal(dx_object_span(object, "State"), "Stopped");
    if (!information) {
        take_cell(now, (dx_span){cell->value->str, cell->value->len}, stopped, object->line);
        return;
    }
    if (!dx_span_equal(dx_object_span(object, "protocol"), "https"))
        return;
    bool told = dx_span_decimal(&flags, dx_object_span(object, "sslFlags")) > 0;
    dx_site_binding fact = {.https = true, .sni = flags & 1, .central = flags & 2};
    /* a binding of the central store has no hash, either */
    fact.bare = told && !fact.central && hash && !hash->value->len;
    if (hash && hash->value->len)
        dx_span_hash(fact.hash, dx_object_span(object, "certificateHash"));
    keep(now, &fact, (dx_span){information->value->str, information->value->len}, information->line);
}

dx_seeing
dx_see_iis_sites(const dx_look *look)
{
    bool appcmd = dx_span_starts(look->line, "SITE \"") && dx_span_has(look->line, "bindings:");
    bool tag = dx_span_has(look->line, "<binding ") || dx_span_has(look->line, "serverCertHash=\"");
    bool object = dx_look_property(look, "bindingInformation") ||
                  (dx_look_property(look, "Bindings") && dx_span_has(look->before, "State"));

    return appcmd || tag || object ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_iis_sites(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    sites now = {.reading = reading};

    dx_objects_each(reading->text, take_object, &now);
    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (dx_span_starts(line, "SITE \""))
            take_appcmd(&now, line, lines.number);
        else
            take_tags(&now, line, lines.number);
    }
    dx_lines_end(&lines);
}
