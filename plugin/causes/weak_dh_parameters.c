/* weak_dh_parameters.c - the client refuses the server's Diffie-Hellman group
 *
 * Wire:     ServerKeyExchange with a prime of less than 2048 bits; alert 40, 47 or 71 or a close from the
 *           client
 * Source:   RFC 7919 section 1; the Logjam paper (2015)
 * Not this: key_mismatch (51; the signature of the same message), certificate alerts (42 to 48)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said_so = facts->end.kind == DX_END_ALERT;

    (void)context;
    dx_say_hello(finding, facts);
    dx_say_prime(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_why(finding,
                   "The server's Diffie-Hellman prime of %u bits is shorter than this client accepts.",
                   facts->dh_bits);
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_key_mismatch, NULL);
    return said_so ? DX_CONFIRMED : facts->dh_bits < 1024 ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(weak_dh_parameters, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_IN_SERVER_FLIGHT,
                  .ends = DX_CLIENT_LEFT,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_ILLEGAL_PARAMETER,
                            DX_ALERT_INSUFFICIENT_SECURITY),
                  .needs = DX_SAW(SHORT_PRIME)},
         .title = "The client rejected weak Diffie-Hellman parameters",
         .why = "The server's Diffie-Hellman prime is shorter than this client accepts.",
         .checks = "@dh_parameters|How long is the server's Diffie-Hellman prime, and where is it set?\n"
                   "@ciphers\n",
         .fix = "Give the server Diffie-Hellman parameters of 2048 bits or more, or disable its DHE "
                "suites in favor of ECDHE.\n",
         .clients =
             "curl 7.88: (35) \"dh key too small\"; Python 3.11: DH_KEY_TOO_SMALL; Java 17: \"does not "
             "comply to algorithm constraints\"; Firefox 153: SSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY",
         .events = {36887}, .logged = {DX_LOGGED_CLIENT_WEAK_DH}, .weigh = weigh);
