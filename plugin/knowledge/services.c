/* services.c - looks programs that serve TLS and their ports up in services.def
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/services.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define X(id, name, platform, stack, ...)                                                                    \
    {DX_SERVICE_##id, #id, name, DX_PLATFORM_##platform, DX_STACK_##stack, __VA_ARGS__},
static const dx_service services[] = {
#include "knowledge/services.def"
};

#define ROLE(id, name, windows, elsewhere, likelier)                                                         \
    {DX_ROLE_##id, name, DX_SERVICE_##windows, DX_SERVICE_##elsewhere, DX_PLATFORM_##likelier},
static const dx_role roles[] = {
#include "knowledge/services.def"
};

#define ALPN(protocol, role) {protocol, DX_ROLE_##role},
typedef struct alpn_row {
    const char *protocol;
    dx_role_id role;
} alpn_row;
static const alpn_row protocols[] = {
#include "knowledge/services.def"
};

typedef enum { SPEAKS_NEVER, SPEAKS_PLAIN, SPEAKS_TLS, SPEAKS_FIRST = SPEAKS_TLS } speaks;
#define PORT(port, role, tls) {port, DX_ROLE_##role, SPEAKS_##tls},
typedef struct port_row {
    uint16_t port;
    dx_role_id role;
    speaks tls; /* never, after a command, from the beginning */
} port_row;
static const port_row ports[] = {
#include "knowledge/services.def"
};

#define PORT_FIRST(port)      ""
#define PORT_TLS(port)        "," #port
#define PORT_PLAIN(port)      ""
#define PORT_NEVER(port)      ""
#define PORT(port, role, tls) PORT_##tls(port)
const char dx_tls_ports[] = "443"
#include "knowledge/services.def"
    ;

const dx_service *
dx_service_get(dx_service_id id)
{
    return (int)id > DX_SERVICE_UNKNOWN && (int)id < DX_NUM_SERVICES ? &services[id - 1] : NULL;
}

const dx_role *
dx_role_get(dx_role_id id)
{
    return (int)id > DX_ROLE_NONE && (int)id < DX_NUM_ROLES ? &roles[id - 1] : NULL;
}

static int
compare_port(const void *key, const void *row)
{
    return (int)*(const uint16_t *)key - (int)((const port_row *)row)->port;
}

const dx_role *
dx_role_of_port(uint16_t port)
{
    const port_row *row = bsearch(&port, ports, COUNT(ports), sizeof ports[0], compare_port);

    return row ? dx_role_get(row->role) : NULL;
}

const dx_role *
dx_role_without_tls(uint16_t port)
{
    const port_row *row = bsearch(&port, ports, COUNT(ports), sizeof ports[0], compare_port);

    return row && row->tls == SPEAKS_NEVER ? dx_role_get(row->role) : NULL;
}

bool
dx_port_begins_plain(uint16_t port)
{
    const port_row *row = bsearch(&port, ports, COUNT(ports), sizeof ports[0], compare_port);

    return row && row->tls == SPEAKS_PLAIN;
}

const dx_role *
dx_role_of_alpn(const char *protocol)
{
    for (size_t i = 0; protocol && i < COUNT(protocols); i++)
        if (strcmp(protocols[i].protocol, protocol) == 0)
            return dx_role_get(protocols[i].role);
    return NULL;
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alphanumeric(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* Whether a word of `text` begins with `word`, capitals or not: "lighttpd" is no "httpd". */
static bool
has_word(const char *text, const char *word)
{
    bool inside = false;

    for (; *text; inside = is_alphanumeric(*text++)) {
        size_t len = 0;
        while (!inside && word[len] && lower(text[len]) == lower(word[len]))
            len++;
        if (!inside && !word[len])
            return true;
    }
    return false;
}

/* Whether `name` has one of the words in `list` in it; `shared` when it is svchost.exe,
 * which may be anything. */
static bool
has_process(const char *name, const char *list, bool *shared)
{
    char word[64];

    while (*list) {
        size_t len = strcspn(list, " ");
        if (len && len < sizeof word) {
            memcpy(word, list, len);
            word[len] = '\0';
            *shared = strcmp(word, "svchost.exe") == 0;
            if (has_word(name, word))
                return true;
        }
        list += len + (list[len] == ' ');
    }
    return false;
}

const dx_service *
dx_service_by_process(const char *image, const dx_role *role)
{
    const dx_service *found = NULL;
    const char *name = image ? image : "";

    for (const char *at = name; *at; at++) /* without the folder */
        if (*at == '\\' || *at == '/')
            name = at + 1;
    for (size_t i = 0; *name && i < COUNT(services); i++) {
        bool shared;
        if (!services[i].process || !has_process(name, services[i].process, &shared))
            continue;
        if (role && (services[i].id == role->windows || services[i].id == role->elsewhere))
            return &services[i];
        if (!found && !shared)
            found = &services[i];
    }
    return found;
}

const dx_service *
dx_service_by_banner(const char *text)
{
    const dx_service *found = NULL;

    for (size_t i = 0; text && i < COUNT(services); i++) /* the longest: "Apache-Coyote" is not Apache */
        if (services[i].banner && has_word(text, services[i].banner) &&
            (!found || strlen(services[i].banner) > strlen(found->banner)))
            found = &services[i];
    return found;
}
