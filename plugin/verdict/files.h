/* files.h - what causes look up in the server's own files: events, certificates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_FILES_H
#define DX_VERDICT_FILES_H

#include "verdict/log_clock.h"
#include "verdict/file_finding.h"
#include "facts/text.h"

/* dx_dropped - the server reset, closed or ignored a whole ClientHello without an alert: what faults of
 * HTTP.sys' bindings, keys, versions and suites all look like. */
bool dx_dropped(const dx_facts *facts, const dx_context *context);

/* dx_worked - the server completed handshakes in this capture. */
bool dx_worked(const dx_context *context);

/* dx_files_certificate - the certificate of the machine's store with this thumbprint; NULL when not listed.
 * */
const dx_stored_certificate *dx_files_certificate(const dx_context *context, const char *thumbprint);

/* dx_say_stored_certificate - adds a line about a certificate of the store; the files is about it. */
void dx_say_stored_certificate(dx_file_finding *files, const dx_stored_certificate *certificate,
                               const char *what);

/* dx_files_event - an event with this id at the time of the failure; NULL when none. `alert` -1: any. */
const dx_log_event *dx_files_event(const dx_facts *facts, const dx_context *context, uint16_t id, int alert);

/* dx_files_noisy - the log holds far more of these events around the failure than the capture has failures:
 * that one is near in time proves nothing. */
bool dx_files_noisy(const dx_facts *facts, const dx_context *context, const dx_log_event *event);

/* dx_files_by_event - what such an event does for the cause that it tells of: confirms it, or only suggests
 * it where the server completed handshakes or the log is noisy. */
dx_files_answer dx_files_by_event(const dx_facts *facts, const dx_context *context,
                                  const dx_log_event *event);

/* dx_files_negotiated - an event at that time shows that HTTP.sys got as far as versions and suites:
 * binding and key were there. NULL when none. */
const dx_log_event *dx_files_negotiated(const dx_facts *facts, const dx_context *context);

#endif
