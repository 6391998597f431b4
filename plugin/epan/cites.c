/* cites.c - which frames the verdicts of a capture have as evidence
 *
 * A verdict can have frames of other connections as evidence, so that all failed ones have to be judged
 * before it is known what a frame shows. That is done once for a capture that has been read, and not more
 * often than every few seconds for one that grows.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/cites.h"

#include "epan/tracker.h"
#include "verdict/outcome.h"

#define MAX_TEXTS 8                        /* of a frame; a frame with more is the evidence of everybody */
#define FRESH_US  (5 * G_TIME_SPAN_SECOND) /* a growing capture's are taken as they were */

static GHashTable *cites;   /* frame -> GPtrArray of const char *; NULL: not looked yet */
static GStringChunk *texts; /* of `cites` */
static uint32_t last_frame; /* of the capture when it was looked at */
static unsigned changes;    /* of the preferences, when it was */
static gint64 looked_us;

static void
forget(void)
{
    if (cites != NULL) {
        g_hash_table_destroy(cites);
        g_string_chunk_free(texts);
    }
    cites = NULL;
    texts = NULL;
}

static void
free_texts(gpointer data)
{
    g_ptr_array_free((GPtrArray *)data, TRUE);
}

static void
cite(uint32_t frame, const char *text)
{
    GPtrArray *known = (GPtrArray *)g_hash_table_lookup(cites, GUINT_TO_POINTER(frame));
    char *kept = g_string_chunk_insert_const(texts, text);
    if (known == NULL) {
        known = g_ptr_array_new();
        g_hash_table_insert(cites, GUINT_TO_POINTER(frame), known);
    }
    if (known->len < MAX_TEXTS && !g_ptr_array_find(known, kept, NULL))
        g_ptr_array_add(known, kept);
}

static void
look(dx_verdicts *verdicts)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    uint32_t index = DX_NO_INDEX;
    cites = g_hash_table_new_full(NULL, NULL, NULL, free_texts);
    texts = g_string_chunk_new(4096);
    while ((index = dx_capture_next(capture, index)) != DX_NO_INDEX) {
        const dx_facts *facts = dx_capture_facts(capture, index);
        bool judged = facts != NULL && !dx_outcome_is_healthy(facts);
        const dx_verdict *verdict = judged ? dx_verdicts_of(verdicts, index) : NULL;
        if (verdict == NULL || verdict->cause == NULL)
            continue;
        for (guint i = 0; i < verdict->lines->len; i++) {
            const dx_packet_line *line = &g_array_index(verdict->lines, dx_packet_line, i);
            if (line->frame != 0)
                cite(line->frame, line->text);
        }
    }
    last_frame = dx_capture_last_frame(capture);
    changes = dx_verdicts_changes(verdicts);
    looked_us = g_get_monotonic_time();
}

const GPtrArray *
dx_cites_of(uint32_t frame)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL)
        return NULL;
    bool grown = last_frame != dx_capture_last_frame(dx_verdicts_capture(verdicts));
    bool stale = grown && g_get_monotonic_time() - looked_us > FRESH_US;
    if (cites != NULL && (stale || changes != dx_verdicts_changes(verdicts)))
        forget();
    if (cites == NULL)
        look(verdicts);
    return (const GPtrArray *)g_hash_table_lookup(cites, GUINT_TO_POINTER(frame));
}

void
dx_cites_register(void)
{
    register_cleanup_routine(forget);
}
