/* private_key_inaccessible.c - the service may not open the key
 *
 * Wire:     none of its own: Schannel event 36870 on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 2; KB278381
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/files.h"

DX_CAUSE(private_key_inaccessible, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .title = "The private key cannot be accessed",
         .why = "The key exists but the service cannot open it, or its container is damaged.",
         .checks = DX_CHECK_KEY_ACCESS DX_CHECK_LOG,
         .fix = "Restore the permissions of the MachineKeys folder (KB278381), or delete the certificate and "
                "import the .pfx "
                "into the machine store again.",
         .events = {36870, 15021}, .testify = dx_testify_key_access);
