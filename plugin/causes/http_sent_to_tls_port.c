/* http_sent_to_tls_port.c - the client speaks plain http to a port that speaks TLS
 *
 * Wire:     first client bytes are an HTTP request; the server answers with an error page that asks for
 *           https (nginx, Apache, Go), a TLS alert (GnuTLS, JSSE), or closes without a byte (OpenSSL,
 *           HAProxy, HTTP.sys)
 * Source:   observed: test-captures/http_sent_to_tls_port.pcapng
 * Not this: a plain http server on this port that answers (not_tls); a proxy, whose TLS stands in tunnels
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"
#include "facts/text.h"

/* The absolute form of a request is for proxies alone (RFC 9112 section 3.2.2): what TLS was seen on such a
 * port stood behind a CONNECT. */
static bool
asks_proxy(const dx_facts *facts)
{
    const char *target = facts->foreign_text ? strchr(facts->foreign_text, ' ') : NULL;

    return target && g_str_has_prefix(target, " http://");
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool server_speaks_tls = context->server && context->server->num_direct;

    if (facts->client_foreign != DX_FOREIGN_HTTP_REQUEST && facts->client_foreign != DX_FOREIGN_HTTP2_PREFACE)
        return DX_NONE;
    dx_finding_say(finding, facts->client_foreign_frame, "The client's first bytes are plaintext HTTP");
    if (facts->says_use_tls || facts->http_status == 400)
        finding->clients =
            "browsers: the server's page \"400 Bad Request\" (nginx: \"The plain HTTP request was "
            "sent to HTTPS port\"); other programs: the HTTP status 400";
    if (facts->says_use_tls) {
        finding->frame = facts->server_foreign_frame;
        dx_finding_say(finding, facts->server_foreign_frame,
                       "The server answers in plaintext that it wants HTTPS (status %u)", facts->http_status);
        return DX_CONFIRMED;
    }
    if (facts->server_foreign_frame) {
        if (facts->http_status != 400 || !server_speaks_tls)
            return DX_NONE;
        finding->frame = facts->server_foreign_frame;
        dx_finding_say(finding, facts->server_foreign_frame,
                       "The server answers in plaintext with status 400");
        return DX_LIKELY;
    }
    if (dx_ended(facts, DX_END_ALERT, DX_SERVER)) {
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    if (facts->server.payload_bytes || !(facts->expected || server_speaks_tls) || asks_proxy(facts))
        return DX_NONE;
    finding->frame = facts->client_foreign_frame;
    if (facts->end.kind == DX_END_NONE &&
        context->now_us - facts->client.last_payload_us < context->preferences->silence_us)
        return DX_NONE;
    dx_say_end(finding, facts);
    if (facts->end.by == DX_SERVER)
        return DX_CONFIRMED;
    return server_speaks_tls ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(http_sent_to_tls_port, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(CLIENT_FOREIGN), .refutes = DX_SAW(HELLO)},
         .title = "Plaintext HTTP sent to a TLS port",
         .why = "The client sent HTTP without TLS to a port that expects a TLS handshake.",
         .checks = "Which URL does the client use? It must begin with https://.\n"
                   "Does a redirect or the backend setting of a load balancer say http:// for port {port}?\n",
         .fix = "Use https:// in the URL, in the redirect or in the backend protocol of the load balancer.\n",
         .clients = "Chromium 156: ERR_EMPTY_RESPONSE or ERR_INVALID_HTTP_RESPONSE; Firefox "
                    "153: NS_ERROR_NET_EMPTY_RESPONSE; curl 7.88: (52) \"Empty reply from server\" or (1); "
                    "Java 17: \"Unexpected end of file from server\"; Python 3.11: \"Remote end closed "
                    "connection without response\"; Go 1.19: \"EOF\"; Node 20: ECONNRESET \"socket hang up\"",
         .events = {36888}, .logged = {DX_LOGGED_PLAIN_HTTP}, .weigh = weigh);
