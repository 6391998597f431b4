/* trace_reader.h - a file of traces while it is read, for trace.c and trace_expect.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_TRACE_READER_H
#define DX_TEST_TRACE_READER_H

#include "trace.h"

typedef enum { CASE_NONE, CASE_HIT, CASE_MISS, CASE_OK } case_kind;

/* A line "expect", looked at once the case is whole. */
typedef struct expectation {
    trace_connection *connection; /* not owned */
    unsigned line;
    char *text;
} expectation;

/* A file while it is read. */
typedef struct trace_reader {
    trace_report *report;
    const dx_causes *causes;
    const char *name;
    unsigned line;
    case_kind kind;
    unsigned case_line;
    const char *title; /* the case's line */
    bool shown;        /* a hit's cause was expected */
    dx_ledger *ledger;
    GPtrArray *connections;
    GArray *expectations;
    dx_preferences preferences;
    uint32_t frame;
    int64_t now_us;
} trace_reader;

/* trace_complain - adds a problem, with file and line. */
void trace_complain(trace_reader *reader, unsigned line, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* trace_check_verdict - what holds for every verdict, whatever the trace, and at every frame of it. */
void trace_check_verdict(trace_reader *reader, const trace_connection *connection);

/* trace_compare - compares the verdict with a line "expect". */
void trace_compare(trace_reader *reader, const expectation *expected);

/* trace_say - appends what a verdict says to the report, when that is wanted. */
void trace_say(trace_reader *reader, const expectation *expected, const dx_verdict *verdict);

/* trace_check_case - every connection's verdict is stated, and no near miss is taken for the file's cause. */
void trace_check_case(trace_reader *reader);

#endif
