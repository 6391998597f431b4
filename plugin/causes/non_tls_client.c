/* non_tls_client.c - the client sends something else than TLS to a TLS port
 *
 * Wire:     first client bytes are neither TLS nor http, and a TLS alert or no byte answers them; or a PROXY
 *           protocol header stands before a ClientHello that is refused, or is missing before it
 * Source:   the PROXY protocol specification (HAProxy), section 2
 * Not this: another protocol that both sides speak (not_tls)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "verdict/starttls_list.h"

/* 70 may be about the header, taken for a record (unsourced: BoringSSL), or about the hello behind it. */
static dx_confidence
judge_alert(const dx_facts *facts, dx_finding *finding)
{
    bool internal = facts->end.alert == DX_ALERT_INTERNAL_ERROR; /* observed: Tomcat 10 */

    if (!facts->hello_frame || (!internal && facts->end.alert != DX_ALERT_PROTOCOL_VERSION))
        return DX_CONFIRMED;
    dx_finding_candidates(
        finding, internal ? &dx_cause_server_internal_error : &dx_cause_protocol_version_mismatch, NULL);
    bool one_sided = facts->offer && (dx_offer_unusual(facts->offer) & (DX_ONLY_TLS13 | DX_UNUSUAL_VERSIONS));
    return one_sided && !internal ? DX_POSSIBLE : DX_LIKELY; /* observed: nginx 1.22 that lacks TLS 1.3 */
}

/* Who succeeded began with a PROXY header (observed: nginx and HAProxy that expect it). */
static dx_confidence
judge_missing_header(const dx_facts *facts, const dx_sample *success, dx_finding *finding)
{
    dx_finding_why(finding, "The server expects a PROXY protocol header; this client sends none.");
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_say_success(finding, success, "It began with a PROXY protocol header.");
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool server_speaks_tls = context->server && context->server->num_direct;
    bool refused = facts->end.by == DX_SERVER && facts->end.kind != DX_END_FOREIGN &&
                   facts->end.kind != DX_END_ENCRYPTED_ALERT;
    bool explained = dx_ended(facts, DX_END_FOREIGN, DX_SERVER) && facts->http_status >= 400; /* nginx's */
    const dx_sample *announced =
        facts->proxy_header ? NULL : context->refusal->row[DX_DIMENSION_PROXY_HEADER].differs;
    if (announced && dx_refused_hello(facts) && facts->end.kind != DX_END_ALERT)
        return judge_missing_header(facts, announced, finding);
    if (facts->proxy_header) {
        bool read = dx_server_read_hello(facts) && (facts->end.alert != DX_ALERT_INTERNAL_ERROR ||
                                                    dx_contrast_any(facts, context)); /* takes headers */
        if ((!refused && !explained) || facts->end.phase > DX_PHASE_HELLO || read)
            return DX_NONE;
        dx_finding_say(finding, facts->client.first_payload_frame, "A PROXY protocol header comes first");
        dx_finding_why(finding, "A PROXY protocol header precedes TLS, and the server does not expect one.");
        finding->steps = "@take_header\n";
        dx_say_end(finding, facts);
        bool plain = explained && facts->hello_frame; /* so may a server that has no TLS */
        if (plain)
            dx_finding_candidates(finding, &dx_cause_not_tls_response, NULL);
        if (facts->end.kind == DX_END_ALERT)
            return judge_alert(facts, finding);
        return facts->end.phase < DX_PHASE_HELLO_PARTIAL && !plain ? DX_CONFIRMED : DX_LIKELY;
    }
    if (refused && dx_asked_in_plaintext(facts, server_speaks_tls, finding))
        return facts->end.kind == DX_END_ALERT ? DX_CONFIRMED : server_speaks_tls ? DX_LIKELY : DX_POSSIBLE;
    if (facts->hello_frame || !facts->client_foreign_frame ||
        facts->client_foreign == DX_FOREIGN_HTTP_REQUEST ||
        facts->client_foreign == DX_FOREIGN_HTTP_CONNECT ||
        facts->client_foreign == DX_FOREIGN_HTTP2_PREFACE || facts->upgrade != DX_UPGRADE_NONE ||
        (facts->server_foreign_frame &&
         !(facts->http_status >= 400 && (facts->expected || server_speaks_tls))))
        return DX_NONE;
    const char *foreign = dx_foreign_name(facts->client_foreign);
    finding->steps = "Point the client to the right port: this one expects TLS.\n";
    dx_finding_say(finding, facts->client_foreign_frame, "The client's first bytes are %s", foreign);
    dx_finding_why(finding, "The client's first bytes are %s, not TLS; the server rejected them.", foreign);
    bool alert = dx_ended(facts, DX_END_ALERT, DX_SERVER);
    finding->frame = alert ? 0 : facts->server_foreign_frame;
    if (finding->frame) {
        dx_finding_say(finding, finding->frame, "The server answers with HTTP status %u", facts->http_status);
        return DX_CONFIRMED;
    }
    if (!alert && (!refused || facts->server.payload_bytes || !(facts->expected || server_speaks_tls)))
        return DX_NONE;
    dx_say_end(finding, facts);
    return alert ? DX_CONFIRMED : server_speaks_tls ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(non_tls_client, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_HELLO),
                  .ends = DX_SERVER_LEFT | DX_NO_TLS | DX_NO_END,
                  .refutes = DX_SAW(SERVER_HELLO)},
         .title = "The client does not speak TLS to this TLS port",
         .why = "The client's first bytes are not a ClientHello, and the server rejected them.",
         .checks = "Which program is the client, and what is it configured to send to {server} port {port}?\n"
                   "Does a load balancer between them write a PROXY protocol header?\n@log\n",
         .fix = "Point the client to the right port, or to the load balancer that writes the header.\n",
         .events = {36888}, .logged = {DX_LOGGED_NO_TLS}, .weigh = weigh);
