/* handshake_protocol_error.c - one side says that the other broke the protocol
 *
 * Wire:     an alert of the gate (80: the client's) that nothing more specific explains; 51 about a Finished
 *           or a PSK binder; or up to TLS 1.2 data of a side before its own Finished, and then close or alert
 * Source:   RFC 8446 section 6.2, RFC 5246 sections 7.2.2 and 7.3. Not this: alerts after the other's close
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/ended.h"
#include "verdict/rejection.h"
#include "verdict/unoffered.h"

static dx_confidence
weigh_early_data(const dx_facts *facts, dx_finding *finding)
{
    dx_side by = dx_early_sender(facts);
    const char *who = by == DX_SERVER ? "server" : "client";

    if (by == DX_NOBODY || !dx_ended_by_early_data(facts, by))
        return DX_NONE;
    dx_finding_why(finding, "The %s sent application data before its Finished, which TLS forbids.", who);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, dx_facts_peer(facts, by)->first_app_frame,
                   "Application data of the %s, whose Finished has not come", who);
    dx_say_end(finding, facts);
    return dx_alert_for_early_data(facts, by) ? DX_CONFIRMED : facts->end.by == by ? DX_POSSIBLE : DX_LIKELY;
}

/* One handshake of many with a Diffie-Hellman suite fails. */
static dx_confidence
say_leading_zeros(const dx_facts *facts, const dx_sample *success, dx_finding *finding)
{
    dx_finding_why(finding,
                   "One side probably keeps the leading zero that one Diffie-Hellman secret in 256 has "
                   "(KB4557473).");
    finding->steps = "@ecdhe_instead\n";
    dx_say_hello(finding, facts);
    dx_say_prime(finding, facts);
    dx_say_end(finding, facts);
    dx_say_success(finding, success, "It has the same suite.");
    dx_finding_candidates(finding, &dx_cause_record_corruption, NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_sample *same_suite = dx_finished_unread(facts) ? dx_contrast_suite(facts, context) : NULL;
    if (same_suite)
        return say_leading_zeros(facts, same_suite, finding);
    unsigned unoffered = dx_unoffered_choice(facts) & ~(unsigned)(DX_UNOFFERED_VERSION | DX_UNOFFERED_GROUP);
    if (unoffered && dx_left_at_choice(facts)) {
        dx_say_unoffered(finding, facts, unoffered);
        return facts->end.kind == DX_END_ALERT ? DX_CONFIRMED : DX_LIKELY;
    }
    bool server = facts->end.by == DX_SERVER;
    uint8_t alert = facts->end.alert;
    dx_confidence early = weigh_early_data(facts, finding);
    if (early || facts->end.kind != DX_END_ALERT || alert == DX_ALERT_HANDSHAKE_FAILURE ||
        /* later it is the version of a record that the server minds (observed: OpenSSL) */
        (alert == DX_ALERT_PROTOCOL_VERSION && !(server && facts->server_hello_frame)) ||
        alert == DX_ALERT_CLOSE_NOTIFY || (alert == DX_ALERT_INTERNAL_ERROR && server))
        return early; /* those alerts of the gate blame nobody */
    const char *by = server ? "server" : "client", *other = server ? "client" : "server";
    dx_finding_why(finding, "The %s sent alert %u (%s): it %s what the %s sent.", by, alert,
                   dx_alert_name(alert), alert == DX_ALERT_INTERNAL_ERROR ? "failed on" : "rejects", other);
    if (alert != DX_ALERT_INTERNAL_ERROR)
        dx_finding_fix(finding, "Update the %s's TLS software, or bypass what changes its messages.", other);
    dx_say_dotted_name(finding, facts);
    if (alert == DX_ALERT_DECRYPT_ERROR &&
        (server ? facts->client_certificate_frame : !facts->chosen.resumed && !facts->client_finished_frame))
        return DX_NONE; /* about the signature that belongs to the other side's certificate */
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (!server && facts->certificate_frame && !facts->client_finished_frame &&
        (alert == DX_ALERT_UNEXPECTED_MESSAGE || alert == DX_ALERT_BAD_RECORD_MAC ||
         alert == DX_ALERT_INTERNAL_ERROR))
        dx_finding_candidates(finding, &dx_cause_key_mismatch, &dx_cause_certificate_rejected, NULL);
    if (server && facts->end.phase == DX_PHASE_CLIENT_FINISHED)
        dx_finding_candidates(finding, &dx_cause_key_mismatch, &dx_cause_client_certificate_rejected, NULL);
    /* OpenSSL's clients say 80 when the application's own check of a certificate fails (observed: stunnel) */
    return dx_check_ended_by_error(facts) ? DX_POSSIBLE : DX_LIKELY;
}

DX_CAUSE(
    handshake_protocol_error, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_HELLO_PARTIAL, DX_PHASE_DATA),
             .ends = DX_CLIENT_LEFT | DX_SERVER_LEFT,
             DX_ALERTS(DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_BAD_RECORD_MAC, DX_ALERT_DECRYPTION_FAILED,
                       DX_ALERT_RECORD_OVERFLOW, DX_ALERT_DECOMPRESSION_FAILURE, DX_ALERT_HANDSHAKE_FAILURE,
                       DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_DECODE_ERROR, DX_ALERT_DECRYPT_ERROR,
                       DX_ALERT_INTERNAL_ERROR, DX_ALERT_MISSING_EXTENSION, DX_ALERT_UNSUPPORTED_EXTENSION,
                       DX_ALERT_CERTIFICATE_UNOBTAINABLE, DX_ALERT_BAD_CERTIFICATE_HASH_VALUE,
                       DX_ALERT_GENERAL_ERROR, DX_ALERT_PROTOCOL_VERSION, DX_ALERT_CLOSE_NOTIFY),
             .needs = DX_SAW(OBJECTION)},
    .title = "A protocol error ended the handshake", .why = "An alert rejects what the other side sent.",
    .checks = "@known_records\nWhich software and version is on each side? Search its release notes.\n"
              "Does a device on the path inspect or rewrite TLS? Bypass it once.\n@path_change\n@reproduce\n",
    .fix = "Update the side that breaks the protocol, or bypass the device that rewrites the handshake.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Windows: SEC_E_ILLEGAL_MESSAGE (0x80090326)",
    .events = {36887, 36888}, .symptom = true, .weigh = weigh);
