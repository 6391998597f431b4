/* private_key_missing.c - the certificate is installed without its key
 *
 * Wire:     none of its own: Schannel event 36869 or certutil -store my on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 1
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/files.h"

DX_CAUSE(private_key_missing, .scenario = DX_SCENARIO_1, .outcome = DX_FAILED,
         .title = "The certificate has no private key",
         .why = "A certificate without its private key cannot be used for a handshake.",
         .checks = DX_CHECK_KEY DX_CHECK_LOG,
         .fix = "Associate the key: certutil -repairstore my \"{thumbprint}\"; if that fails, import the "
                ".pfx or have the "
                "certificate issued again.",
         .events = {36869, 15021}, .testify = dx_testify_key_missing);
