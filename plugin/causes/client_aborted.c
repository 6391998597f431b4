/* client_aborted.c - the client leaves before an answer was due
 *
 * Wire:     FIN, RST, close_notify or user_canceled from the client soon after its ClientHello or within
 *           the server's flight, or right behind the client's Finished
 * Source:   RFC 8446 section 6.1
 * Not this: certificate_rejected (the flight is complete), client_hello_timeout (the client waited)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/ended.h"
#include "verdict/rejection.h"

/* Nothing is wrong with the certificates, or others take them. */
static bool
is_harmless(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    return dx_chain_is_accepted(facts, context) ||
           (dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) &&
            !judgement.defects);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool quiet = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST ||
                 (facts->end.kind == DX_END_ALERT &&
                  (facts->end.alert == DX_ALERT_CLOSE_NOTIFY || facts->end.alert == DX_ALERT_USER_CANCELED));

    if (facts->end.by != DX_CLIENT || !quiet || facts->end.phase < DX_PHASE_HELLO ||
        facts->end.phase > DX_PHASE_CLIENT_FINISHED || dx_silent_hello(facts, context) ||
        dx_answered_late(facts))
        return DX_NONE;
    /* one that waited for the rest of an answer gave up for another reason */
    if (facts->server.payload_bytes && facts->end.phase != DX_PHASE_SERVER_DONE &&
        facts->end.time_us - facts->server.last_payload_us >= DX_PATIENCE_US)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (facts->client_strayed_frame) { /* observed: scanners for Heartbleed */
        dx_finding_why(finding, "The client sent something other than the handshake in place of its key "
                                "exchange and closed, as scanners do.");
        dx_finding_say(finding, facts->client_strayed_frame,
                       "Client sent a Heartbeat or an unknown record before its key exchange");
    } else if (facts->end.phase >= DX_PHASE_SERVER_HELLO && !dx_path_certificate_unread(facts)) {
        /* before that there is nothing to refuse */
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    }
    bool plain = facts->end.phase == DX_PHASE_HELLO && dx_server_is_plain(facts, context);
    if (plain) { /* it may never have answered (observed: ngIRCd on 6667) */
        dx_finding_why(finding, "The client closed before any answer, and the port is for plaintext: the "
                                "server may not speak TLS there.");
        dx_finding_candidates(finding, &dx_cause_not_tls_response, NULL);
    }
    if (dx_client_gave_up(facts)) {
        dx_finding_why(finding, "The client had the server's whole answer and closed without a word: it "
                                "was stopped, or it rejects the certificate.");
        dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root,
                              &dx_cause_certificate_name_mismatch, NULL);
    }
    if (facts->end.phase == DX_PHASE_CLIENT_FINISHED)
        dx_finding_why(finding, "The client closed or reset the connection right behind its own Finished.");
    /* whoever had a certificate before them may have minded it */
    bool may_mind = facts->end.phase == DX_PHASE_CLIENT_FINISHED || dx_client_left_at_certificate(facts);
    if (facts->end.phase == DX_PHASE_SERVER_HELLO && is_harmless(facts, context))
        may_mind = false;
    return may_mind || plain ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(client_aborted, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_HELLO, DX_PHASE_ESTABLISHED),
                  .ends = DX_CLIENT_LEFT | DX_QUIC_ERROR,
                  DX_ALERTS(DX_ALERT_CLOSE_NOTIFY, DX_ALERT_USER_CANCELED)},
         .title = "The client closed the connection during the handshake",
         .why = "The client closed or reset the connection before the server had finished its answer.",
         .checks = "Did the user or the program cancel (closed tab, short timeout, the slower of two "
                   "parallel attempts)?\n"
                   "@client_log\n",
         .fix = "Look for what makes the server slow, or raise the client's timeout; if the user or the "
                "program canceled, nothing needs a change.\n",
         .symptom = true, .weigh = weigh);
