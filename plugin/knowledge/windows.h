/* windows.h - Schannel and HTTP.sys events, Windows error codes, protocol support by Windows release
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_WINDOWS_H
#define DX_KNOWLEDGE_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

/* Whose log an event is in. EITHER: the side's that had to do with it. */
typedef enum { DX_LOG_SERVER, DX_LOG_CLIENT, DX_LOG_EITHER } dx_log_side;

/* The providers of knowledge/events.def. */
#define DX_PROVIDER_NAME_SCHANNEL     "Schannel"
#define DX_PROVIDER_NAME_HTTP_EVENT   "Microsoft-Windows-HttpEvent"
#define DX_PROVIDER_NAME_HTTP_SERVICE "Microsoft-Windows-HttpService"
#define DX_PROVIDER_NAME_SECURITY     "Microsoft-Windows-Security-Auditing"
#define DX_PROVIDER_NAME_DIRECTORY    "Microsoft-Windows-ActiveDirectory_DomainService"
#define DX_PROVIDER_NAME_DESKTOP      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define DX_PROVIDER_NAME_SQL          "MSSQLSERVER"
#define DX_PROVIDER_NAME_TRANSPORT    "MSExchangeTransport"
#define DX_PROVIDER_NAME_CAPI         "Microsoft-Windows-CAPI2"
#define DX_EVENT_PROVIDERS                                                                                   \
    DX_PROVIDER_NAME_SCHANNEL, DX_PROVIDER_NAME_HTTP_EVENT, DX_PROVIDER_NAME_HTTP_SERVICE,                   \
        DX_PROVIDER_NAME_SECURITY, DX_PROVIDER_NAME_DIRECTORY, DX_PROVIDER_NAME_DESKTOP,                     \
        DX_PROVIDER_NAME_SQL, DX_PROVIDER_NAME_TRANSPORT, DX_PROVIDER_NAME_CAPI

typedef struct dx_event {
    uint16_t id;
    dx_log_side side;
    const char *provider; /* "Schannel", "Microsoft-Windows-HttpEvent" */
    const char *meaning;
} dx_event;
/* dx_event_find - the row of a Windows event id, NULL when unknown. */
const dx_event *dx_event_find(uint16_t id);

typedef struct dx_windows_error {
    uint32_t code;
    const char *name; /* "CERT_E_UNTRUSTEDROOT" */
    const char *meaning;
} dx_windows_error;
const dx_windows_error *dx_windows_error_find(uint32_t code);
const dx_windows_error *dx_windows_error_by_name(const char *name);

/* Windows releases of the preference ssltrouble.server_os, oldest first. */
typedef enum {
    DX_OS_UNKNOWN,
    DX_OS_2003,
    DX_OS_2008,
    DX_OS_2008_SP2,
    DX_OS_2008R2,
    DX_OS_2012,
    DX_OS_2012R2,
    DX_OS_2016,
    DX_OS_2019,
    DX_OS_2022,
    DX_OS_2025,
    DX_NUM_OS
} dx_os;
typedef enum { DX_SUPPORT_NO, DX_SUPPORT_OFF, DX_SUPPORT_ON, DX_SUPPORT_UNSURE } dx_support;
typedef struct dx_windows {
    dx_os os;
    const char *token;                                 /* "2012r2": preference value */
    const char *name;                                  /* "Windows Server 2012 R2 (IIS 8.5)" */
    dx_support ssl2, ssl3, tls10, tls11, tls12, tls13; /* the server role's defaults */
    bool ecdhe_rsa_gcm;
} dx_windows;
/* dx_windows_find - the row of a release; NULL for DX_OS_UNKNOWN. */
const dx_windows *dx_windows_find(dx_os os);
/* dx_windows_support - what a release does by default with a version code (0x0303); NO for unknown codes. */
dx_support dx_windows_support(const dx_windows *windows, uint16_t version);

#endif
