/* span.h - pieces of text with a length, and what the readers look for in them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_SPAN_H
#define DX_EVIDENCE_SPAN_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knowledge/address.h"

typedef struct dx_span {
    const char *at;
    size_t len;
} dx_span;

dx_span dx_span_from(dx_span span, size_t from); /* the rest; empty when `from` is beyond */
dx_span dx_span_trim(dx_span span);              /* without blanks at both ends */
bool dx_span_equal(dx_span span,
                   const char *literal); /* case of ASCII letters does not count, here and below */
bool dx_span_starts(dx_span span, const char *literal);
bool dx_span_ends(dx_span span, const char *literal);
/* dx_span_find - the offset of the first occurrence; SIZE_MAX when there is none. */
size_t dx_span_find(dx_span span, const char *literal);
bool dx_span_has(dx_span span, const char *literal);
/* dx_span_copy - a new string of at most 255 bytes. */
char *dx_span_copy(dx_span span);

/* dx_span_word - takes the next blank-separated word off `rest`; false at the end. */
bool dx_span_word(dx_span *rest, dx_span *word);

/* dx_span_value - splits "  Caption   : value" at the first colon that has a blank (or the line's end)
 * behind it, so that a caption may hold a colon ("IP:port  : 0.0.0.0:443"). false when there is none. Both
 * are trimmed. */
bool dx_span_value(dx_span line, dx_span *caption, dx_span *value);

/* dx_span_rule - a line of dashes. dx_span_heading - a line that ends in a colon, ASCII or full width. */
bool dx_span_rule(dx_span line);
bool dx_span_heading(dx_span line);

/* dx_span_command - what was typed behind a prompt: "C:\\>netstat -ano", "PS C:\\> ...", "netsh http>...",
 * "root@web:~# ss -ltnp"; false when the line is none. */
bool dx_span_command(dx_span line, dx_span *command);

/* dx_span_decimal, _hex - reads a number ("0x" is allowed for hex) at the start; bytes taken, 0 when there
 * is none or it does not fit. */
size_t dx_span_decimal(uint32_t *out, dx_span span);
size_t dx_span_hex(uint32_t *out, dx_span span);

/* dx_span_hash - 20 bytes in hex, which httpcfg writes with blanks for leading zeros and certutil with
 * blanks between bytes: the whole span must be hex digits and blanks. Returns the number of hex digits, and
 * the hash in `out` when it can only be one value ("" otherwise). 0: not a hash. */
unsigned dx_span_hash(char out[41], dx_span span);

/* dx_span_guid - "{8-4-4-4-12}" at the start; bytes taken (38) or 0. `*zero`: all digits are 0. */
size_t dx_span_guid(dx_span span, bool *zero);

/* Lines of a text. With `join` a line that fills a console of 80 or 120 columns continues on the next one
 * when that begins with no blank: how a copied console cuts them. */
typedef struct dx_lines {
    dx_span rest;
    uint32_t number; /* of the line last given, from 1 */
    uint32_t taken;  /* raw lines taken so far */
    bool join;
    GString *joined;
} dx_lines;
void dx_lines_start(dx_lines *lines, dx_span text, bool join);
bool dx_lines_next(dx_lines *lines, dx_span *line);
void dx_lines_end(dx_lines *lines);

/* dx_text_decode - UTF-16 (byte order mark, or every other byte zero) and UTF-8 to UTF-8; CRLF and CR
 * become LF, zero bytes blanks. Bytes of other character sets stay. New; at most `len` * 3 bytes. */
GString *dx_text_decode(const uint8_t *bytes, size_t len);

#endif
