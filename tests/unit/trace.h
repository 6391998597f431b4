/* trace.h - runs traces: observations written as lines of text, and the verdicts that they must lead to
 *
 * The format is described in tests/traces/README.md.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_TRACE_H
#define DX_TEST_TRACE_H

#include "capture/connection.h"
#include "verdict/diagnose.h"

/* What came of one file of traces. */
typedef struct trace_report {
    GPtrArray *problems; /* of char *: "cipher_mismatch.txt:12: what is wrong" */
    unsigned num_hits, num_misses, num_oks;
    GString *said;              /* what the verdicts say, as in tests/traces/said; NULL: not wanted */
    GPtrArray *opened, *closed; /* of const dx_cause *: whose gates were expected so; NULL: none */
} trace_report;

/* trace_run - runs all cases of a file. `name` is its name without ".txt": a cause, or ok_<what>. `text`
 * is its content. */
void trace_run(trace_report *report, const dx_causes *causes, const char *name, const char *text);
void trace_report_clear(trace_report *report);

/* The rest is for the parts: trace.c reads cases, trace_frame.c lines, trace_items.c and trace_hello.c
 * what lines hold, trace_expect.c compares. */

/* The words of one item of a line; each must be used once. */
typedef struct trace_words {
    char *word[48];
    bool used[48];
    unsigned num;
    char *error; /* the first; owned */
} trace_words;

/* trace_next - the next word that is no option, or NULL. trace_flag - uses a bare word when it is there.
 * trace_option - the value of key=value, or NULL. trace_fail - sets the error when there is none yet. */
const char *trace_next(trace_words *words);
bool trace_flag(trace_words *words, const char *word);
const char *trace_option(trace_words *words, const char *key);
void trace_fail(trace_words *words, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* trace_number - a number in decimal; sets the error when it is none, or above `max`. trace_number_option
 * - that of an option, `absent` when it is not there. */
uint32_t trace_number(trace_words *words, const char *text, uint32_t max);
uint32_t trace_number_option(trace_words *words, const char *key, uint32_t absent, uint32_t max);
/* trace_code - a code point in four hexadecimal digits or by its name. trace_version - "1.2", "ssl3". */
uint16_t trace_code(trace_words *words, const char *text, const char *(*name)(uint16_t));
uint16_t trace_version(trace_words *words, const char *text);

/* One side's TCP numbers while a trace runs; relative ones begin at 0 with the SYN, as in Wireshark. */
typedef struct trace_side {
    uint32_t isn, next, last_seq, last_len;
    uint32_t partial; /* bytes of the ClientHello that were sent before it was whole */
    uint8_t ttl;
} trace_side;

/* A connection that is being written. */
typedef struct trace_connection {
    dx_connection base; /* without a reader */
    trace_side client, server;
    unsigned line;   /* where it begins */
    uint32_t marked; /* frame of the line with an asterisk: the verdict frame; 0 = none */
} trace_connection;

/* One line: a segment (or an ICMP error) and what its payload holds. */
typedef struct trace_frame {
    trace_connection *connection;
    dx_ledger *ledger;
    dx_side from;
    uint32_t number;
    int64_t time_us;
    uint8_t flags;
    bool have_seq, have_ack, no_ack, have_len, repeated, icmp, fin, nothing, nothing_new;
    uint32_t seq, ack, len, payload_len, window;
    uint16_t ip_id;
    uint8_t ttl;
    uint32_t handshake_len;    /* of messages whose record has not been closed yet */
    bool decrypted;            /* they are the content of an encrypted record */
    GArray *observations;      /* of dx_observation */
    GPtrArray *hellos, *owned; /* what the observations point to: dx_client_hello, and the rest */
} trace_frame;

/* trace_frame_apply - reads the line behind time and side, and applies it. Returns the error, or NULL;
 * owned. */
char *trace_frame_apply(trace_frame *frame, const char *text);

/* What frames are filled with. A record is as long on the wire as its header and `len`; the record of
 * handshake messages is reported behind them, by trace_close_record. */
#define TRACE_RECORD_HEADER  5
#define TRACE_MESSAGE_HEADER 4
#define TRACE_TAG            17 /* TLS 1.3: the inner content type and the tag */
void trace_add(trace_frame *frame, dx_observation observation);
void trace_add_record(trace_frame *frame, dx_record header, bool decrypted, uint8_t inner_type);
void trace_add_message(trace_frame *frame, dx_observation observation, uint32_t len, bool decrypted);
void trace_close_record(trace_frame *frame);

/* The items of trace_hello.c; trace_read_message is false for a name that is no message's. */
void trace_read_client_hello(trace_frame *frame, trace_words *words);
void trace_read_partial(trace_frame *frame, trace_words *words);
void trace_read_server_hello(trace_frame *frame, trace_words *words);
void trace_read_retry(trace_frame *frame, trace_words *words);
void trace_read_key_exchange(trace_frame *frame, trace_words *words);
bool trace_read_message(trace_frame *frame, const char *name, trace_words *words);

/* trace_item - adds what one item says to the frame; false when there is no such item. */
bool trace_item(trace_frame *frame, const char *name, trace_words *words);

#endif
