/* file_finding.c - what the server's own files say of a cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/file_finding.h"

#include <string.h>

#include "verdict/sights.h"
#include "verdict/verdict.h"
#include "facts/text.h"

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

static dx_file_finding *
new_file_finding(const dx_cause *cause)
{
    dx_file_finding *files = g_new0(dx_file_finding, 1);

    files->cause = cause;
    files->lines = g_array_new(FALSE, FALSE, sizeof(dx_file_line));
    g_array_set_clear_func(files->lines, clear_line);
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

GPtrArray *
dx_file_findings_collect(const struct dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    if (!context->evidence || !context->evidence->files->len)
        return NULL;
    GPtrArray *all = g_ptr_array_new_with_free_func(free_file_finding);
    bool doubtful = dx_files_place_of(facts, context) != DX_FILES_HERE;
    for (unsigned i = 0; i < causes->num; i++) {
        if (!causes->cause[i]->weigh_files)
            continue;
        dx_file_finding *files = new_file_finding(causes->cause[i]);
        files->answer = causes->cause[i]->weigh_files(facts, context, files);
        if (!dx_gate_open(causes->cause[i], facts, context) && files->answer != DX_FILES_EXCLUDE)
            files->answer = files->answer == DX_FILES_CONFIRM ? DX_FILES_CONTRADICTED : DX_FILES_SILENT;
        if (doubtful && files->answer != DX_FILES_SUGGEST)
            files->answer = files->answer == DX_FILES_CONFIRM ? DX_FILES_SUGGEST : DX_FILES_SILENT;
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
