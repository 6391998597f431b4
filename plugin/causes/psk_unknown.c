/* psk_unknown.c - the server does not know the pre-shared key, or not its identity
 *
 * Wire:     alert 115, of pion 80; or the keys are not the same: alert 20 or 51 or a close of the server
 *           after the client's Finished (TLS 1.2), alert 47 or 51 at the ClientHello, whose binder does not
 *           verify (TLS 1.3); or suites of pre-shared keys are offered, and alert 40 or a close
 * Source:   RFC 4279 section 2 (so a server may hide which identities it knows), RFC 8446 sections 4.2.11.2
 *           and 6.2; observed: openssl s_server 3.0 (20, 47), Zabbix, qemu-nbd (FIN), mosquitto (40)
 * Not this: session_resumption_failed (a ticket of TLS 1.3), cipher_mismatch (no key: the same packets)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"

#define WHY_PROOF                                                                                            \
    "The client authenticates with a pre-shared key, and what it proves does not fit the key that the "      \
    "server has."

/* The client's Finished proves its key; over UDP a wrong one is dropped. libcoap's server leaves later. */
static bool
finished_fails(const dx_facts *facts, const dx_context *context, const dx_cipher *cipher)
{
    bool gave_up = facts->transport == DX_TRANSPORT_DTLS && facts->server.close_notify;
    dx_phase phase = gave_up || dx_quiet_side(facts, context) == DX_SERVER ? facts->phase : facts->end.phase;
    bool psk = cipher && cipher->auth == DX_AUTH_PSK && !facts->chosen.resumed;
    return psk && phase == DX_PHASE_CLIENT_FINISHED;
}

/* GnuTLS says 40 to that (observed): what counts is that the same offer got through otherwise. */
static bool
binder_fails(const dx_facts *facts, const dx_context *context)
{
    bool minds = facts->end.alert == DX_ALERT_ILLEGAL_PARAMETER || facts->end.alert == DX_ALERT_DECRYPT_ERROR;
    return facts->psk_offered &&
           ((minds && dx_ended(facts, DX_END_ALERT, DX_SERVER) && !facts->server_hello_frame) ||
            (dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE) && context->refusal->same));
}

/* Programs that were given a key offer these suites, beside others (OpenSSL); wolfSSL without one, too. */
static dx_confidence
weigh_offer(const dx_facts *facts, const dx_context *context)
{
    bool others, said = dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE);
    bool closed = context->refusal->wordless && dx_ended(facts, DX_END_FIN, DX_SERVER);

    if (!facts->offer || !(said || closed) || !dx_offers_psk(facts->offer, &others))
        return DX_NONE;
    if (!others)
        return said ? DX_LIKELY : DX_POSSIBLE;
    return said && !dx_codes_have(&facts->offer->ciphers, 0xCC13) && !context->refusal->nearest ? DX_POSSIBLE
                                                                                                : DX_NONE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said = facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_UNKNOWN_PSK_IDENTITY;
    bool failed = facts->end.alert == DX_ALERT_INTERNAL_ERROR; /* the program that looks for the identity */
    dx_confidence confidence = said ? DX_CONFIRMED : failed ? DX_POSSIBLE : DX_LIKELY;
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);
    if (said) {
        dx_say_hello(finding, facts);
    } else if (finished_fails(facts, context, cipher)) {
        if (!failed)
            dx_finding_why(finding, WHY_PROOF);
        dx_say_hello(finding, facts);
        dx_finding_say(finding, facts->server_hello_frame, "ServerHello with %s, a suite of pre-shared keys",
                       cipher->name);
        finding->frame = facts->end.kind == DX_END_NONE ? facts->client_finished_frame : 0;
        dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, &dx_cause_udp_handshake_stalled,
                              NULL);
    } else if (binder_fails(facts, context)) {
        if (dx_contrast_full(facts, context)) /* a certificate works: the ClientHello's key is a ticket */
            confidence = DX_POSSIBLE;
        dx_finding_why(finding, WHY_PROOF);
        dx_say_hello(finding, facts);
        dx_finding_candidates(finding, &dx_cause_session_resumption_failed,
                              &dx_cause_handshake_protocol_error, NULL);
    } else {
        confidence = weigh_offer(facts, context);
        dx_finding_why(finding, "The client offers cipher suites for a pre-shared key, and the server takes "
                                "none: it has no such key, or none of these suites.");
        dx_say_hello(finding, facts);
        dx_finding_candidates(finding, &dx_cause_cipher_mismatch, NULL);
        dx_refusal_candidates(finding, context->refusal, false);
    }
    dx_say_end(finding, facts);
    return confidence;
}

DX_CAUSE(psk_unknown, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.ends = DX_SERVER_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_UNKNOWN_PSK_IDENTITY, DX_ALERT_BAD_RECORD_MAC, DX_ALERT_DECRYPT_ERROR,
                            DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INTERNAL_ERROR),
                  .refutes = DX_SAW(CERTIFICATE_ALONE)},
         .title = "The server does not know the pre-shared key or identity",
         .why = "The client authenticates with a pre-shared key whose identity the server does not know.",
         .checks = "@log\nWhich identity does the client send, and is it configured on the server?\n"
                   "Is the key the same on both sides, byte for byte (hexadecimal or text)?\n",
         .fix = "Configure the same identity and key on both sides.\n", .logged = {DX_LOGGED_UNKNOWN_PSK},
         .weigh = weigh);
