/* record_corruption.c - records arrive damaged
 *
 * Wire:     alert 20 in the first exchange after the handshake
 * Source:   RFC 8446 section 6.2
 * Not this: key_mismatch with static RSA (20 right after the client's Finished); 20 as a reaction to a
 *           plaintext alert
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->end.kind != DX_END_ALERT || facts->end.phase < DX_PHASE_ESTABLISHED)
        return DX_NONE;
    dx_say_end(finding, facts);
    dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    record_corruption, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_CLIENT_FINISHED, DX_PHASE_DATA),
             .ends = DX_ALERT_OF_EITHER | DX_CLIENT_HIDDEN_ALERT | DX_SERVER_HIDDEN_ALERT,
             DX_ALERTS(DX_ALERT_BAD_RECORD_MAC, DX_ALERT_DECRYPTION_FAILED)},
    .title = "TLS records arrive damaged",
    .why = "A record failed its integrity check right after the handshake: damage on the path, or the two "
           "sides derived different keys.",
    .checks = "@path\n"
              "Are the TCP checksums right at both ends? Offload engines, bad memory and rewriting devices "
              "damage packets.\n"
              "@known_dhe\n",
    .fix = "Replace or bypass the device that changes the bytes.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_BAD_MAC_READ; curl 7.88: (35) "
               "\"decryption failed or bad record mac\"; Java 17: \"Tag mismatch!\"; Python 3.11: "
               "DECRYPTION_FAILED_OR_BAD_RECORD_MAC; Go 1.19: \"local error: tls: bad record MAC\"; Node 20: "
               "EPROTO \"cipher operation failed\"; Windows: SEC_E_MESSAGE_ALTERED (0x8009030F)",
    .events = {36887, 36888}, .symptom = true, .weigh = weigh);
