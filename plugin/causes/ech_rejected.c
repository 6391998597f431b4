/* ech_rejected.c - the server's Encrypted ClientHello keys are not those that the client used
 *
 * Wire:     alert 121 from the client after the server's flight (readable with keys)
 * Source:   RFC 9849 sections 6.1 and 6.1.6 (the name in clear is the configuration's public_name)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

DX_CAUSE(ech_rejected, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.ends = DX_CLIENT_ALERT, DX_ALERTS(DX_ALERT_ECH_REQUIRED)},
         .title = "The server could not use the Encrypted ClientHello",
         .why = "The client used an ECH configuration that the server does not (or no longer) recognize.",
         .checks = "Does the HTTPS record in DNS contain the server's current ECH configuration? (nslookup "
                   "does not show it; HOSTNAME is the name that the client wants: ECH hides it, and "
                   "the packets have another)" DX_IN_ANY("dig +short HOSTNAME HTTPS"),
         .fix = "Publish the server's current ECH configuration in DNS, or remove the ech parameter there.\n",
         .clients = "Chromium: ERR_ECH_NOT_NEGOTIATED; Firefox: SSL_ERROR_ECH_RETRY_WITHOUT_ECH",
         .stated = DX_CONFIRMED);
