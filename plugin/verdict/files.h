/* files.h - what causes look up in the server's own files, and the testimonies that fill a file of their
 * own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_FILES_H
#define DX_VERDICT_FILES_H

#include "verdict/log_clock.h"
#include "verdict/testimony.h"
#include "facts/text.h"

/* dx_dropped - the server reset, closed or ignored a whole ClientHello without an alert: what faults of
 * HTTP.sys' bindings, keys, versions and suites all look like. */
bool dx_dropped(const dx_facts *facts, const dx_context *context);

/* dx_worked - the server completed handshakes in this capture. */
bool dx_worked(const dx_context *context);

/* dx_files_list_bindings - a list of HTTP.sys' bindings is among the files; `*where` gets its first line.
 * _whole_bindings: and what it lacks is not there. */
bool dx_files_list_bindings(const dx_context *context, dx_where *where);
bool dx_files_whole_bindings(const dx_context *context);

/* dx_files_binding - the binding that HTTP.sys uses: the very address, else the name, else the wildcard
 * address, else the central store; NULL when none. Source: Kaushal Panday's blog, 2012-09-04 */
const dx_binding *dx_files_binding(const dx_facts *facts, const dx_context *context);

/* dx_files_name_binding - any binding for a name on this port; NULL when none. */
const dx_binding *dx_files_name_binding(const dx_facts *facts, const dx_context *context);

/* dx_files_certificate - the certificate of the machine's store with this thumbprint; NULL when not listed.
 * */
const dx_stored_certificate *dx_files_certificate(const dx_context *context, const char *thumbprint);

/* Who listens on the server's port, by netstat. */
typedef enum { DX_OWNER_UNKNOWN, DX_OWNER_HTTP_SYS, DX_OWNER_OTHER, DX_OWNER_NONE } dx_owner;
dx_owner dx_files_owner(const dx_facts *facts, const dx_context *context, const dx_socket **socket);

/* dx_files_event - an event with this id at the time of the failure; NULL when none. `alert` -1: any. */
const dx_log_event *dx_files_event(const dx_facts *facts, const dx_context *context, uint16_t id, int alert);

/* dx_files_noisy - the log holds far more of these events around the failure than the capture has failures:
 * that one is near in time proves nothing. */
bool dx_files_noisy(const dx_facts *facts, const dx_context *context, const dx_log_event *event);

/* dx_say_event - adds a line about an event: id, meaning, time, how its time was understood. */
void dx_say_event(dx_testimony *testimony, const dx_context *context, const dx_log_event *event);

/* dx_say_binding - adds the line of a binding. */
void dx_say_binding(dx_testimony *testimony, const dx_binding *binding);

/* dx_files_negotiated - an event at that time shows that HTTP.sys got as far as versions and suites:
 * binding and key were there. NULL when none. */
const dx_log_event *dx_files_negotiated(const dx_facts *facts, const dx_context *context);

dx_stance dx_testify_binding(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_name_binding(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_listen_list(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_process(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_key_missing(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_key_access(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_versions(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_ciphers(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_split(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);
dx_stance dx_testify_update(const dx_facts *facts, const dx_context *context, dx_testimony *testimony);

#endif
