/* psk_unknown.c - the server does not know the pre-shared key's identity
 *
 * Wire:     alert 115
 * Source:   RFC 4279 section 2, RFC 8446 section 6.2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "core/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->end.kind != DX_END_ALERT || facts->end.alert != 115)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    return DX_CONFIRMED;
}

DX_CAUSE(psk_unknown, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .title = "The server does not know the pre-shared key identity",
         .why = "The client authenticates with a pre-shared key whose identity the server does not know.",
         .checks = "Which identity does the client send, and is it configured on the server?\n",
         .fix = "Configure the same identity and key on both sides.", .weigh = weigh);
