/* ech_rejected.c - the server's Encrypted ClientHello keys are not those that the client used
 *
 * Wire:     alert 121 from the client after the server's flight (readable with keys)
 * Source:   RFC 9849 section 6.1.6
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!dx_ended(facts, DX_END_ALERT, DX_CLIENT) || facts->end.alert != DX_ALERT_ECH_REQUIRED)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    return DX_CONFIRMED;
}

DX_CAUSE(
    ech_rejected, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.ends = DX_CLIENT_ALERT, DX_ALERTS(DX_ALERT_ECH_REQUIRED)},
         .title = "The server could not use the Encrypted ClientHello",
    .why = "The client encrypted its ClientHello with keys that the server does not (or no longer) have.",
    .checks = "Is the HTTPS record in DNS up to date with the server's keys? nslookup -type=HTTPS {sni}\n",
    .fix = "Publish the server's current keys in DNS, or remove the ech parameter there.",
    .clients = "ERR_ECH_NOT_NEGOTIATED", .weigh = weigh);
