/* client_certificate_renegotiation.c - the server asks for a client certificate by renegotiation, and it
 * fails
 *
 * Wire:     TLS 1.2 or below: after the handshake an encrypted handshake record (HelloRequest) from the
 *           server, then no data from the server but an alert, a close or a reset
 * Source:   RFC 5246 section 7.4.1.1; IIS asks per URL
 * Not this: an idle timeout
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint32_t closed = facts->close.frame;
    /* an alert alone may be a warning (no_renegotiation), and the connection goes on */
    bool over = facts->client.fin_frame || facts->client.rst_frame || facts->server.fin_frame ||
                facts->server.rst_frame;

    (void)context;
    if (!facts->established_frame || facts->renegotiated)
        return DX_NONE;
    if (!over || closed < facts->hello_request_frame)
        return DX_NONE;
    finding->frame = closed;
    dx_finding_say(finding, facts->hello_request_frame,
                   "The server begins a renegotiation (HelloRequest) after the handshake");
    dx_finding_say(finding, closed, "The connection ends and no data came from the server after that");
    bool asked = facts->client.first_app_frame && facts->client.first_app_frame < facts->hello_request_frame;
    if (!asked) { /* what URL could it be that wants a certificate? */
        dx_finding_why(finding,
                       "The server began a renegotiation before any request, and it did not complete: some "
                       "clients (rustls, Go) refuse to renegotiate.");
        if (facts->end.kind != DX_END_ALERT)
            finding->clients = "Go 1.19: \"local error: tls: no renegotiation\"";
        return DX_LIKELY;
    }
    dx_finding_candidates(finding, &dx_cause_client_certificate_required,
                          &dx_cause_client_certificate_rejected, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    client_certificate_renegotiation, .scenario = DX_SCENARIO_7, .outcome = DX_FAILED,
    .gate = {.phases = DX_AFTER_HANDSHAKE, .needs = DX_SAW(HELLO_REQUEST), .refutes = DX_SAW(TLS13)},
    .title = "Renegotiation for a client certificate failed",
    .why = "The server asked for a renegotiation, as servers do when a URL needs a client certificate, and "
           "it did not complete.",
    .checks = "@url_certificate\n"
              "Does the client support renegotiation? HTTP/2, rustls and Go do not.\n"
              "@client_certificate\n",
    .fix = "@ask_at_once|Let the server ask for the certificate in the first handshake.\n",
    .clients =
        "Chromium 156: ERR_BAD_SSL_CLIENT_AUTH_CERT; Firefox 153: SSL_ERROR_HANDSHAKE_FAILURE_ALERT; curl "
        "7.88: (56) \"sslv3 alert handshake failure\"; wget 1.21: \"GnuTLS: received alert [40]\"; Java 17: "
        "\"Broken pipe\"; Python 3.11: SSLV3_ALERT_HANDSHAKE_FAILURE; Go 1.19: \"local error: tls: no "
        "renegotiation\"; Node 20: ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    .weigh = weigh);
