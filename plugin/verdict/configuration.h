/* configuration.h - versions, suites and record split as the server's own files set them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_CONFIGURATION_H
#define DX_VERDICT_CONFIGURATION_H

#include "verdict/files.h"

/* dx_files_schannel - whether what Windows sets for TLS holds for this connection's server: false for a
 * program with settings of its own, and where the files are not of Windows. */
bool dx_files_schannel(const dx_facts *facts, const dx_context *context);

/* dx_configured_versions - by the registry, else by the release that the administrator or the files name; of
 * a program that is not Windows' by its own settings: EXCLUDE when a version that the client offers is on,
 * CONFIRM when all of them are off. Says which. */
dx_files_answer dx_configured_versions(const dx_facts *facts, const dx_context *context,
                                       dx_file_finding *files);

/* dx_configured_common - the newest version that is on and that the client offers; 0 when none. */
uint16_t dx_configured_common(const dx_facts *facts, const dx_context *context);

/* dx_used_though_off - the packets show the server using a version that is off; says so. */
bool dx_used_though_off(const dx_context *context, dx_file_finding *files);

/* dx_configured_suites - by the lists of suites and the algorithms that are turned off: EXCLUDE when a
 * suite that the client offers is on, CONFIRM (SUGGEST, when the list is not whole) when none is. */
dx_files_answer dx_configured_suites(const dx_facts *facts, const dx_context *context,
                                     dx_file_finding *files);

/* dx_configured_groups - by the list of curves: EXCLUDE when one that the client offers is on, CONFIRM when
 * none is and every suite of the client needs one. */
dx_files_answer dx_configured_groups(const dx_facts *facts, const dx_context *context,
                                     dx_file_finding *files);

/* dx_configured_split - SendExtraRecord: CONFIRM when records are split, CONTRADICTED when they never are. */
dx_files_answer dx_configured_split(const dx_context *context, dx_file_finding *files);

#endif
