/* downgrade_detected.c - the ServerHello carries the downgrade sentinel
 *
 * Wire:     the last 8 bytes of the ServerHello random are 44 4F 57 4E 47 52 44 01 (or 00) though the
 *           client offered more; the client ends it, usually with alert 47
 * Source:   RFC 8446 section 4.1.3
 * Not this: protocol_version_rejected_by_client
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint16_t offered = dx_facts_max_version(facts);

    if (facts->offer->fallback_scsv) /* it can do more than this hello says (RFC 7507) */
        offered = DX_TLS13;
    if (offered <= facts->chosen.version)
        return DX_NONE;
    /* 01 tells of TLS 1.2 chosen, 00 of 1.1 or below; only a client of 1.3 (or 1.2) must mind */
    if (facts->downgrade == 2 ? offered < DX_TLS13 : offered < DX_TLS12)
        return DX_NONE;
    if (facts->end.kind == DX_END_ALERT && facts->end.alert >= DX_ALERT_BAD_CERTIFICATE &&
        facts->end.alert <= DX_ALERT_CERTIFICATE_UNKNOWN)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame,
                   "ServerHello with a lower version and the downgrade sentinel");
    dx_say_end(finding, facts);
    dx_finding_candidates(finding, &dx_cause_tls_interception_suspected, NULL);
    if (facts->end.kind != DX_END_ALERT) /* wget (GnuTLS) and Node.js leave without a word (observed) */
        return dx_client_left_at_certificate(facts) && dx_certificate_is_bad(facts, context) ? DX_POSSIBLE
                                                                                             : DX_LIKELY;
    return facts->end.alert == DX_ALERT_ILLEGAL_PARAMETER ? DX_CONFIRMED : DX_POSSIBLE;
}

DX_CAUSE(downgrade_detected, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_IN_SERVER_FLIGHT,
                  .ends = DX_CLIENT_LEFT,
                  .needs = DX_SAW(OFFER) | DX_SAW(DOWNGRADE)},
         .title = "The client detected a downgrade to an older version",
         .why = "The server marked its answer as a downgrade although the client offers a newer version: a "
                "device changed the ClientHello, or server nodes differ.",
         .checks = "@path_change\n"
                   "Does a proxy or virus scanner on the path rewrite the handshake?\n"
                   "Do all server nodes behind {endpoint} support the same versions?\n",
         .fix = "Update or bypass the device that changes the handshake, or give all server nodes the same "
                "protocol settings.\n",
         .clients = "Chromium 156: ERR_TLS13_DOWNGRADE_DETECTED; Firefox 153: "
                    "SSL_ERROR_RX_MALFORMED_SERVER_HELLO; curl 7.88: (35) \"inappropriate fallback\"; wget "
                    "1.21: \"GnuTLS: An illegal parameter has been received.\"; OpenSSL 3.0: \"inappropriate "
                    "fallback\"; Java 17: \"A potential protocol version downgrade attack\"; Python 3.11: "
                    "INAPPROPRIATE_FALLBACK; Go 1.19: \"tls: downgrade attempt detected, possibly due to a "
                    "MitM attack or a broken middlebox\"; Node 20: EPROTO \"inappropriate fallback\"; "
                    "Windows: SEC_E_DOWNGRADE_DETECTED (0x80090350)",
         .weigh = weigh);
