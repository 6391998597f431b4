/* signature_algorithm_mismatch.c - the server cannot sign in a way that the client accepts
 *
 * Wire:     alert 40 from the server before its ServerHello; JSSE: an encrypted alert right after
 *           ServerHello and EncryptedExtensions
 * Source:   RFC 8446 sections 4.2.3 and 4.4.2.2, RFC 5246 section 7.4.1.4.1
 * Not this: cipher_mismatch, group_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "knowledge/names.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said_so =
        dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE) ||
        (dx_ended(facts, DX_END_ALERT, DX_SERVER) && facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE &&
         dx_facts_tls13(facts) && !facts->certificate_frame);
    bool sized = dx_ended(facts, DX_END_ENCRYPTED_ALERT, DX_SERVER) && dx_facts_tls13(facts) &&
                 facts->end.phase < DX_PHASE_CLIENT_FINISHED;

    if (!facts->offer || !facts->offer->signatures.num || (!said_so && !sized))
        return DX_NONE;
    const dx_sample *success = dx_contrast_signatures(facts, context);
    bool unusual = dx_offer_unusual(facts->offer) & DX_UNUSUAL_SIGNATURES;
    if (!success && !unusual)
        return DX_NONE;
    char *offered = dx_codes_text(&facts->offer->signatures, dx_signature_name, 12);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->hello_frame, "Offered signature schemes: %s", offered);
    g_free(offered);
    dx_say_end(finding, facts);
    if (success)
        dx_say_success(finding, success, "its client offers signature schemes that this one lacks.");
    dx_finding_candidates(finding, &dx_cause_cipher_mismatch, &dx_cause_certificate_unsupported, NULL);
    return unusual ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(signature_algorithm_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),
                  .ends = DX_HELLO_REFUSED | DX_SERVER_HIDDEN_ALERT,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY,
                            DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR),
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(CERTIFICATE) | DX_SAW(KEY_EXCHANGE) | DX_SAW(COMMON_SCHEMES)},
         .title = "No signature algorithm in common",
         .why = "The server's private key or certificate cannot be used with any signature algorithm that "
                "the client offers.",
         .checks = "What is the certificate's key type? TLS 1.3 with an RSA key needs rsa_pss_rsae; an ECDSA "
                   "key needs its curve's algorithm.\n"
                   "How is the chain signed? Few clients offer MD5 and SHA-1.\n"
                   "@log\n"
                   "@chain\n",
         .fix = "Use a certificate whose key and signature the client accepts (RSA with SHA-256, or ECDSA "
                "P-256), or let the client offer more.\n"
                "@install\n",
         .clients = "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: "
                    "SSL_ERROR_NO_CYPHER_OVERLAP; curl 7.88: (35) \"sslv3 alert handshake failure\"",
         .events = {36874, 36888}, .weigh = weigh);
