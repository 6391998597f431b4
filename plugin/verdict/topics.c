/* topics.c - which topics of the remedies do not arise on a connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/topics.h"

#include <string.h>

#include "facts/text.h"
#include "verdict/points.h"

dx_host_kind
dx_topic_host(const dx_facts *facts)
{
    char *host = dx_host_name(facts);
    dx_address literal; /* some clients send an address as the server name: nothing resolves it */
    bool numeric = host && dx_address_parse(&literal, host, strlen(host)) == strlen(host);
    dx_host_kind kind = numeric ? DX_HOST_ADDRESS : host ? DX_HOST_NAME : DX_HOST_NONE;

    g_free(host);
    return kind;
}

bool
dx_topic_is_idle(const char *topic, const dx_place *place, const dx_facts *facts, const dx_context *context)
{
    dx_host_kind host = dx_topic_host(facts);
    bool nameless = host == DX_HOST_NONE, numeric = host == DX_HOST_ADDRESS;

    if (strcmp(topic, "HTTP") == 0)
        return nameless || (place->role->id != DX_ROLE_WEB && place->role->id != DX_ROLE_NO_PORT);
    if (strcmp(topic, "HTTP3") == 0)
        return place->role->id != DX_ROLE_HTTP3;
    if (strcmp(topic, "DATABASE_CLIENT") == 0)
        return place->role->id != DX_ROLE_TDS;
    if (strcmp(topic, "STARTTLS_CLIENT") == 0)
        return place->role->id == DX_ROLE_TDS || place->role->id == DX_ROLE_DESKTOP;
    /* s_client speaks neither of the two */
    static const char *const s_client[] = {"REPRODUCE", "REPRODUCE_VERSION", "ALPN", "NAME", "CHAIN", NULL};
    bool openvpn = facts->transport == DX_TRANSPORT_OPENVPN || place->role->id == DX_ROLE_VPN;
    if ((facts->transport == DX_TRANSPORT_EAP || openvpn) && g_strv_contains(s_client, topic))
        return true;
    if (g_str_has_prefix(topic, "PATH")) /* that was done */
        return dx_points_shown(context->points);
    if (strcmp(topic, "DOTNET") == 0) /* what .NET Framework offers by default up to 4.5: TLS 1.0 at most */
        return dx_facts_max_version(facts) != 0x0301 || facts->transport != DX_TRANSPORT_TCP;
    if (numeric && strcmp(topic, "RESOLVE") == 0)
        return true;
    return nameless && (strcmp(topic, "RESOLVE") == 0 || strcmp(topic, "BIND_NAME") == 0);
}
