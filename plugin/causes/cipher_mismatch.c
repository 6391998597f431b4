/* cipher_mismatch.c - client and server have no cipher suite in common
 *
 * Wire:     alert 40 from the server before any ServerHello (wolfSSL, DTLS 1.3: 109); Schannel: RST with
 *           events 36874 and 36888
 * Source:   RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.1
 * Not this: group_mismatch, signature_algorithm_mismatch, protocol_version_mismatch (GnuTLS answers 40 to
 *           that too), a server without a certificate (OpenSSL: 40)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/configuration.h"
#include "verdict/release.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_CIPHER];

    if (!facts->offer) {
        dx_finding_candidates(finding, &dx_cause_group_mismatch, &dx_cause_signature_algorithm_mismatch,
                              &dx_cause_protocol_version_mismatch, &dx_cause_sni_unrecognized, NULL);
        return dx_refusal_unread(finding, facts, DX_ALERT_HANDSHAKE_FAILURE) ? DX_POSSIBLE : DX_NONE;
    }
    dx_confidence confidence = row->confidence;
    const dx_windows *windows = row->meant && !row->shared ? dx_release_without_suites(facts, context) : NULL;
    if (windows)
        confidence = MAX(confidence, DX_LIKELY);
    if (confidence == DX_NONE)
        return DX_NONE;
    char *offered = dx_codes_text(&facts->offer->ciphers, dx_cipher_name, 3); /* the details have all */
    dx_refusal_say_hello(finding, facts);
    dx_finding_say(finding, facts->hello_frame, "Offered suites: %s", offered);
    dx_refusal_say_suites(finding, facts, offered);
    g_free(offered);
    dx_refusal_say_end(finding, facts);
    if (row->alone)
        dx_refusal_say_better(finding, row->differs, "cipher suite",
                              dx_cipher_name(row->differs->chosen.cipher),
                              "The failing client does not offer that suite.");
    else if (windows)
        dx_finding_contrast(
            finding, "%s has no ECDHE_RSA suite with GCM or ChaCha20, and this client offers nothing else.",
            windows->name);
    dx_refusal_candidates(finding, refusal, false);
    if (!refusal->nearest) /* who completes handshakes has its key */
        dx_finding_candidates(finding, &dx_cause_private_key_missing, NULL);
    return confidence;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *event = dx_files_event(facts, context, 36874, -1);
    bool fits = dx_dropped(facts, context) || dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE) ||
                dx_server_alert_in_hello(facts, DX_ALERT_INSUFFICIENT_SECURITY);

    if (!facts->offer || facts->offer->sslv2 || !fits || !dx_files_schannel(facts, context))
        return DX_FILES_SILENT;
    if (event)
        dx_say_event(files, context, event);
    dx_files_answer answer = dx_configured_suites(facts, context, files);
    if (answer == DX_FILES_CONFIRM && context->refusal->same)
        return DX_FILES_CONTRADICTED;
    if (!event)
        return answer;
    if (answer == DX_FILES_CONFIRM)
        return answer;
    return answer == DX_FILES_EXCLUDE || dx_files_noisy(facts, context, event) ? DX_FILES_SUGGEST
                                                                               : DX_FILES_CONFIRM;
}

DX_CAUSE(
    cipher_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_HELLO,
             .ends = DX_HELLO_REFUSED,
             DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY, DX_ALERT_ILLEGAL_PARAMETER,
                       DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR, DX_ALERT_MISSING_EXTENSION),
             .needs = DX_SAW(BEGINNING),
             .refutes = DX_SAW(COMMON_SUCCESS)},
    .title = "No cipher suite in common",
    .why = "None of the cipher suites that the client offers can be used with the server's settings and "
           "certificate.",
    .checks = "@log\n"
              "@ciphers\n"
              "Does the certificate's key type match the offered suites (RSA or ECDSA)?\n"
              "@known_suites\n"
              "@reproduce\n",
    .fix = "@enable_cipher|Enable a cipher suite that the client offers on the server.\n@other_suites|Or "
           "enable on the client a cipher suite that the server supports.\n@dotnet\n",
    .clients =
        "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: SSL_ERROR_NO_CYPHER_OVERLAP; curl "
        "7.88: (35) \"sslv3 alert handshake failure\"; Java 17: \"Received fatal alert: handshake_failure\"; "
        "Python 3.11: SSLV3_ALERT_HANDSHAKE_FAILURE; Go 1.19: \"remote error: tls: handshake failure\"; Node "
        "20: EPROTO \"sslv3 alert handshake failure\"; Windows: SEC_E_ALGORITHM_MISMATCH (0x80090331)",
    .events = {36874, 36888}, .logged = {DX_LOGGED_NO_CIPHER, DX_LOGGED_NO_ALGORITHM}, .weigh = weigh,
    .weigh_files = weigh_files);
