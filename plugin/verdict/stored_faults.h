/* stored_faults.h - faults of the server's certificate that the server's own lists show: TLS 1.3 hides it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_STORED_FAULTS_H
#define DX_VERDICT_STORED_FAULTS_H

#include "verdict/file_finding.h"

/* dx_stored_expired - by a list of the server, the certificate that it uses ended before this connection.
 * dx_stored_self_signed - it is self-signed. dx_stored_other_name - it does not have the name that the client
 * asked for; where no list tells, dx_listener_other_name. All are silent where the packets show the
 * certificate. */
dx_files_answer dx_stored_expired(const dx_facts *facts, const dx_context *context, dx_file_finding *files);
dx_files_answer dx_stored_self_signed(const dx_facts *facts, const dx_context *context,
                                      dx_file_finding *files);
dx_files_answer dx_stored_other_name(const dx_facts *facts, const dx_context *context,
                                     dx_file_finding *files);

#endif
