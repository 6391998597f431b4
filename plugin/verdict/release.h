/* release.h - what the release of Windows that the administrator named cannot do for a ClientHello
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_RELEASE_H
#define DX_VERDICT_RELEASE_H

#include "knowledge/windows.h"
#include "verdict/cause.h"

/* dx_release_without_versions - it does not speak any of the offered versions by default. */
bool dx_release_without_versions(const dx_facts *facts, const dx_context *context);

/* dx_release_without_suites - the release, when it is one up to 2012 R2, which has no ECDHE_RSA suite with
 * GCM or ChaCha20, and the client offers nothing else; else NULL. The offer must have been read. Source:
 * Microsoft, "TLS Cipher Suites in Windows 8.1" */
const dx_windows *dx_release_without_suites(const dx_facts *facts, const dx_context *context);

#endif
