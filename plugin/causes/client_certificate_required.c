/* client_certificate_required.c - the server wants a client certificate, and the client has none to send
 *
 * Wire:     CertificateRequest, an empty client Certificate, then an alert or close from the server; in
 *           TLS 1.3 by length: a record of 25 bytes (JSSE 41, NSS 61 or 77), then an alert-sized record,
 *           also behind data; over UDP silence. Or the client leaves at the CertificateRequest
 * Source:   RFC 5246 section 7.4.6, RFC 8446 sections 4.4.2.4, 4.6.2; test-captures; TPM: MS Q&A 467673
 * Not this: a server that goes on and answers 403 or 400 inside TLS
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/client_certificate.h"
#include "verdict/hidden_certificate.h"
#include "verdict/place.h"
#include "verdict/rejection.h"
#define SERVED "none; the server went on: it does not insist, or says so in HTTP (400, 403)"

/* The client was asked and left: nothing fits, its key cannot sign, or its user is to choose (Chromium). */
static dx_confidence
weigh_left(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_facts *later = dx_client_answered_later(facts, context);
    bool asked = facts->certificate_request_frame || (dx_hidden_request(facts) && dx_client_gave_up(facts));
    if (!asked && !later)
        return DX_NONE;
    dx_say_request(finding, facts, context);
    dx_say_schemes(finding, facts);
    dx_say_end(finding, facts);
    if (later) {
        bool empty = later->client_certificate == DX_CLIENT_CERTIFICATE_EMPTY;
        bool served = empty && later->client.app_records && later->server.app_records;
        dx_finding_say(finding, later->client_certificate_frame,
                       "The same client returns and answers the request %s",
                       empty ? "with an empty Certificate" : "with a certificate");
        dx_finding_why(finding, "The client closed at the request for a certificate, and came back with %s.",
                       served ? SERVED : "an answer");
        dx_finding_candidates(finding, served ? &dx_cause_client_aborted : NULL, NULL);
        return served ? DX_POSSIBLE : DX_LIKELY;
    }
    if (dx_place_role(facts) == dx_role_get(DX_ROLE_VPN)) /* asks nobody; without one it sends none */
        return DX_NONE;
    dx_finding_why(
        finding,
        "The server asked for a client certificate and the client closed: it has none that fits, its "
        "key cannot sign with an algorithm that the server accepts, or its user canceled.");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_client_aborted, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (dx_ended(facts, DX_END_ALERT, DX_SERVER) && facts->end.alert == DX_ALERT_CERTIFICATE_REQUIRED) {
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    if (dx_left_at_request(facts))
        return weigh_left(facts, context, finding);
    if (dx_turned_away_unread(facts, false, &dx_cause_client_certificate_rejected, finding))
        return DX_POSSIBLE;
    if (dx_refused_late(facts, DX_CLIENT_CERTIFICATE_EMPTY, finding))
        return DX_LIKELY;
    bool silent = dx_quiet_side(facts, context) == DX_SERVER; /* DTLS of mbedTLS and wolfSSL (observed) */
    if (facts->client_certificate != DX_CLIENT_CERTIFICATE_EMPTY || (facts->end.by != DX_SERVER && !silent))
        return DX_NONE;
    if (silent) {
        finding->frame = facts->client_certificate_frame;
        dx_finding_why(finding, "The server asked for a client certificate, got none, and fell silent.");
        dx_finding_candidates(finding, &dx_cause_udp_handshake_stalled, NULL);
    }
    dx_say_request(finding, facts, context);
    dx_finding_say(finding, facts->client_certificate_frame, "The client sent an empty Certificate message%s",
                   dx_facts_tls13(facts) && !facts->decrypted ? " (inferred from its length)" : "");
    dx_say_end(finding, facts);
    const dx_sample *success = dx_contrast_client_certificate(facts, context);
    if (success)
        dx_say_success(finding, success, "Its client sent a certificate.");
    dx_finding_candidates(finding, &dx_cause_encrypted_alert, &dx_cause_handshake_protocol_error, NULL);
    return facts->end.kind == DX_END_ALERT || success ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(
    client_certificate_required, .scenario = DX_SCENARIO_7, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_DATA),
             .ends = DX_SERVER_LEFT | DX_CLIENT_LEFT | DX_NO_END,
             .refutes = DX_SAW(NO_REQUEST) | DX_SAW(CLIENT_CERTIFICATE)},
    .title = "The server requires a client certificate",
    .why = "The server asked for a client certificate and the client sent none, so the server aborted the "
           "handshake.",
    .checks = "Does the client have a certificate with its private key and Client Authentication in its "
              "Extended Key Usage?\n"
              "Is it issued by a CA that the server names in its CertificateRequest?\n"
              "@client_certificate\n@client_key\n",
    .fix = "Install a suitable client certificate, or do not require one on the server.\n",
    .clients =
        "Chromium 156: ERR_BAD_SSL_CLIENT_AUTH_CERT; Firefox 153: SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT or "
        "SSL_ERROR_HANDSHAKE_FAILURE_ALERT; curl 7.88: (56) \"tlsv13 alert certificate required\" or (35) "
        "\"sslv3 alert handshake failure\"; Java 17: \"Received fatal alert: certificate_required\", "
        "\"handshake_failure\" or \"Broken pipe\"; Python 3.11: TLSV13_ALERT_CERTIFICATE_REQUIRED; Go 1.19: "
        "\"remote error: tls: certificate required\"; Node 20: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED; "
        "Windows: SEC_I_INCOMPLETE_CREDENTIALS (0x00090320), WinHTTP and WinINet 12044",
    .events = {36887, 36888, 36875}, .logged = {DX_LOGGED_CLIENT_CERTIFICATE_MISSING}, .weigh = weigh);
