/* server_closed_after_client_hello.c - FIN instead of a ServerHello
 *
 * Wire:     a whole ClientHello, then FIN from the server without a TLS byte; a client's alert after that
 *           is a reaction
 * Source:   observed: test-captures/server_closed_after_client_hello.pcapng
 * Not this: server_reset_after_client_hello (RST: closed with unread data, or by the kernel)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_refused_hello(facts) || facts->end.kind != DX_END_FIN || dx_server_answered(facts))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (dx_contrast_same(facts, context))
        dx_say_success(finding, dx_contrast_same(facts, context),
                       "the very same offer worked, so it is not about what the "
                       "client offers (a pool member, a limit, a restart).");
    if (facts->sni)
        dx_finding_candidates(finding, &dx_cause_sni_binding_missing, NULL);
    dx_finding_candidates(finding, &dx_cause_sslcert_binding_missing, &dx_cause_protocol_version_mismatch,
                          &dx_cause_cipher_mismatch, &dx_cause_private_key_missing,
                          &dx_cause_private_key_inaccessible, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(server_closed_after_client_hello, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_HELLO, .ends = DX_SERVER_FIN, .needs = DX_SAW(BEGINNING)},
         .title = "The server closes the connection at the ClientHello",
         .why = "The server read the ClientHello and closed the connection without an alert, as load "
                "balancers and programs do "
                "that have no certificate or no backend for it.",
         .checks = "Which program or device terminates TLS on {endpoint}? Read its log at this second\n"
                   "Is there a certificate for the name, and is its backend up?\n" DX_CHECK_LOG
                       DX_CHECK_BINDINGS DX_CHECK_REPRODUCE,
         .fix = "Repair what that log names: a certificate for the name, the backend, or the access list.",
         .clients = "ERR_CONNECTION_CLOSED, PR_END_OF_FILE_ERROR, curl (35) SSL_ERROR_SYSCALL, Java \"Remote "
                    "host terminated "
                    "the handshake\"",
         .events = {36874, 36888, 36870, 15021}, .symptom = true, .weigh = weigh);
