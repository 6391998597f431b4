/* ladder.h - what went over the wire in a handshake, step by step, from the facts of a connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_LADDER_H
#define DX_PRESENT_LADDER_H

#include "verdict/diagnose.h"

typedef enum {
    DX_STEP_MESSAGE, /* SYN, handshake messages, data */
    DX_STEP_ALERT,
    DX_STEP_CLOSE,  /* FIN, RST */
    DX_STEP_DEVICE, /* sent by neither of the two */
    DX_STEP_NOTE    /* nothing that was sent: a gap in the capture, silence */
} dx_step_kind;

/* One thing that happened; the messages of one side in one frame are one step. */
typedef struct dx_step {
    uint32_t frame;  /* 0: none */
    int64_t time_us; /* 0: facts keep the times of the frames that matter only */
    dx_step_kind kind;
    dx_side from;  /* DX_NOBODY for a note */
    uint32_t what; /* a bit for each kind of message, the same in every ladder */
    char *text;    /* owned; names are as on the wire */
    bool abnormal; /* the first abnormal event */
} dx_step;

/* dx_ladder_new - the steps of a connection in the order of the frames, as dx_step; `now_us` is the time of
 * the capture's last frame. `verdict` NULL: it worked. g_array_unref. */
GArray *dx_ladder_new(const dx_facts *facts, const dx_verdict *verdict, int64_t now_us);

/* dx_ladder_kinds - the kinds of messages in a ladder. */
uint32_t dx_ladder_kinds(const GArray *steps);

#endif
