/* listeners.h - what a server program that is not Windows' is set to, by its own settings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_LISTENERS_H
#define DX_VERDICT_LISTENERS_H

#include "verdict/files.h"

/* dx_listener_plain - the settings, all of them, have this connection's port, and nowhere with TLS: CONFIRM,
 * and says where; else SILENT. */
dx_files_answer dx_listener_plain(const dx_facts *facts, const dx_context *context, dx_file_finding *files);

/* dx_listener_versions - CONFIRM when none of the client's versions is set for this port, EXCLUDE when TLS
 * 1.2 or 1.3 is and the client offers it; says where. */
dx_files_answer dx_listener_versions(const dx_facts *facts, const dx_context *context,
                                     dx_file_finding *files);

/* dx_listener_name_rejected - no server of the program is for the name that the client asked for, and the one
 * that answers in its place rejects handshakes: CONFIRM. dx_listener_other_name - it answers with its own
 * certificate: SUGGEST. Both say which one; else SILENT. */
dx_files_answer dx_listener_name_rejected(const dx_facts *facts, const dx_context *context,
                                          dx_file_finding *files);
dx_files_answer dx_listener_other_name(const dx_facts *facts, const dx_context *context,
                                       dx_file_finding *files);

#endif
