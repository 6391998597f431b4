/* key_mismatch.c - the server's signature does not fit its certificate
 *
 * Wire:     the signature of ServerKeyExchange (TLS 1.3: CertificateVerify) does not verify with the key of
 *           any certificate in the list, and the client leaves; when it cannot be checked, alert 51 from
 *           the client
 * Source:   RFC 5246 section 7.4.3, RFC 8446 sections 4.4.3 and 6.2; observed: OpenSSL, GnuTLS and NSS send
 *           51, Go 10, JSSE 40
 * Not this: certificate_corrupt (OpenSSL sends 51 for that, too; observed); certificate_chain_misordered (it
 *           verifies with a later certificate); 51 after the client's Finished is about the server's
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "knowledge/names.h"
#include "verdict/heard.h"
#include "verdict/late_check.h"

/* Static RSA signs nothing: the server notices at the client's Finished (observed: JSSE 20, Go 40). */
static bool
failed_at_decryption(const dx_facts *facts)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    return dx_ended(facts, DX_END_ALERT, DX_SERVER) && facts->end.phase == DX_PHASE_CLIENT_FINISHED &&
           cipher && cipher->exchange == DX_EXCHANGE_RSA && !cipher->tls13 && facts->certificate_frame &&
           facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE &&
           (facts->end.alert == DX_ALERT_BAD_RECORD_MAC || facts->end.alert == DX_ALERT_DECRYPTION_FAILED ||
            facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE || facts->end.alert == DX_ALERT_DECRYPT_ERROR);
}

/* The library says that the signature does not verify: all bytes of it are in the capture. */
static dx_confidence
weigh_proof(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    dx_say_rejection(finding, facts, context);
    if (dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement))
        dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_finding_say(
        finding, facts->key_exchange_frame ? facts->key_exchange_frame : facts->certificate_frame,
        "The server's signature does not verify with the certificate's key: it was made with another one");
    dx_finding_why(finding, "The server signed the handshake with a key that is not its certificate's.");
    return DX_CONFIRMED;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (failed_at_decryption(facts)) {
        dx_say_hello(finding, facts);
        dx_finding_say(finding, facts->server_hello_frame,
                       "Static RSA key exchange: the server must decrypt with its key");
        dx_say_end(finding, facts);
        dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, &dx_cause_record_corruption, NULL);
        return DX_LIKELY;
    }
    bool unsigned_yet = !dx_facts_tls13(facts) && !facts->key_exchange_frame && !facts->damaged;
    bool doubts = facts->end.by == DX_CLIENT && dx_key_in_doubt(facts);
    dx_proof_result proof = doubts ? dx_key_proof(facts, context) : (dx_proof_result){0};
    if (proof.answer == DX_PROOF_REFUTED)
        return weigh_proof(facts, context, finding);
    bool told =
        dx_client_rejected_with(facts, DX_ALERT_DECRYPT_ERROR) ||
        (doubts && dx_facts_tls13(facts) && dx_client_said_elsewhere(facts, context, DX_ALERT_DECRYPT_ERROR));
    if (!told || facts->client_finished_frame || proof.answer != DX_PROOF_NOT_CHECKED ||
        dx_hidden_key_proved(facts, context) || unsigned_yet)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    if (!dx_client_rejected_with(facts, DX_ALERT_DECRYPT_ERROR))
        dx_finding_say(finding, facts->end.frame, "Another client sent decrypt_error (51) for this name");
    if (proof.reason)
        dx_finding_say(finding, facts->server_hello_frame, "The server's signature was not checked: %s",
                       proof.reason);
    dx_finding_candidates(finding, &dx_cause_certificate_corrupt, NULL);
    return dx_client_is_openssl(facts) ? DX_POSSIBLE : DX_LIKELY; /* which says it of certificates, too */
}

DX_CAUSE(
    key_mismatch, .scenario = DX_SCENARIO_1, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_CLIENT_FINISHED),
             .ends = DX_CLIENT_LEFT | DX_SERVER_ALERT,
             DX_ALERTS(DX_ALERT_DECRYPT_ERROR, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_BAD_RECORD_MAC,
                       DX_ALERT_DECRYPTION_FAILED, DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_DECODE_ERROR,
                       DX_ALERT_INSUFFICIENT_SECURITY, DX_GENERIC_ALERTS),
             .needs = DX_SAW(CERTIFICATE),
             .refutes = DX_SAW(KEY_PROVED)},
    .title = "The server's private key does not match its certificate",
    .why = "The client could not verify the server's signature with the certificate's public key.",
    .checks =
        "@key\n"
        "Which device terminates TLS on {endpoint}? The certificate may have been installed on another.\n"
        "@certificate\n",
    .fix = "@repair_key|Install the certificate with the private key it was issued for.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: \"nssBadCert\"; curl 7.88: (35) "
               "\"last octet invalid\", \"first octet invalid\" or \"bad signature\"; wget 1.21: "
               "\"GnuTLS: Public key signature verification has failed.\"; OpenSSL 3.0: \"bad "
               "signature\"; Java 17: \"Invalid ECDH ServerKeyExchange signature\" or \"Invalid "
               "CertificateVerify signature\"; Python 3.11: BAD_SIGNATURE; Go 1.19: \"tls: invalid "
               "signature by the server certificate\"; Node 20: EPROTO \"last octet invalid\"",
    .events = {36887}, .weigh = weigh);
