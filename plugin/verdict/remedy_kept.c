/* remedy_kept.c - steps made once for all connections that look alike, with the values of their server and
 * those of each one filled in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/remedy.h"

#include <string.h>

#include "facts/text.h"
#include "verdict/points.h"
#include "verdict/remedy_values.h"
#include "verdict/topics.h"

/* Around the end of the connection, as Windows and systemd take it: "2012-02-11T00:44:50Z",
 * "2012-02-11 00:44:50 UTC". */
#define LOG_MARGIN_US (5 * G_USEC_PER_SEC)

static char *
time_value(const char *name, size_t len, const dx_facts *facts)
{
    bool from = len == 4 && memcmp(name, "from", 4) == 0, to = len == 2 && memcmp(name, "to", 2) == 0;
    bool since = len == 5 && memcmp(name, "since", 5) == 0, until = len == 5 && memcmp(name, "until", 5) == 0;
    int64_t last_us = facts->end.time_us ? facts->end.time_us : facts->last_us;

    if (!from && !to && !since && !until)
        return NULL;
    char *text = dx_time_text(from || since ? facts->first_us - LOG_MARGIN_US : last_us + LOG_MARGIN_US);
    if (strcmp(text, "1990") < 0) { /* the capture's times are not absolute */
        g_free(text);
        return g_strdup("TIME");
    }
    char *value = g_strdup_printf(from || to ? "%.10sT%.8sZ" : "%.10s %.8s UTC", text, text + 11);
    g_free(text);
    return value;
}

/* For whom placeholders are filled in. */
typedef struct {
    const dx_place *place;
    const dx_facts *facts;
    const dx_context *context;
} filler;

static bool
is_client(const char *name, size_t len)
{
    return len == 6 && memcmp(name, "client", 6) == 0;
}

/* What connections of one server share. */
static char *
server_value(const char *name, size_t len, const filler *with)
{
    char *value = dx_remedy_value(name, len, with->place, with->facts, with->context);

    return value || is_client(name, len) ? value : dx_fill_value(name, len, with->facts);
}

static char *
own_value(const char *name, size_t len, const filler *with)
{
    return is_client(name, len) ? dx_fill_value(name, len, with->facts) : time_value(name, len, with->facts);
}

typedef char *value_of(const char *name, size_t len, const filler *with);

/* The step with values; where it has no placeholder it is the same one. A reference. */
static char *
filled(char *shared, value_of *get, const filler *with)
{
    const char *open = strchr(shared, '{');

    if (!open)
        return g_ref_string_acquire(shared);
    GString *out = g_string_new(NULL);
    const char *text = shared;
    for (; open; open = strchr(text, '{')) {
        const char *end = strchr(open, '}');
        size_t len = end ? (size_t)(end - open - 1) : 0;
        char *value = get(open + 1, len, with);
        g_string_append_len(out, text, open - text);
        g_string_append(out, value ? value : "{");
        text = value ? end + 1 : open + 1;
        g_free(value);
    }
    g_string_append(out, text);
    char *step = g_ref_string_new_len(out->str, (gssize)out->len);
    g_string_free(out, TRUE);
    return step;
}

/* All that the steps of a connection depend on, but for its own client and times; without the values of its
 * server: that some of them are there. Compared bytewise. */
typedef struct {
    const char *checks, *also, *fix;
    const dx_role *role;
    const dx_service *service;
    const char *sni;
    const dx_chain *chain;
    dx_endpoint server;
    uint8_t platform, client_platform, os, transport, upgrade, host;
    bool open, topics, hello, only_tls10, points, without_server;
} remedy_key;

typedef struct {
    remedy_key key;
    GPtrArray *checks; /* of char *, counted references */
    char *fix;         /* steps, joined; a counted reference, NULL: none */
} kept_remedy;

static guint
remedy_hash(gconstpointer data)
{
    const remedy_key *key = data;

    return g_direct_hash(key->checks) ^ g_direct_hash(key->sni) * 31u ^ g_direct_hash(key->chain) * 37u ^
           g_direct_hash(key->service) ^ dx_endpoint_hash(&key->server);
}

static gboolean
remedy_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(remedy_key)) == 0;
}

static void
free_remedy(gpointer data)
{
    kept_remedy *kept = data;

    g_ptr_array_unref(kept->checks);
    if (kept->fix)
        g_ref_string_release(kept->fix);
    g_free(kept);
}

GHashTable *
dx_remedy_cache_new(void)
{
    return g_hash_table_new_full(remedy_hash, remedy_equal, NULL, free_remedy);
}

/* Behind the first check, which is mostly the log, those of what the files suggest. */
static char *
checks_with(const remedy_key *key)
{
    const char *rest = key->checks ? strchr(key->checks, '\n') : NULL;

    if (!key->also || !rest)
        return g_strdup(key->checks);
    return g_strdup_printf("%.*s%s%s", (int)(rest + 1 - key->checks), key->checks, key->also, rest + 1);
}

static kept_remedy *
new_remedy(const remedy_key *key)
{
    kept_remedy *made = g_new(kept_remedy, 1);

    *made = (kept_remedy){.key = *key,
                          .checks = g_ptr_array_new_with_free_func((GDestroyNotify)g_ref_string_release)};
    return made;
}

/* What connections to any server share. */
static kept_remedy *
make_remedy(const remedy_key *key, const dx_place *place, const dx_facts *facts, const dx_context *context)
{
    kept_remedy *made = new_remedy(key);
    char *checks = checks_with(key);
    GPtrArray *steps = dx_remedy_steps(checks, place, facts, context, false, false);
    g_free(checks);
    for (unsigned i = 0; i < steps->len; i++)
        g_ptr_array_add(made->checks, g_ref_string_new(steps->pdata[i]));
    g_ptr_array_unref(steps);
    steps = dx_remedy_steps(key->fix, place, facts, context, key->open, key->topics);
    g_ptr_array_add(steps, NULL);
    char *joined = g_strjoinv("\n", (char **)steps->pdata);
    made->fix = steps->len > 1 ? g_ref_string_new(joined) : NULL;
    g_free(joined);
    g_ptr_array_unref(steps);
    return made;
}

/* The steps with the server's values filled in. */
static kept_remedy *
fill_remedy(const remedy_key *key, const filler *with)
{
    remedy_key any = *key;

    any.without_server = true;
    any.sni = NULL;
    any.chain = NULL;
    any.host = (uint8_t)dx_topic_host(with->facts);
    memset(&any.server, 0, sizeof any.server);
    any.server.address.family = key->server.address.family;
    kept_remedy *shared = with->context->remedies ? g_hash_table_lookup(with->context->remedies, &any) : NULL;
    bool found = shared != NULL;
    if (!found)
        shared = make_remedy(&any, with->place, with->facts, with->context);
    kept_remedy *made = new_remedy(key);
    for (unsigned i = 0; i < shared->checks->len; i++)
        g_ptr_array_add(made->checks, filled(shared->checks->pdata[i], server_value, with));
    if (shared->fix)
        made->fix = filled(shared->fix, server_value, with);
    if (!with->context->remedies)
        free_remedy(shared);
    else if (!found)
        g_hash_table_insert(with->context->remedies, &shared->key, shared);
    return made;
}

/* ... out of the cache where it can be: a tunnel's name is each connection's own. */
static kept_remedy *
find_remedy(const dx_verdict *verdict, const filler *with)
{
    const dx_place *place = with->place;
    const dx_facts *facts = with->facts;
    const dx_context *context = with->context;
    remedy_key key;

    memset(&key, 0, sizeof key); /* the padding, too */
    key.checks = verdict->own_checks ? verdict->own_checks : verdict->cause->checks;
    key.also = verdict->also_checks;
    key.fix = verdict->own_fix ? verdict->own_fix : verdict->cause->fix;
    key.role = place->role;
    key.service = place->service;
    key.sni = facts->sni;
    key.chain = facts->chain;
    key.server = facts->server_endpoint;
    key.platform = (uint8_t)place->server;
    key.client_platform = (uint8_t)place->client;
    key.os = (uint8_t)place->os;
    key.transport = (uint8_t)facts->transport;
    key.upgrade = (uint8_t)facts->upgrade;
    key.open = verdict->confidence <= DX_POSSIBLE;
    key.topics = verdict->said_fix != NULL;
    key.hello = facts->hello_frame != 0;
    key.only_tls10 = dx_facts_max_version(facts) == DX_TLS10;
    key.points = dx_points_shown(context->points);
    bool keep = context->remedies && !facts->tunnel;
    kept_remedy *found = keep ? g_hash_table_lookup(context->remedies, &key) : NULL;
    if (found)
        return found;
    found = fill_remedy(&key, with);
    if (keep)
        g_hash_table_insert(context->remedies, &found->key, found);
    return found;
}

void
dx_remedy_fill(dx_verdict *verdict, const dx_facts *facts, const dx_context *context)
{
    dx_place place;

    dx_place_find(&place, facts, context);
    verdict->service = place.service;
    verdict->platform = place.server;
    verdict->client_platform = place.client;
    const filler with = {&place, facts, context};
    kept_remedy *shared = find_remedy(verdict, &with);
    for (unsigned i = 0; i < shared->checks->len; i++)
        g_ptr_array_add(verdict->checks, filled(shared->checks->pdata[i], own_value, &with));
    if (shared->fix)
        verdict->fix = filled(shared->fix, own_value, &with);
    if (verdict->said_fix) { /* what was found out here is better than what the cause says of all */
        char *both = verdict->fix ? g_strconcat(verdict->said_fix, "\n", verdict->fix, NULL) : NULL;
        if (verdict->fix)
            g_ref_string_release(verdict->fix);
        verdict->fix = g_ref_string_new(both ? both : verdict->said_fix);
        g_free(both);
    }
    g_clear_pointer(&verdict->said_fix, g_free);
    if (!context->remedies || facts->tunnel)
        free_remedy(shared);
}
