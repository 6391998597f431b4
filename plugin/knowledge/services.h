/* services.h - what speaks TLS: programs, where their certificate lives, and which ports are theirs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_SERVICES_H
#define DX_KNOWLEDGE_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

/* The system that a server runs on, as far as it matters for what an administrator types. */
typedef enum { DX_PLATFORM_UNKNOWN, DX_PLATFORM_WINDOWS, DX_PLATFORM_UNIX, DX_NUM_PLATFORMS } dx_platform;

/* Who does TLS for a program: that decides where versions and cipher suites are set. */
typedef enum { DX_STACK_SCHANNEL, DX_STACK_OWN, DX_STACK_JAVA } dx_stack;

typedef enum {
    DX_SERVICE_UNKNOWN,
#define X(id, ...) DX_SERVICE_##id,
#include "knowledge/services.def"
    DX_NUM_SERVICES
} dx_service_id;

/* A program that serves TLS. Settings are NULL where the stack decides (Schannel) or there are none. */
typedef struct dx_service {
    dx_service_id id;
    const char *token;    /* "HTTPSYS" */
    const char *name;     /* "IIS or another HTTP.sys service" */
    dx_platform platform; /* UNKNOWN: runs on both */
    dx_stack stack;
    const char *process; /* as netstat -b, tasklist /svc or ss -p show it: "nginx"; several: blanks between */
    const char *banner;  /* word of its greeting or Server header; NULL: none */
    const char *home;    /* where its certificate lives */
    const char *show;    /* command that prints its TLS settings */
    const char *log;     /* command that prints its log */
    const char *certificate, *protocols, *ciphers, *groups, *client_certificate; /* names of its settings */
    const char *reload; /* command that makes it take new settings */
} dx_service;
const dx_service *dx_service_get(dx_service_id id); /* NULL for DX_SERVICE_UNKNOWN */

/* What a port is for: which program that usually is, on Windows and elsewhere. */
typedef enum {
    DX_ROLE_NONE,
#define ROLE(id, ...) DX_ROLE_##id,
#include "knowledge/services.def"
    DX_NUM_ROLES
} dx_role_id;
typedef struct dx_role {
    dx_role_id id;
    const char *name; /* "LDAP" */
    dx_service_id windows, elsewhere;
    dx_platform likelier; /* where nothing tells the platform */
} dx_role;
const dx_role *dx_role_get(dx_role_id id); /* NULL for DX_ROLE_NONE */
/* dx_role_of_port - NULL for a port that is in no table. */
const dx_role *dx_role_of_port(uint16_t port);
/* dx_role_without_tls - the role of a port that is for plaintext only, where TLS has another one;
 * else NULL. */
const dx_role *dx_role_without_tls(uint16_t port);
/* dx_port_begins_plain - TLS starts after a command or a negotiation there (SMTP, RDP, SQL Server). */
bool dx_port_begins_plain(uint16_t port);
/* dx_role_of_alpn - NULL for a protocol that tells nothing ("h2": the port tells as much). */
const dx_role *dx_role_of_alpn(const char *protocol);

/* dx_service_by_process - the service whose process `image` is ("nginx.exe", "C:\\...\\sqlservr.exe"), of the
 * role where several share it (svchost.exe, lsass.exe, java); NULL when unknown. */
const dx_service *dx_service_by_process(const char *image, const dx_role *role);
/* dx_service_by_banner - the service that a greeting or a Server header names; NULL when none. */
const dx_service *dx_service_by_banner(const char *text);

/* The ports that are expected to speak TLS from the first byte, as a range preference of Wireshark. */
extern const char dx_tls_ports[];

#endif
