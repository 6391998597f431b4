/* update_regression.c - an update may have changed the behaviour
 *
 * Wire:     none of its own: all failures begin at one time; the update history tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 6
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/files.h"

DX_CAUSE(update_regression, .scenario = DX_SCENARIO_6, .outcome = DX_FAILED,
         .title = "An update may have changed the behaviour",
         .why = "Failures that begin at one moment with unchanged configurations often follow an update.",
         .checks = "What was installed just before the first failure? Get-HotFix | Sort-Object InstalledOn\n",
         .fix = "Look the update up among the vendor's known issues; roll it back on one node and compare.",
         .testify = dx_testify_update);
