/* certificate_use.h - which certificate the server's files say that a connection's server uses
 *
 * HTTP.sys by its binding; Remote Desktop, SQL Server, Exchange and WinRM by their own settings.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CERTIFICATE_USE_H
#define DX_VERDICT_CERTIFICATE_USE_H

#include "verdict/bindings.h"

typedef struct dx_certificate_use {
    const dx_binding *binding; /* one of both, or none */
    const dx_assignment *assignment;
    const dx_stored_certificate *certificate; /* NULL when no list of the store has it */
} dx_certificate_use;

/* dx_files_certificate_use - false when the files do not tell. */
bool dx_files_certificate_use(dx_certificate_use *out, const dx_facts *facts, const dx_context *context);

/* dx_say_certificate_use - adds the line that says which certificate it is. */
void dx_say_certificate_use(dx_file_finding *files, const dx_certificate_use *use);

#endif
