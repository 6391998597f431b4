/* iplisten_mismatch.c - the IP listen list leaves the address out
 *
 * Wire:     none of its own: netsh http show iplisten on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/files.h"

DX_CAUSE(iplisten_mismatch, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .title = "The IP listen list leaves this address out",
         .why = "HTTP.sys listens only on the addresses of its listen list when that list is not empty.",
         .checks = DX_CHECK_IPLISTEN,
         .fix = "Remove the entries (netsh http delete iplisten ipaddress=<address>) and restart HTTP (net "
                "stop http /y).",
         .events = {15005}, .testify = dx_testify_listen_list);
