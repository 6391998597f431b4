/* group_mismatch.c - no key exchange group in common
 *
 * Wire:     alert 40 from the server before any ServerHello and without a HelloRetryRequest
 * Source:   RFC 8446 section 4.1.1, RFC 8422 section 4
 * Not this: cipher_mismatch; a HelloRetryRequest that leads to success is normal
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "knowledge/names.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said_so = dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE) ||
                   dx_server_alert_in_hello(facts, DX_ALERT_ILLEGAL_PARAMETER);
    bool wordless =
        dx_silent_hello(facts, context) || (dx_refused_hello(facts) && facts->end.kind != DX_END_ALERT);

    if (!facts->offer || !facts->offer->groups.num || (!said_so && !wordless))
        return DX_NONE;
    const dx_sample *success = dx_contrast_group(facts, context);
    unsigned bits = dx_offer_unusual(facts->offer);
    bool unusual = (bits & DX_UNUSUAL_GROUPS) || ((bits & DX_NARROW_GROUPS) && !(bits & DX_UNUSUAL_CIPHERS));
    if (!success && !(said_so && unusual))
        return DX_NONE;
    char *offered = dx_codes_text(&facts->offer->groups, dx_group_name, 12);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->hello_frame, "Offered groups: %s", offered);
    g_free(offered);
    dx_say_end(finding, facts);
    if (facts->end.kind == DX_END_NONE)
        finding->frame = facts->hello_frame;
    if (success)
        dx_say_success(finding, success,
                       "its key exchange group is not among those that this client offers.");
    dx_finding_candidates(finding, &dx_cause_cipher_mismatch, &dx_cause_signature_algorithm_mismatch, NULL);
    return success && said_so ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(group_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_RETRY),
                  .ends = DX_HELLO_REFUSED | DX_CLIENT_ALERT,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY,
                            DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR),
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(COMMON_GROUP) | DX_SAW(COMMON_SUCCESS)},
         .title = "No key exchange group in common",
         .why = "The server supports none of the groups (elliptic curves and others) that the client offers.",
         .checks = "@groups\n"
                   "@known_groups\n"
                   "@log\n",
         .fix = "Enable a group that both sides support: secp256r1, secp384r1 or x25519.\n"
                "@enable_group\n",
         .clients = "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; curl 7.88: (35) \"sslv3 alert "
                    "handshake failure\"; Java 17: \"Received fatal alert: handshake_failure\"",
         .events = {36874, 36888}, .weigh = weigh);
