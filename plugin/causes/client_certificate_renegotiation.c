/* client_certificate_renegotiation.c - the server asks for a client certificate by renegotiation, and it fails
 *
 * Wire:     TLS 1.2 or below: after the handshake an encrypted handshake record (HelloRequest) from the server, then no
 *           new handshake from the client but an alert, a close or a reset
 * Source:   RFC 5246 section 7.4.1.1; IIS asks per URL
 * Not this: an idle timeout
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint32_t answered = 0, closed = facts->client.fin_frame;

    (void)context;
    if (!facts->hello_request_frame || dx_facts_tls13(facts) || !facts->established_frame)
        return DX_NONE;
    for (unsigned i = 0; i < facts->num_notes; i++)
        if (facts->notes[i].from == DX_CLIENT && facts->notes[i].type == DX_RECORD_HANDSHAKE &&
            facts->notes[i].frame > facts->hello_request_frame)
            answered = facts->notes[i].frame;
    if (facts->client.rst_frame)
        closed = facts->client.rst_frame;
    if (facts->server.rst_frame && (!closed || facts->server.rst_frame < closed))
        closed = facts->server.rst_frame;
    if (answered || !closed || closed < facts->hello_request_frame ||
        facts->server.last_payload_frame > facts->hello_request_frame + 4)
        return DX_NONE;
    finding->frame = closed;
    dx_finding_say(finding, facts->hello_request_frame, "The server begins a renegotiation (HelloRequest) after the handshake");
    dx_finding_say(finding, closed, "The connection ends without a new handshake");
    dx_finding_candidates(finding, "client_certificate_required", NULL);
    return DX_LIKELY;
}

DX_CAUSE(client_certificate_renegotiation,
         .scenario = DX_SCENARIO_7,
         .outcome = DX_FAILED,
         .title = "Renegotiation for a client certificate fails",
         .why = "The server asked for a renegotiation after the request, as IIS does for client certificates per URL, and the "
                "client did not take part.",
         .checks = "Does the URL require a client certificate, and does the client (HTTP/2, rustls, Go) support renegotiation?\n",
         .fix = "Ask for the certificate in the first handshake: netsh http add sslcert ... clientcertnegotiation=enable",
         .weigh = weigh);
