/* render.h - a report of the capture that is open, or of the connections that a filter selects
 *
 * Reports are drawn at the end from the verdicts, so that all of them and the packet tree agree. A filter
 * only selects connections: facts always come from all frames.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_RENDER_H
#define DX_EPAN_RENDER_H

#include "epan/selection.h"
#include "present/present.h"

/* One of present/present.h. */
typedef void (*dx_render_function)(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* What is rendered, and how. */
typedef struct dx_rendering {
    dx_render_function as;
    dx_selection *selection;                /* NULL: everything */
    char *file;                             /* the capture's name, freed by dx_render; NULL when unknown */
    unsigned width;                         /* of a line of text; 0: the usual one */
    void (*flush)(GString *out);            /* as in dx_report */
    bool (*turn)(uint32_t num, void *user); /* as in dx_report */
    void *turns;                            /* its user */
} dx_rendering;

/* dx_render - appends the report; nothing while no capture is open, and nothing but a message to the user
 * when the selection is not complete yet. */
void dx_render(GString *out, const dx_rendering *how);

/* dx_disabled_text - says that the plugin's protocol is disabled and where to enable it; NULL when it is
 * enabled. */
const char *dx_disabled_text(void);

#endif
