/* alpn_mismatch.c - no application protocol in common
 *
 * Wire:     alert 120; Go in TLS 1.3: an encrypted alert right after the ServerHello; over QUIC perhaps
 *           alert 40 with words, or silence, with which it is a candidate of others alone; or the server
 *           chooses no protocol, and a client that has no use for HTTP/1.1 leaves right behind its Finished
 * Source:   RFC 7301 section 3.2; observed: aioquic 1.2 ("No common ALPN protocols"), gRPC core 1.51
 *           ("missing selected ALPN property"); RFC 8737 section 3 (acme-tls/1)
 * Not this: http2_inadequate_cipher
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

#include <string.h>

#include "facts/text.h"
#include "verdict/contrast.h"
#include "verdict/hidden_certificate.h"
#include "verdict/late_leave.h"
#include "verdict/unusual.h"

static void
say_offer(dx_finding *finding, const dx_facts *facts)
{
    GString *list = g_string_new(NULL);

    for (unsigned i = 0; facts->offer && i < facts->offer->num_alpn; i++) {
        char *name = dx_safe(facts->offer->alpn[i], 40);
        g_string_append_printf(list, "%s%s", i ? ", " : "", name);
        g_free(name);
    }
    dx_finding_say(finding, facts->hello_frame, "The client offers the protocols %s",
                   list->len ? list->str : "(none)");
    if (list->len)
        dx_finding_why(finding, "The client offers only %s (ALPN), which the server does not support.",
                       list->str);
    g_string_free(list, TRUE);
}

/* The server went on without a protocol, and the client closed instead of speaking. Where TLS 1.3 hides what
 * the server chose, a load balancer's check of HTTP/2 leaves the same; gRPC core always speaks. */
static dx_confidence
weigh_unchosen(const dx_facts *facts, dx_finding *finding)
{
    bool hidden = dx_facts_tls13(facts) && !dx_hidden_no_alpn(facts);
    if (!dx_client_left_without_protocol(facts) || (hidden && !dx_offers_protocol(facts->offer, "grpc-exp")))
        return DX_NONE;
    say_offer(finding, facts);
    if (!hidden)
        dx_finding_say(finding, facts->server_hello_frame, "The server chooses no protocol (ALPN)");
    dx_finding_say(finding, facts->close.frame, "Client closed right after the handshake, before any data");
    finding->frame = facts->close.frame;
    dx_finding_why(
        finding,
        "The client speaks only protocols that must be agreed upon (ALPN)%s, and it closed without a "
        "request: gRPC does so (\"missing selected ALPN property\"), and ACME's tls-alpn-01.",
        hidden ? "; TLS 1.3 hides whether the server chose one" : ", the server chose none");
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool said_so = facts->end.kind == DX_END_ALERT &&
                   (facts->end.alert == DX_ALERT_NO_APPLICATION_PROTOCOL ||
                    (facts->transport_reason && strstr(facts->transport_reason, "ALPN")));
    /* observed: Go answers with the ServerHello and an encrypted alert behind it, without
     * EncryptedExtensions */
    bool sized = dx_ended(facts, DX_END_ENCRYPTED_ALERT, DX_SERVER) && dx_facts_tls13(facts) &&
                 facts->offer && facts->offer->num_alpn && facts->end.phase == DX_PHASE_SERVER_HELLO &&
                 facts->num_notes && facts->first_note.frame == facts->end.frame &&
                 facts->first_note.from == DX_SERVER && facts->server_encrypted_bytes <= 40;

    (void)context;
    if (!said_so && !sized)
        return weigh_unchosen(facts, finding);
    say_offer(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_candidates(finding, &dx_cause_encrypted_alert, NULL);
    return said_so ? DX_CONFIRMED : DX_POSSIBLE;
}

DX_CAUSE(
    alpn_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.ends = DX_ALERT_OF_EITHER | DX_SERVER_HIDDEN_ALERT | DX_NO_END,
             DX_ALERTS(DX_ALERT_NO_APPLICATION_PROTOCOL, DX_ALERT_HANDSHAKE_FAILURE),
             .refutes = DX_SAW(NO_ALPN)},
    .title = "No application protocol in common (ALPN)",
    .why = "The server supports none of the application protocols that the client offers.",
    .checks =
        "@alpn\nWhich protocols does the server allow, and is the one that the client offers among "
        "them?\nDoes every hop, load balancers included, support that protocol? (gRPC and HTTP/2 need h2)\n"
        "@log\n",
    .fix = "Enable on the server a protocol that the client offers, or let the client offer one that the "
           "server supports.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_NEXT_PROTOCOL_NO_PROTOCOL; curl "
               "7.88: (35) \"tlsv1 alert no application protocol\"; Python 3.11: \"tlsv1 alert no "
               "application protocol\"; Go 1.19: \"remote error: tls: no application protocol\"; Windows: "
               "SEC_E_APPLICATION_PROTOCOL_MISMATCH (0x80090367)",
    .events = {36888}, .logged = {DX_LOGGED_NO_PROTOCOL}, .weigh = weigh);
