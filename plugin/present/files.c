/* files.c - what the server's own files say, in the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/files.h"

#include <string.h>

#include "verdict/log_clock.h"
#include "verdict/file_finding.h"
#include "facts/text.h"
#include "present/layout.h"

#define MAX_NAMES      8  /* of files in the header */
#define ANSWER_COLUMNS 12 /* "contradicted", "confirmed", ... */

/* What is said of the verdict's own cause, and what the packets disprove, stands among its evidence. */
static bool
is_cited(const dx_verdict *verdict, const dx_file_finding *files)
{
    return files->cause == verdict->cause || files->answer == DX_FILES_CONTRADICTED;
}

bool
dx_files_say(const dx_verdict *verdict)
{
    for (unsigned i = 0; verdict->file_findings && i < verdict->file_findings->len; i++)
        if (!is_cited(verdict, verdict->file_findings->pdata[i]))
            return true;
    return verdict->logged != NULL;
}

static void
add_file_finding(const dx_page *page, const char *label, const dx_evidence_store *store,
                 const dx_file_finding *files)
{
    dx_layout_item(page, label, ANSWER_COLUMNS + 2, dx_files_answer_name(files->answer), files->cause->title);
    for (unsigned i = 0; i < files->lines->len; i++) {
        char *text = dx_file_line_text(store, &g_array_index(files->lines, dx_file_line, i));
        char *dash = g_strdup_printf("%*s-", ANSWER_COLUMNS + 2, "");
        dx_layout_item(page, NULL, ANSWER_COLUMNS + 4, dash, text);
        g_free(dash);
        g_free(text);
    }
}

void
dx_files_text(const dx_page *page, const dx_verdicts *verdicts, const dx_verdict *verdict)
{
    const dx_evidence_store *store = dx_verdicts_evidence(verdicts);

    if (!store || !verdict->file_findings)
        return;
    for (unsigned i = 0, num = 0; i < verdict->file_findings->len; i++)
        if (!is_cited(verdict, verdict->file_findings->pdata[i]))
            add_file_finding(page, num++ ? NULL : "Server files", store, verdict->file_findings->pdata[i]);
    for (unsigned i = 0; verdict->logged && i < verdict->logged->len; i++) {
        char *text = dx_file_line_text(store, &g_array_index(verdict->logged, dx_file_line, i));
        dx_layout_item(page, i ? NULL : "Logged then", 2, "-", text);
        g_free(text);
    }
}

static bool
is_log(dx_kind kind)
{
    return kind == DX_KIND_evtx || g_str_has_prefix(dx_kind_name(kind), "event_");
}

static void
add_file(const dx_page *page, const dx_evidence_file *file)
{
    char *name = dx_safe(file->name, 80);
    GString *text = g_string_new(NULL);

    if (file->read && !file->num_facts)
        g_string_append_printf(text, "%s: read as output of %s, %s", name,
                               dx_kind_command((dx_kind)file->kind),
                               is_log((dx_kind)file->kind) ? "but none of its entries is about TLS"
                                                           : "which says that there is none");
    else if (file->read)
        g_string_append_printf(text, "%s: read as output of %s, %u %s", name,
                               dx_kind_command((dx_kind)file->kind), file->num_facts,
                               file->num_facts == 1 ? "entry" : "entries");
    else
        g_string_append_printf(text, "%s: not read", name);
    if (file->reason)
        g_string_append_printf(text, " (%s)", file->reason);
    dx_layout_bullet(page, text->str);
    g_string_free(text, TRUE);
    g_free(name);
}

static bool
has_zoneless_events(const dx_evidence_store *store)
{
    for (unsigned i = 0; i < store->events->len; i++)
        if (g_array_index(store->events, dx_log_event, i).have_time &&
            !g_array_index(store->events, dx_log_event, i).utc)
            return true;
    return false;
}

void
dx_files_header(const dx_page *page, const dx_verdicts *verdicts)
{
    const dx_evidence_store *store = dx_verdicts_evidence(verdicts);
    GString *text = g_string_new(NULL);
    unsigned num = 0, num_unread = 0;

    for (unsigned i = 0; store && i < store->files->len; i++) {
        const dx_evidence_file *file = &g_array_index(store->files, dx_evidence_file, i);
        bool again = i && strcmp(file->name, (file - 1)->name) == 0; /* a row for each kind of output */
        num_unread += !file->read && !again;
        if (!file->read || again || ++num > MAX_NAMES)
            continue;
        char *name = dx_safe(file->name, 80);
        g_string_append_printf(text, "%s%s", num > 1 ? ", " : "", name);
        g_free(name);
    }
    if (num > MAX_NAMES)
        g_string_append_printf(text, " and %u more", num - MAX_NAMES);
    const dx_evidence_file *first =
        store && store->files->len ? &g_array_index(store->files, dx_evidence_file, 0) : NULL;
    if (num_unread == 1 && !num && first->reason) { /* the folder itself, mostly */
        char *name = dx_safe(first->name, 200), *reason = dx_safe(first->reason, 200);
        g_string_append_printf(text, "none read: %s (%s)", name, reason);
        g_free(name);
        g_free(reason);
    } else if (num_unread) {
        g_string_append_printf(text, "%s%u not read, see the end", num ? "; " : "", num_unread);
    }
    dx_layout_text(page, "Server files", text->str);
    g_string_free(text, TRUE);
}

void
dx_files_list(const dx_page *page, dx_verdicts *verdicts)
{
    const dx_evidence_store *store = dx_verdicts_evidence(verdicts);

    if (!store)
        return;
    dx_layout_text(page, "Folder", store->folder);
    dx_layout_text(page, "Problem", store->trouble);
    for (unsigned i = 0; i < store->files->len; i++)
        add_file(page, &g_array_index(store->files, dx_evidence_file, i));
    if (!store->files->len && !store->trouble)
        dx_layout_text(page, NULL, "it holds no files");
    const dx_log_clock *clock = dx_verdicts_log_clock(verdicts);
    if (!has_zoneless_events(store))
        return;
    char *zone = dx_log_clock_text(clock);
    if (clock->known)
        dx_layout_line(page, "Log time zone",
                       "the text event log names none; assumed %s, which matches %u %s here", zone,
                       clock->num_matches, clock->num_matches == 1 ? "failure" : "failures");
    else
        dx_layout_text(page, "Log time zone",
                       "the text event log names none, and no time zone fits the failures of this capture "
                       "better than others: its times are not used. Export the log as XML");
    g_free(zone);
}
