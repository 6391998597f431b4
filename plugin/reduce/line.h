/* line.h - one line of -z ssltrouble,json
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_REDUCE_LINE_H
#define DX_REDUCE_LINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "verdict/cause.h"

typedef enum {
    DX_LINE_GOOD,
    DX_LINE_EMPTY,
    DX_LINE_CUT,     /* it does not end as it should, or is too long */
    DX_LINE_NO_JSON, /* damaged, or of something else */
    DX_LINE_FOREIGN, /* JSON, but not of this plugin */
    DX_NUM_LINES
} dx_line_state;

/* What is told of a connection. Texts are as hostile as what they were read from, NULL when absent, and live
 * until the next line is read. */
typedef struct dx_line {
    const char *file; /* the capture, with what `parallel --tag` wrote before the line: its path, or a host */
    const char *server, *client, *sni, *service, *transport;
    dx_outcome outcome;
    int64_t time_us;
    /* of a connection that has a cause: */
    const char *cause, *title, *why, *compare, *fix, *supplicant, *users_see;
    dx_confidence confidence;
    bool recovered;
    uint32_t stream;
    struct _JsonObject *object;
} dx_line;

typedef struct dx_line_reader dx_line_reader;

/* dx_line_reader_new - free with dx_line_reader_free. */
dx_line_reader *dx_line_reader_new(void);
void dx_line_reader_free(dx_line_reader *reader);

/* dx_line_read - reads a line, which it may change. */
dx_line_state dx_line_read(dx_line_reader *reader, dx_line *record, char *line, size_t len);

/* dx_line_texts - the texts of an array of a connection with a cause ("checks"), at most `max`; of
 * "evidence" with "frame 4\t" before each that has a frame. New, of char *, with a free function.
 * dx_line_events - the Windows events that a person should look for: "server  Schannel 36887\tmeaning". */
GPtrArray *dx_line_texts(const dx_line *record, const char *key, unsigned max);
GPtrArray *dx_line_events(const dx_line *record, unsigned max);

#endif
