/* match.h - small tests on first bytes that foreign.c, http.c and upgrade.c share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_MATCH_H
#define DX_WIRE_MATCH_H

#include "wire/cursor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DX_MATCH_LOOK 4096 /* bytes that are looked at in a text */

/* dx_match_prefix - whether `bytes` begin with `prefix`. */
bool dx_match_prefix(const uint8_t *bytes, size_t len, const char *prefix);

/* dx_match_prefix_nocase - the same for ASCII letters of either case. */
bool dx_match_prefix_nocase(const uint8_t *bytes, size_t len, const char *prefix);

/* dx_match_find_nocase - offset of `text` in the first DX_MATCH_LOOK bytes from `start` on; DX_MATCH_NONE
 * when it is not there. */
#define DX_MATCH_NONE SIZE_MAX
size_t dx_match_find_nocase(const uint8_t *bytes, size_t len, size_t start, const char *text);

/* dx_match_line_len - length of the first line without its CR and LF, or of everything when there is no
 * line end. */
size_t dx_match_line_len(const uint8_t *bytes, size_t len);

/* dx_match_reply - the code of a reply line "ddd " or "ddd-" (SMTP, FTP, NNTP), else 0. */
unsigned dx_match_reply(const uint8_t *bytes, size_t len);

/* dx_match_ldap - reads an LDAPMessage's envelope (RFC 4511 section 4.1.1). `op` gets the application tag
 * of its protocolOp, `content` what of the operation is there. False when it is none. */
bool dx_match_ldap(const uint8_t *bytes, size_t len, uint8_t *op, dx_cursor *content);

/* dx_match_ber - reads the tag and length of a BER element (definite lengths of up to 4 bytes); `content`
 * gets what of it is there. */
bool dx_match_ber(dx_cursor *cursor, uint8_t *tag, dx_cursor *content);

#endif
