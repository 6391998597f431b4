/* clients.c - what users see in their programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/clients.h"

#include <string.h>

#include "causes/causes.h"
#include "present/alert_words.h"
#include "verdict/place.h"

static bool
is_one_of(const dx_role *role, const dx_role_id *roles, unsigned num)
{
    for (unsigned i = 0; role && i < num; i++)
        if (role->id == roles[i])
            return true;
    return !role;
}

/* What a program shows stands as "Program: words", and so on behind "; ". */
static bool
may_show(const char *words, dx_transport transport, const dx_role *role, dx_platform client)
{
    static const dx_role_id web[] = {DX_ROLE_WEB, DX_ROLE_HTTP3, DX_ROLE_JAVA, DX_ROLE_OTHER},
                            mail_and_files[] = {DX_ROLE_SMTP, DX_ROLE_MAILBOX,        DX_ROLE_FTP,
                                                DX_ROLE_LDAP, DX_ROLE_GLOBAL_CATALOG, DX_ROLE_MANAGEMENT};
    bool for_web = is_one_of(role, web, G_N_ELEMENTS(web));
    bool explorer = g_str_has_prefix(words, "Internet Explorer");
    bool browser = g_str_has_prefix(words, "Chromium") || g_str_has_prefix(words, "Firefox") || explorer ||
                   g_str_has_prefix(words, "browsers");
    bool windows = explorer || g_str_has_prefix(words, "Windows") || g_str_has_prefix(words, ".NET");

    if (windows && client == DX_PLATFORM_UNIX)
        return false;
    if (transport == DX_TRANSPORT_OPENVPN || transport == DX_TRANSPORT_EAP)
        return g_str_has_prefix(words, transport == DX_TRANSPORT_EAP ? "EAP on " : "OpenVPN");
    if (g_str_has_prefix(words, "OpenVPN") || g_str_has_prefix(words, "EAP on "))
        return false;
    if (g_str_has_prefix(words, "curl"))
        return for_web || is_one_of(role, mail_and_files, G_N_ELEMENTS(mail_and_files));
    return !browser || for_web;
}

char *
dx_clients_text(const char *clients, dx_transport transport, const dx_role *role, dx_platform client,
                int alert)
{
    char **parts = g_strsplit(clients ? clients : "", "; ", -1);
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; parts[i]; i++) {
        char *words = alert < 0 ? g_strdup(parts[i]) : dx_alert_words(parts[i], (uint8_t)alert);
        if (words && *words && may_show(words, transport, role, client))
            g_string_append_printf(out, "%s%s", out->len ? "; " : "", words);
        g_free(words);
    }
    g_strfreev(parts);
    return g_string_free(out, out->len == 0);
}

/* A server that resets or closes looks the same to its users whatever made it do so. */
static const char *
clients_of(const dx_verdict *verdict, const dx_facts *facts)
{
    const char *clients = verdict->own_clients ? verdict->own_clients : verdict->cause->clients;
    bool dropped = facts->transport == DX_TRANSPORT_TCP && facts->end.by == DX_SERVER &&
                   facts->end.phase == DX_PHASE_HELLO && !verdict->own_clients;

    if (dropped && facts->end.kind == DX_END_RST && !(clients && strstr(clients, "RESET")))
        return dx_cause_server_reset_after_client_hello.clients;
    if (dropped && facts->end.kind == DX_END_FIN && !(clients && strstr(clients, "CLOSED")))
        return dx_cause_server_closed_after_client_hello.clients;
    return clients;
}

char *
dx_clients_shown(const dx_verdict *verdict, const dx_facts *facts)
{
    bool told = facts->end.kind == DX_END_ALERT && facts->end.by == DX_SERVER;

    return dx_clients_text(clients_of(verdict, facts), facts->transport, dx_place_role(facts),
                           verdict->client_platform, told ? facts->end.alert : -1);
}
