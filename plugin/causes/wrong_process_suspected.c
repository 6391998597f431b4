/* wrong_process_suspected.c - another program may own the port
 *
 * Wire:     none of its own: netstat on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/files.h"

DX_CAUSE(wrong_process_suspected, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .title = "Another process owns the port",
         .why = "What answers on this port does not behave like the expected server.",
         .checks = DX_CHECK_PORT, .fix = "Stop or move the other process, or change the site's port.",
         .testify = dx_testify_process);
