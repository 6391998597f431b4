/* readers.h - one reader per kind of file, and what they share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_READERS_H
#define DX_EVIDENCE_READERS_H

#include "evidence/evidence.h"
#include "evidence/span.h"

/* A file that is being read. */
typedef struct dx_reading {
    dx_evidence_store *store;
    uint32_t file;
    dx_kind kind;
    dx_span text;
} dx_reading;

/* The readers, dx_read_<kind>: each takes the whole text and keeps what it finds. */
#define X(id, command) void dx_read_##id(const dx_reading *reading);
#include "evidence/kinds.def"
#undef X

/* dx_evidence_index_new - an empty index of a store's lists; dx_evidence_index_free. */
dx_evidence_index *dx_evidence_index_new(void);
void dx_evidence_index_free(dx_evidence_index *index);

/* dx_recognise - the kinds of output in a text, as bits 1 << dx_kind. */
unsigned dx_recognise(dx_span text);

/* dx_recognise_binary - why bytes are not worth decoding (a binary log, a private key); NULL when they are.
 * */
const char *dx_recognise_binary(const uint8_t *bytes, size_t len);

/* dx_reading_keep - appends a fact to a list of the store, which owns its strings from then on; false (with
 * the fact counted as skipped) when the list is full: the caller frees it. */
bool dx_reading_keep(const dx_reading *reading, GArray *list, const void *fact);
/* dx_reading_skip - an entry could not be read. dx_reading_cut - the file ends within an entry. */
void dx_reading_skip(const dx_reading *reading);
void dx_reading_cut(const dx_reading *reading);
dx_where dx_reading_at(const dx_reading *reading, uint32_t line);

/* dx_time_parse - "2012-02-11T00:44:55.123Z" and "2012-02-11 00:44:55" to microseconds; `*utc` when it ends
 * in Z. dx_time_parse_local - "2/11/2012 12:44:55 AM", "11.02.2012 00:44:55"; month first with slashes
 * unless that is no month. Bytes taken; 0 when there is no date. The time of day may be missing (midnight).
 * */
size_t dx_time_parse(int64_t *time_us, bool *utc, dx_span span);
size_t dx_time_parse_local(int64_t *time_us, dx_span span);
/* dx_time_of_day - "12:44:55 AM", "00:44:55.123"; microseconds since midnight. */
size_t dx_time_of_day(int64_t *us, dx_span span);

#endif
