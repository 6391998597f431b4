/* place.c - which program a connection's server is, and on which systems its two ends run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/place.h"

#include <stdlib.h>
#include <string.h>

#include "verdict/file_finding.h"
#include "verdict/near.h"
#include "verdict/unusual.h"

/* Initial TTLs: 64 of Linux, BSD and macOS, 128 of Windows, 255 of network devices and Solaris
 * (Siby, "Default TTL values"; RFC 1700 says 64). No path is as long as the differences. */
static dx_platform
platform_of_ttl(uint8_t ttl)
{
    return !ttl         ? DX_PLATFORM_UNKNOWN
           : ttl <= 64  ? DX_PLATFORM_UNIX
           : ttl <= 128 ? DX_PLATFORM_WINDOWS
                        : DX_PLATFORM_UNKNOWN;
}

typedef struct {
    dx_role_id role;
    const char *starttls; /* of s_client; NULL when it has none */
} upgrade_row;

/* openssl-s_client(1), -starttls. It knows neither RDP nor TDS. */
static upgrade_row
upgrade_row_of(dx_upgrade upgrade)
{
    switch (upgrade) {
    case DX_UPGRADE_SMTP:
        return (upgrade_row){DX_ROLE_SMTP, "smtp"};
    case DX_UPGRADE_IMAP:
        return (upgrade_row){DX_ROLE_MAILBOX, "imap"};
    case DX_UPGRADE_POP3:
        return (upgrade_row){DX_ROLE_MAILBOX, "pop3"};
    case DX_UPGRADE_FTP:
        return (upgrade_row){DX_ROLE_FTP, "ftp"};
    case DX_UPGRADE_LDAP:
        return (upgrade_row){DX_ROLE_LDAP, "ldap"};
    case DX_UPGRADE_XMPP:
        return (upgrade_row){DX_ROLE_XMPP, "xmpp"};
    case DX_UPGRADE_POSTGRES:
        return (upgrade_row){DX_ROLE_POSTGRESQL, "postgres"};
    case DX_UPGRADE_MYSQL:
        return (upgrade_row){DX_ROLE_MYSQL, "mysql"};
    case DX_UPGRADE_RDP:
        return (upgrade_row){DX_ROLE_DESKTOP, NULL};
    case DX_UPGRADE_NNTP:
        return (upgrade_row){DX_ROLE_OTHER, "nntp"};
    case DX_UPGRADE_TDS:
        return (upgrade_row){DX_ROLE_TDS, NULL};
    case DX_UPGRADE_SIEVE:
        return (upgrade_row){DX_ROLE_MAILBOX, "sieve"};
    default:
        return (upgrade_row){DX_ROLE_NONE, NULL};
    }
}

/* The port that TLS is for: behind a CONNECT proxy, the target's. */
static uint16_t
port_of(const dx_facts *facts)
{
    const char *colon = facts->tunnel ? strrchr(facts->tunnel, ':') : NULL;

    return colon ? (uint16_t)strtoul(colon + 1, NULL, 10) : facts->server_endpoint.port;
}

/* Over UDP a port is seldom for the same as over TCP. */
static const dx_role *
role_of_datagrams(const dx_facts *facts)
{
    const dx_role *by_port = dx_role_of_port(facts->server_endpoint.port);
    bool same = by_port && (by_port->id == DX_ROLE_COAP || by_port->id == DX_ROLE_SIP ||
                            by_port->id == DX_ROLE_SYSLOG || by_port->id == DX_ROLE_RADSEC ||
                            by_port->id == DX_ROLE_SNMP || by_port->id == DX_ROLE_CAPWAP);
    bool web = !facts->offer || !facts->offer->num_alpn;

    for (unsigned i = 0; !web && i < facts->offer->num_alpn; i++)
        web = g_str_has_prefix(facts->offer->alpn[i], "h3");
    if (facts->transport == DX_TRANSPORT_QUIC && web)
        return dx_role_get(DX_ROLE_HTTP3);
    if (facts->transport == DX_TRANSPORT_OPENVPN)
        return dx_role_get(DX_ROLE_VPN);
    return same ? by_port : dx_role_get(DX_ROLE_DATAGRAM);
}

static const dx_role *
role_of(const dx_facts *facts)
{
    dx_upgrade upgrade = facts->upgrade;
    if (facts->transport == DX_TRANSPORT_EAP)
        return dx_role_get(DX_ROLE_RADIUS);
    if (facts->transport == DX_TRANSPORT_OPENVPN || facts->openvpn_frame)
        return dx_role_get(DX_ROLE_VPN);
    if (facts->server_endpoint.datagram)
        return role_of_datagrams(facts);
    const dx_role *by_port = dx_role_of_port(port_of(facts)), *role = NULL;

    /* a bare STARTTLS is that of SMTP, NNTP and ManageSieve: then the port tells */
    if (upgrade == DX_UPGRADE_SMTP && by_port)
        return by_port;
    role = dx_role_get(upgrade_row_of(upgrade).role);
    for (unsigned i = 0; !role && facts->offer && i < facts->offer->num_alpn; i++)
        role = dx_role_of_alpn(facts->offer->alpn[i]);
    if (!role)
        role = by_port;
    return role ? role : dx_role_get(dx_offers_http(facts->offer) ? DX_ROLE_WEB : DX_ROLE_NO_PORT);
}

const dx_role *
dx_place_role(const dx_facts *facts)
{
    const dx_role *role = role_of(facts);

    return role->id == DX_ROLE_NO_PORT || role->id == DX_ROLE_DATAGRAM ? NULL : role;
}

/* The program that has the port, as netstat among the server's files shows it. */
static const dx_service *
service_of_files(const dx_facts *facts, const dx_context *context, const dx_role *role)
{
    if (facts->server_endpoint.datagram) /* those are sockets of TCP */
        return NULL;
    const GPtrArray *sockets = dx_evidence_sockets(context->evidence, facts->server_endpoint.port);

    for (unsigned i = 0; i < sockets->len; i++) {
        const dx_socket *socket = sockets->pdata[i];
        if (socket->local.datagram != facts->server_endpoint.datagram)
            continue;
        if (socket->have_pid && socket->pid == 4) /* the System process: HTTP.sys */
            return dx_service_get(role->windows == DX_SERVICE_WINRM ? DX_SERVICE_WINRM : DX_SERVICE_HTTPSYS);
        const dx_service *service = dx_service_by_process(dx_evidence_image(context->evidence, socket), role);
        if (service)
            return service;
    }
    const dx_near *logged = context->near_sum ? context->near_sum->named : NULL;
    return logged ? dx_service_get(dx_evidence_logged_by(context->evidence, logged->event->where)) : NULL;
}

static uint8_t
server_ttl(const dx_facts *facts, const dx_context *context)
{
    return context->server && context->server->ttl_max ? context->server->ttl_max : facts->server.ttl_max;
}

/* Both ends are no hop away, and their addresses cannot be of one network: what stands between, the NAT of a
 * virtual machine or a proxy, opens connections of its own, and the TTL is its. */
static bool
is_passed_on(const dx_facts *facts, uint8_t ttl)
{
    enum { UNIX_TTL = 64, WINDOWS_TTL = 128 };
    uint8_t client = facts->client.ttl_max;

    return (client == UNIX_TTL || client == WINDOWS_TTL) && (ttl == UNIX_TTL || ttl == WINDOWS_TTL) &&
           dx_address_is_private(&facts->client_endpoint.address) &&
           !dx_address_is_private(&facts->server_endpoint.address);
}

/* Without files and preference: what the host's web server calls itself, and how far its packets go. A TTL
 * of 64 is that of a web server's Linux; where the role is mostly a Windows program's, it may be that of a
 * load balancer before it. */
static dx_platform
platform_seen(const dx_facts *facts, const dx_context *context, const dx_role *role)
{
    const char *header = context->host ? context->host->http_server : NULL;
    const dx_service *web = dx_service_by_banner(header);
    dx_platform platform = platform_of_ttl(server_ttl(facts, context));

    if (facts->tunnel) /* those packets are the proxy's */
        return DX_PLATFORM_UNKNOWN;
    if (platform == DX_PLATFORM_WINDOWS && is_passed_on(facts, server_ttl(facts, context)))
        platform = DX_PLATFORM_UNKNOWN;
    if (web && web->platform != DX_PLATFORM_UNKNOWN)
        return web->platform;
    bool foreign =
        platform == DX_PLATFORM_UNIX && role->likelier == DX_PLATFORM_WINDOWS && role->id != DX_ROLE_WEB;
    return foreign ? DX_PLATFORM_UNKNOWN : platform;
}

static const dx_service *
service_seen(const dx_facts *facts, const dx_context *context, const dx_role *role)
{
    const dx_service *service = dx_service_get(facts->greeting);

    if (!service && (role->id == DX_ROLE_WEB || role->id == DX_ROLE_NO_PORT) && context->host &&
        !facts->tunnel)
        service = dx_service_by_banner(context->host->http_server);
    return service;
}

void
dx_place_find(dx_place *place, const dx_facts *facts, const dx_context *context)
{
    bool files = context->evidence && dx_files_place_of(facts, context) == DX_FILES_HERE;
    dx_os os = context->preferences ? context->preferences->server_os : DX_OS_UNKNOWN;

    *place = (dx_place){.role = role_of(facts), .client = platform_of_ttl(facts->client.ttl_max)};
    if (files)
        place->service = service_of_files(facts, context, place->role);
    if (!place->service)
        place->service = service_seen(facts, context, place->role);
    place->os = files && context->evidence->os ? context->evidence->os : os;
    dx_platform told = files ? dx_evidence_platform(context->evidence) : DX_PLATFORM_UNKNOWN;
    if (told != DX_PLATFORM_UNKNOWN)
        place->server = told;
    else if (place->os)
        place->server = DX_PLATFORM_WINDOWS;
    else if (place->service && place->service->platform != DX_PLATFORM_UNKNOWN)
        place->server = place->service->platform;
    else
        place->server = platform_seen(facts, context, place->role);
    if (!place->service && place->server == DX_PLATFORM_WINDOWS)
        place->service = dx_service_get(place->role->windows);
    if (!place->service &&
        (place->server == DX_PLATFORM_UNIX || place->role->windows == place->role->elsewhere))
        place->service = dx_service_get(place->role->elsewhere);
}

bool
dx_place_has_bindings(const dx_facts *facts, const dx_context *context)
{
    dx_place place;

    dx_place_find(&place, facts, context);
    dx_service_id windows = place.service ? place.service->id : place.role->windows;
    return place.server != DX_PLATFORM_UNIX && (windows == DX_SERVICE_HTTPSYS || windows == DX_SERVICE_WINRM);
}

bool
dx_place_is_windows(const dx_facts *facts, const dx_context *context)
{
    dx_place place;

    dx_place_find(&place, facts, context);
    return place.server != DX_PLATFORM_UNIX;
}

/* What a client of this role would say first on a port that begins in plaintext. */
static const char *
starttls_of_role(const dx_place *place, uint16_t port)
{
    switch (place->role->id) {
    case DX_ROLE_SMTP:
        return "smtp";
    case DX_ROLE_MAILBOX:
        return port == 110 ? "pop3" : port == 4190 ? "sieve" : "imap";
    case DX_ROLE_LDAP:
    case DX_ROLE_GLOBAL_CATALOG:
        return "ldap";
    case DX_ROLE_FTP:
        return "ftp";
    case DX_ROLE_XMPP:
        return port == 5269 ? "xmpp-server" : "xmpp";
    case DX_ROLE_POSTGRESQL:
        return "postgres";
    case DX_ROLE_MYSQL:
        return "mysql";
    default:
        return port == 119 ? "nntp" : NULL;
    }
}

const char *
dx_place_starttls(const dx_place *place, const dx_facts *facts, bool expected)
{
    bool used = facts->upgrade != DX_UPGRADE_NONE && facts->upgrade != DX_UPGRADE_HTTP_CONNECT;

    if (!used && !expected)
        return NULL;
    if (!used || facts->upgrade == DX_UPGRADE_SMTP || facts->upgrade == DX_UPGRADE_XMPP) {
        const char *word = starttls_of_role(place, port_of(facts));
        if (word)
            return word;
    }
    return upgrade_row_of(facts->upgrade).starttls;
}
