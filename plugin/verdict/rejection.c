/* rejection.c - tests and words that the causes of refused server certificates share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rejection.h"

#include "facts/infer.h"
#include "facts/path.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"

bool
dx_server_failed_to_sign(const dx_facts *facts)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    if (facts->end.by != DX_SERVER || facts->end.phase != DX_PHASE_SERVER_HELLO || !cipher)
        return false;
    if (cipher->tls13)
        return facts->end.kind == DX_END_ENCRYPTED_ALERT && dx_certificate_was_sent(facts);
    return facts->end.kind == DX_END_ALERT && facts->certificate_frame && !facts->key_exchange_frame &&
           (cipher->exchange == DX_EXCHANGE_ECDHE || cipher->exchange == DX_EXCHANGE_DHE) &&
           (facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE || facts->end.alert == DX_ALERT_INTERNAL_ERROR);
}

bool
dx_client_checks_again(const dx_facts *facts)
{
    enum { COMPRESS_CERTIFICATE = 27, RECORD_SIZE_LIMIT = 28 }; /* the latter: Firefox, which does not */

    return dx_facts_tls13(facts) && facts->chosen.resumed && facts->end.kind == DX_END_ENCRYPTED_ALERT &&
           facts->end.by == DX_CLIENT && facts->offer &&
           dx_codes_have(&facts->offer->extensions, COMPRESS_CERTIFICATE) &&
           !dx_codes_have(&facts->offer->extensions, RECORD_SIZE_LIMIT);
}

/* Alerts that speak of the peer's certificate and of nothing else (RFC 8446 section 6.2). */
static bool
is_certificate_alert(uint8_t alert)
{
    return alert == DX_ALERT_UNSUPPORTED_CERTIFICATE || alert == DX_ALERT_CERTIFICATE_REVOKED ||
           alert == DX_ALERT_CERTIFICATE_EXPIRED || alert == DX_ALERT_UNKNOWN_CA;
}

bool
dx_certificate_unseen(const dx_facts *facts)
{
    bool speaks = is_certificate_alert(facts->end.alert) || facts->end.alert == DX_ALERT_BAD_CERTIFICATE ||
                  facts->end.alert == DX_ALERT_CERTIFICATE_UNKNOWN;

    return dx_facts_one_way(facts) && facts->end.kind == DX_END_ALERT && facts->end.by == DX_CLIENT && speaks;
}

bool
dx_key_in_doubt(const dx_facts *facts)
{
    return facts->end.kind != DX_END_ALERT || !is_certificate_alert(facts->end.alert);
}

/* For a signature that does not verify all stacks send an alert (51, 10 or 40 were seen, never 42 or 46). */
static bool
may_speak_of_signature(const dx_facts *facts)
{
    return dx_key_in_doubt(facts) && facts->end.kind == DX_END_ALERT &&
           facts->end.alert != DX_ALERT_BAD_CERTIFICATE && facts->end.alert != DX_ALERT_CERTIFICATE_UNKNOWN;
}

static uint32_t
signature_frame(const dx_facts *facts)
{
    return facts->key_exchange_frame ? facts->key_exchange_frame : facts->certificate_frame;
}

/* Whose signature is looked at. That it is always the first connection's makes the answer independent of
 * which verdict is asked for first. */
static const dx_facts *
speaker(const dx_facts *facts, const dx_context *context)
{
    const dx_facts *signer = context->server->signer;
    bool other = signer && facts->chain && signer->chain == facts->chain && !may_speak_of_signature(facts);

    return other && dx_authentication_proof(signer).answer == DX_PROOF_VERIFIED ? signer : facts;
}

dx_proof_result
dx_key_proof(const dx_facts *facts, const dx_context *context)
{
    return dx_authentication_proof(speaker(facts, context));
}

bool
dx_client_left_at_certificate(const dx_facts *facts)
{
    if (facts->end.kind == DX_END_NONE || facts->end.by != DX_CLIENT)
        return false;
    if (dx_path_certificate_unread(facts))
        return false;
    if (facts->client_strayed_frame && facts->end.kind != DX_END_ALERT)
        return false; /* it went on, with something that is no handshake: a scanner judges no certificate */
    if (!dx_certificate_was_sent(facts) && !dx_client_checks_again(facts) && !dx_certificate_unseen(facts) &&
        !(facts->damaged && facts->server_hello_frame && facts->end.kind == DX_END_ALERT &&
          is_certificate_alert(facts->end.alert)))
        return false;
    if (facts->end.kind == DX_END_ALERT) /* a readable reason counts wherever it stands before data flows */
        return facts->end.phase >= DX_PHASE_SERVER_HELLO && facts->end.phase <= DX_PHASE_ESTABLISHED;
    if (facts->end.kind == DX_END_ENCRYPTED_ALERT)
        return facts->end.phase >= DX_PHASE_SERVER_HELLO && facts->end.phase <= DX_PHASE_CLIENT_FINISHED;
    if (facts->end.phase == DX_PHASE_SERVER_HELLO) /* it had read the certificate; the rest was on its way */
        return facts->certificate_frame &&
               facts->end.time_us - facts->server.last_payload_us < DX_PATIENCE_US;
    return facts->end.phase == DX_PHASE_SERVER_DONE && !facts->client_finished_frame;
}

/* BoringSSL and Go, which ask for SCTs and never for record_size_limit or encrypt_then_mac (late_check.c);
 * NSS (observed: Firefox, whose servers log an alert for every defect). */
static bool
says_so(const dx_facts *facts)
{
    enum { SCT = 18 };

    return dx_client_library(facts) == DX_LIBRARY_NSS ||
           (dx_late_check_of(facts) == DX_LATE_NOTHING && facts->offer &&
            dx_codes_have(&facts->offer->extensions, SCT));
}

bool
dx_client_gave_up(const dx_facts *facts)
{
    bool silent = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST;

    if (facts->transport == DX_TRANSPORT_OPENVPN) /* begins again, after a while (observed) */
        return false;
    return silent && facts->end.by == DX_CLIENT && facts->end.phase == DX_PHASE_SERVER_DONE &&
           (says_so(facts) || facts->end.time_us - facts->server.last_payload_us >= DX_AT_ONCE_US);
}

bool
dx_client_minds_hidden(const dx_facts *facts)
{
    if (!dx_facts_tls13(facts) || facts->chain || facts->chosen.resumed || facts->end.kind == DX_END_ALERT)
        return false;
    if (dx_client_left_hidden(facts, true))
        return true;
    return dx_client_left_at_certificate(facts) && !dx_client_gave_up(facts);
}

/* The same refusal by another connection, with a reason. What TLS 1.3 hides is taken for the same when the
 * server and the name are. */
static bool
is_said_by(const dx_sample *sample, const dx_facts *facts, uint8_t alert)
{
    return sample->by == DX_CLIENT && sample->end == DX_END_ALERT && sample->alert == alert &&
           sample->phase >= DX_PHASE_SERVER_HELLO && sample->sni == facts->sni &&
           (sample->chain == facts->chain || !sample->chain || !facts->chain);
}

/* GnuTLS, Go (42) and JSSE, Chromium (46) say it of whatever they mind (observed); OpenSSL has others for
 * most defects, and of a signature that does not verify nobody says either. */
static bool
is_any_reason(const dx_facts *facts, uint8_t elsewhere)
{
    return (dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) ||
            dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_UNKNOWN)) &&
           !dx_client_is_openssl(facts) && is_certificate_alert(elsewhere);
}

void
dx_say_elsewhere(dx_finding *finding, const dx_facts *facts, uint8_t alert)
{
    if (facts->end.kind == DX_END_ALERT && facts->end.alert != alert)
        dx_finding_say(finding, facts->end.frame, "Another client sent alert %u (%s) for this name", alert,
                       dx_alert_name(alert));
}

bool
dx_client_said_elsewhere(const dx_facts *facts, const dx_context *context, uint8_t alert)
{
    bool left = dx_client_left_at_certificate(facts) || dx_client_left_unsaid(facts) ||
                dx_client_left_hidden(facts, true);

    if (!left || (facts->end.kind == DX_END_ALERT && !is_any_reason(facts, alert)) || !context->server)
        return false;
    for (unsigned i = 0; i < context->server->refused->len; i++)
        if (is_said_by(&g_array_index(context->server->refused, dx_sample, i), facts, alert))
            return true;
    return false;
}

bool
dx_chain_is_accepted(const dx_facts *facts, const dx_context *context)
{
    for (unsigned i = 0; facts->chain && context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        bool own = sample->count == 1 && sample->first_stream == facts->stream;
        if (sample->chain == facts->chain && !own)
            return true;
    }
    return false;
}

bool
dx_program_accepts(const dx_facts *facts, const dx_context *context)
{
    for (unsigned i = 0; facts->offer && context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        if (sample->offer == facts->offer && sample->sni == facts->sni && sample->chain == facts->chain &&
            sample->chosen.version == facts->chosen.version)
            return true;
    }
    return false;
}

/* Browsers open several connections at once, and a spare one 250 ms later (net/socket in Chromium). */
#define RACE_US G_USEC_PER_SEC

/* It was in use when `facts` ended; or it was under way then and got through, and this one ended before the
 * server had said anything that could be refused. */
static bool
is_used_instead(const dx_facts *other, const dx_facts *facts)
{
    int64_t apart = other->first_us - facts->first_us, end_us = facts->end.time_us;
    bool used = other->established_us <= end_us && other->last_us >= end_us;
    bool raced = other->established_us > end_us && other->first_us < end_us &&
                 end_us - facts->first_us <= RACE_US && facts->end.phase == DX_PHASE_HELLO;

    return other != facts && ABS(apart) <= RACE_US && other->sni == facts->sni && (used || raced) &&
           dx_address_equal(&other->client_endpoint.address, &facts->client_endpoint.address) &&
           other->client.app_records && dx_offer_same_software(facts->offer, other->offer);
}

bool
dx_is_surplus(const dx_facts *facts, const dx_context *context)
{
    bool quiet = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST;

    if (!quiet || facts->end.by != DX_CLIENT || facts->end.phase < DX_PHASE_HELLO ||
        facts->end.phase > DX_PHASE_SERVER_DONE || !facts->sni)
        return false;
    for (unsigned i = 0; context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        for (unsigned k = 0; k < sample->num_kept; k++)
            if (is_used_instead(sample->kept[k], facts))
                return true;
    }
    for (unsigned i = 0; context->retries && i < context->retries->num; i++)
        if (is_used_instead(context->retries->retry[i].facts, facts))
            return true;
    return false;
}

bool
dx_check_ended_by_error(const dx_facts *facts)
{
    bool sent = facts->chain || (dx_facts_tls13(facts) && !facts->certificate_frame);

    return dx_client_rejected_with(facts, DX_ALERT_INTERNAL_ERROR) && sent &&
           facts->chosen.version >= DX_TLS12 && !facts->client_finished_frame;
}

bool
dx_own_check_failed(const dx_facts *facts)
{
    return dx_check_ended_by_error(facts) && dx_client_library(facts) != DX_LIBRARY_JSSE;
}

bool
dx_client_knows_root(const dx_facts *facts)
{
    return dx_client_is_openssl(facts) && (dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) ||
                                           dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_UNKNOWN));
}

bool
dx_client_rejected_with(const dx_facts *facts, uint8_t alert)
{
    return facts->end.kind == DX_END_ALERT && facts->end.alert == alert &&
           dx_client_left_at_certificate(facts);
}

static void
say_late_check(dx_finding *finding, const dx_facts *facts)
{
    dx_late_check late = dx_late_check_of(facts);
    const char *how = "Client closed right after the handshake, before any data";

    if (dx_client_left_unanswered(facts))
        how = "Client sent its Finished, one command and a close together: it did not wait for an answer";
    else if (facts->close.time_us - facts->established_us >= DX_AT_ONCE_US)
        how = "Client was silent behind the handshake and closed, as when its user is asked about the "
              "certificate";
    dx_finding_say(finding, facts->close.frame, "%s", how);
    if (late == DX_LATE_ALL)
        dx_finding_say(finding, facts->hello_frame,
                       "By its ClientHello the client is a program that checks the certificate only "
                       "after the handshake (GnuTLS, Node.js, PHP)");
    if (late == DX_LATE_NAME) {
        const char *programs = dx_late_programs(facts);
        dx_finding_say(finding, facts->hello_frame,
                       "By its ClientHello the client is a program that checks the name and a stapled OCSP "
                       "response only after the handshake, and rejects all else by an alert%s%s%s",
                       programs ? " (" : "", programs ? programs : "", programs ? ")" : "");
    }
}

int64_t
dx_client_paused_us(const dx_facts *facts)
{
    int64_t pause = facts->end.time_us - facts->server_flight_us;

    if (facts->end.kind == DX_END_NONE || facts->server.num_retransmissions || !facts->server_flight_us ||
        !dx_client_left_at_certificate(facts) || pause < DX_PATIENCE_US)
        return 0;
    return pause;
}

bool
dx_may_check_revocation(const dx_facts *facts)
{
    for (unsigned i = 0; facts->chain && i < facts->chain->num; i++) {
        const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[i]);
        if (info->crl || info->ocsp)
            return true;
    }
    return !facts->chain;
}

void
dx_say_rejection(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    if (finding->quiet)
        return;
    dx_say_hello(finding, facts);
    dx_say_proxy(finding, facts, context);
    if (facts->certificate_frame)
        dx_finding_say(finding, facts->certificate_frame, "The server's Certificate");
    else if (dx_client_checks_again(facts))
        dx_finding_say(finding, facts->server_hello_frame,
                       "ServerHello resumes a session; Chromium checks that session's certificate again");
    else if (!dx_certificate_unseen(facts))
        dx_finding_say(finding, facts->server_hello_frame,
                       facts->damaged
                           ? "ServerHello; the server's Certificate is not readable in this capture"
                           : "ServerHello; the server's Certificate behind it is encrypted");
    if (facts->end.kind == DX_END_NONE)
        say_late_check(finding, facts);
    dx_say_end(finding, facts);
    if (dx_client_paused_us(facts)) {
        char *pause = dx_duration_text(dx_client_paused_us(facts));
        dx_finding_say(finding, facts->end.frame,
                       "The client was silent for %s after the server's last message", pause);
        g_free(pause);
    }
    if (facts->chain && dx_key_proof(facts, context).answer == DX_PROOF_VERIFIED)
        dx_finding_say(finding, signature_frame(speaker(facts, context)),
                       "Server's signature verified: it holds the certificate's private key");
    dx_judgement judgement;
    if (dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) && judgement.left_out)
        dx_finding_say(finding, facts->certificate_frame,
                       "Not everything about the certificates was judged: %s", judgement.left_out);
    const dx_sample *success = dx_contrast_any(facts, context);
    if (success && !dx_address_equal(&success->client, &facts->client_endpoint.address))
        dx_say_success(
            finding, success,
            "Another client accepts what this server sends: compare their trusted roots and clocks.");
}
