/* text.h - text for people: wire values made safe, times, templates
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_TEXT_H
#define DX_FACTS_TEXT_H

#include "facts/facts.h"

/* dx_safe - a new string in which what could harm a terminal, a window or JSON, or deceive a reader, is
 * shown as what it is: ASCII's control characters and bytes that are no UTF-8 as \x1b, other controls,
 * bidirectional marks, blanks and letters that nobody sees as <U+202E>; at most `max` characters (0: 255).
 * NULL gives NULL. g_free. */
char *dx_safe(const char *text, size_t max);

/* dx_is_host_name - letters, digits, '-', '_' and '.' in labels of up to 63, 253 in all: fit for a command
 * line. */
bool dx_is_host_name(const char *text);

/* dx_host_name - the name that the client asked for (SNI, else the host of its CONNECT) when it is fit for a
 * command line; NULL when it is not, or there is none. New string. */
char *dx_host_name(const dx_facts *facts);

/* dx_time_text - "2012-02-11T00:44:55.123456Z" (UTC). New string; "" for times GLib cannot show. */
char *dx_time_text(int64_t time_us);

/* dx_codes_text - names joined by ", ", unknown ones as 0x1234, at most `max` of them, then "and N more".
 * `name` returns a code's name or NULL. "none" for an empty list. New string. */
char *dx_codes_text(const dx_codes *codes, const char *(*name)(uint16_t code), unsigned max);

/* dx_versions_text - "TLS 1.0 to 1.3" of three versions or more without a gap between, else a list. New
 * string. */
char *dx_versions_text(const dx_codes *versions, bool dtls);

/* dx_code_text - one name or 0x1234. New string. */
char *dx_code_text(uint16_t code, const char *(*name)(uint16_t code));

/* dx_fill - a template with {server} {port} {endpoint} {sni} {client} {thumbprint} replaced by this
 * connection's values, or by placeholders such as HOSTNAME where a value is unknown or unfit for a
 * command line. {protocol} is TCP or UDP, {sockets} ss's options
 * for its listeners. {endpoint} is {server}:{port} with IPv6 in brackets, {sni} else the host of a CONNECT.
 * Other braces stay. New string. */
char *dx_fill(const char *template_text, const dx_facts *facts);
/* dx_fill_value - the value of the placeholder whose name has `len` characters; NULL: there is none. */
char *dx_fill_value(const char *name, size_t len, const dx_facts *facts);

/* dx_step_line - a step (cause.h) in one line, for JSON and fields: sentence and commands with a blank
 * between them. New string; NULL for NULL. */
char *dx_step_line(const char *step);

/* dx_duration_text - "12.3 s", "450 ms". New string. */
char *dx_duration_text(int64_t us);

#endif
