/* client_certificate_post_handshake.c - the server wants a client certificate after a TLS 1.3 handshake
 *
 * Wire:     TLS 1.3, the client lacks post_handshake_auth, the handshake and the first request pass, then
 *           the server resets; http on the same host is answered by IIS
 * Source:   techcommunity, IIS Support Blog 2025-08-29: reset up to Windows Server 2022
 * Not this: session_reset_after_handshake for any other reason
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "causes/causes.h"

/* Two NewSessionTickets and not much more. */
#define TICKETS_BYTES 600

/* What can be seen of Windows from here: its name in http, or its initial TTL of 128. */
static bool
may_be_windows(const dx_facts *facts, const dx_host *host)
{
    const char *name = host ? host->http_server : NULL;

    if (name)
        return strstr(name, "IIS") || strstr(name, "HTTPAPI");
    return facts->server.ttl_max > 64 && facts->server.ttl_max <= 128;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    /* NewSessionTickets are all that the server may have sent: it never answered the request. A reset that
     * comes later is no answer to it */
    if (!facts->established_frame || !facts->server.rst_frame || !facts->client.app_records ||
        facts->client.fin_frame || facts->server.fin_frame || !facts->offer ||
        facts->offer->post_handshake_auth || facts->client.app_records > 3 ||
        facts->server.payload_bytes - facts->server_bytes_before_request > TICKETS_BYTES ||
        facts->server.rst_us - facts->client.last_payload_us >= DX_PATIENCE_US ||
        !may_be_windows(facts, context->host))
        return DX_NONE;
    finding->frame = facts->server.rst_frame;
    dx_finding_say(finding, facts->client.first_app_frame, "The client's first request");
    dx_finding_say(finding, facts->server.rst_frame, "The server resets in place of an answer");
    dx_finding_say(finding, facts->hello_frame, "The client does not support post-handshake authentication");
    return DX_POSSIBLE;
}

DX_CAUSE(client_certificate_post_handshake, .scenario = DX_SCENARIO_7, .outcome = DX_FAILED,
         .gate = {.phases = DX_AFTER_HANDSHAKE, .ends = DX_NO_END, .needs = DX_SAW(TLS13)},
         .title = "Client certificate requested after the TLS 1.3 handshake",
         .why = "The server failed the client's first request, as IIS does when a URL needs a client "
                "certificate: in TLS 1.3 that takes post-handshake authentication, which this client does "
                "not support.",
         .checks = "@url_certificate\n"
                   "Which answer did the client get? Windows Server 2025 sends HTTP 500 (0x80070032), older "
                   "ones reset the connection.\n",
         .fix = "@ask_at_once|Let the server ask for the certificate in the first handshake.\n@no_tls13|Or "
                "disable TLS 1.3 there.\n",
         .symptom = true, .weigh = weigh);
