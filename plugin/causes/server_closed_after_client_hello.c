/* server_closed_after_client_hello.c - FIN instead of a ServerHello
 *
 * Wire:     a whole ClientHello, then FIN from the server without a TLS byte; a client's alert after that
 *           is a reaction
 * Source:   observed: test-captures/server_closed_after_client_hello.pcapng
 * Not this: server_reset_after_client_hello (RST: closed with unread data, or by the kernel)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/late_check.h"
#include "verdict/place.h"
#include "verdict/refusal.h"

#define WHY_KEPT                                                                                             \
    "The server read the ClientHello and ended without an alert, as Dovecot, FreeRADIUS, hostapd and "       \
    "OpenVPN do when they share no protocol version, cipher suite or group with the client; its log tells "  \
    "which."

#define WHY_RADSEC                                                                                           \
    "The server ended without an alert, as radsecproxy does with an address that is not among its clients, " \
    "and FreeRADIUS when it shares no protocol version, cipher suite or group with the client; its log "     \
    "tells which."

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;

    if (!dx_refused_hello(facts) || facts->end.kind != DX_END_FIN || dx_server_answered(facts))
        return DX_NONE;
    const dx_cause *no_certificate = dx_place_has_bindings(facts, context)
                                         ? &dx_cause_sslcert_binding_missing
                                         : &dx_cause_server_certificate_missing;
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    finding->checks = dx_refusal_checks(refusal, facts);
    dx_refusal_say_why(finding, refusal, facts);
    if (!refusal->unread && !refusal->by_shape && dx_refusal_by_library(facts) && !facts->server.close_notify)
        dx_finding_why(finding, "%s", dx_speaks_radsec(facts) ? WHY_RADSEC : WHY_KEPT);
    if (refusal->unread)
        return DX_POSSIBLE;
    dx_refusal_candidates(finding, refusal, true);
    const dx_refusal_row *name = &refusal->row[DX_DIMENSION_NAME];
    if (facts->sni && name->meant && !name->shared) /* what load balancers mind most */
        dx_finding_candidates(finding, &dx_cause_sni_binding_missing, NULL);
    if (!facts->offer && dx_refusal_by_library(facts)) /* cut off by the snapshot length */
        dx_finding_candidates(finding, &dx_cause_protocol_version_mismatch, &dx_cause_cipher_mismatch, NULL);
    if (!refusal->nearest && !dx_refusal_by_library(facts))
        dx_finding_candidates(finding, no_certificate, NULL);
    dx_refusal_candidates(finding, refusal, false);
    if (!refusal->nearest)
        dx_finding_candidates(finding, no_certificate, &dx_cause_private_key_missing,
                              &dx_cause_private_key_inaccessible, NULL);
    return DX_POSSIBLE;
}

DX_CAUSE(server_closed_after_client_hello, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_HELLO, .ends = DX_SERVER_FIN, .needs = DX_SAW(BEGINNING)},
         .title = "The server closed the connection after the ClientHello",
         .why = "The server read the ClientHello and closed the connection "
                "without an alert; its log may tell why.",
         .checks = "@log\n"
                   "@admitted\n"
                   "@proxy_header\n"
                   "@binding\n"
                   "@name\n"
                   "Behind a load balancer: does the name have a server node that is up?\n"
                   "@protocols\n"
                   "@reproduce\n",
         .fix =
             "Fix the error shown in that log: a certificate for the name, the backend, or the access list.\n"
             "@dotnet\n",
         .clients = "Chromium 156: ERR_CONNECTION_CLOSED; Firefox 153: PR_END_OF_FILE_ERROR; curl 7.88: (35) "
                    "SSL_ERROR_SYSCALL; wget 1.21: \"GnuTLS: The TLS connection was non-properly "
                    "terminated.\"; OpenSSL 3.0: \"unexpected eof while reading\"; Java 17: \"Remote host "
                    "terminated the handshake\"; Python 3.11: \"EOF\"; Go 1.19: \"EOF\"; Node 20: ECONNRESET "
                    "\"disconnected before secure TLS connection was established\"",
         .events = {36874, 36888, 36870, 15021, 36886}, .symptom = true, .weigh = weigh);
