/* bindings.h - HTTP.sys' bindings and the owner of the port, by the server's own files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_BINDINGS_H
#define DX_VERDICT_BINDINGS_H

#include "verdict/files.h"

/* dx_files_list_bindings - a list of HTTP.sys' bindings is among the files; `*where` gets its first line.
 * _whole_bindings: and what it lacks is not there. */
bool dx_files_list_bindings(const dx_context *context, dx_where *where);
bool dx_files_whole_bindings(const dx_context *context);

/* dx_files_binding - the binding that HTTP.sys uses: the very address, else the name, else the central store
 * (which needs a name), else [::] (IPv6 alone), else 0.0.0.0 (both); NULL when none.
 * Source: learn.microsoft.com, "Troubleshoot AD FS SSO issues", "Check the proxy trust relationship" */
const dx_binding *dx_files_binding(const dx_facts *facts, const dx_context *context);

/* dx_files_whole_store - the files list all certificates of the computer's Personal store; dx_files_store -
 * where. */
bool dx_files_whole_store(const dx_context *context);
dx_where dx_files_store(const dx_context *context);

/* dx_files_name_binding - any binding for a name on this port; NULL when none. */
const dx_binding *dx_files_name_binding(const dx_facts *facts, const dx_context *context);

/* dx_files_site - the https binding of IIS that this connection is for: its name before any, its address
 * before any; NULL when none is listed. dx_say_site - adds its line. */
const dx_site_binding *dx_files_site(const dx_facts *facts, const dx_context *context);
void dx_say_site(dx_file_finding *files, const dx_site_binding *site, const char *what);

/* dx_say_binding - adds the line of a binding. */
void dx_say_binding(dx_file_finding *files, const dx_binding *binding);

/* dx_binding_usable - the binding names a certificate that can be used, as far as its own line tells, and
 * the machine's store holds it; when a whole list of the store lacks it, a line says so. */
bool dx_binding_usable(const dx_context *context, const dx_binding *binding, dx_file_finding *files);
/* dx_binding_bad_guid - a GUID of zeros, on IIS 6: a symptom there, as Microsoft's troubleshooter says. From
 * Vista on it only names the application that made the entry; Microsoft's own examples ("netsh http", ASP.NET
 * Core "HTTP.sys") use zeros. */
bool dx_binding_bad_guid(const dx_context *context, const dx_binding *binding);

/* dx_files_endpoint_event - an event of HTTP.sys about this endpoint at the time of the failure (`ever`: at
 * any time), or NULL. */
const dx_log_event *dx_files_endpoint_event(const dx_facts *facts, const dx_context *context, uint16_t id,
                                            bool ever);

/* dx_say_unbound - without a list of bindings: says that IIS' binding for this connection has no certificate,
 * or which event shows that it cannot be used or was deleted; false when nothing does. */
bool dx_say_unbound(dx_file_finding *files, const dx_facts *facts, const dx_context *context);

/* dx_event_wrong_provider - an event 36870 whose code says that the key's provider or type does not suit. */
bool dx_event_wrong_provider(const dx_log_event *event);

/* Who listens on the server's port: HTTP.sys; the program that the port is for (lsass.exe on 636), which
 * needs no binding; another one; nobody. UNKNOWN, too, where a port is not HTTP.sys' and the files give a
 * process number without a name. */
typedef enum {
    DX_OWNER_UNKNOWN,
    DX_OWNER_HTTP_SYS,
    DX_OWNER_EXPECTED,
    DX_OWNER_OTHER,
    DX_OWNER_NONE
} dx_owner;
/* dx_files_owner - `*socket` is where it stands, NULL for UNKNOWN and NONE without one. */
dx_owner dx_files_owner(const dx_facts *facts, const dx_context *context, const dx_socket **socket);

/* dx_host_is_http_sys - its Server header on port 80 is one of IIS or HTTP.sys; `host` may be NULL. */
bool dx_host_is_http_sys(const dx_host *host);

/* dx_files_http_sys - whether HTTP.sys serves this connection: SURE when the files or its Server header say
 * so, MAYBE when only the port is a web server's, NO when another program has it or the port is for another.
 * */
typedef enum { DX_HTTP_SYS_NO, DX_HTTP_SYS_MAYBE, DX_HTTP_SYS_SURE } dx_http_sys;
dx_http_sys dx_files_http_sys(const dx_facts *facts, const dx_context *context);

#endif
