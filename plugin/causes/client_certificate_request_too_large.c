/* client_certificate_request_too_large.c - the list of client CAs is longer than a side can handle
 *
 * Wire:     a CertificateRequest of more than 16 KB, and the client leaves right there; or (over 64 KB, TLS
 *           1.2) the server's alert 80 behind its ServerKeyExchange, where the request was due
 * Source:   KB933430 and event 36885 (Schannel: 16 KB), JSSE: 32,768 bytes
 *           (jdk.tls.maxHandshakeMessageSize), Go: 65,536; RFC 5246 section 7.4.4 (the list has a length of
 *           two bytes)
 * Not this: certificate_message_too_large (the server's own list)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/client_certificate.h"

#define JSSE_LIMIT 32768

/* Between the two there is nothing else that a server has to make: RFC 5246 section 7.3. */
static bool
failed_at_request(const dx_facts *facts)
{
    return dx_ended(facts, DX_END_ALERT, DX_SERVER) && facts->end.alert == DX_ALERT_INTERNAL_ERROR &&
           facts->key_exchange_frame && !facts->certificate_request_frame &&
           facts->end.phase == DX_PHASE_SERVER_HELLO;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_say_hello(finding, facts);
    if (failed_at_request(facts)) {
        dx_finding_say(finding, facts->key_exchange_frame, "ServerKeyExchange");
        dx_say_end(finding, facts);
        dx_finding_why(finding, "The server failed when its CertificateRequest was due; a list of more than "
                                "65535 bytes does not fit one.");
        finding->checks = "Which CAs does the server trust for client certificates? The request names all of "
                          "them.\n"
                          "@log\n";
        finding->steps = "Let the server name only those CAs that issue client certificates.\n@fewer_cas\n";
        dx_finding_candidates(finding, &dx_cause_server_internal_error, NULL);
        return DX_LIKELY;
    }
    if (facts->certificate_request_len <= DX_LARGE_REQUEST || !dx_left_at_request(facts))
        return DX_NONE;
    bool large = facts->certificate_request_len > JSSE_LIMIT;
    dx_say_request(finding, facts, context);
    dx_say_end(finding, facts);
    dx_finding_why(finding, "The server's CertificateRequest has %u bytes, %s, and the client aborted there.",
                   facts->certificate_request_len,
                   large ? "more than Java takes (32768)" : "more than Schannel's list may have (16 KB)");
    dx_finding_candidates(finding, &dx_cause_client_certificate_required, NULL);
    return large ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(
    client_certificate_request_too_large, .scenario = DX_SCENARIO_7, .outcome = DX_FAILED,
    .gate = {.phases = DX_IN_SERVER_FLIGHT,
             .ends = DX_CLIENT_ALERT | DX_CLIENT_CLOSED | DX_SERVER_ALERT,
             .needs = DX_SAW(SERVER_HELLO)},
    .title = "The list of client CAs is too long",
    .why = "The server names more CAs in its CertificateRequest than the client, or TLS, can handle.",
    .checks = "Which CAs does the server trust for client certificates? The request names all of them.\n"
              "Which limit does the client have? Java: 32768 bytes (jdk.tls.maxHandshakeMessageSize).\n"
              "Does a Windows server log that its list was cut? (Schannel 36885: it sends 16 KB)\n"
              "@log\n",
    .fix = "Let the server name only those CAs that issue client certificates, or raise the client's limit.\n"
           "@fewer_cas\n",
    .clients = "Java 17: \"The size of the handshake message exceeds the maximum allowed size (32768)\"",
    .events = {36885, 36887}, .weigh = weigh);
