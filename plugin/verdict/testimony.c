/* testimony.c - what the server's own files say of a cause
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/testimony.h"

#include <string.h>

#include "verdict/diagnose.h"
#include "facts/text.h"

const char *
dx_stance_name(dx_stance stance)
{
    static const char *const names[] = {"silent", "suggested", "confirmed", "excluded",
                                        "contradicted by the packets"};
    return names[stance];
}

static void
clear_statement(gpointer data)
{
    g_free(((dx_statement *)data)->text);
}

static void
free_testimony(gpointer data)
{
    dx_testimony *testimony = data;

    g_array_unref(testimony->statements);
    g_free(testimony);
}

static dx_testimony *
new_testimony(const dx_cause *cause)
{
    dx_testimony *testimony = g_new0(dx_testimony, 1);

    testimony->cause = cause;
    testimony->statements = g_array_new(FALSE, FALSE, sizeof(dx_statement));
    g_array_set_clear_func(testimony->statements, clear_statement);
    return testimony;
}

void
dx_testimony_say(dx_testimony *testimony, dx_where where, const char *format, ...)
{
    va_list arguments;
    dx_statement statement = {.where = where};

    va_start(arguments, format);
    statement.text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_array_append_val(testimony->statements, statement);
}

char *
dx_statement_text(const dx_evidence_store *store, const dx_statement *statement)
{
    if (!statement->where.line || statement->where.file >= store->files->len)
        return g_strdup(statement->text);
    char *name = dx_safe(g_array_index(store->files, dx_evidence_file, statement->where.file).name, 100);
    char *text = g_strdup_printf("%s line %u: %s", name, statement->where.line, statement->text);
    g_free(name);
    return text;
}

dx_testimony *
dx_testimony_of(const GPtrArray *all, const dx_cause *cause)
{
    for (unsigned i = 0; all && i < all->len; i++)
        if (((dx_testimony *)all->pdata[i])->cause == cause)
            return all->pdata[i];
    return NULL;
}

static bool
is_own(const GArray *own, const dx_address *address)
{
    for (unsigned i = 0; i < own->len; i++)
        if (dx_address_equal(&g_array_index(own, dx_address, i), address))
            return true;
    return false;
}

/* A binding or the listen list names the address: that the machine has it, not that it has no other. */
static bool
is_named(const dx_evidence_store *store, const dx_address *address)
{
    for (unsigned i = 0; i < store->bindings->len; i++)
        if (dx_address_equal(&g_array_index(store->bindings, dx_binding, i).endpoint.address, address))
            return true;
    for (unsigned i = 0; i < store->listen_addresses->len; i++)
        if (dx_address_equal(&g_array_index(store->listen_addresses, dx_listen_address, i).address, address))
            return true;
    return false;
}

dx_files_place
dx_testimony_place(const dx_facts *facts, const dx_context *context)
{
    const dx_address *address = &facts->server_endpoint.address;
    const GPtrArray *servers = dx_ledger_servers(context->ledger);
    const GArray *own = context->evidence->own_addresses;

    if (is_own(own, address) || is_named(context->evidence, address))
        return DX_FILES_HERE;
    if (own->len)
        return DX_FILES_ELSEWHERE;
    for (unsigned i = 0; i < servers->len; i++) {
        const dx_server *server = servers->pdata[i];
        if (server->num_hellos && !dx_address_equal(&server->endpoint.address, address))
            return DX_FILES_ANYWHERE;
    }
    return DX_FILES_HERE;
}

/* First what confirms, of that the lowest scenario first. */
static int
rank(const dx_testimony *testimony)
{
    return (testimony->stance == DX_CONFIRMS ? 0 : 100) + (int)testimony->cause->scenario;
}

GPtrArray *
dx_testimony_collect(const struct dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    if (!context->evidence || !context->evidence->files->len)
        return NULL;
    GPtrArray *all = g_ptr_array_new_with_free_func(free_testimony);
    bool doubtful = dx_testimony_place(facts, context) != DX_FILES_HERE;
    for (unsigned i = 0; i < causes->num; i++) {
        if (!causes->cause[i]->testify)
            continue;
        dx_testimony *testimony = new_testimony(causes->cause[i]);
        testimony->stance = causes->cause[i]->testify(facts, context, testimony);
        if (!dx_gate_open(causes->cause[i], facts, context) && testimony->stance != DX_EXCLUDES)
            testimony->stance = testimony->stance == DX_CONFIRMS ? DX_CONTRADICTS : DX_SILENT;
        if (doubtful && testimony->stance != DX_SUGGESTS)
            testimony->stance = testimony->stance == DX_CONFIRMS ? DX_SUGGESTS : DX_SILENT;
        if (testimony->stance == DX_SILENT) {
            free_testimony(testimony);
            continue;
        }
        int at = 0;
        while (at < (int)all->len && rank(all->pdata[at]) <= rank(testimony))
            at++;
        g_ptr_array_insert(all, at, testimony);
    }
    return all;
}
