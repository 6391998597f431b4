/* remedy.c - what to look at and what to do about a cause, on this connection's server and client
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/remedy.h"

#include <stddef.h>
#include <string.h>

#include "verdict/steps.h"
#include "verdict/topics.h"

/* Whom a row is for: a program, or what programs have in common. */
typedef enum {
    WHO_NOBODY,
#define X(id, ...) WHO_##id,
#include "knowledge/services.def"
    WHO_IIS6,
    WHO_IIS7,
    WHO_OLD_SCHANNEL,
    WHO_SCHANNEL,
    WHO_PROGRAM,
    WHO_WINDOWS,
    WHO_UNIX,
    WHO_ANY
} dx_who;
G_STATIC_ASSERT((int)WHO_HTTPSYS == (int)DX_SERVICE_HTTPSYS && (int)WHO_JAVA == (int)DX_SERVICE_JAVA);

typedef struct {
    const char *topic;
    dx_who who;
    bool at_client;
    uint8_t over; /* DX_OVER; 0: all */
    const char *stops, *sentence;
    dx_shell shell;
    const char *command;
} remedy_row;

static const remedy_row rows[] = {
#define ROW(at_client, over, topic, who, stops, sentence, shell, command)                                    \
    {#topic, WHO_##who, at_client, over, stops, sentence, DX_SHELL_##shell, command},
#define R(...)      ROW(false, 0, __VA_ARGS__)
#define C(...)      ROW(true, 0, __VA_ARGS__)
#define R_TCP(...)  ROW(false, DX_OVER(TCP), __VA_ARGS__)
#define C_TCP(...)  ROW(true, DX_OVER(TCP), __VA_ARGS__)
#define R_UDP(...)  ROW(false, DX_OVER_UDP, __VA_ARGS__)
#define R_DTLS(...) ROW(false, DX_OVER(DTLS), __VA_ARGS__)
#define C_DTLS(...) ROW(true, DX_OVER(DTLS), __VA_ARGS__)
#define C_UDP(...)  ROW(true, DX_OVER_UDP, __VA_ARGS__)
#define C_EAP(...)  ROW(true, DX_OVER(EAP), __VA_ARGS__)
#include "verdict/remedy_checks.def"
#include "verdict/remedy_client.def"
#include "verdict/remedy_fixes.def"
#include "verdict/remedy_probes.def"
#undef ROW
#undef R
#undef C
#undef R_TCP
#undef C_TCP
#undef R_UDP
#undef R_DTLS
#undef C_DTLS
#undef C_UDP
#undef C_EAP
};

/* Where a topic has no row for a program, another one says what is meant there. */
static const struct {
    const char *topic, *instead;
} fallbacks[] = {
    {"BINDING", "CERTIFICATE"}, {"NAME", "CERTIFICATE"}, {"BIND", "INSTALL"}, {"BIND_NAME", "INSTALL"}};

/* One of the systems that advice is given for: there are two where nothing tells which. */
typedef struct {
    const dx_service *service;
    dx_platform platform;
} world;

/* What is printed, for whom. The values of a connection and its server are left as placeholders: the rest is
 * shared by all connections that look alike. */
typedef struct {
    GPtrArray *steps;
    const dx_place *place;
    const dx_facts *facts;
    const dx_context *context;
    bool open;
} remedy;

#define MAX_LEVELS 8

static unsigned
levels_of(dx_who levels[MAX_LEVELS], const world *at, dx_os os)
{
    unsigned num = 0;

    if (at->service) {
        bool httpsys = at->service->id == DX_SERVICE_HTTPSYS;
        if (httpsys && os == DX_OS_2003)
            levels[num++] = WHO_IIS6;
        if (httpsys && os > DX_OS_2003 && os <= DX_OS_2008R2)
            levels[num++] = WHO_IIS7;
        levels[num++] = (dx_who)at->service->id;
        if (at->service->stack == DX_STACK_SCHANNEL && os && os <= DX_OS_2012R2)
            levels[num++] = WHO_OLD_SCHANNEL;
        if (at->service->stack == DX_STACK_JAVA)
            levels[num++] = WHO_JAVA;
        levels[num++] = at->service->stack == DX_STACK_SCHANNEL ? WHO_SCHANNEL : WHO_PROGRAM;
    }
    if (at->platform != DX_PLATFORM_UNKNOWN)
        levels[num++] = at->platform == DX_PLATFORM_WINDOWS ? WHO_WINDOWS : WHO_UNIX;
    levels[num++] = WHO_ANY;
    return num;
}

/* There are programs that read their certificate only when they start. */
static bool
restarts_only(const dx_service *service)
{
    return service && service->reload && strstr(service->reload, "restart");
}

/* A word of the service; *known: there is such a word, though the service may have no value for it. */
static const char *
service_value(const char *name, size_t len, const dx_service *service, bool *known)
{
    static const struct {
        const char *name;
        size_t offset;
    } words[] = {{"service", offsetof(dx_service, name)},
                 {"home", offsetof(dx_service, home)},
                 {"show", offsetof(dx_service, show)},
                 {"log", offsetof(dx_service, log)},
                 {"certificate", offsetof(dx_service, certificate)},
                 {"protocols", offsetof(dx_service, protocols)},
                 {"ciphers", offsetof(dx_service, ciphers)},
                 {"groups", offsetof(dx_service, groups)},
                 {"client_certificate", offsetof(dx_service, client_certificate)},
                 {"reload", offsetof(dx_service, reload)}};

    if (len == strlen("load") && memcmp(name, "load", len) == 0) {
        *known = true;
        return restarts_only(service) ? "restart" : "reload";
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i].name) == len && memcmp(words[i].name, name, len) == 0) {
            *known = true;
            return service ? *(const char *const *)((const char *)service + words[i].offset) : NULL;
        }
    return NULL;
}

/* Appends `text` with the service's words filled in; false: it lacks one. They have placeholders themselves,
 * once. */
static bool
append(GString *out, const char *text, const dx_service *service)
{
    for (const char *open; (open = strchr(text, '{')) != NULL;) {
        const char *end = strchr(open, '}');
        size_t len = end ? (size_t)(end - open - 1) : 0;
        bool known = false;
        const char *word = service_value(open + 1, len, service, &known);
        g_string_append_len(out, text, open - text);
        if (known && (!word || !append(out, word, NULL)))
            return false;
        if (!known)
            g_string_append_c(out, '{');
        text = known ? end + 1 : open + 1;
    }
    g_string_append(out, text);
    return true;
}

/* Appends the row's command with the shell's name before it; a command that the service lacks is left out. */
static void
append_command(GString *out, const remedy_row *row, const dx_service *service)
{
    GString *command = g_string_new(NULL);

    if (append(command, row->command, service)) {
        bool inside = out->str[out->len - 1] == ':'; /* "..., then in cmd:" */
        g_string_truncate(out, out->len - inside);
        g_string_append_printf(out, " %s %s:\t%s", inside ? "in" : "In", dx_shell_words(row->shell),
                               command->str);
    }
    g_string_free(command, TRUE);
}

/* The step of a row in a world; NULL when the row does not suit it. `named`: say which world it is. */
static char *
step_text(const remedy *to, const remedy_row *row, const world *at, bool named)
{
    GString *out = g_string_new(named ? dx_world_words(at->platform == DX_PLATFORM_WINDOWS) : "");
    bool restarts = row->command && strcmp(row->command, "{reload}") == 0 && restarts_only(at->service);

    if (!append(out, row->sentence, at->service) || (to->open && (row->stops || restarts))) {
        g_string_free(out, TRUE);
        return NULL;
    }
    if (row->stops || restarts)
        g_string_append_printf(out, " Note: %s.",
                               row->stops ? row->stops : "the restart ends its connections");
    if (row->shell != DX_SHELL_NONE && !to->open)
        append_command(out, row, at->service);
    char *step = g_string_free(out, FALSE), *tab = to->open ? strchr(step, '\t') : NULL;
    if (tab) { /* a cause's own command, and the words that name its shell */
        *tab = '\0';
        *g_strrstr(step, " In ") = '\0';
    }
    return step;
}

/* The rows of a topic stand close to each other: from `first` to before `end`, with few others between. */
typedef struct topic_rows {
    const char *name;
    unsigned first, end;
    bool general; /* the same for everybody */
} topic_rows;

static bool
is_over(const remedy_row *row, dx_transport transport)
{
    return !row->over || (row->over >> transport & 1);
}

static topic_rows
find_topic(const char *name, dx_transport transport)
{
    topic_rows found = {.name = name, .general = true};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].topic[0] == name[0] && strcmp(rows[i].topic, name) == 0) {
            found.first = found.end ? found.first : i;
            found.end = i + 1;
            found.general = found.general && (rows[i].who == WHO_ANY || !is_over(&rows[i], transport));
        }
    return found;
}

/* Appends a topic's steps for a world; returns how many rows suited it. */
static unsigned
add_world(const remedy *to, const topic_rows *about, const world *at, bool one_of_two)
{
    dx_who levels[MAX_LEVELS];
    unsigned num = levels_of(levels, at, to->place->os), found = 0;
    bool special = false; /* the carrier has rows of its own, which stand first */

    for (unsigned level = 0; level < num && !found; level++)
        for (unsigned i = about->first; i < about->end && !(one_of_two && found); i++) {
            if (rows[i].who != levels[level] || !is_over(&rows[i], to->facts->transport) ||
                (special && !rows[i].over) || strcmp(rows[i].topic, about->name) != 0)
                continue;
            char *step = step_text(to, &rows[i], at, one_of_two && !about->general);
            if (!step)
                continue;
            found++;
            special = special || rows[i].over;
            dx_steps_add(to->steps, step);
        }
    for (unsigned i = 0; i < G_N_ELEMENTS(fallbacks) && !found; i++)
        if (strcmp(fallbacks[i].topic, about->name) == 0) {
            const topic_rows instead = find_topic(fallbacks[i].instead, to->facts->transport);
            found = add_world(to, &instead, at, one_of_two);
        }
    return found;
}

/* Clients of some protocols have settings of their own, whatever their system. */
static bool
has_own_settings(const topic_rows *about, const dx_role *role)
{
    for (unsigned i = about->first; i < about->end; i++)
        if (rows[i].at_client && rows[i].who == (dx_who)role->elsewhere &&
            strcmp(rows[i].topic, about->name) == 0)
            return true;
    return false;
}

/* Both worlds where nothing tells which it is, the likelier first. */
static void
add_topic(const remedy *to, const char *name)
{
    const dx_place *place = to->place;
    const topic_rows about = find_topic(name, to->facts->transport);
    bool client = about.end && rows[about.first].at_client;
    dx_platform platform = client ? place->client : place->server;
    world one = {client ? NULL : place->service, platform};

    if (client && has_own_settings(&about, place->role))
        one.service = dx_service_get(place->role->elsewhere);
    if ((client && platform != DX_PLATFORM_UNKNOWN) || one.service) {
        add_world(to, &about, &one, false);
        return;
    }
    world two[] = {{client ? NULL : dx_service_get(place->role->windows), DX_PLATFORM_WINDOWS},
                   {client ? NULL : dx_service_get(place->role->elsewhere), DX_PLATFORM_UNIX}};
    bool unix_first = !client && place->role->likelier == DX_PLATFORM_UNIX;
    add_world(to, &about, &two[unix_first], true);
    add_world(to, &about, &two[!unix_first], true);
}

static void
add_named(const remedy *to, const char *name)
{
    char *topic = g_ascii_strup(name, -1);

    if (g_str_has_suffix(topic, "*")) /* one for each version of IP */
        topic[strlen(topic) - 1] = to->facts->server_endpoint.address.family == 6 ? '6' : '4';
    if (!dx_topic_is_idle(topic, to->place, to->facts, to->context))
        add_topic(to, topic);
    g_free(topic);
}

/* A cause's own sentence. */
static void
add_sentence(const remedy *to, const char *sentence)
{
    const world here = {to->place->service, to->place->server};
    char *step = step_text(to, &(remedy_row){.sentence = sentence}, &here, false);

    if (step)
        dx_steps_add(to->steps, step);
}

GPtrArray *
dx_remedy_steps(const char *lines, const dx_place *place, const dx_facts *facts, const dx_context *context,
                bool open, bool topics)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);
    const remedy to = {steps, place, facts, context, open};
    char **line = g_strsplit(lines ? lines : "", "\n", -1);

    for (unsigned i = 0; line[i]; i++) {
        char **words = g_strsplit(line[i], "|", 2); /* "@topic|what to say where it has nothing" */
        bool topic = *line[i] == '@';
        unsigned before = steps->len;
        if (topic)
            add_named(&to, words[0] + 1);
        if (!topics && (topic ? words[1] && steps->len == before : *line[i] != '\0'))
            add_sentence(&to, topic ? words[1] : line[i]);
        g_strfreev(words);
    }
    g_strfreev(line);
    return steps;
}

bool
dx_remedy_has(const char *name)
{
    const char *bar = strchr(name, '|');
    char *upper = g_ascii_strup(name, bar ? bar - name : -1);

    if (g_str_has_suffix(upper, "*"))
        upper[strlen(upper) - 1] = '4';
    bool found = find_topic(upper, DX_TRANSPORT_TCP).end > 0;
    g_free(upper);
    return found;
}
