/* nginx.c - reads "nginx -T", or a file of such settings: where it listens, with TLS or not, for which names
 *
 *     # configuration file /etc/nginx/sites-enabled/www:
 *     server {
 *         listen 443 ssl default_server;
 *         listen [::]:443 ssl;
 *         server_name www.example.com;
 *         ssl_protocols TLSv1.2 TLSv1.3;
 *     }
 *
 * A server takes versions from the block around it when it sets none. -T prints included files behind each
 * other: what the http block says holds for the servers of later files, and what a file says outside of any
 * block is of a place that is not known. Blocks of stream and mail are not read: what listens there without
 * "ssl" may hand TLS on.
 * Source: nginx.org, "Configuration file's structure", ngx_http_core_module (listen, server_name),
 * ngx_http_ssl_module (ssl_protocols, ssl_reject_handshake)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/listeners.h"

#include <string.h>

#include "knowledge/names.h"

#define MAX_DEPTH  16
#define MAX_WORDS  64 /* of a directive */
#define MAX_LISTEN 64 /* of a server */
#define DUMP       "# configuration file "

typedef enum { BLOCK_TOP, BLOCK_HTTP, BLOCK_SERVER, BLOCK_OTHER } block_kind;

typedef struct block {
    block_kind kind;
    uint8_t versions;
    dx_where versions_where;
} block;

typedef struct parser {
    const dx_reading *reading;
    dx_span rest;
    uint32_t line;
    block blocks[MAX_DEPTH];
    unsigned depth, too_deep;
    dx_listener listen[MAX_LISTEN]; /* of the server whose block is open */
    unsigned num_listen;
    bool ssl, reject;
    bool loose; /* versions stand outside of blocks */
    GString *names;
    dx_span word[MAX_WORDS]; /* of the directive so far */
    unsigned num_words;
    uint32_t first_line; /* of the directive */
} parser;

/* The next word, or one of { } ;. An empty one at the end. */
static dx_span
next_token(parser *p)
{
    const char *at = p->rest.at, *end = at + p->rest.len, *start;

    while (at < end && (g_ascii_isspace(*at) || *at == '#')) {
        if (*at == '#')
            while (at < end && *at != '\n')
                at++;
        else
            p->line += *at++ == '\n';
    }
    start = at;
    if (at < end && strchr("{};", *at) && *at) {
        at++;
    } else if (at < end && (*at == '"' || *at == '\'')) {
        for (at++; at < end && *at != *start; at++)
            p->line += *at == '\n';
        dx_span quoted = {start + 1, (size_t)(at - start) - 1};
        p->rest = (dx_span){at + (at < end), (size_t)(end - at) - (at < end)};
        return quoted.len ? quoted : (dx_span){"\"\"", 2};
    } else {
        while (at < end && !g_ascii_isspace(*at) && *at != ';' && *at != '{' && *at != '}')
            at++;
    }
    p->rest = (dx_span){at, (size_t)(end - at)};
    return (dx_span){start, (size_t)(at - start)};
}

static block *
now(parser *p)
{
    return &p->blocks[p->depth];
}

static void
take_listen(parser *p)
{
    dx_listener *fact = &p->listen[p->num_listen];

    if (p->num_listen == MAX_LISTEN || p->num_words < 2)
        return;
    memset(fact, 0, sizeof *fact);
    if (!dx_listener_at(&fact->endpoint, p->word[1]))
        return;
    fact->program = "nginx";
    fact->tls_told = true;
    fact->where = dx_reading_at(p->reading, p->first_line);
    for (unsigned i = 2; i < p->num_words; i++) {
        fact->tls |= dx_span_equal(p->word[i], "ssl") || dx_span_equal(p->word[i], "quic");
        fact->endpoint.datagram |= dx_span_equal(p->word[i], "quic");
        fact->first |= dx_span_equal(p->word[i], "default_server") || dx_span_equal(p->word[i], "default");
    }
    p->num_listen++;
}

static void
take_versions(parser *p)
{
    block *inner = now(p);

    inner->versions = 0;
    inner->versions_where = dx_reading_at(p->reading, p->first_line);
    for (unsigned i = 1; i < p->num_words; i++) {
        uint16_t version = dx_listener_version(p->word[i]);
        if (version)
            inner->versions |= (uint8_t)DX_LISTENER_SPEAKS(version);
    }
}

static void
take_directive(parser *p)
{
    bool on = p->num_words > 1 && dx_span_equal(p->word[1], "on");

    if (!p->num_words)
        return;
    bool top = now(p)->kind == BLOCK_TOP;
    if (dx_span_equal(p->word[0], "ssl_protocols")) {
        p->loose |= top;
        take_versions(p);
    }
    if (top && (dx_span_equal(p->word[0], "listen") || dx_span_equal(p->word[0], "server_name")))
        dx_reading_part(p->reading);
    if (now(p)->kind != BLOCK_SERVER)
        return;
    if (dx_span_equal(p->word[0], "listen"))
        take_listen(p);
    for (unsigned i = 1; dx_span_equal(p->word[0], "server_name") && i < p->num_words; i++)
        dx_listener_name(p->names, p->word[i]);
    p->ssl |= on && dx_span_equal(p->word[0], "ssl"); /* up to nginx 1.25 */
    p->reject |= on && dx_span_equal(p->word[0], "ssl_reject_handshake");
}

static void
open_block(parser *p)
{
    block inner = *now(p);
    const dx_span name = p->num_words ? p->word[0] : (dx_span){"", 0};

    if (p->depth + 1 == MAX_DEPTH) {
        p->too_deep++;
        return;
    }
    if (dx_span_equal(name, "server") && inner.kind <= BLOCK_HTTP) {
        inner.kind = BLOCK_SERVER;
        p->num_listen = 0;
        p->ssl = p->reject = false;
        g_string_truncate(p->names, 0);
    } else if (inner.kind == BLOCK_TOP && dx_span_equal(name, "http")) {
        inner.kind = BLOCK_HTTP;
    } else {
        inner.kind = BLOCK_OTHER;
    }
    p->blocks[++p->depth] = inner;
}

static void
close_block(parser *p)
{
    const block *inner = now(p);

    if (p->too_deep) {
        p->too_deep--;
        return;
    }
    if (!p->depth)
        return;
    for (unsigned i = 0; inner->kind == BLOCK_SERVER && i < p->num_listen; i++) {
        dx_listener *fact = &p->listen[i];
        fact->tls |= p->ssl;
        fact->reject = p->reject;
        fact->versions = inner->versions;
        fact->versions_where = inner->versions_where;
        dx_listener_keep(p->reading, fact, p->names->str);
    }
    if (inner->kind == BLOCK_HTTP) {
        p->blocks[0].versions = inner->versions;
        p->blocks[0].versions_where = inner->versions_where;
    }
    p->depth--;
}

/* Takes the versions back where it is not known whose they are. */
static void
forget_versions(const parser *p, unsigned from)
{
    GArray *all = p->reading->store->listeners;

    for (unsigned i = from; p->loose && i < all->len; i++)
        g_array_index(all, dx_listener, i).versions = 0;
}

dx_seeing
dx_see_nginx(const dx_look *look)
{
    bool dump = dx_span_starts(look->line, DUMP) && dx_span_ends(look->line, ":");
    bool directive = dx_span_ends(look->line, ";") &&
                     (dx_span_starts(look->line, "listen ") || dx_span_starts(look->line, "server_name ") ||
                      dx_span_starts(look->line, "ssl_protocols "));

    return dump || directive || dx_span_starts(look->line, "server {") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_nginx(const dx_reading *reading)
{
    parser *p = g_new0(parser, 1);
    unsigned from = reading->store->listeners->len;
    dx_span token;

    p->reading = reading;
    p->rest = reading->text;
    p->line = 1;
    p->names = g_string_new(NULL);
    while ((token = next_token(p)).len) {
        bool end = dx_span_equal(token, ";"), open = dx_span_equal(token, "{"),
             close = dx_span_equal(token, "}");
        if (!p->num_words)
            p->first_line = p->line;
        if (end)
            take_directive(p);
        else if (open)
            open_block(p);
        else if (close)
            close_block(p);
        else if (p->num_words < MAX_WORDS)
            p->word[p->num_words++] = token;
        if (end || open || close)
            p->num_words = 0;
    }
    forget_versions(p, from);
    if (p->depth)
        dx_reading_cut(reading);
    if (!dx_span_has(reading->text, DUMP))
        dx_reading_part(reading);
    dx_reading_empty(reading);
    g_string_free(p->names, TRUE);
    g_free(p);
}
