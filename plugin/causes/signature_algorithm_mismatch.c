/* signature_algorithm_mismatch.c - the server cannot sign in a way that the client accepts
 *
 * Wire:     alert 40 from the server before its ServerHello; an encrypted alert behind EncryptedExtensions
 *           (JSSE) or behind the Certificate (rustls); or the client leaves a chain whose signatures
 *           (SHA-512) or P-521 key are not in its signature_algorithms (Schannel: 40; JSSE: 43)
 * Source:   RFC 8446 sections 4.2.3 and 4.4.2.2, RFC 5246 section 7.4.1.4.1, RFC 8422 section 5.1
 * Not this: cipher_mismatch, group_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/chain_offer.h"
#include "verdict/refusal.h"
#include "verdict/schemes.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* JSSE says so behind its ServerHello, in plain text or in a record of an alert's size (observed). */
static dx_confidence
judge_late(const dx_facts *facts, const dx_refusal_row *row)
{
    bool said_so = dx_ended(facts, DX_END_ALERT, DX_SERVER) &&
                   facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE && !facts->certificate_frame;
    bool sized =
        dx_ended(facts, DX_END_ENCRYPTED_ALERT, DX_SERVER) && facts->end.phase < DX_PHASE_CLIENT_FINISHED;

    if (!dx_facts_tls13(facts) || (!said_so && !sized) || !facts->offer->signatures.num)
        return DX_NONE;
    if (dx_offer_unusual(facts->offer) & DX_UNUSUAL_SIGNATURES)
        return DX_LIKELY;
    return row->differs ? DX_POSSIBLE : DX_NONE;
}

static dx_confidence
weigh_chain(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_left_unoffered_chain(facts, context))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_say_chain_unoffered(finding, facts, context);
    dx_finding_candidates(finding, &dx_cause_certificate_unsupported, &dx_cause_certificate_rejected, NULL);
    return dx_certificate_is_bad(facts, context) ? DX_POSSIBLE : DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_SIGNATURE];

    if (!facts->offer)
        return DX_NONE;
    if (facts->certificate_frame && !dx_server_failed_to_sign(facts))
        return weigh_chain(facts, context, finding);
    const char *key = facts->certificate_frame ? dx_key_unsigned(facts) : NULL;
    dx_confidence confidence = key ? DX_LIKELY : refusal->refused ? row->confidence : judge_late(facts, row);
    if (confidence == DX_NONE)
        return DX_NONE;
    char *offered = dx_codes_text(&facts->offer->signatures, dx_signature_name, 12);
    dx_refusal_say_hello(finding, facts);
    dx_finding_say(finding, facts->hello_frame, "Offered signature algorithms: %s", offered);
    g_free(offered);
    if (key)
        dx_finding_say(finding, facts->certificate_frame, "Its key (%s) signs with none of them", key);
    dx_refusal_say_end(finding, facts);
    if (row->differs) {
        char *text = dx_schemes_text(facts->offer, row->differs);
        dx_say_success(finding, row->differs, text);
        g_free(text);
        const char *why = dx_schemes_why(facts->offer, row->differs);
        if (why)
            dx_finding_why(finding, "%s", why);
    }
    dx_refusal_candidates(finding, refusal, false);
    if (!refusal->refused)
        dx_finding_candidates(finding, &dx_cause_certificate_unsupported, NULL);
    return confidence;
}

DX_CAUSE(signature_algorithm_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),
                  .ends = DX_HELLO_REFUSED | DX_SERVER_HIDDEN_ALERT | DX_CLIENT_LEFT,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY,
                            DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR,
                            DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_BAD_CERTIFICATE,
                            DX_ALERT_CERTIFICATE_UNKNOWN, DX_ALERT_CLOSE_NOTIFY),
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(OFFERED_CHAIN)},
         .title = "No signature algorithm in common",
         .why = "The server's private key or certificate cannot be used with any signature algorithm that "
                "the client offers.",
         .checks = "What is the certificate's key type? TLS 1.3 with an RSA key needs rsa_pss_rsae; an ECDSA "
                   "key needs its curve's algorithm.\n"
                   "How is the chain signed? Few clients offer MD5 and SHA-1.\n@log\n@chain\n",
         .fix = "Use a certificate whose key and signature the client accepts (RSA with SHA-256, or ECDSA "
                "P-256), or let the client offer more.\n"
                "@install\n",
         .clients = "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: "
                    "SSL_ERROR_NO_CYPHER_OVERLAP; curl 7.88: (35) \"sslv3 alert handshake failure\"",
         .events = {36874, 36888}, .logged = {DX_LOGGED_NO_SIGNATURE}, .weigh = weigh);
