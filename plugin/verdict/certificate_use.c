/* certificate_use.c - which certificate the server's files say that a connection's server uses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/certificate_use.h"

#include <string.h>

#include "verdict/place.h"

/* "The mail server" is whichever of them the files are of. */
static bool
is_of(dx_service_id row, dx_service_id service)
{
    return row == service ||
           (service == DX_SERVICE_MAIL_SERVER && (row == DX_SERVICE_POSTFIX || row == DX_SERVICE_EXIM));
}

/* The setting of the program that serves this connection, or what its log said last, if that is that it could
 * not load its certificate. */
static const dx_assignment *
assignment_of(const dx_facts *facts, const dx_context *context)
{
    const GArray *assignments = context->evidence->assignments;
    const dx_assignment *set = NULL, *logged = NULL;
    dx_place place;

    dx_place_find(&place, facts, context);
    dx_service_id service = place.service ? place.service->id : place.role->windows;
    for (unsigned i = 0; i < assignments->len; i++) {
        const dx_assignment *row = &g_array_index(assignments, dx_assignment, i);
        if (is_of(row->service, service) && row->logged)
            logged = row;
        else if (is_of(row->service, service) && !set)
            set = row;
    }
    return logged && (logged->refused || !set) ? logged : set;
}

bool
dx_files_certificate_use(dx_certificate_use *out, const dx_facts *facts, const dx_context *context)
{
    const dx_socket *socket;
    dx_owner owner = dx_files_owner(facts, context, &socket);

    *out = (dx_certificate_use){NULL, NULL, NULL};
    if (owner == DX_OWNER_OTHER)
        return false;
    if (owner != DX_OWNER_EXPECTED)
        out->binding = dx_files_binding(facts, context);
    if (!out->binding)
        out->assignment = assignment_of(facts, context);
    if (out->binding)
        out->certificate = dx_files_certificate(context, out->binding->hash);
    else if (out->assignment)
        out->certificate = dx_files_certificate(context, out->assignment->thumbprint);
    return out->binding || out->assignment;
}

void
dx_say_certificate_use(dx_file_finding *files, const dx_certificate_use *use)
{
    if (use->binding) {
        dx_say_binding(files, use->binding);
        return;
    }
    const dx_assignment *assignment = use->assignment;
    const char *name = dx_service_get(assignment->service)->name;
    if (!*assignment->thumbprint)
        dx_file_say(files, assignment->where, "%s is set to make its own certificate", name);
    else
        dx_file_say(files, assignment->where, "%s %s the certificate %s", name,
                    assignment->refused ? "could not load" : "is set to use", assignment->thumbprint);
}
