/* file_finding.c - what the server's own files say of a cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/file_finding.h"

#include <string.h>

#include "verdict/event_words.h"
#include "verdict/near.h"
#include "verdict/sights.h"
#include "verdict/verdict.h"
#include "facts/text.h"

#define MAX_LOGGED 8 /* lines of the log besides those that say something of a cause */

const char *
dx_files_answer_name(dx_files_answer answer)
{
    static const char *const names[] = {"silent", "suggested", "confirmed", "excluded",
                                        "contradicted by the packets"};
    return names[answer];
}

static void
clear_line(gpointer data)
{
    g_free(((dx_file_line *)data)->text);
}

static void
free_file_finding(gpointer data)
{
    dx_file_finding *files = data;

    g_array_unref(files->lines);
    g_free(files);
}

static GArray *
new_lines(void)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(dx_file_line));
    g_array_set_clear_func(lines, clear_line);
    return lines;
}

static dx_file_finding *
new_file_finding(const dx_cause *cause)
{
    dx_file_finding *files = g_new0(dx_file_finding, 1);

    files->cause = cause;
    files->lines = new_lines();
    return files;
}

void
dx_file_say(dx_file_finding *files, dx_where where, const char *format, ...)
{
    va_list arguments;
    dx_file_line line = {.where = where};

    va_start(arguments, format);
    line.text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_array_append_val(files->lines, line);
}

char *
dx_file_line_text(const dx_evidence_store *store, const dx_file_line *line)
{
    if (!line->where.line || line->where.file >= store->files->len)
        return g_strdup(line->text);
    const dx_evidence_file *file = &g_array_index(store->files, dx_evidence_file, line->where.file);
    char *name = dx_safe(file->name, 100);
    char *text = g_strdup_printf("%s %s %u: %s", name, file->kind == DX_KIND_evtx ? "record" : "line",
                                 line->where.line, line->text);
    g_free(name);
    return text;
}

dx_file_finding *
dx_file_finding_of(const GPtrArray *all, const dx_cause *cause)
{
    for (unsigned i = 0; all && i < all->len; i++)
        if (((dx_file_finding *)all->pdata[i])->cause == cause)
            return all->pdata[i];
    return NULL;
}

dx_files_place
dx_files_place_of(const dx_facts *facts, const dx_context *context)
{
    const dx_address *address = &facts->server_endpoint.address;

    if (dx_evidence_owns(context->evidence, address) || dx_evidence_names(context->evidence, address))
        return DX_FILES_HERE;
    if (context->evidence->own_all && context->evidence->own_addresses->len)
        return DX_FILES_ELSEWHERE;
    return dx_ledger_other_address(context->ledger, address) ? DX_FILES_ANYWHERE : DX_FILES_HERE;
}

/* First what confirms, of that the lowest scenario first. */
static int
rank(const dx_file_finding *files)
{
    return (files->answer == DX_FILES_CONFIRM ? 0 : 100) + (int)files->cause->scenario;
}

void
dx_say_event(dx_file_finding *files, const dx_context *context, const dx_log_event *event)
{
    char *text = dx_event_text(context, event);

    dx_file_say(files, event->where, "%s", text);
    g_free(text);
}

/* What the files say of one cause, as far as the packets allow it. A line of a log that names the client's
 * port is of this connection, whichever server the other files are of; one that does not may be of another
 * connection, and contradicts nothing. */
static dx_files_answer
answer_of(const dx_cause *cause, const dx_facts *facts, const dx_context *context, dx_file_finding *files,
          bool doubtful)
{
    dx_nearness how = DX_NEAR_TIME;
    bool open = dx_gate_open(cause, facts, context);
    dx_files_answer answer = cause->weigh_files ? cause->weigh_files(facts, context, files) : DX_FILES_SILENT;

    if (answer == DX_FILES_SILENT || answer == DX_FILES_SUGGEST) {
        const dx_log_event *event;
        dx_files_answer logged = open ? dx_near_weigh(cause, facts, context, &event, &how) : DX_FILES_SILENT;
        if (logged != DX_FILES_SILENT)
            dx_say_event(files, context, event);
        files->by_log = logged != DX_FILES_SILENT && !event->of_client;
        if (logged == DX_FILES_CONFIRM && how == DX_NEAR_PORT)
            return logged;
        if (logged != DX_FILES_SILENT)
            answer = logged;
    }
    if (!open && answer != DX_FILES_EXCLUDE)
        answer = answer == DX_FILES_CONFIRM ? DX_FILES_CONTRADICTED : DX_FILES_SILENT;
    if (doubtful && answer != DX_FILES_SUGGEST)
        answer = answer == DX_FILES_CONFIRM ? DX_FILES_SUGGEST : DX_FILES_SILENT;
    return answer;
}

GPtrArray *
dx_file_findings_collect(const struct dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    if (!context->evidence || !context->evidence->files->len)
        return NULL;
    GPtrArray *all = g_ptr_array_new_with_free_func(free_file_finding);
    bool doubtful = dx_files_place_of(facts, context) != DX_FILES_HERE;
    for (unsigned i = 0; i < causes->num; i++) {
        if (!causes->cause[i]->weigh_files && !causes->cause[i]->logged[0])
            continue;
        dx_file_finding *files = new_file_finding(causes->cause[i]);
        files->answer = answer_of(causes->cause[i], facts, context, files, doubtful);
        if (files->answer == DX_FILES_SILENT) {
            free_file_finding(files);
            continue;
        }
        int at = 0;
        while (at < (int)all->len && rank(all->pdata[at]) <= rank(files))
            at++;
        g_ptr_array_insert(all, at, files);
    }
    return all;
}

static bool
is_cited(const GPtrArray *findings, dx_where where)
{
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const dx_file_finding *files = findings->pdata[i];
        for (unsigned j = 0; j < files->lines->len; j++) {
            const dx_file_line *line = &g_array_index(files->lines, dx_file_line, j);
            if (line->where.file == where.file && line->where.line == where.line)
                return true;
        }
    }
    return false;
}

GArray *
dx_file_lines_logged(const GPtrArray *findings, const dx_context *context, const dx_log_event *cited)
{
    GArray *lines = NULL;

    for (unsigned i = 0; context->near && i < context->near->len; i++) {
        const dx_log_event *event = g_array_index(context->near, dx_near, i).event;
        if (event == cited || is_cited(findings, event->where))
            continue;
        if (!lines)
            lines = new_lines();
        if (lines->len == MAX_LOGGED) {
            dx_file_line more = {.text = g_strdup_printf("and %u more", context->near->len - i)};
            g_array_append_val(lines, more);
            break;
        }
        dx_file_line line = {event->where, dx_event_text(context, event)};
        g_array_append_val(lines, line);
    }
    if (context->near_sum && context->near_sum->left_out) {
        dx_file_line more = {.text = g_strdup("more lines of that time, which were not read")};
        lines = lines ? lines : new_lines();
        g_array_append_val(lines, more);
    }
    return lines;
}
