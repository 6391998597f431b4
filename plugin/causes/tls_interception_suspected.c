/* tls_interception_suspected.c - a proxy may sign certificates in the server's place
 *
 * Wire:     needs the certificates: another issuer for the same name
 * Source:   contrast rule R22
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

DX_CAUSE(tls_interception_suspected,
         .scenario = DX_SCENARIO_8,
         .outcome = DX_FAILED,
         .title = "A proxy may intercept TLS",
         .why = "A device on the path may present certificates of its own CA.",
         .checks = "Who issued the certificate that the client sees? A company or product name points to a proxy\n" DX_CHECK_PATH,
         .fix = "Install the proxy's CA on the client, or exempt the site from inspection.");
