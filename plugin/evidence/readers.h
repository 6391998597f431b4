/* readers.h - one reader per kind of file, and what they share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_READERS_H
#define DX_EVIDENCE_READERS_H

#include "evidence/evidence.h"
#include "evidence/span.h"
#include "evidence/time.h"

/* A file that is being read. */
typedef struct dx_reading {
    dx_evidence_store *store;
    uint32_t file;
    dx_kind kind;
    dx_span text;
    uint32_t line; /* where the kind was first seen */
} dx_reading;

/* A line as it is recognised, with what was before it. */
typedef struct dx_look {
    dx_span text;           /* the whole file */
    dx_span line, before;   /* trimmed and not empty; the one before it, empty at the beginning */
    dx_span caption, value; /* of "Caption : value"; both the line when it is not `split` */
    bool split;
    bool rule;                          /* a line of dashes has been seen */
    bool endpoint;                      /* an ip:port has stood in a "caption : value" line */
    bool httpcfg;                       /* ... and its caption was "IP" */
    unsigned num_addresses, num_others; /* lines of nothing but an address, other lines */
    bool transcript, scan;              /* the text begins as a client's words, as a scanner's report */
    uint32_t number;                    /* of the line, from 1 */
} dx_look;

/* ALONE: nothing else can be in such a file, whatever its lines look like. */
typedef enum { DX_NOT_SEEN, DX_SEEN, DX_SEEN_ALONE } dx_seeing;

/* Where each kind was first seen in a file; 0: not. */
typedef struct dx_sightings {
    uint32_t line[DX_NUM_KINDS];
    unsigned num;
} dx_sightings;

/* The readers. dx_see_<kind> says whether a line is of this kind; dx_read_<kind> takes the whole text, keeps
 * what it finds and calls dx_reading_empty where the output itself says that there is nothing: a file of
 * which nothing was read and that is not empty "looks like" its kind, and no more. */
#define X(id, platform, command)                                                                             \
    dx_seeing dx_see_##id(const dx_look *look);                                                              \
    void dx_read_##id(const dx_reading *reading);
#include "evidence/kinds.def"
#undef X

/* dx_evidence_index_new - an empty index of a store's lists; dx_evidence_index_free. */
dx_evidence_index *dx_evidence_index_new(void);
void dx_evidence_index_free(dx_evidence_index *index);

/* dx_recognise - the kinds of output in a text, and where each was first seen. */
void dx_recognise(dx_sightings *seen, dx_span text);

/* How a binary event log begins, with the zero behind it. */
#define DX_EVTX_MAGIC "ElfFile"

/* dx_curve_by_name - a curve as Windows calls it ("NistP256", "curve25519"); `*group` 0 for one that TLS has
 * not. */
bool dx_curve_by_name(uint16_t *group, dx_span name);

/* dx_seems_other - what a text seems to be of which nothing is read ("ping"); NULL when it is not known
 * either. */
const char *dx_seems_other(dx_span text);

/* dx_client_transcript - the text begins as what curl -v or openssl s_client prints: an error in it without a
 * time is the client's. */
bool dx_client_transcript(dx_span text);
/* dx_cipher_scan - it begins as what a scanner found out of a server's cipher suites: no setting. */
bool dx_cipher_scan(dx_span text);

/* What wraps a program's line: the journal as JSON, zap's and Docker's JSON. dx_line_time - its time, in UTC;
 * dx_line_message - where the program's own words begin. dx_line_station - the link address that FreeRADIUS
 * has of a client. */
bool dx_line_time(dx_time *out, dx_span line);
dx_span dx_line_message(dx_span line);
bool dx_line_station(dx_address *out, dx_span line);

/* dx_recognise_der - where the inside of a DER sequence begins that may be a certificate, a .p7b or a .pfx;
 * 0: none. */
size_t dx_recognise_der(const uint8_t *bytes, size_t len);

/* dx_recognise_binary - why bytes are not worth decoding (a binary log, a private key); NULL when they are.
 * */
const char *dx_recognise_binary(const uint8_t *bytes, size_t len);

/* dx_reading_keep - appends a fact to a list of the store, which owns its strings from then on; false (with
 * the fact counted as skipped) when the list is full: the caller frees it. */
bool dx_reading_keep(const dx_reading *reading, GArray *list, const void *fact);
/* dx_reading_certificate - the same of a certificate, whose strings it takes in any case.
 * dx_stored_certificate_clear - frees them. */
bool dx_reading_certificate(const dx_reading *reading, dx_stored_certificate *fact);
void dx_stored_certificate_clear(dx_stored_certificate *fact);
/* dx_stored_certificate_name - adds a DNS name, in lower case. */
void dx_stored_certificate_name(dx_stored_certificate *fact, dx_span name);
/* dx_note - the same for what is no entry of its own, and is not counted. dx_reading_own - an address of the
 * machine. */
bool dx_note(GArray *list, const void *fact);
void dx_reading_own(const dx_reading *reading, const dx_address *address);
/* dx_reading_skip - an entry that ends in this line could not be read. dx_reading_cut - the file ends within
 * an entry. dx_reading_part - it shows what was asked for, not all. dx_reading_empty - it says that there is
 * none. */
void dx_reading_skip(const dx_reading *reading, uint32_t line);
void dx_reading_cut(const dx_reading *reading);
void dx_reading_part(const dx_reading *reading);
void dx_reading_empty(const dx_reading *reading);
dx_where dx_reading_at(const dx_reading *reading, uint32_t line);

#endif
